/**
 * Definition 1 on many rows by cutting planes, in doubles: HiGHS holds a few rows, all rows are checked against its
 * answer, the worst join, until none is violated.
 */
import { AbortedError, InternalError } from '../errors.ts';
import type { LinearSolution, LinearSolver, Rows } from '../lp/program.ts';
import type { AlignmentPoints } from './points.ts';
import type { Side, WeightSet } from './program.ts';
import { largest, residuals } from './residuals.ts';

/** A row on one side, by its number. */
export interface Cut {
  readonly row: number;
  readonly side: Side;
}

export interface CuttingOptions {
  readonly signal?: AbortSignal | undefined;
  /** On the clock of `performance.now()`, in ms. */
  readonly deadline?: number | undefined;
  readonly onProgress?: ((cuts: number) => void) | undefined;
}

/** In units of Alice's: Σ weights[j]·r_j + constant is within `epsilon` of r_A on every row. */
export interface CuttingAnswer {
  readonly weights: Float64Array;
  readonly constant: number;
  readonly epsilon: number;
  /** No weights can do better than this, up to HiGHS's tolerance. */
  readonly lowerBound: number;
  /** The rows that HiGHS holds, with their dual multipliers (0 or more). */
  readonly cuts: readonly (Cut & { readonly multiplier: number })[];
  readonly complete: boolean;
}

/** Relative to Alice's range: HiGHS's own feasibility tolerance is 1e-7. */
const TOLERANCE = 1e-7;
/** Rows that join at a time, a side. */
const CUTS_A_SIDE = 24;
const MOST_ROUNDS = 2000;

/** @throws AbortedError once `signal` fires; InternalError where HiGHS fails. */
export function cuttingPlanes(
  points: AlignmentPoints,
  weights: WeightSet,
  solver: LinearSolver,
  { signal, deadline = Number.POSITIVE_INFINITY, onProgress }: CuttingOptions = {},
): CuttingAnswer {
  const scale = Float64Array.from(points.whole, (column) => largest(column) || 1);
  const cuts = firstCuts(points);
  const known = new Set(cuts.map(keyOf));
  const opened = solver.open({
    objective: [...Array<number>(points.bobs.length + 1).fill(0), 1],
    lower: [...points.bobs.map(() => 0), Number.NEGATIVE_INFINITY, 0],
    rows: firstRows(points, scale, weights, cuts),
  });
  // The sum of weights, where there is one, is HiGHS's first row.
  const offset = weights === 'simplex' ? 1 : 0;
  try {
    for (let round = 1; ; round++) {
      const solution = opened.solve();
      if (solution.status !== 'optimal') throw new InternalError(`HiGHS calls an alignment program ${solution.status}`);
      const at = inAliceUnits(solution, scale);
      const beyond = violated(residuals(points, at.weights, at.constant), at.epsilon + TOLERANCE * scale[0]!);
      const fresh = beyond.filter((cut) => !known.has(keyOf(cut)));
      const stopped = round >= MOST_ROUNDS || performance.now() >= deadline;
      if (fresh.length === 0 || stopped) {
        const multipliers = cuts.map((cut, i) => ({ ...cut, multiplier: Math.abs(solution.duals[offset + i]!) }));
        return {
          ...reached(points, at, weights),
          lowerBound: at.epsilon,
          cuts: multipliers,
          complete: fresh.length === 0,
        };
      }
      if (signal?.aborted) throw new AbortedError();
      for (const cut of fresh) known.add(keyOf(cut));
      cuts.push(...fresh);
      opened.addRows(rowsOf(points, scale, fresh));
      onProgress?.(cuts.length);
    }
  } finally {
    opened.dispose();
  }
}

const keyOf = ({ row, side }: Cut) => (side === 'upper' ? row : -1 - row);

/** Where each player is lowest and highest, on both sides. */
function firstCuts({ whole }: AlignmentPoints): Cut[] {
  const rows = new Set<number>();
  for (const column of whole) {
    let low = 0;
    let high = 0;
    for (let row = 1; row < column.length; row++) {
      if (column[row]! < column[low]!) low = row;
      if (column[row]! > column[high]!) high = row;
    }
    rows.add(low).add(high);
  }
  return [...rows].flatMap((row): Cut[] => [
    { row, side: 'upper' },
    { row, side: 'lower' },
  ]);
}

/** Columns scaled to [0, 1]; variables are the scaled weights, constant and epsilon. */
function rowsOf({ whole }: AlignmentPoints, scale: Float64Array, cuts: readonly Cut[]): Rows {
  const dense = cuts.flatMap(({ row, side }) => {
    const bobs = whole.slice(1).map((column, j) => column[row]! / scale[j + 1]!);
    return [...bobs, 1, side === 'upper' ? -1 : 1];
  });
  const alice = cuts.map(({ row }) => whole[0]![row]! / scale[0]!);
  return {
    lower: cuts.map(({ side }, i) => (side === 'upper' ? Number.NEGATIVE_INFINITY : alice[i]!)),
    upper: cuts.map(({ side }, i) => (side === 'upper' ? alice[i]! : Number.POSITIVE_INFINITY)),
    coefficients: { dense },
  };
}

/** By Bob: what a scaled weight of 1 adds to the sum of weights. */
function shares({ unit }: AlignmentPoints, scale: Float64Array): number[] {
  return unit.slice(1).map((own, j) => (scale[0]! / scale[j + 1]!) * unit[0]!.div(own).valueOf());
}

function firstRows(points: AlignmentPoints, scale: Float64Array, weights: WeightSet, cuts: readonly Cut[]): Rows {
  const rows = rowsOf(points, scale, cuts);
  if (weights === 'cone' || !('dense' in rows.coefficients)) return rows;
  const sum = [...shares(points, scale), 0, 0];
  return {
    lower: [1, ...rows.lower],
    upper: [1, ...rows.upper],
    coefficients: { dense: [...sum, ...rows.coefficients.dense] },
  };
}

function inAliceUnits({ x }: LinearSolution, scale: Float64Array) {
  const m = scale.length - 1;
  const weights = Float64Array.from({ length: m }, (_, j) => Math.max(0, (x[j]! * scale[0]!) / scale[j + 1]!));
  return { weights, constant: x[m]! * scale[0]!, epsilon: x[m + 1]! * scale[0]! };
}

/** What weights that are exactly allowed reach: the sum of weights is made 1, and the offset centred. */
function reached(points: AlignmentPoints, at: ReturnType<typeof inAliceUnits>, set: WeightSet) {
  const ratio = points.unit.slice(1).map((own) => points.unit[0]!.div(own).valueOf());
  const sum = set === 'simplex' ? at.weights.reduce((total, weight, j) => total + weight * ratio[j]!, 0) : 1;
  const weights = at.weights.map((weight) => weight / sum);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of residuals(points, weights, 0)) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { weights, constant: -(low + high) / 2, epsilon: (high - low) / 2 };
}

/** The rows furthest beyond `epsilon`, worst first, on each side. */
function violated(at: Float64Array, epsilon: number): Cut[] {
  return (['upper', 'lower'] as const).flatMap((side) => {
    const sign = side === 'upper' ? 1 : -1;
    const rows: number[] = [];
    for (let row = 0; row < at.length; row++) if (sign * at[row]! > epsilon) rows.push(row);
    rows.sort((a, b) => sign * (at[b]! - at[a]!) || a - b);
    return rows.slice(0, CUTS_A_SIDE).map((row) => ({ row, side }));
  });
}
