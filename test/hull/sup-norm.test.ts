/** Definition 1's epsilon beside the fits: against `align`'s exact answer, and the orders that must hold. */
import { expect, test } from 'vitest';
import { align } from '../../src/align/align.ts';
import { alignmentPoints } from '../../src/align/points.ts';
import { hull } from '../../src/hull/hull.ts';
import { ETHICS_LIKE, opinionPoll, paraphrases, syntheticScores } from '../../src/hull/personas.ts';

const made = paraphrases(ETHICS_LIKE, { items: 40, bobs: 6, seed: 5 });
const names = Object.keys(made.columns);

test('every K has the epsilon that align proves, and no fit is nearer', async () => {
  const { curve } = await hull(syntheticScores(made), { threads: 1, permutations: 2, epsilon: 'all' });
  for (const { k, epsilon } of curve) {
    const some = names.slice(0, k + 1);
    const rows = made.columns.alice!.map((_, i) => some.map((name) => made.columns[name]![i]).join());
    const points = alignmentPoints(`${some.join()}\n${rows.join('\n')}\n`);
    const [cone, simplex] = await Promise.all(
      (['cone', 'simplex'] as const).map(async (weights) => (await align(points, { weights: [weights] })).epsilon),
    );
    // Scores are given from 0 to 100 and fitted from 0 to 1.
    expect(100 * epsilon!.cone).toBeCloseTo(cone!, 5);
    expect(100 * epsilon!.simplexLeast).toBeCloseTo(simplex!, 5);
    expect(epsilon!.cone).toBeLessThanOrEqual(epsilon!.nnls + 1e-9);
    expect(epsilon!.simplexLeast).toBeLessThanOrEqual(epsilon!.simplex + 1e-9);
    expect(epsilon!.cone).toBeLessThanOrEqual(epsilon!.simplexLeast + 1e-9);
  }
  for (let i = 1; i < curve.length; i++)
    expect(curve[i]!.epsilon!.cone).toBeLessThanOrEqual(curve[i - 1]!.epsilon!.cone + 1e-9);
});

test('auto leaves it out for several targets; all takes the mean over them', async () => {
  const scores = syntheticScores(opinionPoll('test', { questions: 12, models: 3, humans: 2 }));
  const auto = await hull(scores, { threads: 1, subsets: 'all' });
  expect(auto.curve.every(({ epsilon }) => epsilon === undefined)).toBe(true);
  const all = await hull(scores, { threads: 1, subsets: 'all', epsilon: 'all' });
  expect(all.curve.map(({ epsilon }) => typeof epsilon!.cone)).toEqual(['number', 'number', 'number']);
});
