/**
 * A Cholesky factor L that grows by a row and loses rows anywhere: the active set's memory. Golub & Van Loan,
 * Matrix Computations (4th ed.), 6.5.
 *
 * Rows are packed; the diagonal holds reciprocals, so that solves multiply:
 *
 *     factor   [1/L00] [L10 1/L11] [L20 L21 1/L22] …           row i begins at element i(i+1)/2
 */
import { dot, subtract } from './vector';

/** Address of row i. */
export function rowOf(factor: usize, i: i32): usize {
  return factor + ((<usize>((i * (i + 1)) >> 1)) << 3);
}

/**
 * Appends row p. `row` (at rowOf(factor, p)) holds the new column's p products with the earlier ones and is solved in
 * place; the pivot goes behind them. Returns the squared pivot, or 0 where it is at most `least`: nothing is appended then.
 * Cost: p²/2.
 */
export function appendRow(factor: usize, p: i32, square: f64, least: f64): f64 {
  const row = rowOf(factor, p);
  let at: usize = factor;
  for (let i: i32 = 0; i < p; i++) {
    const here: usize = row + ((<usize>i) << 3);
    const inverse = load<f64>(at + ((<usize>i) << 3));
    store<f64>(here, (load<f64>(here) - dot(at, row, i)) * inverse);
    at += (<usize>(i + 1)) << 3;
  }
  const pivot = square - dot(row, row, p);
  // Written so that a NaN is refused as well.
  if (!(pivot > least)) return 0;
  store<f64>(row + ((<usize>p) << 3), 1 / sqrt(pivot));
  return pivot;
}

/** Solves Lᵀ x = x in place over p unknowns. Cost: p²/2. */
export function solveTransposed(factor: usize, p: i32, x: usize): void {
  for (let i: i32 = p - 1; i >= 0; i--) {
    const row = rowOf(factor, i);
    const at: usize = (<usize>i) << 3;
    const value = load<f64>(x + at) * load<f64>(row + at);
    store<f64>(x + at, value);
    subtract(x, value, row, i);
  }
}

/**
 * Removes row and column r of p, and rotates `first` and `second` (p f64 each, solutions of L z = b) with them.
 * turns   2p f64 of scratch: cosine and sine of every rotation.   Cost: (p - r)²·3.
 */
export function removeRow(factor: usize, p: i32, r: i32, first: usize, second: usize, turns: usize): void {
  for (let i: i32 = r + 1; i < p; i++) {
    const from = rowOf(factor, i);
    const to = rowOf(factor, i - 1);
    if (r > 0) memory.copy(to, from, (<usize>r) << 3);
    let x = load<f64>(from + ((<usize>r) << 3));
    for (let k: i32 = r; k < i - 1; k++) {
      const cosine = load<f64>(turns + ((<usize>k) << 4));
      const sine = load<f64>(turns + ((<usize>k) << 4), 8);
      const next = load<f64>(from + ((<usize>(k + 1)) << 3));
      store<f64>(to + ((<usize>k) << 3), cosine * x + sine * next);
      x = cosine * next - sine * x;
    }
    const last = 1 / load<f64>(from + ((<usize>i) << 3));
    const length = sqrt(x * x + last * last);
    store<f64>(turns + ((<usize>(i - 1)) << 4), x / length);
    store<f64>(turns + ((<usize>(i - 1)) << 4), last / length, 8);
    store<f64>(to + ((<usize>(i - 1)) << 3), 1 / length);
  }
  turnBack(first, p, r, turns);
  turnBack(second, p, r, turns);
}

function turnBack(z: usize, p: i32, r: i32, turns: usize): void {
  let x = load<f64>(z + ((<usize>r) << 3));
  for (let k: i32 = r; k < p - 1; k++) {
    const cosine = load<f64>(turns + ((<usize>k) << 4));
    const sine = load<f64>(turns + ((<usize>k) << 4), 8);
    const next = load<f64>(z + ((<usize>(k + 1)) << 3));
    store<f64>(z + ((<usize>k) << 3), cosine * x + sine * next);
    x = cosine * next - sine * x;
  }
}
