/**
 * The test fold's Gram matrix of the active places alone, in the factor's order: the test error is then a quadratic form
 * over contiguous memory.
 *
 *     cross    [C00] [C10 C11] [C20 C21 C22] …           row i begins at element i(i+1)/2
 */
import { copy, dot } from './vector';

function rowOf(cross: usize, i: i32): usize {
  return cross + ((<usize>((i * (i + 1)) >> 1)) << 3);
}

/**
 * Appends row p for column j of the test Gram matrix.
 * test     n*n f64, row-major        active   p + 1 i32: places, that of j last        columns  i32 by place
 */
export function appendCross(cross: usize, p: i32, test: usize, n: i32, j: i32, active: usize, columns: usize): void {
  const from = test + ((<usize>j * <usize>n) << 3);
  const to = rowOf(cross, p);
  for (let i: i32 = 0; i <= p; i++) {
    const place = <usize>load<i32>(active + ((<usize>i) << 2));
    const column = <usize>load<i32>(columns + (place << 2));
    store<f64>(to + ((<usize>i) << 3), load<f64>(from + (column << 3)));
  }
}

/** Removes row and column r of p. Cost: (p² - r²)/2 copies. */
export function removeCross(cross: usize, p: i32, r: i32): void {
  for (let i: i32 = r + 1; i < p; i++) {
    const from = rowOf(cross, i);
    const to = rowOf(cross, i - 1);
    copy(to, from, r);
    copy(to + ((<usize>r) << 3), from + ((<usize>(r + 1)) << 3), i - r);
  }
}

/** wᵀCw. Cost: p²/2. */
export function quadratic(cross: usize, p: i32, w: usize): f64 {
  let sum: f64 = 0;
  let row: usize = cross;
  for (let i: i32 = 0; i < p; i++) {
    const at: usize = (<usize>i) << 3;
    const own = load<f64>(w + at);
    sum += own * (own * load<f64>(row + at) + 2 * dot(row, w, i));
    row += at + 8;
  }
  return sum;
}
