/**
 * Multipliers of constraints that add up over states, from linear programs over randomised schemes: any multipliers
 * bound what schemes reach, the duals of the program do it best.
 */
import type { LinearSolver } from '../../lp/program.ts';

/** What cells add up to must be at least `least`. */
export interface Sum {
  readonly value: Float64Array;
  readonly least: number;
}

export interface Relaxation {
  readonly firstCell: ArrayLike<number>;
  readonly loss: Float64Array;
  /** The deficit is at most this. */
  readonly budget: number;
  readonly sums: readonly Sum[];
}

function solve(
  { firstCell, loss, budget, sums }: Relaxation,
  objective: Float64Array,
  slack: ArrayLike<number> | null,
) {
  const states = firstCell.length - 1;
  const cells = loss.length;
  const starts = [0];
  const columns: number[] = [];
  const values: number[] = [];
  const row = (value: Float64Array, more = 0) => {
    for (let cell = 0; cell < cells; cell++) {
      if (value[cell] === 0) continue;
      columns.push(cell);
      values.push(value[cell]!);
    }
    if (more !== 0) {
      columns.push(cells);
      values.push(more);
    }
    starts.push(columns.length);
  };
  for (let s = 0; s < states; s++) {
    for (let cell = firstCell[s]!; cell < firstCell[s + 1]!; cell++) {
      columns.push(cell);
      values.push(1);
    }
    starts.push(columns.length);
  }
  row(loss);
  for (const [k, { value }] of sums.entries()) row(value, slack ? -slack[k]! : 0);
  const open = Number.POSITIVE_INFINITY;
  return {
    objective: slack ? [...new Float64Array(cells), 1] : objective,
    ...(slack ? { lower: [...new Float64Array(cells), -open] } : {}),
    rows: {
      lower: [...Array.from({ length: states }, () => 1), -open, ...sums.map(({ least }) => least)],
      upper: [...Array.from({ length: states }, () => 1), budget, ...sums.map(() => open)],
      coefficients: { starts, columns, values },
    },
  };
}

function duals(solver: LinearSolver, relaxation: Relaxation, program: ReturnType<typeof solve>): number[] | null {
  const { status, duals: all } = solver.solve({ sense: 'maximise', ...program });
  if (status !== 'optimal') return null;
  const first = relaxation.firstCell.length;
  return relaxation.sums.map((_, k) => Math.abs(all[first + k]!));
}

/** Multipliers that best bound the total of `value`, one a sum; null where the program has no solution. */
export function boundingMultipliers(
  solver: LinearSolver,
  relaxation: Relaxation,
  value: Float64Array,
): number[] | null {
  return duals(solver, relaxation, solve(relaxation, value, null));
}

/**
 * Multipliers that best show that the sums cannot all be reached.
 * @param scale by sum: a unit in which to fall short of it; 0 where it must be reached
 */
export function refutingMultipliers(
  solver: LinearSolver,
  relaxation: Relaxation,
  scale: ArrayLike<number>,
): number[] | null {
  return duals(solver, relaxation, solve(relaxation, relaxation.loss, scale));
}
