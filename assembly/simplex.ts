/**
 * Minimise |Xw - y|² over w >= 0 with sum w = 1, given G = XᵀX and b = Xᵀy. G + c·11ᵀ with b + c·1 is the same problem on
 * the simplex and stays positive definite where columns are affinely independent, so no penalty row is needed: the
 * equality is solved for by its multiplier, the level that the gradient has on every active column.
 */
import { admit, advance, bar, enter, formGradient, retract, scan } from './activeset';
import { solveTransposed } from './cholesky';
import { activeAt, countOf, factorAt, gradientAt, onesAt, setLevel, setStatus, trialAt, weightAt, zAt } from './fit';
import { PASSES } from './nnls';
import { OK, SINGULAR, STALLED } from './status';
import { dot, subtract } from './vector';

/**
 * Extends an optimal fit over order[0 … first-1] to order[0 … count-1]; `first` = 0 starts at the best single column.
 * gram     n*n f64, row-major, read only      b      n f64, read only
 * inverse  n f64: 1 / scale of the gradient   shift  c > 0, of the size of G's diagonal
 * order    i32: columns                       fit    in and out (fit.ts)
 */
export function extendSimplex(
  gram: usize,
  b: usize,
  inverse: usize,
  shift: f64,
  n: i32,
  order: usize,
  first: i32,
  count: i32,
  fit: usize,
): i32 {
  let chosen: i32 = -1;
  if (countOf(fit) == 0) {
    admit(order, first, count, inverse, n, fit);
    if (!enter(gram, b, n, shift, fit, nearest(gram, b, n, order, count))) {
      setStatus(fit, SINGULAR);
      return SINGULAR;
    }
    settle(gram, b, n, fit);
    chosen = scan(inverse, n, fit, true);
  } else chosen = admit(order, first, count, inverse, n, fit);

  let left = PASSES * count + 16;
  let status = OK;
  while (chosen >= 0) {
    if (left-- == 0) {
      status = STALLED;
      break;
    }
    let changed = false;
    if (!enter(gram, b, n, shift, fit, chosen)) bar(fit, n, chosen);
    else {
      solve(fit, n);
      const last = (<usize>(countOf(fit) - 1)) << 3;
      if (!(load<f64>(trialAt(fit, n) + last) > 0)) retract(fit, n, chosen);
      else {
        settle(gram, b, n, fit);
        changed = true;
      }
    }
    chosen = scan(inverse, n, fit, changed);
  }
  setStatus(fit, status);
  return status;
}

/** Of the first `count` columns the one nearest to y; the lowest index at equality. */
function nearest(gram: usize, b: usize, n: i32, order: usize, count: i32): i32 {
  let best: i32 = -1;
  let least: f64 = Infinity;
  for (let k: i32 = 0; k < count; k++) {
    const j = load<i32>(order + ((<usize>k) << 2));
    const at = <usize>j;
    const error = load<f64>(gram + ((at * <usize>n + at) << 3)) - 2 * load<f64>(b + (at << 3));
    if (error < least || (error == least && j < best)) {
      least = error;
      best = j;
    }
  }
  return best;
}

/** Steps until the equality-constrained optimum of the active set is non-negative, then forms gradient and level. */
function settle(gram: usize, b: usize, n: i32, fit: usize): void {
  solve(fit, n);
  while (!advance(fit, n)) solve(fit, n);
  const p = countOf(fit);
  const weight = weightAt(fit, n);
  // Rounding leaves the sum a few units in the last place from 1.
  let sum: f64 = 0;
  for (let i: i32 = 0; i < p; i++) sum += load<f64>(weight + ((<usize>i) << 3));
  const correction = 1 / sum;
  for (let i: i32 = 0; i < p; i++) {
    const at: usize = weight + ((<usize>i) << 3);
    store<f64>(at, load<f64>(at) * correction);
  }
  formGradient(gram, b, n, fit);
  const gradient = gradientAt(fit, n);
  const active = activeAt(fit);
  let level: f64 = 0;
  for (let i: i32 = 0; i < p; i++) {
    const j = <usize>load<i32>(active + ((<usize>i) << 2));
    level += load<f64>(weight + ((<usize>i) << 3)) * load<f64>(gradient + (j << 3));
  }
  setLevel(fit, level);
}

/** trial = (G + c·11ᵀ)⁻¹ (b + c·1 - level·1) over the active set, with the level that makes it sum to 1. */
function solve(fit: usize, n: i32): void {
  const p = countOf(fit);
  const trial = trialAt(fit, n);
  const z = zAt(fit, n);
  const ones = onesAt(fit, n);
  const level = (dot(ones, z, p) - 1) / dot(ones, ones, p);
  memory.copy(trial, z, (<usize>p) << 3);
  subtract(trial, level, ones, p);
  solveTransposed(factorAt(fit, n), p, trial);
}
