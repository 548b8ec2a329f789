/**
 * A market in exact integers: what every solver works on. Made from a utility table by `exactMarket` (exact.ts).
 *
 * Players are numbered 0 for Alice and 1 … k for the Bobs in the table's order; cells are the (state, policy) pairs,
 * states in order, policies in order within a state. For player p and a scheme f (one cell a state),
 *
 *     expected utility of p along f  =  base[p] + unit[p] · Σ gains[p][cell]      (decision: arithmetic is exact)
 *
 * with every gain a non-negative integer, zero for some policy of every state, and without a common factor.
 */
import type Fraction from 'fraction.js';

export interface Market {
  readonly states: readonly string[];
  /** Policy names by state; the sets may differ. */
  readonly policies: readonly (readonly string[])[];
  /** Names of the Bobs, in the table's order. */
  readonly bobs: readonly string[];
  /** `firstCell[s]` is the first cell of state s; one more entry than there are states, the last is the cell count. */
  readonly firstCell: readonly number[];
  /** Prior of each state, summing to 1. */
  readonly prior: readonly Fraction[];
  /** `utilities[p][cell]`: the table's own numbers, nearest double, not weighted by the prior. */
  readonly utilities: readonly Float64Array[];
  /** The table's own numbers, exactly, as they are after any rounding. */
  readonly exactUtilities: readonly (readonly Fraction[])[];
  /** `gains[p][cell]`: non-negative integers held in doubles. */
  readonly gains: readonly Float64Array[];
  readonly base: readonly Fraction[];
  readonly unit: readonly Fraction[];
  /** `most[p]`: the largest total of gains over all schemes; the smallest is 0. At most 2^53 - 1. */
  readonly most: readonly number[];
  /** Number of schemes: the product of the policy counts. */
  readonly schemes: bigint;
  /** Decimals that utilities were rounded to on request, or undefined: exact as read. */
  readonly rounded?: number | undefined;
}

/** A committee as a bit mask: bit j is Bob j of the table (0-based), so player j + 1. */
export type CommitteeMask = number;

/** One policy index (within its state) a state. */
export type Scheme = readonly number[];
