/**
 * A growing set of columns and what is known of it: its best individual, the sums behind its simple average, its NNLS
 * and its simplex fit. A path is a block of memory that can be copied, so that sets with a common part share its fits.
 *
 *     0  best column i32      8  its training error f64
 *     16 Σ test b f64         24 Σ Σ test gram f64
 *     32 test error of NNLS f64     40 of simplex f64     48 revision of each when it was computed, 2 i32
 *     56 weights above LARGE of each, 2 i32                         64 methods i32: bits NNLS and SIMPLEX, those to fit
 *     80 fit of NNLS (fit.ts)       then fit of simplex
 *
 * A record of a set is 8 f64: test error of best individual, simple average, NNLS, simplex; weights above LARGE of NNLS,
 * of simplex; flags; the largest relative KKT residual of the two fits. A method that is not fitted has zeros.
 */
import {
  accurateOf,
  activeAt,
  copyFit,
  countOf,
  emptyFit,
  fitBytes,
  gradientAt,
  residualOf,
  revisionOf,
  setAccurate,
  statusOf,
  tiedOf,
  turnsAt,
  weightAt,
} from './fit';
import { frameB, frameColumns, frameProducts, frameSizes, problemOf } from './frame';
import { extendNnls } from './nnls';
import { columnsOf, errorAt, testBOf, testGramOf, testItemsOf, testYyOf, yyOf } from './problem';
import { extendSimplex } from './simplex';
import { OK } from './status';

/** Section 6's threshold for a weight to count as non-zero. */
const LARGE: f64 = 1e-6;
/** A fit whose relative KKT residual is above this is refitted on the data. */
const ACCEPTABLE: f64 = 1e-9;
/** Flags of a record: the fit must be redone on the data; its weights may not be the only optimal ones. */
const REFIT_NNLS: i32 = 1;
const REFIT_SIMPLEX: i32 = 2;
const TIED_NNLS: i32 = 4;
const TIED_SIMPLEX: i32 = 8;

/** Methods to fit, as bits. */
export const NNLS: i32 = 1;
export const SIMPLEX: i32 = 2;

const HEADER: usize = 80;
/** Bytes of a record. */
export const RECORD: usize = 64;

/** Bytes of a path over n columns. */
export function pathBytes(n: i32): usize {
  return HEADER + 2 * fitBytes(n);
}

export function nnlsOf(path: usize): usize {
  return path + HEADER;
}
export function simplexOf(path: usize, n: i32): usize {
  return path + HEADER + fitBytes(n);
}

function fits(path: usize, method: i32): bool {
  return (load<i32>(path, 64) & method) != 0;
}

/** The path of the empty set. */
export function startPath(problem: usize, methods: i32, path: usize): void {
  const n = columnsOf(problem);
  memory.fill(path, 0, HEADER);
  store<i32>(path, methods, 64);
  store<i32>(path, -1);
  store<f64>(path, Infinity, 8);
  store<i32>(path, -1, 48);
  store<i32>(path, -1, 52);
  emptyFit(nnlsOf(path));
  emptyFit(simplexOf(path, n));
}

export function copyPath(to: usize, from: usize, n: i32): void {
  memory.copy(to, from, HEADER);
  copyFit(nnlsOf(to), nnlsOf(from), n);
  copyFit(simplexOf(to, n), simplexOf(from, n), n);
}

/** Extends the set of places 0 … first-1 of the frame to places 0 … count-1 and fits it. */
export function extendPath(frame: usize, first: i32, count: i32, path: usize): void {
  const problem = problemOf(frame);
  const n = columnsOf(problem);
  for (let place = first; place < count; place++) {
    const j = load<i32>(frameColumns(frame, n) + ((<usize>place) << 2));
    const error = load<f64>(errorAt(problem, n) + ((<usize>j) << 3));
    const best = load<i32>(path);
    const least = load<f64>(path, 8);
    if (error < least || (error == least && j < best)) {
      store<i32>(path, j);
      store<f64>(path, error, 8);
    }
    addToAverage(frame, problem, n, place, path);
  }
  if (fits(path, NNLS)) extendNnls(frame, first, count, nnlsOf(path));
  if (fits(path, SIMPLEX)) extendSimplex(frame, first, count, simplexOf(path, n));
}

function addToAverage(frame: usize, problem: usize, n: i32, place: i32, path: usize): void {
  const at: usize = (<usize>place) << 3;
  const j = <usize>load<i32>(frameColumns(frame, n) + (at >> 1));
  const square = load<f64>(testGramOf(problem) + ((j * <usize>n + j) << 3));
  store<f64>(path, load<f64>(path, 16) + load<f64>(testBOf(problem) + (j << 3)), 16);
  store<f64>(path, load<f64>(path, 24) + 2 * load<f64>(frameProducts(frame, n) + at) + square, 24);
}

/** Writes the record of the path's set of `count` columns. */
export function recordPath(frame: usize, count: i32, path: usize, record: usize): void {
  const problem = problemOf(frame);
  const n = columnsOf(problem);
  const nnls = nnlsOf(path);
  const simplex = simplexOf(path, n);
  if (fits(path, NNLS)) refresh(frame, n, nnls, path, 0);
  if (fits(path, SIMPLEX)) refresh(frame, n, simplex, path, 1);
  const best = <usize>load<i32>(path);
  const alone =
    testYyOf(problem) -
    2 * load<f64>(testBOf(problem) + (best << 3)) +
    load<f64>(testGramOf(problem) + ((best * <usize>n + best) << 3));
  const share = 1 / <f64>count;
  const average = testYyOf(problem) - 2 * share * load<f64>(path, 16) + share * share * load<f64>(path, 24);
  store<f64>(record, mean(problem, alone));
  store<f64>(record, mean(problem, average), 8);
  store<f64>(record, load<f64>(path, 32), 16);
  store<f64>(record, load<f64>(path, 40), 24);
  store<f64>(record, <f64>load<i32>(path, 56), 32);
  store<f64>(record, <f64>load<i32>(path, 60), 40);
  let flags: i32 = 0;
  if (fits(path, NNLS) && !holds(nnls)) flags |= REFIT_NNLS;
  if (fits(path, SIMPLEX) && !holds(simplex)) flags |= REFIT_SIMPLEX;
  if (tiedOf(nnls) > 0) flags |= TIED_NNLS;
  if (tiedOf(simplex) > 0) flags |= TIED_SIMPLEX;
  store<f64>(record, <f64>flags, 48);
  store<f64>(record, max(residualOf(nnls), residualOf(simplex)), 56);
}

/** Rounding can leave a sum of squares a little below zero. */
function mean(problem: usize, squares: f64): f64 {
  return max(squares, 0) / testItemsOf(problem);
}

/**
 * Computes test error and count of a fit anew if its weights have changed, and whether rounding leaves the errors right:
 * with terms of (|y| + Σ w|x|)² it must stay below 1e-9 of the training error, or of 1e-4·|y|² where the fit is all but
 * perfect.
 */
function refresh(frame: usize, n: i32, fit: usize, path: usize, which: usize): void {
  const revision = revisionOf(fit);
  const seen = path + 48 + (which << 2);
  if (load<i32>(seen) == revision) return;
  store<i32>(seen, revision);
  const problem = problemOf(frame);
  const p = countOf(fit);
  const active = activeAt(fit);
  const weight = weightAt(fit, n);
  const gradient = gradientAt(fit, n);
  const offsets = turnsAt(fit, n);
  const columns = frameColumns(frame, n);
  const b = frameB(frame, n);
  const sizes = frameSizes(frame, n);
  const testB = testBOf(problem);
  const yy = yyOf(problem);
  let products: f64 = 0;
  let size: f64 = sqrt(yy);
  let explained: f64 = 0;
  let large: i32 = 0;
  for (let i: i32 = 0; i < p; i++) {
    const at: usize = (<usize>load<i32>(active + ((<usize>i) << 2))) << 3;
    const offset = (<usize>load<i32>(columns + (at >> 1))) << 3;
    const own = load<f64>(weight + ((<usize>i) << 3));
    store<i32>(offsets + ((<usize>i) << 2), <i32>offset);
    products += own * load<f64>(testB + offset);
    size += own * load<f64>(sizes + at);
    explained += own * (load<f64>(b + at) + load<f64>(gradient + at));
    large += i32(own > LARGE);
  }
  const squares = testYyOf(problem) - 2 * products + quadratic(testGramOf(problem), n, p, offsets, weight);
  store<f64>(path + 32 + (which << 3), mean(problem, squares));
  store<i32>(path + 56 + (which << 2), large);
  setAccurate(fit, size * size <= 1e6 * max(yy - explained, 1e-4 * yy));
}

/** wᵀTw over p columns, whose byte offsets in a row of T are given: four rows at a time. Cost: p²/2. */
function quadratic(gram: usize, n: i32, p: i32, offsets: usize, w: usize): f64 {
  let squares: f64 = 0;
  let cross: f64 = 0;
  let i: i32 = 0;
  for (; i + 4 <= p; i += 4) {
    const these = offsets + ((<usize>i) << 2);
    const r0 = gram + <usize>load<i32>(these) * <usize>n;
    const r1 = gram + <usize>load<i32>(these, 4) * <usize>n;
    const r2 = gram + <usize>load<i32>(these, 8) * <usize>n;
    const r3 = gram + <usize>load<i32>(these, 12) * <usize>n;
    const at = w + ((<usize>i) << 3);
    const w0 = load<f64>(at);
    const w1 = load<f64>(at, 8);
    const w2 = load<f64>(at, 16);
    const w3 = load<f64>(at, 24);
    let even: f64 = 0;
    let odd: f64 = 0;
    for (let k: i32 = 0; k < i; k += 2) {
      const other = offsets + ((<usize>k) << 2);
      const o = <usize>load<i32>(other);
      const q = <usize>load<i32>(other, 4);
      const v = w + ((<usize>k) << 3);
      const one = w0 * load<f64>(r0 + o) + w1 * load<f64>(r1 + o) + (w2 * load<f64>(r2 + o) + w3 * load<f64>(r3 + o));
      const two = w0 * load<f64>(r0 + q) + w1 * load<f64>(r1 + q) + (w2 * load<f64>(r2 + q) + w3 * load<f64>(r3 + q));
      even += load<f64>(v) * one;
      odd += load<f64>(v, 8) * two;
    }
    const o0 = <usize>load<i32>(these);
    const o1 = <usize>load<i32>(these, 4);
    const o2 = <usize>load<i32>(these, 8);
    const o3 = <usize>load<i32>(these, 12);
    cross += even + odd;
    cross += w3 * (w0 * load<f64>(r3 + o0) + w1 * load<f64>(r3 + o1) + w2 * load<f64>(r3 + o2));
    cross += w2 * (w0 * load<f64>(r2 + o0) + w1 * load<f64>(r2 + o1)) + w1 * w0 * load<f64>(r1 + o0);
    squares += w0 * w0 * load<f64>(r0 + o0) + w1 * w1 * load<f64>(r1 + o1);
    squares += w2 * w2 * load<f64>(r2 + o2) + w3 * w3 * load<f64>(r3 + o3);
  }
  for (; i < p; i++) {
    const offset = <usize>load<i32>(offsets + ((<usize>i) << 2));
    const row = gram + offset * <usize>n;
    const own = load<f64>(w + ((<usize>i) << 3));
    let sum: f64 = 0;
    for (let k: i32 = 0; k < i; k++) {
      sum += load<f64>(w + ((<usize>k) << 3)) * load<f64>(row + <usize>load<i32>(offsets + ((<usize>k) << 2)));
    }
    cross += own * sum;
    squares += own * own * load<f64>(row + offset);
  }
  return squares + 2 * cross;
}

/** Whether the fit and its error can be had from Gram matrices; otherwise it is refitted on the data. */
function holds(fit: usize): bool {
  return statusOf(fit) == OK && residualOf(fit) <= ACCEPTABLE && accurateOf(fit);
}
