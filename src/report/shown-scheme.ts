/** A worst equilibrium's scheme in words. */
import type { WorstEquilibrium } from '../market/results.ts';

/** By state: the policy, or where the scheme mixes the policies with their probabilities. */
export function shownScheme({ scheme, probabilities }: WorstEquilibrium): readonly string[] {
  if (scheme.length > 0 || !probabilities) return scheme;
  return probabilities.map((own) =>
    Object.entries(own)
      .map(([policy, probability]) => (probability === '1' ? policy : `${policy} ${probability}`))
      .join(' + '),
  );
}
