/**
 * A market's best-AI selection game between a few schemes, for other solvers: each Bob may show his monopoly scheme,
 * the worst equilibrium's, Alice's best, and those that best-response dynamics led him to.
 */
import { TooLargeError } from '../errors.ts';
import type { Pool } from '../kernel/pool.ts';
import type { NormalForm } from '../report/nfg.ts';
import { answered, finished } from '../steps.ts';
import { obedientAnswers } from './bayes/answers.ts';
import type { Market, Scheme } from './market.ts';
import type { Method } from './options.ts';
import type { SolveResult } from './results.ts';
import { schemeNames, totalsOf, utilityOf } from './scheme.ts';
import { bestCells } from './stable.ts';

/** More profiles than this are not written. */
const MOST_PROFILES = 2 ** 20;

/**
 * By Bob, the scheme of lowest rank with his largest total: with the receiver `bayes` among obedient schemes.
 * @throws TooLargeError where an obedient one cannot be proved to be best.
 */
async function monopolies(pool: Pool, market: Market, { options }: SolveResult, method?: Method): Promise<Scheme[]> {
  if (options.receiver === 'follow')
    return market.bobs.map((_, j) => bestCells(market, j + 1).map((cells, s) => cells[0]! - market.firstCell[s]!));
  const obedient = await obedientAnswers(pool, market, { ...options, schemes: 'deterministic' }, method);
  try {
    const { deviations } = obedient;
    return market.bobs.map((bob, j) => {
      const best = finished(answered(deviations.best(j + 1, 0)));
      const scheme = finished(answered(deviations.scheme(j + 1, 0, best)));
      if (!scheme || !deviations.exact)
        throw new TooLargeError(`the best obedient scheme of ${bob} was not found: --nfg needs a smaller table`);
      return scheme;
    });
  } finally {
    obedient.release();
  }
}

export interface RestrictedOptions {
  readonly title: string;
  readonly pool: Pool;
  readonly method?: Method | undefined;
}

/**
 * The restricted game of `market` (its Bobs are the committee) given what `solve` found.
 * @throws TooLargeError where it has more than 2^20 profiles, or a Bob's best obedient scheme is not found.
 */
export async function restrictedGame(
  market: Market,
  result: SolveResult,
  { title, pool, method }: RestrictedOptions,
): Promise<NormalForm> {
  const alone = await monopolies(pool, market, result, method);
  const numbers = (names: readonly string[]): Scheme => names.map((name, s) => market.policies[s]!.indexOf(name));
  const schemes = market.bobs.map((bob, j) => {
    const steps = result.dynamics.steps.filter((step) => step.bob === bob).map(({ scheme }) => numbers(scheme));
    // A worst equilibrium that mixes is no strategy here; the one without mixing is.
    const { scheme } = result.worst.scheme.length > 0 ? result.worst : (result.deterministic ?? result.optimum);
    const all = [alone[j]!, numbers(scheme), numbers(result.optimum.scheme), ...steps];
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
    comment: `Best-AI selection (Definition 16): Alice follows the scheme that brings her most, the lowest index on ties; payoffs are the Bobs’ expected utilities; strategies: monopoly, worst equilibrium, optimum, steps of dynamics${result.options.receiver === 'bayes' ? ', all of them obedient: Alice best-responds' : ''}`,
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
