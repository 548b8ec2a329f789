/**
 * The state of one active-set fit over places 0 … n - 1 of a frame (frame.ts): a block of memory that can be copied, so that
 * a search may go on from any earlier fit. `m` below is n rounded up to even.
 *
 *     0  active places p     i32          4  tied: inactive places of the prefix with gradient zero    i32
 *     8  largest KKT residual, relative   16 level: the gradient that active places share (0 for NNLS)
 *     24 status i32                       28 revision: how often the weights have changed  i32
 *     32 accurate bool: rounding in the Gram matrices does not matter (path.ts)
 *     36 barred: how many places are, i32                                                              40 … 63 unused
 *     64 active i32[m]      places in the factor's order
 *        barred i32[m]      by place: whether its last attempt to enter failed by rounding: not tried again before the
 *                           weights change
 *        role   i64[m]      by place: INACTIVE or ACTIVE
 *        weight f64[m]      of active places, in the factor's order
 *        z      f64[m]      L D z = b      ones f64[m]     L D ones = 1 (simplex)
 *        pivot  f64[m]      D              inverse f64[m]  1 / D
 *        gradient f64[m]    b - G w, by place
 *        trial  f64[m]      unconstrained weights
 *        turns  f64[2m]     scratch of removeRow
 *        factor f64[n(n-1)/2]   L
 */
import { factorLength } from './cholesky';
import { OK } from './status';

/** Roles are masks: with weight zero, and with a positive weight. */
export const INACTIVE: i64 = 0;
export const ACTIVE: i64 = -1;

const HEADER: usize = 64;

function even(n: usize): usize {
  return (n + 1) & ~1;
}

/** Bytes of a fit over n columns. */
export function fitBytes(n: i32): usize {
  return HEADER + even(n) * 88 + (even(factorLength(n)) << 3);
}

export function countOf(fit: usize): i32 {
  return load<i32>(fit);
}
export function setCount(fit: usize, p: i32): void {
  store<i32>(fit, p);
}
export function tiedOf(fit: usize): i32 {
  return load<i32>(fit, 4);
}
export function setTied(fit: usize, tied: i32): void {
  store<i32>(fit, tied, 4);
}
export function residualOf(fit: usize): f64 {
  return load<f64>(fit, 8);
}
export function setResidual(fit: usize, residual: f64): void {
  store<f64>(fit, residual, 8);
}
export function levelOf(fit: usize): f64 {
  return load<f64>(fit, 16);
}
export function setLevel(fit: usize, level: f64): void {
  store<f64>(fit, level, 16);
}
export function statusOf(fit: usize): i32 {
  return load<i32>(fit, 24);
}
export function setStatus(fit: usize, status: i32): void {
  store<i32>(fit, status, 24);
}

export function revisionOf(fit: usize): i32 {
  return load<i32>(fit, 28);
}
export function setRevision(fit: usize, revision: i32): void {
  store<i32>(fit, revision, 28);
}

export function accurateOf(fit: usize): bool {
  return load<bool>(fit, 32);
}
export function setAccurate(fit: usize, accurate: bool): void {
  store<bool>(fit, accurate, 32);
}

export function barredOf(fit: usize): i32 {
  return load<i32>(fit, 36);
}
export function setBarred(fit: usize, barred: i32): void {
  store<i32>(fit, barred, 36);
}

export function activeAt(fit: usize): usize {
  return fit + HEADER;
}
export function barredAt(fit: usize, n: i32): usize {
  return fit + HEADER + even(n) * 4;
}
export function roleAt(fit: usize, n: i32): usize {
  return fit + HEADER + even(n) * 8;
}
export function weightAt(fit: usize, n: i32): usize {
  return fit + HEADER + even(n) * 16;
}
export function zAt(fit: usize, n: i32): usize {
  return fit + HEADER + even(n) * 24;
}
export function onesAt(fit: usize, n: i32): usize {
  return fit + HEADER + even(n) * 32;
}
export function pivotAt(fit: usize, n: i32): usize {
  return fit + HEADER + even(n) * 40;
}
export function inverseAt(fit: usize, n: i32): usize {
  return fit + HEADER + even(n) * 48;
}
export function gradientAt(fit: usize, n: i32): usize {
  return fit + HEADER + even(n) * 56;
}
/** What copyFit copies of the vectors ends here. */
export function trialAt(fit: usize, n: i32): usize {
  return fit + HEADER + even(n) * 64;
}
export function turnsAt(fit: usize, n: i32): usize {
  return fit + HEADER + even(n) * 72;
}
export function factorAt(fit: usize, n: i32): usize {
  return fit + HEADER + even(n) * 88;
}

/** The fit of no columns: nothing is active. */
export function emptyFit(fit: usize): void {
  memory.fill(fit, 0, HEADER);
  setStatus(fit, OK);
}

/** Copies a fit, leaving out scratch and the unused part of the factor. */
export function copyFit(to: usize, from: usize, n: i32): void {
  const p = countOf(from);
  memory.copy(to, from, trialAt(from, n) - from);
  memory.copy(factorAt(to, n), factorAt(from, n), factorLength(p) << 3);
}
