/**
 * Theorem 6 on random tables: no stable scheme gives Alice less than OPT - 2·epsilon, compared in exact fractions, for
 * every committee, both tie rules and all readings of epsilon.
 */
import { expect, test } from 'vitest';
import { Pool } from '../../src/kernel/pool.ts';
import { enumerateAll } from '../../src/market/enumerate.ts';
import { exactMarket } from '../../src/market/exact.ts';
import { misalignment } from '../../src/market/misalignment.ts';
import { utilityOf } from '../../src/market/scheme.ts';
import { parseTable } from '../../src/market/table.ts';
import { randomTable } from '../reference/tables.ts';

const TABLES = 1000;

test(`${TABLES} random tables, no violation`, async () => {
  const pool = new Pool({ threads: 1 });
  let met = 0;
  for (let seed = 0; seed < TABLES; seed++) {
    const market = exactMarket(parseTable(randomTable(seed, { states: 5, policies: 4, bobs: 4 }).csv));
    const ties = seed % 2 === 0 ? 'strict' : 'index';
    const { stable } = await enumerateAll(pool, market, { ties, rows: true });
    for (const [committee, found] of stable) {
      const worst = utilityOf(market, 0, found.alice);
      for (const scope of ['cells', 'schemes', 'table'] as const) {
        const weights = (seed + committee) % 3 === 0 ? 'simplex' : 'cone';
        const evidence = { cells: found.cells, rows: found.rows ?? [] };
        const { bound, epsilon } = misalignment(market, committee, { scope, weights }, evidence);
        expect(worst.gte(bound), `seed ${seed}, committee ${committee}, ${scope}, ${weights}`).toBe(true);
        if (scope !== 'schemes' && epsilon.gt(0) && worst.equals(bound)) met++;
      }
    }
  }
  await pool.close();
  // The bound is tight: some committees meet it at epsilon > 0.
  expect(met).toBeGreaterThan(0);
});
