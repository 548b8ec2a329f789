/** What quantal response costs (Lemma 1) and how it varies with beliefs (Lemma 2, Proposition 2, Corollaries 1 and 2). */

/** Lemma 1: quantal response loses at most log |A| / lambda. @example lemma1(2, 10) // 0.0693147… */
export const lemma1 = (actions: number, lambda: number): number => Math.log(actions) / lambda;

/** Lemma 2: beliefs that differ by epsilon give response probabilities with L1 distance at most e^(2 lambda epsilon) - 1. */
export const lemma2 = (lambda: number, epsilon: number): number => Math.expm1(2 * lambda * epsilon);

/** Proposition 2: beliefs accurate up to epsilon_u make the game delta-close with delta = e^(4 lambda epsilon_u) - 1. */
export const proposition2 = (lambda: number, error: number): number => Math.expm1(4 * lambda * error);

/** Corollary 1: the same where accuracy fails with probability rho. */
export const corollary1 = (lambda: number, error: number, failure: number): number =>
  proposition2(lambda, error) + failure;

/** Corollary 2: 4 e lambda epsilon_u, or null where lambda epsilon_u exceeds 1/4. */
export const corollary2 = (lambda: number, error: number): number | null =>
  lambda * error <= 1 / 4 ? 4 * Math.E * lambda * error : null;

/** Softmax of lambda · beliefs (Definition 11). */
export function quantalResponse(beliefs: ArrayLike<number>, lambda: number): Float64Array {
  const highest = Math.max(...Array.from(beliefs));
  const weights = Float64Array.from(beliefs, (value) => Math.exp(lambda * (value - highest)));
  const total = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => weight / total);
}
