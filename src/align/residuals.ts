/** Residuals of all rows at given weights, in doubles, with what is needed to trust or to recheck their signs. */
import { nearestDouble } from '../exact/nearest.ts';
import type { ExactPoint } from '../lp/vertex.ts';
import type { AlignmentPoints } from './points.ts';
import { type Side, violation } from './program.ts';

/** One row of the points as integers by player, Alice first. */
export function pointRow({ whole }: Pick<AlignmentPoints, 'whole'>, row: number): Float64Array {
  return Float64Array.from(whole, (column) => column[row]!);
}

/** Σ weights[j]·r_j + constant − r_A for every row r, in units of Alice's. Cost: rows × Bobs. */
export function residuals(
  { whole, count }: AlignmentPoints,
  weights: ArrayLike<number>,
  constant: number,
): Float64Array {
  const out = new Float64Array(count);
  const alice = whole[0]!;
  for (let row = 0; row < count; row++) out[row] = constant - alice[row]!;
  for (let j = 1; j < whole.length; j++) {
    const weight = weights[j - 1]!;
    if (weight === 0) continue;
    const column = whole[j]!;
    for (let row = 0; row < count; row++) out[row]! += weight * column[row]!;
  }
  return out;
}

/** The largest error that a residual in doubles can have at these weights. */
function residualError({ whole }: AlignmentPoints, weights: ArrayLike<number>, constant: number): number {
  let magnitude = Math.abs(constant) + largest(whole[0]!);
  for (let j = 1; j < whole.length; j++) magnitude += Math.abs(weights[j - 1]!) * largest(whole[j]!);
  return (whole.length + 8) * Number.EPSILON * magnitude;
}

const known = new WeakMap<Float64Array, number>();

/** The largest entry of a column of non-negative integers. */
export function largest(column: Float64Array): number {
  let most = known.get(column);
  if (most === undefined) {
    most = column.reduce((high, value) => Math.max(high, value), 0);
    known.set(column, most);
  }
  return most;
}

/**
 * The rows at x = (W…, C, E) with |residual| against E: the one furthest beyond it (`worst`) and those exactly
 * on it (`tight`), rising. Doubles decide all but the few rows within their error of ±E.
 */
export function exactRows(points: AlignmentPoints, players: readonly number[], x: ExactPoint) {
  const value = (j: number) => nearestDouble(x.numerators[j]!, x.denominator);
  const m = players.length;
  const weights = players.map((_, j) => value(j));
  const epsilon = value(m + 1);
  const at = residuals(points, weights, value(m));
  const error = residualError(points, weights, value(m)) + 2 * Number.EPSILON * epsilon;
  let worst: { readonly row: number; readonly side: Side; readonly by: number } | undefined;
  const tight: number[] = [];
  for (let row = 0; row < at.length; row++)
    for (const side of ['upper', 'lower'] as const) {
      const by = (side === 'upper' ? at[row]! : -at[row]!) - epsilon;
      // Where a number overflowed this is false, and the integers decide as well.
      if (by < -error) continue;
      const exact = violation(x, players, { row: pointRow(points, row), side });
      if (exact === 0n) tight.push(row);
      if (exact > 0n && !(worst && worst.by >= by)) worst = { row, side, by };
    }
  return { worst, tight };
}
