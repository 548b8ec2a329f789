import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
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

test('a share outside (0, 1] is refused', async () => {
  await expect(sweep(table, { atLeast: 1.5 })).rejects.toThrow(
    'atLeast must be a share above 0 and at most 1, got 1.5',
  );
});
