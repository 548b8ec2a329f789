/**
 * The columns of one walk in the order in which they join: place k holds the k-th. A prefix of the places is then a
 * contiguous piece of every vector and of every row of G. Below, m is n rounded up to even.
 *
 *     0  problem usize (problem.ts)        4 … 15 unused
 *     16 gram f64[n·m]     training Gram matrix by place, right in the first rows and columns
 *        b f64[m]          inverse f64[m]: 1 / (|x|·|y|)        size f64[m]: |x|
 *        products f64[m]: of a column with all earlier ones on the test fold              column i32[m]
 */
import { bOf, columnsOf, gramOf, inverseAt, testGramOf } from './problem';

const HEADER: usize = 16;

/** Elements between rows of the frame's Gram matrix. */
export function frameStride(n: i32): usize {
  return <usize>((n + 1) & ~1);
}

/** Bytes of a frame over n columns. */
export function frameBytes(n: i32): usize {
  return HEADER + frameStride(n) * (<usize>n * 8 + 36);
}

export function problemOf(frame: usize): usize {
  return load<usize>(frame);
}
export function sizeOf(frame: usize): i32 {
  return columnsOf(problemOf(frame));
}
/** Address of the Gram matrix's row of a place. */
export function gramRow(frame: usize, n: i32, place: i32): usize {
  return frame + HEADER + ((<usize>place * frameStride(n)) << 3);
}
export function frameB(frame: usize, n: i32): usize {
  return gramRow(frame, n, n);
}
export function frameInverse(frame: usize, n: i32): usize {
  return frameB(frame, n) + (frameStride(n) << 3);
}
export function frameSizes(frame: usize, n: i32): usize {
  return frameInverse(frame, n) + (frameStride(n) << 3);
}
export function frameProducts(frame: usize, n: i32): usize {
  return frameSizes(frame, n) + (frameStride(n) << 3);
}
export function frameColumns(frame: usize, n: i32): usize {
  return frameProducts(frame, n) + (frameStride(n) << 3);
}

export function startFrame(problem: usize, frame: usize): void {
  store<usize>(frame, problem);
}

/** Puts columns order[first … last-1] at places first … last - 1; those before are there. Cost: 2·last·(last - first). */
export function extendFrame(frame: usize, order: usize, first: i32, last: i32): void {
  const problem = problemOf(frame);
  const n = columnsOf(problem);
  const columns = frameColumns(frame, n);
  for (let place = first; place < last; place++) {
    const j = <usize>load<i32>(order + ((<usize>place) << 2));
    const at: usize = (<usize>place) << 3;
    store<i32>(columns + (at >> 1), <i32>j);
    store<f64>(frameB(frame, n) + at, load<f64>(bOf(problem) + (j << 3)));
    store<f64>(frameInverse(frame, n) + at, load<f64>(inverseAt(problem) + (j << 3)));
    store<f64>(frameSizes(frame, n) + at, sqrt(load<f64>(gramOf(problem) + ((j * <usize>n + j) << 3))));
  }
  let place = first;
  for (; place + 4 <= last; place += 4) joinFour(frame, problem, n, columns, place);
  for (; place < last; place++) joinOne(frame, problem, n, columns, place);
}

/** Writes row and column of a place, and the sum of its test products with earlier ones. */
function joinOne(frame: usize, problem: usize, n: i32, columns: usize, place: i32): void {
  const j = <usize>load<i32>(columns + ((<usize>place) << 2));
  const train = gramOf(problem) + ((j * <usize>n) << 3);
  const test = testGramOf(problem) + ((j * <usize>n) << 3);
  const at: usize = (<usize>place) << 3;
  const own = gramRow(frame, n, place);
  let sum: f64 = 0;
  for (let i: i32 = 0; i < place; i++) {
    const other = (<usize>load<i32>(columns + ((<usize>i) << 2))) << 3;
    const value = load<f64>(train + other);
    store<f64>(own + ((<usize>i) << 3), value);
    store<f64>(gramRow(frame, n, i) + at, value);
    sum += load<f64>(test + other);
  }
  store<f64>(own + at, load<f64>(train + (j << 3)));
  store<f64>(frameProducts(frame, n) + at, sum);
}

/** The same of four places: an earlier place's rows are read once. */
function joinFour(frame: usize, problem: usize, n: i32, columns: usize, place: i32): void {
  const these = columns + ((<usize>place) << 2);
  const j0 = (<usize>load<i32>(these)) << 3;
  const j1 = (<usize>load<i32>(these, 4)) << 3;
  const j2 = (<usize>load<i32>(these, 8)) << 3;
  const j3 = (<usize>load<i32>(these, 12)) << 3;
  const pitch = frameStride(n) << 3;
  const at: usize = (<usize>place) << 3;
  let column = gramRow(frame, n, 0) + at;
  let row = gramRow(frame, n, place);
  let s0: f64 = 0;
  let s1: f64 = 0;
  let s2: f64 = 0;
  let s3: f64 = 0;
  for (let i: i32 = 0; i < place; i++) {
    const from = (<usize>load<i32>(columns + ((<usize>i) << 2)) * <usize>n) << 3;
    const train = gramOf(problem) + from;
    const a = load<f64>(train + j0);
    const b = load<f64>(train + j1);
    const c = load<f64>(train + j2);
    const d = load<f64>(train + j3);
    store<f64>(column, a);
    store<f64>(column, b, 8);
    store<f64>(column, c, 16);
    store<f64>(column, d, 24);
    store<f64>(row, a);
    store<f64>(row + pitch, b);
    store<f64>(row + 2 * pitch, c);
    store<f64>(row + 3 * pitch, d);
    const test = testGramOf(problem) + from;
    s0 += load<f64>(test + j0);
    s1 += load<f64>(test + j1);
    s2 += load<f64>(test + j2);
    s3 += load<f64>(test + j3);
    column += pitch;
    row += 8;
  }
  const products = frameProducts(frame, n) + at;
  store<f64>(products, s0);
  store<f64>(products, s1, 8);
  store<f64>(products, s2, 16);
  store<f64>(products, s3, 24);
  for (let i: i32 = 0; i < 4; i++) {
    const from = (<usize>load<i32>(these + ((<usize>i) << 2)) * <usize>n) << 3;
    for (let k: i32 = 0; k < 4; k++) {
      const other = (<usize>load<i32>(these + ((<usize>k) << 2))) << 3;
      store<f64>(column + ((<usize>k) << 3), load<f64>(gramOf(problem) + from + other));
      if (k >= i) continue;
      const sum = products + ((<usize>i) << 3);
      store<f64>(sum, load<f64>(sum) + load<f64>(testGramOf(problem) + from + other));
    }
    column += pitch;
  }
}
