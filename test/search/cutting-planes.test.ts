import { afterAll, beforeAll, expect, test } from 'vitest';
import { Pool } from '../../src/kernel/pool.ts';
import { type LinearSolver, linearSolver } from '../../src/lp/program.ts';
import { misalignmentByCuts } from '../../src/market/cutting-planes.ts';
import { exactMarket } from '../../src/market/exact.ts';
import { misalignment } from '../../src/market/misalignment.ts';
import { searchOne } from '../../src/market/search/answers.ts';
import { parseTable } from '../../src/market/table.ts';
import { answered, finished } from '../../src/steps.ts';
import { families, familyMarket } from '../reference/families.ts';

const pool = new Pool({ threads: 1 });
let solver: LinearSolver;
beforeAll(async () => {
  solver = await linearSolver();
});
afterAll(() => pool.close());

test.each(families)('%s: cutting planes give what the full program gives, past enumeration', async (family) => {
  const { firstCell, gains } = familyMarket(family, { states: 16, policies: 3, bobs: 2, levels: 20 }, 61);
  const lines = firstCell
    .slice(1)
    .flatMap((end, s) =>
      Array.from({ length: end - firstCell[s]! }, (_, p) =>
        [`s${s}`, `p${p}`, ...gains.map((column) => column[firstCell[s]! + p]!)].join(','),
      ),
    );
  const market = exactMarket(parseTable(['state,policy,alice,A,B', ...lines].join('\n')));
  await searchOne(pool, market, { ties: 'strict' }, ({ stable }) => {
    expect(stable.cells).not.toBeNull();
    for (const weights of ['cone', 'simplex'] as const) {
      const full = misalignment(market, 0b11, { scope: 'cells', weights }, { cells: stable.cells }, solver);
      // Forget what counting found: every cell that matters has to be asked for.
      const known = new Set(stable.scheme.map((policy, s) => market.firstCell[s]! + policy));
      const asks = { ...bound(stable.asks!), usedCells: known };
      const uses = (cell: number) => asks.uses(cell) && Boolean(known.add(cell));
      const cut = finished(misalignmentByCuts(market, 0b11, weights, { ...asks, uses }, solver));
      expect(cut.epsilon.toFraction()).toBe(full.epsilon.toFraction());
      expect([...cut.w].map(([, w]) => w.toFraction())).toEqual([...full.w].map(([, w]) => w.toFraction()));
      expect(cut.offset.toFraction()).toBe(full.offset.toFraction());
    }
  });
});

function bound(asks: NonNullable<Parameters<typeof misalignmentByCuts>[3]>) {
  return { uses: (cell: number) => finished(answered(asks.uses(cell))), largest: asks.largest.bind(asks) };
}
