/**
 * Minimise |Xw - y|² over w >= 0, given G = XᵀX and b = Xᵀy: Lawson & Hanson (1974), ch. 23, on the Gram matrix, going
 * on from the fit of fewer columns. Where no new column has a positive gradient the old solution stands.
 */
import { admit, advance, bar, enter, formGradient, retract, scan } from './activeset';
import { solveTransposed } from './cholesky';
import { countOf, factorAt, setStatus, trialAt, zAt } from './fit';
import { OK, STALLED } from './status';

/** A fit takes a few passes; this many for each column of the prefix mean that rounding makes it cycle. */
export const PASSES: i32 = 3;

/**
 * Extends an optimal fit over order[0 … first-1] to order[0 … count-1].
 * gram     n*n f64, row-major, read only      b   n f64, read only
 * inverse  n f64: 1 / (|x_j|·|y|), or 0 for a zero column
 * order    i32: columns                       fit in and out (fit.ts)
 * Cost: O(p² + n·p) for each change of the active set of p columns. The status is also kept in the fit.
 */
export function extendNnls(
  gram: usize,
  b: usize,
  inverse: usize,
  n: i32,
  order: usize,
  first: i32,
  count: i32,
  fit: usize,
): i32 {
  let chosen = admit(order, first, count, inverse, n, fit);
  let left = PASSES * count + 16;
  let status = OK;
  while (chosen >= 0) {
    if (left-- == 0) {
      status = STALLED;
      break;
    }
    let changed = false;
    if (!enter(gram, b, n, 0, fit, chosen)) bar(fit, n, chosen);
    else {
      solve(fit, n);
      const last = (<usize>(countOf(fit) - 1)) << 3;
      // A column with a positive gradient must get a positive weight: otherwise its gradient was rounding noise.
      if (!(load<f64>(trialAt(fit, n) + last) > 0)) retract(fit, n, chosen);
      else {
        while (!advance(fit, n)) solve(fit, n);
        formGradient(gram, b, n, fit);
        changed = true;
      }
    }
    chosen = scan(inverse, n, fit, changed);
  }
  setStatus(fit, status);
  return status;
}

function solve(fit: usize, n: i32): void {
  const p = countOf(fit);
  const trial = trialAt(fit, n);
  memory.copy(trial, zAt(fit, n), (<usize>p) << 3);
  solveTransposed(factorAt(fit, n), p, trial);
}
