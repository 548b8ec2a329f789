/** How exact numbers are shown in results: the nearest double and the fraction itself. */
import type Fraction from 'fraction.js';
import { nearestDouble } from './nearest.ts';

/** A number in a result: `value` is the nearest double, `exact` the reduced fraction, "p/q" or "p". */
export interface Exact {
  readonly value: number;
  readonly exact: string;
}

export function exactly(fraction: Fraction): Exact {
  return { value: nearestDouble(fraction.s * fraction.n, fraction.d), exact: fraction.toFraction() };
}
