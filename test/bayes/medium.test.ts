/** Markets whose schemes (4^30, 4^60) cannot be listed. */
import type { Highs } from 'highs';
import { beforeAll, expect, test } from 'vitest';
import { AbortedError } from '../../src/errors.ts';
import { exactMarket } from '../../src/market/exact.ts';
import { totalsOf } from '../../src/market/scheme.ts';
import { solve } from '../../src/market/solve.ts';
import { sweep } from '../../src/market/sweep.ts';
import { bestObedient, integerSolver } from '../reference/integer-program.ts';
import { obedientSchemes } from '../reference/obedience.ts';
import { sharedTable } from './markets.ts';

let solver: Highs;
beforeAll(async () => {
  solver = await integerSolver();
});

const short = { receiver: 'bayes', threads: 1, runs: 1, scope: [] } as const;
const hard = sharedTable('anti', { states: 60, policies: 4, bobs: 4, levels: 1000 }, 5);

test.each(['bias75', 'bias95', 'prior'] as const)(
  '%s, 30 states, 4 policies, 4 Bobs: the worst equilibrium is obedient, and branch and bound finds no deviation',
  async (family) => {
    const table = sharedTable(family, { states: 30, policies: 4, bobs: 4, levels: 1000 }, 5);
    const market = exactMarket(table);
    const { committees } = await sweep(table, { ...short, paths: 0 });
    for (const { bobs, worst, stable } of committees.filter(({ bobs }) => bobs.length % 2 === 0)) {
      const scheme = worst.scheme.map((policy, s) => market.policies[s]!.indexOf(policy));
      const totals = totalsOf(market, scheme);
      expect(obedientSchemes(market, [{ scheme, totals }]).length).toBe(1);
      expect(Number(stable!.count)).toBeGreaterThan(0);
      const deficit = market.most[0]! - totals[0]!;
      if (deficit === 0) continue;
      for (const bob of bobs) {
        const player = market.bobs.indexOf(bob) + 1;
        expect(bestObedient(solver, market, player, deficit - 1)).toBeLessThanOrEqual(totals[player]!);
      }
    }
    // V_min never falls as a committee grows.
    for (const small of committees)
      for (const large of committees)
        if (small.bobs.every((bob) => large.bobs.includes(bob)))
          expect(large.worst.alice.value).toBeGreaterThanOrEqual(small.worst.alice.value);
  },
);

test('refused by name where listing is asked for', async () => {
  await expect(solve(hard, { ...short, method: 'enumerate' })).rejects.toThrow(
    `${4n ** 60n} schemes are too many to list for receiver bayes (at most 16777216): use --method search`,
  );
});

test('a time limit leaves bounds', async () => {
  const result = await solve(hard, { ...short, timeLimit: 0.3 });
  expect(result.complete).toBe(false);
  expect(result.stable).toBeNull();
  expect(result.lowerBound!.value).toBeLessThan(result.worst.alice.value);
  expect(result.worst.alice.value).toBeLessThanOrEqual(result.optimum.alice.value);
  expect(result.dynamics.nash && result.dynamics.unfinished).toBe(false);
});

test('a time limit that the answer without mixing outlasts: over randomised schemes it is known or bounded', async () => {
  const result = await solve(hard, { ...short, schemes: 'randomised', timeLimit: 1 });
  expect(result.complete).toBe(false);
  expect(result.lowerBound!.value).toBeLessThanOrEqual(result.worst.alice.value);
  expect(result.worst.probabilities!.length).toBe(60);
});

test('progress tells both bounds; a fired signal stops the search', async () => {
  const controller = new AbortController();
  const notes: (string | undefined)[] = [];
  const onProgress = (_: number, __: number, note?: string) => {
    notes.push(note);
    controller.abort();
  };
  await expect(solve(hard, { ...short, signal: controller.signal, onProgress })).rejects.toThrow(AbortedError);
  expect(notes[0]).toContain('gap');
});
