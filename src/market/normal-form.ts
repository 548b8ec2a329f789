/**
 * A market's best-AI selection game between a few schemes, for other solvers: each Bob may show his monopoly scheme,
 * the worst equilibrium's, Alice's best, and those that best-response dynamics led him to.
 */
import { TooLargeError } from '../errors.ts';
import type { NormalForm } from '../report/nfg.ts';
import type { Market, Scheme } from './market.ts';
import type { SolveResult } from './results.ts';
import { schemeNames, totalsOf, utilityOf } from './scheme.ts';

/** More profiles than this are not written. */
const MOST_PROFILES = 2 ** 20;

/** The lowest-ranked scheme with the player's largest total: each state's first best policy. */
function monopoly({ gains, firstCell, policies }: Market, player: number): Scheme {
  return policies.map((names, s) => {
    const cells = names.map((_, policy) => gains[player]![firstCell[s]! + policy]!);
    return cells.indexOf(Math.max(...cells));
  });
}

/**
 * The restricted game of `market` (its Bobs are the committee) given what `solve` found.
 * @throws TooLargeError where it has more than 2^20 profiles.
 */
export function restrictedGame(market: Market, result: SolveResult, title: string): NormalForm {
  const numbers = (names: readonly string[]): Scheme => names.map((name, s) => market.policies[s]!.indexOf(name));
  const schemes = market.bobs.map((bob, j) => {
    const steps = result.dynamics.steps.filter((step) => step.bob === bob).map(({ scheme }) => numbers(scheme));
    // A worst equilibrium that mixes is no strategy here; the one without mixing is.
    const { scheme } = result.worst.scheme.length > 0 ? result.worst : (result.deterministic ?? result.optimum);
    const all = [monopoly(market, j + 1), numbers(scheme), numbers(result.optimum.scheme), ...steps];
    return [...new Map(all.map((scheme) => [scheme.join(), scheme])).values()];
  });
  const profiles = schemes.reduce((product, list) => product * list.length, 1);
  if (profiles > MOST_PROFILES)
    throw new TooLargeError(
      `the restricted game has ${profiles} profiles, more than ${MOST_PROFILES}: name fewer Bobs with --committee`,
    );
  const totals = schemes.map((list) => list.map((scheme) => totalsOf(market, scheme)));
  const shown = schemes.map((list, bob) =>
    list.map((_, i) => market.bobs.map((__, j) => utilityOf(market, j + 1, totals[bob]![i]![j + 1]!).toFraction())),
  );
  return {
    title,
    comment:
      'Best-AI selection (Definition 16): Alice follows the scheme that brings her most, the lowest index on ties; payoffs are the Bobs’ expected utilities; strategies: monopoly, worst equilibrium, optimum, steps of dynamics',
    players: market.bobs,
    strategies: schemes.map((list) => list.map((scheme) => schemeNames(market, scheme).join('/'))),
    payoffs(profile) {
      let selected = 0;
      profile.forEach((scheme, bob) => {
        if (totals[bob]![scheme]![0]! > totals[selected]![profile[selected]!]![0]!) selected = bob;
      });
      return shown[selected]![profile[selected]!]!;
    },
  };
}
