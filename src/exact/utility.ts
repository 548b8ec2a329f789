/** How exact numbers are shown in results: the nearest double and the fraction itself. */
import type Fraction from 'fraction.js';
import { nearestDouble } from './nearest.ts';

/** A number in a result: `value` is the nearest double, `exact` the reduced fraction, "p/q" or "p". */
export interface Exact {
  readonly value: number;
  readonly exact: string;
}

/**
 * A fraction as results show it.
 * @example
 * const market = exactMarket(parseTable('state,policy,alice,B\nrain,stay,0.5,1\nrain,go,0.25,0\n'));
 * exactly(utilityOf(market, 0, 0)) // { value: 0.25, exact: '1/4' }
 */
export function exactly(fraction: Fraction): Exact {
  return { value: nearestDouble(fraction.s * fraction.n, fraction.d), exact: fraction.toFraction() };
}
