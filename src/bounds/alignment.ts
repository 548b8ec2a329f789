/** Lower bounds on Alice's utility from market alignment: Theorems 1, 2 and 6. */

/** A bound, and what it is worth. */
export interface Bound {
  readonly value: number;
  /** Not above what Alice has without any theorem. */
  readonly vacuous: boolean;
}

/** @param trivial utility that Alice is sure of anyway: 0 for utilities in [0, 1]. */
export const bound = (value: number, trivial = 0): Bound => ({ value, vacuous: value <= trivial });

/**
 * Theorem 2: U_A(C*) - 2 epsilon - delta, for quantal-response equilibria.
 * @param leader U_A(C*), Alice's utility with the reference rule alone
 * @param delta closeness of Definition 13
 * @example theorem2(0.9, 0.05, 0.1) // { value: 0.7, vacuous: false }
 */
export const theorem2 = (leader: number, epsilon: number, delta: number, trivial = 0): Bound =>
  bound(leader - 2 * epsilon - delta, trivial);

/** Theorem 6, and Theorem 1 where its condition holds: U_A(C*) - 2 epsilon. */
export const theorem6 = (leader: number, epsilon: number, trivial = 0): Bound => bound(leader - 2 * epsilon, trivial);
