/**
 * Minimise |Xw - y|² over w >= 0, given G = XᵀX and b = Xᵀy: Lawson & Hanson (1974), ch. 23, on the Gram matrix, going
 * on from the fit of fewer columns. Where no new column has a positive gradient the old solution stands.
 */
import { admit, advance, bar, enter, formGradient, retract, scan } from './activeset';
import { solveTransposed } from './cholesky';
import { countOf, factorAt, setStatus, trialAt, zAt } from './fit';
import { frameInverse, sizeOf } from './frame';
import { OK, STALLED } from './status';
import { copy } from './vector';

/** A fit takes a few passes; this many for each column of the prefix mean that rounding makes it cycle. */
export const PASSES: i32 = 3;

/**
 * Extends an optimal fit over places 0 … first-1 of the frame to places 0 … count-1.
 * frame    with at least `count` places (frame.ts)        fit      in and out (fit.ts)
 * Cost: O(p² + count·p) for each change of the active set of p places. The status is also kept in the fit.
 */
export function extendNnls(frame: usize, first: i32, count: i32, fit: usize): i32 {
  const n = sizeOf(frame);
  const inverse = frameInverse(frame, n);
  let chosen = admit(frame, inverse, first, count, fit);
  let left = PASSES * count + 16;
  let status = OK;
  while (chosen >= 0) {
    if (left-- == 0) {
      status = STALLED;
      break;
    }
    let changed = false;
    if (!enter(frame, 0, fit, chosen)) bar(fit, n, chosen);
    else {
      solve(fit, n);
      const last = (<usize>(countOf(fit) - 1)) << 3;
      // A column with a positive gradient must get a positive weight: otherwise its gradient was rounding noise.
      if (!(load<f64>(trialAt(fit, n) + last) > 0)) retract(fit, n, chosen);
      else {
        while (!advance(fit, n)) solve(fit, n);
        formGradient(frame, count, fit);
        changed = true;
      }
    }
    chosen = scan(inverse, count, fit, n, changed);
  }
  setStatus(fit, status);
  return status;
}

function solve(fit: usize, n: i32): void {
  const p = countOf(fit);
  const trial = trialAt(fit, n);
  copy(trial, zAt(fit, n), p);
  solveTransposed(factorAt(fit, n), p, trial);
}
