/**
 * What NNLS and the simplex fit share: places enter and leave the active set, the gradient is formed over the prefix, and
 * the KKT conditions are read off it.
 */
import { appendRow, removeRow, rowOf } from './cholesky';
import {
  ACTIVE,
  activeAt,
  barredAt,
  barredOf,
  countOf,
  factorAt,
  gradientAt,
  INACTIVE,
  inverseAt,
  levelOf,
  onesAt,
  pivotAt,
  residualOf,
  revisionOf,
  roleAt,
  setBarred,
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
import { frameB, gramRow, sizeOf } from './frame';
import { approach, copy, gathered, least, subtract, subtractFour } from './vector';

/** A place enters when its gradient, relative to |x|·|y|, is above this: rounding leaves about 1e-15. */
export const ENTER: f64 = 1e-12;
/** An inactive place whose relative gradient is within this of zero could take weight at no cost. */
const TIED: f64 = 1e-9;
/** Relative to a column's square: a smaller pivot says that the column lies in the span of the active ones. */
const PIVOT: f64 = 1e-12;

/** Appends a place to the active set; false where its column depends on the active ones. */
export function enter(frame: usize, shift: f64, fit: usize, place: i32): bool {
  const n = sizeOf(frame);
  const p = countOf(fit);
  const factor = factorAt(fit, n);
  const row = rowOf(factor, p);
  const column = gramRow(frame, n, place);
  const active = activeAt(fit);
  for (let i: i32 = 0; i < p; i++) {
    const other = <usize>load<i32>(active + ((<usize>i) << 2));
    store<f64>(row + ((<usize>i) << 3), load<f64>(column + (other << 3)) + shift);
  }
  const square = load<f64>(column + ((<usize>place) << 3)) + shift;
  const right = load<f64>(frameB(frame, n) + ((<usize>place) << 3)) + shift;
  const one: f64 = shift > 0 ? 1 : 0;
  const pivots = pivotAt(fit, n);
  const inverses = inverseAt(fit, n);
  if (!appendRow(factor, pivots, inverses, p, square, PIVOT * square, zAt(fit, n), right, onesAt(fit, n), one))
    return false;
  store<i32>(active + ((<usize>p) << 2), place);
  store<f64>(weightAt(fit, n) + ((<usize>p) << 3), 0);
  store<i64>(roleAt(fit, n) + ((<usize>place) << 3), ACTIVE);
  setCount(fit, p + 1);
  return true;
}

/** Takes back the last `enter` and bars its place until the weights change. */
export function retract(fit: usize, n: i32, place: i32): void {
  setCount(fit, countOf(fit) - 1);
  bar(fit, n, place);
}

export function bar(fit: usize, n: i32, place: i32): void {
  store<i64>(roleAt(fit, n) + ((<usize>place) << 3), INACTIVE);
  store<i32>(barredAt(fit, n) + ((<usize>place) << 2), 1);
  setBarred(fit, barredOf(fit) + 1);
}

function leave(fit: usize, n: i32, r: i32): void {
  const p = countOf(fit);
  const active = activeAt(fit);
  const weight = weightAt(fit, n);
  removeRow(factorAt(fit, n), pivotAt(fit, n), inverseAt(fit, n), p, r, zAt(fit, n), onesAt(fit, n), turnsAt(fit, n));
  store<i64>(roleAt(fit, n) + ((<usize>load<i32>(active + ((<usize>r) << 2))) << 3), INACTIVE);
  for (let i = r + 1; i < p; i++) {
    const at = active + ((<usize>i) << 2);
    store<i32>(at - 4, load<i32>(at));
  }
  copy(weight + ((<usize>r) << 3), weight + ((<usize>(r + 1)) << 3), p - 1 - r);
  setCount(fit, p - 1);
}

/**
 * Moves the weights towards the trial as far as all stay non-negative; places that reach zero leave.
 * Returns whether the trial was reached.
 */
export function advance(fit: usize, n: i32): bool {
  const p = countOf(fit);
  const weight = weightAt(fit, n);
  const trial = trialAt(fit, n);
  if (least(trial, p) > 0) {
    copy(weight, trial, p);
    return true;
  }
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
  approach(weight, share, trial, p);
  leave(fit, n, blocking);
  if (least(weight, p - 1) > 0) return false;
  for (let i: i32 = p - 2; i >= 0; i--) {
    if (load<f64>(weight + ((<usize>i) << 3)) <= 0) leave(fit, n, i);
  }
  return false;
}

/** gradient = b - G w over the first `count` places, after the weights changed. Cost: count·p. */
export function formGradient(frame: usize, count: i32, fit: usize): void {
  const n = sizeOf(frame);
  const p = countOf(fit);
  const active = activeAt(fit);
  const weight = weightAt(fit, n);
  const gradient = gradientAt(fit, n);
  setRevision(fit, revisionOf(fit) + 1);
  copy(gradient, frameB(frame, n), count);
  let i: i32 = 0;
  for (; i + 4 <= p; i += 4) {
    const these: usize = active + ((<usize>i) << 2);
    const at: usize = weight + ((<usize>i) << 3);
    subtractFour(
      gradient,
      load<f64>(at),
      gramRow(frame, n, load<i32>(these)),
      load<f64>(at, 8),
      gramRow(frame, n, load<i32>(these, 4)),
      load<f64>(at, 16),
      gramRow(frame, n, load<i32>(these, 8)),
      load<f64>(at, 24),
      gramRow(frame, n, load<i32>(these, 12)),
      count,
    );
  }
  for (; i < p; i++) {
    const row = gramRow(frame, n, load<i32>(active + ((<usize>i) << 2)));
    subtract(gradient, load<f64>(weight + ((<usize>i) << 3)), row, count);
  }
}

/** Forms the gradient of places first … count-1, which join. Returns the one with the largest relative gradient above ENTER, or -1. */
export function admit(frame: usize, inverse: usize, first: i32, count: i32, fit: usize): i32 {
  const n = sizeOf(frame);
  const p = countOf(fit);
  const active = activeAt(fit);
  const weight = weightAt(fit, n);
  const level = levelOf(fit);
  let residual = residualOf(fit);
  let tied = tiedOf(fit);
  let most = ENTER;
  let chosen: i32 = -1;
  for (let place = first; place < count; place++) {
    const at: usize = (<usize>place) << 3;
    const row = gramRow(frame, n, place);
    const gradient = load<f64>(frameB(frame, n) + at) - gathered(weight, row, active, p);
    store<f64>(gradientAt(fit, n) + at, gradient);
    store<i64>(roleAt(fit, n) + at, INACTIVE);
    store<i32>(barredAt(fit, n) + (at >> 1), 0);
    const relative = (gradient - level) * load<f64>(inverse + at);
    residual = max(residual, relative);
    if (abs(relative) <= TIED) tied++;
    if (relative > most) {
      most = relative;
      chosen = place;
    }
  }
  setResidual(fit, residual);
  setTied(fit, tied);
  return chosen;
}

/**
 * Checks the KKT conditions over the first `count` places and returns the one that violates them most, or -1. `changed` says
 * that the weights moved since the last scan: barred places may try again.
 */
export function scan(inverse: usize, count: i32, fit: usize, n: i32, changed: bool): i32 {
  const role = roleAt(fit, n);
  const gradient = gradientAt(fit, n);
  const level = levelOf(fit);
  /** The largest relative gradient of an inactive place, and the largest size of an active one's. */
  let most: f64 = 0;
  let residual: f64 = 0;
  let tied: i32 = 0;
  let place: i32 = 0;
  if (ASC_FEATURE_SIMD) {
    const levels = f64x2.splat(level);
    const limit = f64x2.splat(TIED);
    let top = f64x2.splat(0);
    let off = f64x2.splat(0);
    let within = i64x2.splat(0);
    for (; place + 2 <= count; place += 2) {
      const at: usize = (<usize>place) << 3;
      const relative = f64x2.mul(f64x2.sub(v128.load(gradient + at), levels), v128.load(inverse + at));
      const active = v128.load(role + at);
      const size = f64x2.abs(relative);
      top = f64x2.pmax(top, v128.andnot(relative, active));
      off = f64x2.pmax(off, v128.and(size, active));
      within = i64x2.sub(within, v128.andnot(f64x2.le(size, limit), active));
    }
    most = max(f64x2.extract_lane(top, 0), f64x2.extract_lane(top, 1));
    residual = max(f64x2.extract_lane(off, 0), f64x2.extract_lane(off, 1));
    tied = <i32>(i64x2.extract_lane(within, 0) + i64x2.extract_lane(within, 1));
  }
  for (; place < count; place++) {
    const relative = relativeAt(gradient, level, inverse, place);
    if (load<i64>(role + ((<usize>place) << 3)) == ACTIVE) residual = max(residual, abs(relative));
    else {
      most = max(most, relative);
      if (abs(relative) <= TIED) tied++;
    }
  }
  setResidual(fit, max(residual, most));
  setTied(fit, tied);
  if (changed && barredOf(fit) > 0) {
    memory.fill(barredAt(fit, n), 0, (<usize>count) << 2);
    setBarred(fit, 0);
  }
  return most > ENTER ? choose(inverse, count, fit, n) : -1;
}

/** Of the inactive places that are not barred the one with the largest relative gradient above ENTER, the first at equality; or -1. */
function choose(inverse: usize, count: i32, fit: usize, n: i32): i32 {
  const gradient = gradientAt(fit, n);
  const level = levelOf(fit);
  let most = ENTER;
  let chosen: i32 = -1;
  for (let place: i32 = 0; place < count; place++) {
    const relative = relativeAt(gradient, level, inverse, place);
    if (!(relative > most)) continue;
    if (load<i64>(roleAt(fit, n) + ((<usize>place) << 3)) == ACTIVE) continue;
    if (load<i32>(barredAt(fit, n) + ((<usize>place) << 2)) != 0) continue;
    most = relative;
    chosen = place;
  }
  return chosen;
}

function relativeAt(gradient: usize, level: f64, inverse: usize, place: i32): f64 {
  const at: usize = (<usize>place) << 3;
  return (load<f64>(gradient + at) - level) * load<f64>(inverse + at);
}
