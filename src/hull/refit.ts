/**
 * The fits that Gram matrices cannot settle, on the data itself: the same active-set method over a QR factorisation that
 * is orthogonalised twice. Slow and rare, hence plain TypeScript.
 */
import type { Folds } from './folds.ts';
import { type ScoreMatrix, scoreAt } from './matrix.ts';

export interface Refit {
  /** Mean squared error on the test fold. */
  readonly mse: number;
  /** Weights by position in `columns`. */
  readonly weights: Float64Array;
  /** Largest KKT residual relative to |x|·(|y| + Σ w|x|); the fit is verified where it is at most 1e-9. */
  readonly residual: number;
}

/** Relative to the scale of a gradient: about what rounding leaves of a zero; a column let in for less is put out again. */
const ENTER = 1e-15;
/** Relative to a column: less than this left after orthogonalising means that it depends on the others. */
const DEPENDENT = 1e-13;

const dot = (x: Float64Array, y: Float64Array) => {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
};

/** QR of the active columns: `q` orthonormal, `r[k]` column k of R up to its diagonal, `z` = Qᵀy, `ones` = R⁻ᵀ1. */
class Factor {
  readonly active: number[] = [];
  weights: number[] = [];
  private readonly q: Float64Array[] = [];
  private readonly r: Float64Array[] = [];
  private readonly z: number[] = [];
  private readonly ones: number[] = [];
  private readonly columns: readonly Float64Array[];
  private readonly target: Float64Array;
  private readonly simplex: boolean;

  constructor(columns: readonly Float64Array[], target: Float64Array, simplex: boolean) {
    this.columns = columns;
    this.target = target;
    this.simplex = simplex;
  }

  /** Appends a column; false where it depends on the active ones. */
  append(column: number, weight: number): boolean {
    const rest = this.columns[column]!.slice();
    const size = Math.sqrt(dot(rest, rest));
    const k = this.active.length;
    const r = new Float64Array(k + 1);
    for (let pass = 0; pass < 2; pass++)
      this.q.forEach((q, i) => {
        const product = dot(q, rest);
        r[i]! += product;
        for (let row = 0; row < rest.length; row++) rest[row]! -= product * q[row]!;
      });
    const length = Math.sqrt(dot(rest, rest));
    if (!(length > DEPENDENT * size)) return false;
    for (let row = 0; row < rest.length; row++) rest[row]! /= length;
    r[k] = length;
    this.active.push(column);
    this.weights.push(weight);
    this.q.push(rest);
    this.r.push(r);
    this.z.push(dot(rest, this.target));
    this.ones.push((1 - this.ones.reduce((sum, one, i) => sum + one * r[i]!, 0)) / length);
    return true;
  }

  /** Removes the columns at these places; later ones are orthogonalised again. */
  remove(places: ReadonlySet<number>): void {
    const first = Math.min(...places);
    const kept = this.active.map((column, place) => ({ column, place, weight: this.weights[place]! })).slice(first);
    for (const list of [this.active, this.weights, this.q, this.r, this.z, this.ones]) list.length = first;
    for (const { column, place, weight } of kept) if (!places.has(place)) this.append(column, weight);
  }

  /** The optimum over the active columns without the sign constraint. */
  solve(): number[] {
    const { r, z, ones } = this;
    let right = z.slice();
    if (this.simplex) {
      const level =
        (z.reduce((sum, value, i) => sum + value * ones[i]!, 0) - 1) / ones.reduce((sum, one) => sum + one * one, 0);
      right = z.map((value, i) => value - level * ones[i]!);
    }
    for (let k = right.length - 1; k >= 0; k--) {
      right[k]! /= r[k]![k]!;
      for (let i = 0; i < k; i++) right[i]! -= right[k]! * r[k]![i]!;
    }
    return right;
  }

  /** Moves to the optimum over the active columns, dropping those that would become negative on the way. */
  settle(): void {
    for (;;) {
      const goal = this.solve();
      let share = 1;
      let blocking = -1;
      goal.forEach((value, i) => {
        const ratio = this.weights[i]! > value ? this.weights[i]! / (this.weights[i]! - value) : 0;
        if (value <= 0 && (blocking < 0 || ratio < share)) {
          share = ratio;
          blocking = i;
        }
      });
      if (blocking < 0) {
        this.weights = goal;
        return;
      }
      this.weights = this.weights.map((now, i) => now + share * (goal[i]! - now));
      this.remove(new Set(this.weights.flatMap((now, i) => (i === blocking || now <= 0 ? [i] : []))));
    }
  }
}

function withRow(x: Float64Array, last: number): Float64Array {
  const longer = new Float64Array(x.length + 1);
  longer.set(x);
  longer[x.length] = last;
  return longer;
}

/** The vector that a fit leaves of the target. */
function residualOf(columns: readonly Float64Array[], target: Float64Array, factor: Factor): Float64Array {
  const rest = target.slice();
  factor.active.forEach((column, i) => {
    const [x, weight] = [columns[column]!, factor.weights[i]!];
    for (let row = 0; row < rest.length; row++) rest[row]! -= weight * x[row]!;
  });
  return rest;
}

/** Weights >= 0 (with sum 1 for `simplex`) that minimise |Xw - y|², and the largest relative KKT residual. */
export function fitColumns(
  columns: readonly Float64Array[],
  target: Float64Array,
  simplex: boolean,
): { weights: Float64Array; residual: number } {
  const size = columns.map((x) => Math.sqrt(dot(x, x)));
  const largest = Math.max(...size);
  // On the simplex a constant row changes nothing and makes affinely independent columns independent.
  const lifted = (x: Float64Array) => (simplex ? withRow(x, largest > 0 ? largest : 1) : x);
  const factor = new Factor(columns.map(lifted), lifted(target), simplex);
  if (simplex) {
    const errors = columns.map((x) => x.reduce((sum, value, row) => sum + (value - target[row]!) ** 2, 0));
    factor.append(errors.indexOf(Math.min(...errors)), 1);
    factor.settle();
  }
  const barred = new Set<number>();
  const norm = Math.sqrt(dot(target, target));
  for (let passes = 3 * columns.length + 16; ; passes--) {
    const rest = residualOf(columns, target, factor);
    const gradient = columns.map((x) => dot(x, rest));
    const level = simplex ? factor.active.reduce((sum, j, i) => sum + factor.weights[i]! * gradient[j]!, 0) : 0;
    const reach = norm + factor.active.reduce((sum, j, i) => sum + factor.weights[i]! * size[j]!, 0);
    let [residual, most, chosen] = [0, ENTER, -1];
    gradient.forEach((value, j) => {
      const scale = (simplex ? largest : size[j]!) * reach;
      const relative = scale > 0 ? (value - level) / scale : 0;
      const active = factor.active.includes(j);
      residual = Math.max(residual, active ? Math.abs(relative) : relative);
      if (!active && !barred.has(j) && relative > most) {
        most = relative;
        chosen = j;
      }
    });
    if (chosen < 0 || passes === 0) {
      const weights = new Float64Array(columns.length);
      factor.active.forEach((j, i) => {
        weights[j] = factor.weights[i]!;
      });
      return { weights, residual };
    }
    if (!factor.append(chosen, 0)) barred.add(chosen);
    else if (!(factor.solve().at(-1)! > 0)) {
      factor.remove(new Set([factor.active.length - 1]));
      barred.add(chosen);
    } else {
      factor.settle();
      barred.clear();
    }
  }
}

/** Fits the training items of one fold on the data and scores the test fold. */
export function refit(
  matrix: ScoreMatrix,
  folds: Folds,
  fold: number,
  target: number,
  columns: ArrayLike<number>,
  simplex: boolean,
): Refit {
  const train = folds.rows.filter((_, i) => i < folds.start[fold]! || i >= folds.start[fold + 1]!);
  const test = folds.rows.slice(folds.start[fold]!, folds.start[fold + 1]!);
  const take = (items: Int32Array, column: number) => Float64Array.from(items, (item) => scoreAt(matrix, item, column));
  const y = matrix.bobs.length + target;
  const places = Array.from(columns);
  const { weights, residual } = fitColumns(
    places.map((column) => take(train, column)),
    take(train, y),
    simplex,
  );
  let squares = 0;
  for (const item of test) {
    const fitted = places.reduce(
      (sum, column, i) => sum + (weights[i]! === 0 ? 0 : weights[i]! * scoreAt(matrix, item, column)),
      0,
    );
    squares += (scoreAt(matrix, item, y) - fitted) ** 2;
  }
  return { mse: squares / test.length, weights, residual };
}
