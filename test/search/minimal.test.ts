import { readFileSync } from 'node:fs';
import Fraction from 'fraction.js';
import { expect, test } from 'vitest';
import { exactMarket } from '../../src/market/exact.ts';
import { minimalCommittees } from '../../src/market/minimal.ts';
import { sweep } from '../../src/market/sweep.ts';
import { parseTable } from '../../src/market/table.ts';

const table = parseTable(readFileSync(new URL('../../data/tables/movielens.csv', import.meta.url), 'utf8'));

test.each([1, 0.999, 0.99, 0.5])(
  'committees that guarantee %d of OPT: enough, and no part of them is',
  async (share) => {
    const { committees, optimum, minimal } = await sweep(table, {
      atLeast: share,
      threads: 1,
      scope: [],
      paths: 0,
      runs: 1,
    });
    const enough = committees.filter(({ worst }) => worst.alice.value >= share * optimum.alice.value - 1e-12);
    const smallest = enough.filter(
      ({ bobs }) =>
        !enough.some((part) => part.bobs.length < bobs.length && part.bobs.every((bob) => bobs.includes(bob))),
    );
    expect(smallest.length).toBeGreaterThan(0);
    expect(minimal?.committees).toEqual(smallest.map(({ bobs }) => bobs));
  },
);

test('where time ran out: what is listed is proved, what may be enough as well is counted', () => {
  const market = exactMarket(table);
  // OPT is 17/20. Committees 1 and 2 are open, 3 is proved and holds both, 4 falls short, 5 is open and holds 1 only.
  const known = (proved: number, found: number) => ({ proved: new Fraction(proved), found: new Fraction(found) });
  const all = new Map([
    [0b001, known(0.8, 0.85)],
    [0b010, known(0.8, 0.85)],
    [0b100, known(0.8, 0.84)],
    [0b011, known(0.85, 0.85)],
    [0b101, known(0.84, 0.85)],
    [0b111, known(0.8, 0.85)],
  ]);
  const { committees, undecided } = minimalCommittees(market, all, 1);
  expect(committees).toEqual([['Action Bob', 'Comedy Bob']]);
  expect(undecided).toBe(3);
  expect('undecided' in minimalCommittees(market, new Map([[0b011, known(0.85, 0.85)]]), 1)).toBe(false);
});

test.each([{ schemes: 'randomised' }, { ties: 'index' }] as const)(
  '%o: the smallest committees are those of the answer asked for',
  async (options) => {
    const { committees, minimal } = await sweep(table, {
      ...options,
      atLeast: 1,
      threads: 1,
      scope: [],
      paths: 0,
      runs: 1,
    });
    const enough = committees.filter(({ worst }) => worst.alice.exact === '17/20').map(({ bobs }) => bobs);
    const smallest = enough.filter(
      (bobs) => !enough.some((part) => part.length < bobs.length && part.every((bob) => bobs.includes(bob))),
    );
    expect(minimal!.committees).toEqual(smallest);
  },
);

test('a share outside (0, 1] is refused', async () => {
  await expect(sweep(table, { atLeast: 1.5 })).rejects.toThrow(
    'atLeast must be a share above 0 and at most 1, got 1.5',
  );
});

test('a share that prints with an exponent is the decimal that it says', async () => {
  const small = parseTable('state,policy,alice,B\ns,p,1,0\ns,q,0.5,1');
  const { minimal } = await sweep(small, { atLeast: 1e-7, threads: 1 });
  expect(minimal).toEqual({ share: 1e-7, alice: { value: 1e-7, exact: '1/10000000' }, committees: [['B']] });
  expect((await sweep(small, { atLeast: 5e-324, threads: 1 })).minimal?.committees).toEqual([['B']]);
});

test('a share of an optimum below 0 is refused, all of it is not', async () => {
  const losses = parseTable('state,policy,alice,B\ns,p,-1,0\ns,q,-2,1');
  await expect(sweep(losses, { atLeast: 0.5 })).rejects.toThrow(
    "atLeast must be 1 where Alice's optimum is below 0 (here -1), got 0.5",
  );
  expect((await sweep(losses, { atLeast: 1, threads: 1 })).minimal?.committees).toEqual([]);
});
