/** Obedience by listing, from the definition: what Alice expects from every policy, given each message that is used. */
import type { FamilyMarket } from './families.ts';
import type { Listed } from './stability.ts';

/** The schemes that Alice obeys, of a market whose states share their policies in one order. */
export function obedientSchemes<L extends Listed>(
  { firstCell, gains }: Pick<FamilyMarket, 'firstCell' | 'gains'>,
  all: readonly L[],
): L[] {
  const policies = Array.from({ length: firstCell[1]! }, (_, policy) => policy);
  return all.filter(({ scheme }) =>
    policies.every((message) => {
      const states = scheme.flatMap((named, s) => (named === message ? [s] : []));
      const worth = (policy: number) => states.reduce((sum, s) => sum + gains[0]![firstCell[s]! + policy]!, 0);
      return policies.every((other) => worth(message) >= worth(other));
    }),
  );
}
