/**
 * The columns of one walk in the order in which they join: place k holds the k-th. A prefix of the places is then a
 * contiguous piece of every vector and of every row of G. Below, m is n rounded up to even.
 *
 *     0  problem usize (problem.ts)        4 … 15 unused
 *     16 gram f64[n·m]     training Gram matrix by place, right in the first rows and columns
 *        b f64[m]          inverse f64[m]: 1 / (|x|·|y|)        size f64[m]: |x|         column i32[m]
 */
import { bOf, columnsOf, gramOf, inverseAt } from './problem';

const HEADER: usize = 16;

/** Elements between rows of the frame's Gram matrix. */
export function frameStride(n: i32): usize {
  return <usize>((n + 1) & ~1);
}

/** Bytes of a frame over n columns. */
export function frameBytes(n: i32): usize {
  return HEADER + frameStride(n) * (<usize>n * 8 + 28);
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
export function frameColumns(frame: usize, n: i32): usize {
  return frameSizes(frame, n) + (frameStride(n) << 3);
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
  for (let place: i32 = 0; place < last; place++) {
    const j = <usize>load<i32>(columns + ((<usize>place) << 2));
    const from = gramOf(problem) + ((j * <usize>n) << 3);
    const to = gramRow(frame, n, place);
    for (let k: i32 = place < first ? first : 0; k < last; k++) {
      const column = <usize>load<i32>(columns + ((<usize>k) << 2));
      store<f64>(to + ((<usize>k) << 3), load<f64>(from + (column << 3)));
    }
  }
}
