/**
 * Minimise |Xw - y|² over w >= 0 with sum w = 1, given G = XᵀX and b = Xᵀy. G + c·11ᵀ with b + c·1 is the same problem on
 * the simplex and stays positive definite where columns are affinely independent, so no penalty row is needed: the
 * equality is solved for by its multiplier, the level that the gradient has on every active column.
 */
import { admit, advance, bar, enter, formGradient, retract, scan } from './activeset';
import { solveTransposed } from './cholesky';
import {
  activeAt,
  countOf,
  factorAt,
  gradientAt,
  onesAt,
  pivotAt,
  setLevel,
  setStatus,
  trialAt,
  weightAt,
  zAt,
} from './fit';
import { frameB, frameColumns, gramRow, problemOf, sizeOf } from './frame';
import { PASSES } from './nnls';
import { flatAt, shiftOf } from './problem';
import { OK, SINGULAR, STALLED } from './status';
import { copy, gathered, subtract } from './vector';

/**
 * Extends an optimal fit over places 0 … first-1 of the frame to places 0 … count-1; `first` = 0 starts at the best
 * single column.
 * frame    with at least `count` places (frame.ts)        fit      in and out (fit.ts)
 */
export function extendSimplex(frame: usize, first: i32, count: i32, fit: usize): i32 {
  const n = sizeOf(frame);
  const problem = problemOf(frame);
  const inverse = flatAt(problem, n);
  const shift = shiftOf(problem);
  let chosen = admit(frame, inverse, first, count, fit);
  if (countOf(fit) == 0) {
    if (!enter(frame, shift, fit, nearest(frame, n, count))) {
      setStatus(fit, SINGULAR);
      return SINGULAR;
    }
    solve(fit, n);
    settle(frame, count, fit, n);
    chosen = scan(inverse, count, fit, n, true);
  }
  let left = PASSES * count + 16;
  let status = OK;
  while (chosen >= 0) {
    if (left-- == 0) {
      status = STALLED;
      break;
    }
    let changed = false;
    if (!enter(frame, shift, fit, chosen)) bar(fit, n, chosen);
    else {
      solve(fit, n);
      const last = (<usize>(countOf(fit) - 1)) << 3;
      if (!(load<f64>(trialAt(fit, n) + last) > 0)) retract(fit, n, chosen);
      else {
        settle(frame, count, fit, n);
        changed = true;
      }
    }
    chosen = scan(inverse, count, fit, n, changed);
  }
  setStatus(fit, status);
  return status;
}

/** Of the first `count` places the one nearest to y; the lowest column at equality. */
function nearest(frame: usize, n: i32, count: i32): i32 {
  const columns = frameColumns(frame, n);
  let best: i32 = -1;
  let lowest: i32 = -1;
  let least: f64 = Infinity;
  for (let place: i32 = 0; place < count; place++) {
    const at: usize = (<usize>place) << 3;
    const j = load<i32>(columns + (at >> 1));
    const error = load<f64>(gramRow(frame, n, place) + at) - 2 * load<f64>(frameB(frame, n) + at);
    if (error < least || (error == least && j < lowest)) {
      least = error;
      lowest = j;
      best = place;
    }
  }
  return best;
}

/** Steps until the equality-constrained optimum of the active set is non-negative, then forms gradient and level. */
function settle(frame: usize, count: i32, fit: usize, n: i32): void {
  while (!advance(fit, n)) solve(fit, n);
  const p = countOf(fit);
  const weight = weightAt(fit, n);
  // Rounding leaves the sum a few units in the last place from 1.
  let even: f64 = 0;
  let odd: f64 = 0;
  let i: i32 = 0;
  for (; i + 2 <= p; i += 2) {
    const at = weight + ((<usize>i) << 3);
    even += load<f64>(at);
    odd += load<f64>(at, 8);
  }
  if (i < p) even += load<f64>(weight + ((<usize>i) << 3));
  const correction = 1 / (even + odd);
  for (i = 0; i < p; i++) {
    const at: usize = weight + ((<usize>i) << 3);
    store<f64>(at, load<f64>(at) * correction);
  }
  formGradient(frame, count, fit);
  const level = gathered(weight, gradientAt(fit, n), activeAt(fit), p);
  setLevel(fit, level);
}

/** trial = (G + c·11ᵀ)⁻¹ (b + c·1 - level·1) over the active set, with the level that makes it sum to 1. */
function solve(fit: usize, n: i32): void {
  const p = countOf(fit);
  const trial = trialAt(fit, n);
  const z = zAt(fit, n);
  const ones = onesAt(fit, n);
  const pivots = pivotAt(fit, n);
  let both: f64 = 0;
  let square: f64 = 0;
  let i: i32 = 0;
  if (ASC_FEATURE_SIMD) {
    let boths = f64x2.splat(0);
    let squares = f64x2.splat(0);
    for (; i + 2 <= p; i += 2) {
      const at: usize = (<usize>i) << 3;
      const one = v128.load(ones + at);
      const scaled = f64x2.mul(one, v128.load(pivots + at));
      boths = f64x2.add(boths, f64x2.mul(scaled, v128.load(z + at)));
      squares = f64x2.add(squares, f64x2.mul(scaled, one));
    }
    both = f64x2.extract_lane(boths, 0) + f64x2.extract_lane(boths, 1);
    square = f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1);
  }
  for (; i < p; i++) {
    const at: usize = (<usize>i) << 3;
    const one = load<f64>(ones + at);
    const scaled = one * load<f64>(pivots + at);
    both += scaled * load<f64>(z + at);
    square += scaled * one;
  }
  copy(trial, z, p);
  subtract(trial, (both - 1) / square, ones, p);
  solveTransposed(factorAt(fit, n), p, trial);
}
