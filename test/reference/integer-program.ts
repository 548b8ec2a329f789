/** Best obedient schemes by HiGHS's branch and bound over 0-1 variables: nothing in common with the search but the rows. */
import highs, { type Highs } from 'highs';
import type { Market } from '../../src/market/market.ts';

export async function integerSolver(): Promise<Highs> {
  const load: typeof highs.default = 'default' in highs ? highs.default : highs;
  return load();
}

/**
 * max{U_player(f) : f obedient, deficit <= d}, of a market whose states share their policies in one order.
 * @returns the total, a whole number up to HiGHS's tolerances
 */
export function bestObedient(solver: Highs, { firstCell, gains, most }: Market, player: number, d: number): number {
  const [states, policies, cells] = [firstCell.length - 1, firstCell[1]!, firstCell.at(-1)!];
  const all = Array.from({ length: cells }, (_, cell) => cell);
  const alice = gains[0]!;
  const rows = [
    ...Array.from({ length: states }, (_, s) => ({
      row: all.map((cell) => Number(cell >= firstCell[s]! && cell < firstCell[s + 1]!)),
      least: 1,
      most: 1,
    })),
    { row: all.map((cell) => alice[cell]!), least: most[0]! - d, most: Number.POSITIVE_INFINITY },
  ];
  for (let m = 0; m < policies; m++)
    for (let n = 0; n < policies; n++)
      if (m !== n)
        rows.push({
          row: all.map((cell) => (cell % policies === m ? alice[cell]! - alice[cell - m + n]! : 0)),
          least: 0,
          most: Number.POSITIVE_INFINITY,
        });
  const model = solver.createModel();
  try {
    model.options.set({ output_flag: false, mip_rel_gap: 0, mip_abs_gap: 0.5 });
    model.passModel({
      numCols: cells,
      numRows: rows.length,
      sense: solver.constants.objectiveSense.maximize,
      colCost: gains[player]!,
      colLower: new Float64Array(cells),
      colUpper: new Float64Array(cells).fill(1),
      rowLower: Float64Array.from(rows, ({ least }) => least),
      rowUpper: Float64Array.from(rows, (one) => one.most),
      matrix: {
        format: 'csr',
        numRows: rows.length,
        numCols: cells,
        starts: Int32Array.from({ length: rows.length + 1 }, (_, i) => i * cells),
        indices: Int32Array.from({ length: rows.length * cells }, (_, i) => i % cells),
        values: Float64Array.from(rows.flatMap(({ row }) => row)),
      },
      integrality: new Int32Array(cells).fill(1),
    });
    model.run();
    return Math.round(model.getObjectiveValue());
  } finally {
    model.dispose();
  }
}
