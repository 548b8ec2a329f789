/**
 * A root-free Cholesky factor, A = L D Lᵀ with a unit diagonal, that grows by a row and loses rows anywhere: the active
 * set's memory. Golub & Van Loan, Matrix Computations (4th ed.), 4.1 and 6.5; rows leave by method C1 of Gill, Golub,
 * Murray & Saunders (1974), Mathematics of Computation 28. No root and no division stands in a chain of solves.
 *
 *     factor   [] [L10] [L20 L21] [L30 L31 L32] …           row i, without its 1, begins at element i(i-1)/2
 *     pivots   D0 D1 …                                      inverses   1/D0 1/D1 …
 *
 * Solves go by four rows: what four unknowns have in common with the others is summed together.
 */
import { copy, dot, subtract, subtractFour } from './vector';

/** Address of row i. */
export function rowOf(factor: usize, i: i32): usize {
  return factor + ((<usize>((i * (i - 1)) >> 1)) << 3);
}

/** Elements of a factor of n rows. */
export function factorLength(n: i32): usize {
  return (<usize>n * <usize>(n - 1)) >> 1;
}

/** Solves L x = x in place over p unknowns. Cost: p²/2. */
function solveLower(factor: usize, p: i32, x: usize): void {
  let i: i32 = 0;
  if (ASC_FEATURE_SIMD) {
    let row: usize = factor;
    for (; i + 4 <= p; i += 4) {
      const r0 = row;
      const r1 = r0 + ((<usize>i) << 3);
      const r2 = r1 + ((<usize>(i + 1)) << 3);
      const r3 = r2 + ((<usize>(i + 2)) << 3);
      row = r3 + ((<usize>(i + 3)) << 3);
      let s0 = f64x2.splat(0);
      let s1 = f64x2.splat(0);
      let s2 = f64x2.splat(0);
      let s3 = f64x2.splat(0);
      const end: usize = (<usize>i) << 3;
      for (let at: usize = 0; at < end; at += 32) {
        const low = v128.load(x + at);
        const high = v128.load(x + at, 16);
        s0 = f64x2.add(s0, f64x2.add(f64x2.mul(v128.load(r0 + at), low), f64x2.mul(v128.load(r0 + at, 16), high)));
        s1 = f64x2.add(s1, f64x2.add(f64x2.mul(v128.load(r1 + at), low), f64x2.mul(v128.load(r1 + at, 16), high)));
        s2 = f64x2.add(s2, f64x2.add(f64x2.mul(v128.load(r2 + at), low), f64x2.mul(v128.load(r2 + at, 16), high)));
        s3 = f64x2.add(s3, f64x2.add(f64x2.mul(v128.load(r3 + at), low), f64x2.mul(v128.load(r3 + at, 16), high)));
      }
      const here = x + end;
      const low = f64x2.sub(v128.load(here), sums(s0, s1));
      const high = f64x2.sub(v128.load(here, 16), sums(s2, s3));
      const x0 = f64x2.extract_lane(low, 0);
      const x1 = f64x2.extract_lane(low, 1) - load<f64>(r1 + end) * x0;
      const x2 = f64x2.extract_lane(high, 0) - load<f64>(r2 + end) * x0 - load<f64>(r2 + end, 8) * x1;
      const x3 =
        f64x2.extract_lane(high, 1) -
        load<f64>(r3 + end) * x0 -
        load<f64>(r3 + end, 8) * x1 -
        load<f64>(r3 + end, 16) * x2;
      // Stored in pairs, as the next rows load them: a load of two fresh single stores would wait for both.
      v128.store(here, f64x2.replace_lane(low, 1, x1));
      v128.store(here, f64x2.replace_lane(f64x2.splat(x2), 1, x3), 16);
    }
  }
  for (; i < p; i++) {
    const at = x + ((<usize>i) << 3);
    store<f64>(at, load<f64>(at) - dot(rowOf(factor, i), x, i));
  }
}

/** [sum of a's lanes, sum of b's lanes] */
function sums(a: v128, b: v128): v128 {
  return f64x2.add(v128.shuffle<f64>(a, b, 0, 2), v128.shuffle<f64>(a, b, 1, 3));
}

/**
 * Appends row p, and element p of `first` and `second` (solutions of L D z = b). `row` (at rowOf(factor, p)) holds the new
 * column's p products with the earlier ones. Returns false where the pivot is at most `least`: nothing is appended then.
 * square  the column's product with itself     one, two  the new elements of the two right-hand sides
 * Cost: p²/2.
 */
export function appendRow(
  factor: usize,
  pivots: usize,
  inverses: usize,
  p: i32,
  square: f64,
  least: f64,
  first: usize,
  one: f64,
  second: usize,
  two: f64,
): bool {
  const row = rowOf(factor, p);
  solveLower(factor, p, row);
  // `row` is D times the row by now.
  let i: i32 = 0;
  let pivot = square;
  if (ASC_FEATURE_SIMD) {
    let squares = f64x2.splat(0);
    let ones = f64x2.splat(0);
    let twos = f64x2.splat(0);
    for (; i + 2 <= p; i += 2) {
      const at: usize = (<usize>i) << 3;
      const value = v128.load(row + at);
      const scaled = f64x2.mul(value, v128.load(inverses + at));
      squares = f64x2.add(squares, f64x2.mul(value, scaled));
      ones = f64x2.add(ones, f64x2.mul(value, v128.load(first + at)));
      twos = f64x2.add(twos, f64x2.mul(value, v128.load(second + at)));
      v128.store(row + at, scaled);
    }
    pivot -= f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1);
    one -= f64x2.extract_lane(ones, 0) + f64x2.extract_lane(ones, 1);
    two -= f64x2.extract_lane(twos, 0) + f64x2.extract_lane(twos, 1);
  }
  for (; i < p; i++) {
    const at: usize = (<usize>i) << 3;
    const value = load<f64>(row + at);
    const scaled = value * load<f64>(inverses + at);
    pivot -= value * scaled;
    one -= value * load<f64>(first + at);
    two -= value * load<f64>(second + at);
    store<f64>(row + at, scaled);
  }
  // Written so that a NaN is refused as well.
  if (!(pivot > least)) return false;
  const inverse = 1 / pivot;
  const last: usize = (<usize>p) << 3;
  store<f64>(pivots + last, pivot);
  store<f64>(inverses + last, inverse);
  store<f64>(first + last, one * inverse);
  store<f64>(second + last, two * inverse);
  return true;
}

/** Solves Lᵀ x = x in place over p unknowns. Cost: p²/2. */
export function solveTransposed(factor: usize, p: i32, x: usize): void {
  let i: i32 = p;
  for (; (i & 3) > 0; i--) {
    subtract(x, load<f64>(x + ((<usize>(i - 1)) << 3)), rowOf(factor, i - 1), i - 1);
  }
  while (i > 0) {
    i -= 4;
    const end: usize = (<usize>i) << 3;
    const r0 = rowOf(factor, i);
    const r1 = r0 + end;
    const r2 = r1 + end + 8;
    const r3 = r2 + end + 16;
    const here = x + end;
    const x3 = load<f64>(here, 24);
    const x2 = load<f64>(here, 16) - x3 * load<f64>(r3 + end, 16);
    const x1 = load<f64>(here, 8) - x3 * load<f64>(r3 + end, 8) - x2 * load<f64>(r2 + end, 8);
    const x0 = load<f64>(here) - x3 * load<f64>(r3 + end) - x2 * load<f64>(r2 + end) - x1 * load<f64>(r1 + end);
    store<f64>(here, x2, 16);
    store<f64>(here, x1, 8);
    store<f64>(here, x0);
    subtractFour(x, x0, r0, x1, r1, x2, r2, x3, r3, i);
  }
}

/**
 * Removes row and column r of p, and the same of `first` and `second` (p f64 each, solutions of L D z = b).
 * turns   2p f64 of scratch: p and β of every column in the paper's notation.   Cost: (p - r)²·2.
 */
export function removeRow(
  factor: usize,
  pivots: usize,
  inverses: usize,
  p: i32,
  r: i32,
  first: usize,
  second: usize,
  turns: usize,
): void {
  let alpha = load<f64>(pivots + ((<usize>r) << 3));
  let from = rowOf(factor, r + 1);
  let to = rowOf(factor, r);
  let i = r + 1;
  for (; i < p; i++) {
    copy(to, from, r);
    alpha = renew(pivots, inverses, i, alpha, turn(from, to, r, i, turns), turns);
    to = from;
    from += (<usize>i) << 3;
  }
  turn(first, first, r, p, turns);
  turn(second, second, r, p, turns);
}

/** Makes pivot i, updated by α w², pivot i - 1, and notes p and β of its column. Returns the α of the next column. */
function renew(pivots: usize, inverses: usize, i: i32, alpha: f64, w: f64, turns: usize): f64 {
  const at: usize = (<usize>i) << 3;
  const pivot = load<f64>(pivots + at);
  const next = pivot + alpha * w * w;
  const inverse = 1 / next;
  store<f64>(turns + 2 * at, w);
  store<f64>(turns + 2 * at, alpha * w * inverse, 8);
  store<f64>(pivots + at - 8, next);
  store<f64>(inverses + at - 8, inverse);
  return alpha * pivot * inverse;
}

/** Takes the rank-one update of columns r + 1 … i - 1 through a row and closes the gap at r. Returns what is left of its element r. */
function turn(from: usize, to: usize, r: i32, i: i32, turns: usize): f64 {
  let w = load<f64>(from + ((<usize>r) << 3));
  for (let k: i32 = r + 1; k < i; k++) {
    const at: usize = (<usize>k) << 3;
    const value = load<f64>(from + at);
    w -= load<f64>(turns + ((<usize>k) << 4)) * value;
    store<f64>(to + at - 8, value + load<f64>(turns + ((<usize>k) << 4), 8) * w);
  }
  return w;
}
