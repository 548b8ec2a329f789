/** Misalignment as Remark 5 states it, in doubles: every row listed, nothing filtered, solved by HiGHS. */
import type { LinearSolver } from '../../src/lp/program.ts';
import type { UtilityTable } from '../../src/market/table.ts';
import { cellsUsed, type ListedScheme, optimum, type ReferenceMarket } from './market.ts';

interface Sides {
  /** Rows: Alice first, then the committee's Bobs. */
  readonly upper: readonly (readonly number[])[];
  readonly lower: readonly (readonly number[])[];
}

export function sides(
  table: UtilityTable,
  market: ReferenceMarket,
  committee: readonly number[],
  stable: readonly ListedScheme[],
  scope: 'cells' | 'schemes' | 'table',
): Sides {
  const players = [0, ...committee.map((bob) => bob + 1)];
  const best = optimum(market).totals[0];
  const optimal = market.schemes.filter(({ totals }) => totals[0] === best);
  if (scope === 'schemes') {
    const row = ({ totals }: ListedScheme) => players.map((p) => Number(totals[p]) * market.unit.valueOf());
    return { upper: stable.map(row), lower: optimal.map(row) };
  }
  const rows = table.utilities[0]!.map((_, cell) => players.map((p) => Number(table.utilities[p]![cell])));
  if (scope === 'table') return { upper: rows, lower: rows };
  const used = (schemes: readonly ListedScheme[]) => {
    const cells = cellsUsed(market, schemes);
    return rows.filter((_, cell) => cells[cell]);
  };
  return { upper: used(stable), lower: used(optimal) };
}

/** The smallest epsilon; variables are w…, c, epsilon. */
export function epsilonOf(solver: LinearSolver, { upper, lower }: Sides, weights: 'simplex' | 'cone'): number {
  const m = (upper[0] ?? lower[0])!.length - 1;
  const infinity = Number.POSITIVE_INFINITY;
  const rows = [
    ...upper.map(([alice, ...bobs]) => ({ row: [...bobs, 1, -1], lower: -infinity, upper: alice! })),
    ...lower.map(([alice, ...bobs]) => ({ row: [...bobs, 1, 1], lower: alice!, upper: infinity })),
    ...(weights === 'simplex' ? [{ row: [...Array<number>(m).fill(1), 0, 0], lower: 1, upper: 1 }] : []),
  ];
  const { value } = solver.solve({
    objective: [...Array<number>(m + 1).fill(0), 1],
    lower: [...Array<number>(m).fill(0), -infinity, 0],
    rows: {
      lower: rows.map((one) => one.lower),
      upper: rows.map((one) => one.upper),
      coefficients: { dense: rows.flatMap((one) => one.row) },
    },
  });
  return value;
}
