import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileKernel, Kernel } from '../../src/kernel/instance.ts';
import { Pool } from '../../src/kernel/pool.ts';
import { type LinearSolver, linearSolver } from '../../src/lp/program.ts';
import { misalignmentByCuts } from '../../src/market/cutting-planes.ts';
import { exactMarket } from '../../src/market/exact.ts';
import { misalignment } from '../../src/market/misalignment.ts';
import { searchOne } from '../../src/market/search/answers.ts';
import { CommitteeSearch } from '../../src/market/search/committee.ts';
import { losses } from '../../src/market/search/deficits.ts';
import { StableExtremes } from '../../src/market/search/extremes.ts';
import { Session } from '../../src/market/search/session.ts';
import { cellSet } from '../../src/market/stable.ts';
import { parseTable } from '../../src/market/table.ts';
import { answered, finished } from '../../src/steps.ts';
import { families, familyMarket, wholeMarket } from '../reference/families.ts';

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

test.each(families)('%s: the same from nothing known, on random tables', (family) => {
  const kernel = new Kernel(compileKernel());
  for (let seed = 8000; seed < 8030; seed++) {
    const levels = [2, 6, 30, 1000][seed % 4]!;
    const market = wholeMarket(familyMarket(family, { states: 6, policies: 3, bobs: 2 + (seed % 2), levels }, seed));
    const players = market.bobs.map((_, j) => j + 1);
    const committee = 2 ** players.length - 1;
    const most = losses(market).reduce((sum, loss) => sum + loss, 0);
    const session = new Session(kernel, market, most);
    const search = new CommitteeSearch(session, players, 'strict', most);
    const worst = finished(search.worst()).found;
    const cells = cellSet(finished(search.count(worst)).cells);
    for (const weights of ['cone', 'simplex'] as const) {
      const asks = new StableExtremes(kernel, market, search, worst, []);
      const cut = finished(misalignmentByCuts(market, committee, weights, asks));
      const full = misalignment(market, committee, { scope: 'cells', weights }, { cells });
      expect(cut.epsilon.toFraction(), JSON.stringify({ seed, weights })).toBe(full.epsilon.toFraction());
      expect(cut.offset.toFraction()).toBe(full.offset.toFraction());
    }
    search.release();
    session.release();
  }
});
