import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ObedientSchemes } from '../../src/market/bayes/listed.ts';
import { exactMarket } from '../../src/market/exact.ts';
import { solve } from '../../src/market/solve.ts';
import { sweep } from '../../src/market/sweep.ts';
import { parseTable } from '../../src/market/table.ts';
import { everyScheme, marketOf } from '../reference/gains.ts';
import { stableSchemes } from '../reference/stability.ts';

const table = (name: string) =>
  parseTable(readFileSync(new URL(`../../data/tables/${name}.csv`, import.meta.url), 'utf8'));

// The known answers: 2 of 27 schemes of synthetic-1 and 5 of 64 of synthetic-2 are obedient.
test.each([
  ['synthetic-1', 2],
  ['synthetic-2', 5],
])('%s has %d obedient schemes', (name, count) => {
  expect(new ObedientSchemes(exactMarket(table(name))).schemes.length).toBe(count);
});

test('synthetic-2, full market: V_min .8267; a sweep says the same', async () => {
  const options = { receiver: 'bayes', threads: 1, paths: 0, runs: 2 } as const;
  const solved = await solve(table('synthetic-2'), options);
  expect(solved.worst.alice.value).toBeCloseTo(0.8267, 4);
  const { committees } = await sweep(table('synthetic-2'), options);
  expect(committees.at(-1)!.worst).toEqual(solved.worst);
  for (const { worst, misalignment } of committees)
    expect(worst.alice.value).toBeGreaterThanOrEqual(misalignment[0]!.bound - 1e-9);
});

const gain = fc.integer({ min: 0, max: 5 });
const arbitrary = fc
  .record({
    states: fc.integer({ min: 1, max: 4 }),
    policies: fc.integer({ min: 1, max: 3 }),
    bobs: fc.integer({ min: 1, max: 3 }),
  })
  .chain(({ states, policies, bobs }) =>
    fc.array(
      fc.array(fc.array(gain, { minLength: bobs + 1, maxLength: bobs + 1 }), {
        minLength: policies,
        maxLength: policies,
      }),
      { minLength: states, maxLength: states },
    ),
  );

test('obedient and stable schemes equal those found from the definitions', () => {
  fc.assert(
    fc.property(arbitrary, fc.boolean(), (gains, index) => {
      const obedient = everyScheme(gains).filter(({ scheme }) =>
        gains[0]!.every((_, named) =>
          gains[0]!.every((_, other) => {
            const states = gains.filter((_, s) => scheme[s] === named);
            const worth = (policy: number) => states.reduce((sum, state) => sum + state[policy]![0]!, 0);
            return worth(named) >= worth(other);
          }),
        ),
      );
      const ties = index ? 'index' : 'strict';
      const found = new ObedientSchemes(marketOf(gains));
      expect(found.schemes.map(({ scheme }) => scheme)).toEqual(obedient.map(({ scheme }) => scheme));
      const players = gains[0]![0]!.slice(1).map((_, j) => j + 1);
      const stable = stableSchemes(obedient, players, ties);
      const { alice, scheme, count } = found.stable(players, ties);
      expect(Number(count)).toBe(stable.length);
      const least = Math.min(...stable.map(({ totals }) => totals[0]!));
      expect(alice).toBe(least);
      expect(scheme).toEqual(stable.find(({ totals }) => totals[0] === least)!.scheme);
    }),
    { seed: 11, numRuns: 300 },
  );
});

test('refused: policy sets that differ', async () => {
  const differing = parseTable('state,policy,alice,B\na,x,1,0\na,y,0,1\nb,x,1,0\nb,z,0,1\n');
  await expect(solve(differing, { receiver: 'bayes' })).rejects.toThrow('one policy set shared by all states');
});
