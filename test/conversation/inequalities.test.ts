/** The paper's inequalities on 1,000 random small instances each, and the instances where a step of its proofs fails. */
import { afterAll, expect, test } from 'vitest';
import { tryFormulas } from '../../src/bounds/inequalities.ts';
import { corollary1 } from '../../src/bounds/quantal.ts';
import type { Trial } from '../../src/bounds/trials.ts';
import { tryAgreement, tryCompetition, tryQuantal } from '../../src/conversation/inequalities.ts';
import { analyseQuantal } from '../../src/conversation/quantal.ts';
import { Pool } from '../../src/kernel/pool.ts';

const INSTANCES = 1000;
const pool = new Pool({ threads: 1 });
afterAll(() => pool.close());

function allHold(trials: readonly Trial[], except: readonly string[] = []) {
  for (const { name, instances, violations, tightest, instance } of trials) {
    expect(instances, name).toBeGreaterThanOrEqual(INSTANCES);
    expect(Number.isFinite(tightest) && instance !== '', name).toBe(true);
    if (!except.includes(name)) expect(violations, `${name}: ${tightest} at ${instance}`).toBe(0);
  }
}

test('Lemmas 1 and 2, Corollaries 2 and 3, Proposition 3', () => {
  const trials = tryFormulas(INSTANCES, 1);
  expect(trials.map(({ name }) => name)).toEqual([
    'Lemma 1',
    'Lemma 2, ratio',
    'Lemma 2, distance',
    'Corollary 2',
    'Corollary 3',
    'Proposition 3',
  ]);
  allHold(trials);
});

test('Theorems 1 and 6, exactly; ties break Proposition 1', async () => {
  const { trials, failures } = await tryCompetition(INSTANCES, pool);
  allHold(trials);
  expect(failures.map(({ what }) => what.slice(0, 13))).toEqual(['Proposition 1']);
});

test('Theorems 2 and 5, Proposition 2, Corollary 1; Corollary 1 fails with δ in L1', async () => {
  const { trials, failures } = await tryQuantal(INSTANCES + 250, pool);
  allHold(trials, ['Corollary 1, L1']);
  const broken = failures.find(({ what }) => what.startsWith('Corollary 1 with δ in L1'))!;
  expect(trials.find(({ name }) => name === 'Corollary 1, L1')!.violations).toBeGreaterThan(0);
  expect(failures.some(({ what }) => what.startsWith('Corollary 1 with δ in total variation'))).toBe(false);
  // The instance once more, from its own game.
  const { closeness, lambda } = await analyseQuantal(broken.game, Number(broken.values.lambda), pool);
  const bound = corollary1(lambda, Number(broken.values.error), Number(broken.values.rho));
  expect(closeness.largest).toBeGreaterThan(bound + 1e-3);
  expect(closeness.largest / 2).toBeLessThanOrEqual(bound);
  expect(failures.some(({ what }) => what.startsWith('Theorem 2’s last step'))).toBe(true);
});

test('Theorem 3; Theorem 4 where information substitutes hold', async () => {
  allHold((await tryAgreement(INSTANCES)).trials);
});
