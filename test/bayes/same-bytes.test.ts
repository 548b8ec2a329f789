/** With the receiver `bayes` as well, `--method search` and `--method enumerate` print the same results, byte for byte. */
import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { Pool } from '../../src/kernel/pool.ts';
import { solve } from '../../src/market/solve.ts';
import { sweep } from '../../src/market/sweep.ts';
import { parseTable, type UtilityTable } from '../../src/market/table.ts';
import { sharedFamilies, sharedTable } from './markets.ts';

const pool = new Pool({ threads: 1 });
afterAll(() => pool.close());

const every = {
  receiver: 'bayes',
  scope: ['cells', 'schemes', 'table'],
  weights: ['simplex', 'cone'],
  runs: 2,
  atLeast: 0.95,
  pool,
} as const;

async function same(table: UtilityTable, ties: 'strict' | 'index'): Promise<void> {
  const listed = await sweep(table, { ...every, ties, method: 'enumerate' });
  expect(JSON.stringify(await sweep(table, { ...every, ties, method: 'search' }))).toBe(JSON.stringify(listed));
  const one = await solve(table, { ...every, ties, method: 'enumerate' });
  expect(JSON.stringify(await solve(table, { ...every, ties, method: 'search' }))).toBe(JSON.stringify(one));
}

test.each(['synthetic-1', 'synthetic-2'])('%s', async (name) => {
  const table = parseTable(readFileSync(new URL(`../../data/tables/${name}.csv`, import.meta.url), 'utf8'));
  for (const ties of ['strict', 'index'] as const) await same(table, ties);
});

test.each(sharedFamilies)('%s', async (family) => {
  for (const levels of [3, 30, 1000])
    await same(
      sharedTable(family, { states: 5, policies: 3, bobs: 3, levels }, 3000 + levels),
      levels === 30 ? 'index' : 'strict',
    );
});

test('policies in another order in some states', async () => {
  const table = sharedTable('bias75', { states: 5, policies: 3, bobs: 2, levels: 20 }, 3100);
  const places = [0, 1, 2, 5, 4, 3, 6, 7, 8, 10, 9, 11, 12, 14, 13];
  const shuffled = {
    ...table,
    policies: table.policies.map((own, s) => own.map((_, p) => own[places[3 * s + p]! - 3 * s]!)),
    utilities: table.utilities.map((column) => places.map((cell) => column[cell]!)),
  };
  await same(shuffled, 'strict');
  const worst = async (one: UtilityTable) => (await solve(one, { ...every, method: 'search' })).worst.alice;
  expect(await worst(shuffled)).toEqual(await worst(table));
});
