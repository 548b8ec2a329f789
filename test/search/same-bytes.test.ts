/** `--method search` and `--method enumerate` print the same results, byte for byte. */
import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { Pool } from '../../src/kernel/pool.ts';
import { solve } from '../../src/market/solve.ts';
import { sweep } from '../../src/market/sweep.ts';
import { parseTable } from '../../src/market/table.ts';
import { families, familyMarket, tableOf } from '../reference/families.ts';

const pool = new Pool({ threads: 1 });
afterAll(() => pool.close());

const every = { scope: ['cells', 'schemes', 'table'], weights: ['simplex', 'cone'], runs: 2, pool } as const;

test.each(['synthetic-1', 'synthetic-2', 'movielens'])('%s', async (name) => {
  const table = parseTable(readFileSync(new URL(`../../data/tables/${name}.csv`, import.meta.url), 'utf8'));
  for (const ties of ['strict', 'index'] as const) {
    const listed = await sweep(table, { ...every, ties, method: 'enumerate' });
    expect(JSON.stringify(await sweep(table, { ...every, ties, method: 'search' }))).toBe(JSON.stringify(listed));
    const one = await solve(table, { ...every, ties, method: 'enumerate' });
    expect(JSON.stringify(await solve(table, { ...every, ties, method: 'search' }))).toBe(JSON.stringify(one));
  }
});

test.each(families)('%s', async (family) => {
  for (const levels of [3, 30, 1000]) {
    const table = tableOf(familyMarket(family, { states: 4, policies: 3, bobs: 3, levels }, 3000 + levels));
    const ties = levels === 30 ? 'index' : 'strict';
    const listed = await sweep(table, { ...every, ties, method: 'enumerate' });
    expect(JSON.stringify(await sweep(table, { ...every, ties, method: 'search' }))).toBe(JSON.stringify(listed));
  }
});

test('priors twelve digits apart: schemes that Alice can hardly tell apart', async () => {
  const table = parseTable(`state,policy,alice,A,B,prior
rare,p,0.49,0.207,5,0.000000000001
rare,q,0.5,0.109,5,0.000000000001
often,p,0.2,0.532,5,123.456
now,p,0.36,0.25,5,0.1
now,q,0.88,0.712,5,0.1`);
  const listed = await sweep(table, { ...every, ties: 'index', method: 'enumerate' });
  expect(listed.committees[2]?.misalignment.find(({ scope }) => scope === 'schemes')?.epsilon).toBeGreaterThan(0);
  expect(JSON.stringify(await sweep(table, { ...every, ties: 'index', method: 'search' }))).toBe(
    JSON.stringify(listed),
  );
});
