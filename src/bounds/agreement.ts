/** Rounds until agreement (Theorem 3) and the error that agreement leaves (Theorem 4). */

/** Theorem 3: K = 3 |A| / (zeta² delta) rounds bring zeta-agreement with probability 1 - delta. */
export const roundsNeeded = (actions: number, zeta: number, failure: number): number =>
  Math.ceil((3 * actions) / (zeta * zeta * failure));

/** Theorem 3 the other way round: the agreement level after K rounds, sqrt(3 |A| / (K delta)). */
export const agreementLevel = (actions: number, rounds: number, failure: number): number =>
  Math.sqrt((3 * actions) / (rounds * failure));

/** Theorem 4: under information substitutes zeta-agreement leaves an error of at most 10 zeta^(1/3). */
export const estimationError = (zeta: number): number => 10 * Math.cbrt(zeta);
