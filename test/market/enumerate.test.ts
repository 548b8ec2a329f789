/** Enumeration against the slow oracle: OPT, V_min, witness, counts and cells of every committee under both tie rules. */
import { expect, test } from 'vitest';
import { Pool } from '../../src/kernel/pool.ts';
import { committeeBobs } from '../../src/market/committee.ts';
import { enumerateAll, enumerateOne } from '../../src/market/enumerate.ts';
import { exactMarket } from '../../src/market/exact.ts';
import { restrict } from '../../src/market/restrict.ts';
import { schemeRank, utilityOf } from '../../src/market/scheme.ts';
import { cellSet } from '../../src/market/stable.ts';
import { parseTable } from '../../src/market/table.ts';
import * as oracle from '../reference/market.ts';
import { randomTable } from '../reference/tables.ts';

const TABLES = 1000;

test(`${TABLES} random tables: every committee, both tie rules`, async () => {
  const pool = new Pool({ threads: 1 });
  let committees = 0;
  let stableOnlyAtOptimum = 0;
  for (let seed = 0; seed < TABLES; seed++) {
    const table = parseTable(randomTable(seed).csv);
    const market = exactMarket(table);
    const reference = oracle.referenceMarket(table);
    expect(utilityOf(market, 0, market.most[0]!).toFraction()).toBe(
      oracle.expected(reference, oracle.optimum(reference), 0).toFraction(),
    );
    for (const ties of ['strict', 'index'] as const) {
      const { stable, complete } = await enumerateAll(pool, market, { ties, rows: false });
      expect(complete).toBe(true);
      expect(stable.size).toBe(2 ** market.bobs.length - 1);
      for (const [mask, found] of stable) {
        const members = committeeBobs(mask);
        const listed = oracle.stable(reference, members, ties);
        const worst = oracle.worst(reference, members, ties);
        expect(schemeRank(market, found.scheme)).toBe(worst.rank);
        expect(utilityOf(market, 0, found.alice).toFraction()).toBe(oracle.expected(reference, worst, 0).toFraction());
        expect(found.count).toBe(BigInt(listed.length));
        expect(found.cells).toBe(cellSet(listed.flatMap(({ cells }) => cells)));
        committees++;
        if (found.alice === market.most[0]) stableOnlyAtOptimum++;
      }
      // One committee alone gives what it gives among all.
      const mask = 1 + (seed % (2 ** market.bobs.length - 1));
      const one = await enumerateOne(pool, restrict(market, committeeBobs(mask)), { ties, rows: false });
      const { rows: _, ...rest } = stable.get(mask)!;
      expect(one).toMatchObject({ complete: true, stable: rest });
    }
  }
  await pool.close();
  // The families are worth their name: in many committees the worst equilibrium is below Alice's optimum.
  expect(stableOnlyAtOptimum).toBeLessThan(0.9 * committees);
});
