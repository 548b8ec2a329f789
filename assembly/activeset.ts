/**
 * What NNLS and the simplex fit share: columns enter and leave the active set, the gradient is formed over all columns
 * (those still outside the prefix as well, so that most later columns are settled by one comparison), and the KKT
 * conditions are read off it.
 */
import { appendRow, removeRow, rowOf } from './cholesky';
import {
  ACTIVE,
  activeAt,
  BARRED,
  countOf,
  factorAt,
  gradientAt,
  INACTIVE,
  levelOf,
  onesAt,
  residualOf,
  revisionOf,
  roleAt,
  setCount,
  setResidual,
  setRevision,
  setTied,
  tiedOf,
  trialAt,
  turnsAt,
  weightAt,
  zAt,
} from './fit';
import { dot, subtract, subtractFour } from './vector';

/** A column enters when its gradient, relative to |x|·|y|, is above this: rounding leaves about 1e-15. */
export const ENTER: f64 = 1e-12;
/** An inactive column whose relative gradient is within this of zero could take weight at no cost. */
const TIED: f64 = 1e-9;
/** Relative to a column's square: a smaller pivot says that the column lies in the span of the active ones. */
const PIVOT: f64 = 1e-12;

/** Appends column j to the active set; false where it depends on the columns that are in it. */
export function enter(gram: usize, b: usize, n: i32, shift: f64, fit: usize, j: i32): bool {
  const p = countOf(fit);
  const factor = factorAt(fit, n);
  const row = rowOf(factor, p);
  const column = gram + ((<usize>j * <usize>n) << 3);
  const active = activeAt(fit);
  for (let i: i32 = 0; i < p; i++) {
    const other = <usize>load<i32>(active + ((<usize>i) << 2));
    store<f64>(row + ((<usize>i) << 3), load<f64>(column + (other << 3)) + shift);
  }
  const square = load<f64>(column + ((<usize>j) << 3)) + shift;
  const pivot = appendRow(factor, p, square, PIVOT * square);
  if (pivot == 0) return false;
  const inverse = 1 / sqrt(pivot);
  const at: usize = (<usize>p) << 3;
  const z = zAt(fit, n);
  const ones = onesAt(fit, n);
  store<f64>(z + at, (load<f64>(b + ((<usize>j) << 3)) + shift - dot(row, z, p)) * inverse);
  store<f64>(ones + at, shift > 0 ? (1 - dot(row, ones, p)) * inverse : 0);
  store<i32>(active + ((<usize>p) << 2), j);
  store<f64>(weightAt(fit, n) + at, 0);
  store<i32>(roleAt(fit, n) + ((<usize>j) << 2), ACTIVE);
  setCount(fit, p + 1);
  return true;
}

/** Takes back the last `enter` and bars its column until the weights change. */
export function retract(fit: usize, n: i32, j: i32): void {
  setCount(fit, countOf(fit) - 1);
  bar(fit, n, j);
}

export function bar(fit: usize, n: i32, j: i32): void {
  store<i32>(roleAt(fit, n) + ((<usize>j) << 2), BARRED);
}

function leave(fit: usize, n: i32, r: i32): void {
  const p = countOf(fit);
  const active = activeAt(fit);
  const weight = weightAt(fit, n);
  removeRow(factorAt(fit, n), p, r, zAt(fit, n), onesAt(fit, n), turnsAt(fit, n));
  store<i32>(roleAt(fit, n) + ((<usize>load<i32>(active + ((<usize>r) << 2))) << 2), INACTIVE);
  const rest = <usize>(p - 1 - r);
  memory.copy(active + ((<usize>r) << 2), active + ((<usize>(r + 1)) << 2), rest << 2);
  memory.copy(weight + ((<usize>r) << 3), weight + ((<usize>(r + 1)) << 3), rest << 3);
  setCount(fit, p - 1);
}

/**
 * Moves the weights towards the trial as far as all stay non-negative; columns that reach zero leave.
 * Returns whether the trial was reached.
 */
export function advance(fit: usize, n: i32): bool {
  const p = countOf(fit);
  const weight = weightAt(fit, n);
  const trial = trialAt(fit, n);
  let share: f64 = 2;
  let blocking: i32 = -1;
  for (let i: i32 = 0; i < p; i++) {
    const goal = load<f64>(trial + ((<usize>i) << 3));
    if (goal > 0) continue;
    const now = load<f64>(weight + ((<usize>i) << 3));
    const ratio = now > goal ? now / (now - goal) : 0;
    if (ratio < share) {
      share = ratio;
      blocking = i;
    }
  }
  if (blocking < 0) {
    memory.copy(weight, trial, (<usize>p) << 3);
    return true;
  }
  for (let i: i32 = 0; i < p; i++) {
    const at: usize = weight + ((<usize>i) << 3);
    const now = load<f64>(at);
    store<f64>(at, now + share * (load<f64>(trial + ((<usize>i) << 3)) - now));
  }
  for (let i: i32 = p - 1; i >= 0; i--) {
    if (i == blocking || load<f64>(weight + ((<usize>i) << 3)) <= 0) leave(fit, n, i);
  }
  return false;
}

/** gradient = b - G w, over all n columns, after the weights changed. Cost: n·p. */
export function formGradient(gram: usize, b: usize, n: i32, fit: usize): void {
  const p = countOf(fit);
  const active = activeAt(fit);
  const weight = weightAt(fit, n);
  const gradient = gradientAt(fit, n);
  setRevision(fit, revisionOf(fit) + 1);
  memory.copy(gradient, b, (<usize>n) << 3);
  let i: i32 = 0;
  for (; i + 4 <= p; i += 4) {
    const these: usize = active + ((<usize>i) << 2);
    subtractFour(
      gradient,
      weight + ((<usize>i) << 3),
      rowAt(gram, n, load<i32>(these)),
      rowAt(gram, n, load<i32>(these, 4)),
      rowAt(gram, n, load<i32>(these, 8)),
      rowAt(gram, n, load<i32>(these, 12)),
      n,
    );
  }
  for (; i < p; i++) {
    const row = rowAt(gram, n, load<i32>(active + ((<usize>i) << 2)));
    subtract(gradient, load<f64>(weight + ((<usize>i) << 3)), row, n);
  }
}

function rowAt(gram: usize, n: i32, j: i32): usize {
  return gram + ((<usize>j * <usize>n) << 3);
}

/** Lets columns order[first … count-1] in. Returns the one with the largest relative gradient above ENTER, or -1. */
export function admit(order: usize, first: i32, count: i32, inverse: usize, n: i32, fit: usize): i32 {
  const role = roleAt(fit, n);
  const gradient = gradientAt(fit, n);
  const level = levelOf(fit);
  let residual = residualOf(fit);
  let tied = tiedOf(fit);
  let most = ENTER;
  let chosen: i32 = -1;
  for (let k = first; k < count; k++) {
    const j = <usize>load<i32>(order + ((<usize>k) << 2));
    store<i32>(role + (j << 2), INACTIVE);
    const relative = (load<f64>(gradient + (j << 3)) - level) * load<f64>(inverse + (j << 3));
    if (relative > residual) residual = relative;
    if (abs(relative) <= TIED) tied++;
    if (relative > most) {
      most = relative;
      chosen = <i32>j;
    }
  }
  setResidual(fit, residual);
  setTied(fit, tied);
  return chosen;
}

/**
 * Checks the KKT conditions over the prefix and returns the column that violates them most, or -1. `changed` says that
 * the weights moved since the last scan: barred columns may try again.
 */
export function scan(inverse: usize, n: i32, fit: usize, changed: bool): i32 {
  const role = roleAt(fit, n);
  const gradient = gradientAt(fit, n);
  const level = levelOf(fit);
  let residual: f64 = 0;
  let tied: i32 = 0;
  let most = ENTER;
  let chosen: i32 = -1;
  for (let j: usize = 0; j < <usize>n; j++) {
    let is = load<i32>(role + (j << 2));
    if (is == 0) continue;
    const relative = (load<f64>(gradient + (j << 3)) - level) * load<f64>(inverse + (j << 3));
    if (is == ACTIVE) {
      residual = max(residual, abs(relative));
      continue;
    }
    if (is == BARRED && changed) {
      store<i32>(role + (j << 2), INACTIVE);
      is = INACTIVE;
    }
    if (relative < -TIED) continue;
    if (relative <= TIED) tied++;
    if (relative > residual) residual = relative;
    if (relative > most && is == INACTIVE) {
      most = relative;
      chosen = <i32>j;
    }
  }
  setResidual(fit, residual);
  setTied(fit, tied);
  return chosen;
}
