/** Synthetic scores: seeded, labelled, of the shapes that section 6 describes; their figures. */
import { expect, test } from 'vitest';
import { hull } from '../../src/hull/hull.ts';
import { scoreAt } from '../../src/hull/matrix.ts';
import {
  ETHICS_LIKE,
  FAMILIES,
  MOVIELENS_LIKE,
  opinionPoll,
  paraphrases,
  personaFamilies,
  syntheticScores,
} from '../../src/hull/personas.ts';
import { drawHull, hullEpsilon, hullPanels } from '../../src/report/figures/hull.ts';
import { renderSvg } from '../../src/report/render.ts';

const small = { items: 60, bobs: 12 };

test.each([ETHICS_LIKE, MOVIELENS_LIKE])(
  'the seed decides; scores are whole numbers from 0 to 100 ($name)',
  (domain) => {
    for (const make of [paraphrases, personaFamilies]) {
      const made = make(domain, { ...small, seed: 3 });
      expect(made).toEqual(make(domain, { ...small, seed: 3 }));
      expect(made.columns).not.toEqual(make(domain, { ...small, seed: 4 }).columns);
      expect(made.title).toMatch(/^Synthetic .*12 .*60 items$/);
      const { alice, ...bobs } = made.columns;
      expect(alice).toHaveLength(60);
      expect(Object.keys(bobs)).toHaveLength(12);
      for (const scores of Object.values(bobs))
        for (const score of scores)
          expect(Number.isInteger(score) && Number(score) >= 0 && Number(score) <= 100).toBe(true);
      expect(syntheticScores(made)).toMatchObject({ items: 60, targets: ['alice'] });
    }
  },
);

test('families take turns, six of them', () => {
  const names = Object.keys(personaFamilies(MOVIELENS_LIKE, small).columns).slice(1);
  expect(names.slice(0, 7)).toEqual([
    ...FAMILIES['MovieLens-like'].map((family, i) => `${family} 00${i + 1}`),
    'action fan 007',
  ]);
});

test('a poll: every human chooses one answer of every question, every model gives a distribution', () => {
  const made = opinionPoll('test', { questions: 8, models: 3, humans: 4 });
  expect(made.title).toBe('Synthetic poll, test: 3 models, 4 humans, 8 questions');
  const { question, option, ...rest } = made.columns;
  expect(option).toHaveLength(question!.length);
  for (const name of new Set(question)) {
    const rows = question!.flatMap((value, i) => (value === name ? [i] : []));
    expect(rows.length).toBeGreaterThanOrEqual(2);
    expect(rows.length).toBeLessThanOrEqual(5);
    for (const column of Object.values(rest))
      expect(rows.reduce((sum, row) => sum + Number(column[row]), 0)).toBeCloseTo(1, 5);
  }
  const scores = syntheticScores(made);
  expect(scores.targets).toHaveLength(4);
  expect(scores.bobs).toHaveLength(3);
  expect(scores.questions!.names).toHaveLength(8);
  const answers = question!.filter((value) => value === 'q1').length;
  const chosen = Array.from({ length: answers }, (_, row) => scoreAt(scores, row, 3));
  expect(Math.max(...chosen)).toBeCloseTo(1 / Math.sqrt(answers), 12);
});

test('what the paper saw is there to see: NNLS at most half the best individual, the average beaten', async () => {
  const { curve } = await hull(syntheticScores(paraphrases(MOVIELENS_LIKE, { items: 300, bobs: 40 })), {
    threads: 1,
    permutations: 5,
  });
  const last = curve.at(-1)!;
  expect(last.nnls.mse).toBeLessThan(0.5 * last.best.mse);
  expect(last.simplex.mse).toBeLessThan(last.average.mse);
});

test('figures: the same bytes again, four lines and two, panels side by side', async () => {
  const result = await hull(syntheticScores(paraphrases(ETHICS_LIKE, small)), { threads: 1, permutations: 4 });
  const svg = await drawHull(result, 'svg', 'test');
  expect(svg).toBe(await drawHull(result, 'svg', 'test'));
  for (const text of ['best individual', 'simple average', 'NNLS', 'simplex', 'non-zero weights', 'sup-norm distance'])
    expect(svg).toContain(text);
  expect(await drawHull(result, 'html', 'test & more')).toContain('test &amp; more');
  expect(
    await renderSvg(
      hullPanels([
        { title: 'One', result },
        { title: 'Two', result },
      ]),
    ),
  ).toContain('Two');
  expect(await renderSvg(hullEpsilon(result))).toContain('least, w ≥ 0');
});
