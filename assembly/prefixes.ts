/** Fits every prefix of an order of the columns, or every subset below a root, each going on from a smaller one. */

import { activeAt, countOf, weightAt } from './fit';
import { extendFrame, frameColumns, problemOf, startFrame } from './frame';
import {
  copyPath,
  extendPath,
  NNLS,
  nnlsOf,
  pathBytes,
  RECORD,
  recordPath,
  SIMPLEX,
  simplexOf,
  startPath,
} from './path';
import { columnsOf } from './problem';

/** Columns join a frame by so many, so that a cache line of its rows is written once. */
const TOGETHER: i32 = 8;

/**
 * Fits the prefixes of `order` with least … count columns; smaller ones are passed over (the first fit starts cold).
 * methods  bits NNLS and SIMPLEX (path.ts)
 * order    count i32, distinct columns       frame    frameBytes(n), out        path     pathBytes(n), out: the last fit
 * records  (count - least + 1) records (path.ts), out
 */
export function fitPrefixes(
  problem: usize,
  methods: i32,
  order: usize,
  least: i32,
  count: i32,
  frame: usize,
  path: usize,
  records: usize,
): void {
  startFrame(problem, frame);
  startPath(problem, methods, path);
  let framed: i32 = 0;
  let known: i32 = 0;
  for (let k: i32 = least; k <= count; k++) {
    if (k > framed) {
      const next = min(k + TOGETHER - 1, count);
      extendFrame(frame, order, framed, next);
      framed = next;
    }
    extendPath(frame, known, k, path);
    known = k;
    recordPath(frame, k, path, records);
    records += RECORD;
  }
}

/**
 * Fits every subset that consists of `root` and any of the columns from `from` on, depth first: a subset goes on from
 * the fit of itself without its highest column.
 * order    n i32: the root's columns in its first `root` places, out: scratch behind them
 * frame    frameBytes(n), scratch                 paths    (n - from + 1)*pathBytes(n), scratch
 * records  2^(n - from) records: of the subset with bits m of the columns from `from` on, at m. The empty set's is not written.
 */
export function fitSubsets(
  problem: usize,
  order: usize,
  root: i32,
  from: i32,
  frame: usize,
  paths: usize,
  records: usize,
): void {
  startFrame(problem, frame);
  startPath(problem, NNLS | SIMPLEX, paths);
  if (root > 0) {
    extendFrame(frame, order, 0, root);
    extendPath(frame, 0, root, paths);
    recordPath(frame, root, paths, records);
  }
  descend(frame, order, root, from, 0, from, paths, records);
}

/** Places from `size` on are written anew for every subset; those below belong to all of its extensions. */
function descend(
  frame: usize,
  order: usize,
  size: i32,
  next: i32,
  mask: usize,
  from: i32,
  path: usize,
  records: usize,
): void {
  const n = columnsOf(problemOf(frame));
  const child = path + pathBytes(n);
  for (let j: i32 = next; j < n; j++) {
    store<i32>(order + ((<usize>size) << 2), j);
    extendFrame(frame, order, size, size + 1);
    copyPath(child, path, n);
    extendPath(frame, size, size + 1, child);
    const set: usize = mask | ((<usize>1) << (j - from));
    recordPath(frame, size + 1, child, records + set * RECORD);
    descend(frame, order, size + 1, j + 1, set, from, child, records);
  }
}

/** Writes the weights of a path's NNLS (`simplex` false) or simplex fit by column: n f64, out. */
export function readWeights(frame: usize, path: usize, simplex: bool, weights: usize): void {
  const n = columnsOf(problemOf(frame));
  const fit = simplex ? simplexOf(path, n) : nnlsOf(path);
  const active = activeAt(fit);
  const columns = frameColumns(frame, n);
  memory.fill(weights, 0, (<usize>n) << 3);
  for (let i: i32 = 0; i < countOf(fit); i++) {
    const place = <usize>load<i32>(active + ((<usize>i) << 2));
    const j = <usize>load<i32>(columns + (place << 2));
    store<f64>(weights + (j << 3), load<f64>(weightAt(fit, n) + ((<usize>i) << 3)));
  }
}
