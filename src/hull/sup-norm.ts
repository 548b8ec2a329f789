/**
 * Definition 1 beside the MSE: the smallest epsilon with |Σ w U + c - u_A| <= epsilon on every item, for the first K Bobs of
 * the file, K = 1 … N, and what the weights of the two least-squares fits reach with their best offset.
 */
import { setImmediate } from 'node:timers/promises';
import Fraction from 'fraction.js';
import { type CuttingAnswer, cuttingPlanes } from '../align/cutting.ts';
import type { AlignmentPoints } from '../align/points.ts';
import type { WeightSet } from '../align/program.ts';
import { AbortedError } from '../errors.ts';
import type { FitsShared } from '../kernel/fits.ts';
import type { MapOptions, Pool } from '../kernel/pool.ts';
import { type LinearSolver, linearSolver } from '../lp/program.ts';
import { upTo } from './folds.ts';
import { type ScoreMatrix, scoreAt, sharedNumbers } from './matrix.ts';
import { estimateSeconds } from './orders.ts';
import type { EpsilonPoint } from './results.ts';

/** Relative to a column's range: a reduced cost above minus this says that the column cannot help. */
const REDUCED_COST = 1e-9;

/** Columns shifted to begin at 0: offsets take up the shifts. */
function pointsOf(matrix: ScoreMatrix, target: number): AlignmentPoints {
  const columns = [matrix.bobs.length + target, ...matrix.bobs.keys()].map((column) => {
    const values = Float64Array.from({ length: matrix.items }, (_, item) => scoreAt(matrix, item, column));
    const least = values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
    return values.map((value) => value - least);
  });
  return {
    bobs: matrix.bobs,
    count: matrix.items,
    labels: undefined,
    base: columns.map(() => new Fraction(0)),
    unit: columns.map(() => new Fraction(1)),
    whole: columns,
  };
}

const first = (points: AlignmentPoints, k: number): AlignmentPoints => ({
  ...points,
  bobs: points.bobs.slice(0, k),
  base: points.base.slice(0, k + 1),
  unit: points.unit.slice(0, k + 1),
  whole: points.whole.slice(0, k + 1),
});

/** Whether an optimum stays one when a column joins: its reduced cost, by the multipliers of the tight rows, is not negative. */
function stands(points: AlignmentPoints, weights: WeightSet, answer: CuttingAnswer, joining: Float64Array): boolean {
  const value = (column: Float64Array) =>
    answer.cuts.reduce(
      (sum, { row, side, multiplier }) => sum + (side === 'upper' ? multiplier : -multiplier) * column[row]!,
      0,
    );
  // On the simplex all columns in use have the same value: the multiplier of the sum.
  const level =
    weights === 'cone'
      ? 0
      : answer.weights.reduce((sum, weight, j) => sum + (weight === 0 ? 0 : weight * value(points.whole[j + 1]!)), 0);
  const range = joining.reduce((most, one) => Math.max(most, one), 0);
  return value(joining) >= level - REDUCED_COST * range;
}

/** The least epsilon for the first 1 … N Bobs; a program is solved only where the new column can help. */
function* leastPath(points: AlignmentPoints, weights: WeightSet, solver: LinearSolver): Generator<number, undefined> {
  let answer: CuttingAnswer | undefined;
  for (let k = 1; k <= points.bobs.length; k++) {
    const some = first(points, k);
    answer =
      answer && stands(some, weights, answer, some.whole[k]!)
        ? { ...answer, weights: Float64Array.of(...answer.weights, 0) }
        : cuttingPlanes(some, weights, solver);
    yield answer.epsilon;
  }
}

/** All items as one training fold. */
function wholeOf(shared: FitsShared): FitsShared {
  const { bobs: n, targets } = shared;
  const add = (train: Float64Array, test: Float64Array, length: number) => {
    const sum = sharedNumbers(length);
    for (let i = 0; i < length; i++) sum[i] = train[i]! + test[i]!;
    return sum;
  };
  const gram = add(shared.gram, shared.testGram, n * n);
  const b = add(shared.b, shared.testB, targets * n);
  const yy = add(shared.yy, shared.testYy, targets);
  const items = Float64Array.of(shared.items.reduce((sum, value) => sum + value, 0));
  return { ...shared, folds: 1, items, gram, b, yy, testGram: gram, testB: b, testYy: yy };
}

/** Half the range of the residuals: what is left with the best offset. */
function halfRange({ whole, count }: AlignmentPoints, weights: Float64Array): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const used = [...weights.keys()].filter((j) => weights[j] !== 0);
  for (let item = 0; item < count; item++) {
    let value = -whole[0]![item]!;
    for (const j of used) value += weights[j]! * whole[j + 1]![item]!;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return (high - low) / 2;
}

/** Above this many Bobs or scores `auto` leaves epsilon out, since its programs would take longer than all fits. */
const AUTO_BOBS = 40;
const AUTO_SCORES = 250_000;

/** `auto`: where there is one target and it takes tenths of a second; `all`; `none`. */
export type EpsilonChoice = 'auto' | 'all' | 'none';

export function wantsEpsilon(choice: EpsilonChoice, { bobs, targets, items }: ScoreMatrix): boolean {
  if (choice !== 'auto') return choice === 'all';
  return targets.length === 1 && bobs.length <= AUTO_BOBS && bobs.length * items <= AUTO_SCORES;
}

/**
 * The sup-norm distances for K = 1 … N, of the Bobs in the file's order; means over targets.
 * @param deadline on the clock of `performance.now()`: later sizes are left out.
 * @throws AbortedError once `signal` fires.
 */
export async function supNormPath(
  matrix: ScoreMatrix,
  shared: FitsShared,
  pool: Pool,
  { signal, deadline = Number.POSITIVE_INFINITY }: Pick<MapOptions<never>, 'signal' | 'deadline'> = {},
): Promise<EpsilonPoint[]> {
  const solver = await linearSolver();
  const [n, targets] = [matrix.bobs.length, matrix.targets.length];
  const parts = Array.from({ length: n * targets }, (_, i) => ({
    fold: 0,
    target: i % targets,
    columns: upTo(Math.floor(i / targets) + 1),
  }));
  const { results } = await pool.map('weights', wholeOf(shared), parts, {
    signal,
    seconds: estimateSeconds(n, n, 1, targets),
  });
  const paths = matrix.targets.map((_, target) => {
    const points = pointsOf(matrix, target);
    return { points, cone: leastPath(points, 'cone', solver), simplex: leastPath(points, 'simplex', solver) };
  });
  const out: EpsilonPoint[] = [];
  for (let k = 0; k < n; k++) {
    const sum = { cone: 0, simplexLeast: 0, nnls: 0, simplex: 0 };
    for (const [target, { points, cone, simplex }] of paths.entries()) {
      await setImmediate();
      if (signal?.aborted) throw new AbortedError();
      if (performance.now() > deadline) return out;
      const result = results[k * targets + target]!;
      sum.cone += cone.next().value!;
      sum.simplexLeast += simplex.next().value!;
      sum.nnls += halfRange(points, result.nnls);
      sum.simplex += halfRange(points, result.simplex);
    }
    out.push({
      cone: sum.cone / targets,
      simplexLeast: sum.simplexLeast / targets,
      nnls: sum.nnls / targets,
      simplex: sum.simplex / targets,
    });
  }
  return out;
}
