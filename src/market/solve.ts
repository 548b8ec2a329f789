/** `solve`: everything about one market — optimum, worst equilibrium, stable schemes, misalignment, dynamics. */
import { exactly } from '../exact/utility.ts';
import type { Pool } from '../kernel/pool.ts';
import { Clock, type ClockOptions } from '../steps.ts';
import { VERSION } from '../version.ts';
import { committeePositions } from './committee.ts';
import { committeeResult, type Found, type MarketContext, marketContext } from './committee-result.ts';
import { enumerateOne } from './enumerate.ts';
import type { Market } from './market.ts';
import { marketOf, type ObservedOptions, recorded } from './observations.ts';
import { answerOptions, chosenMethod, type MarketOptions, type RunOptions, withPool } from './options.ts';
import { restrict } from './restrict.ts';
import type { SolveResult } from './results.ts';
import { schemeNames, utilityOf } from './scheme.ts';
import { searchOne } from './search/answers.ts';
import { optimalScheme, optimalStable } from './stable.ts';
import type { UtilityTable } from './table.ts';

export interface SolveOptions extends MarketOptions, RunOptions, ObservedOptions {
  /** Names of the Bobs in the market; default: all of the table's. */
  readonly committee?: readonly string[] | undefined;
}

/** What the results of `solve` and `sweep` open with. */
export function resultHead({ market }: Pick<MarketContext, 'market'>) {
  const scheme = optimalScheme(market);
  return {
    market: { states: market.states, policies: market.policies, bobs: market.bobs },
    schemes: String(market.schemes),
    optimum: { alice: exactly(utilityOf(market, 0, market.most[0]!)), scheme: schemeNames(market, scheme) },
  };
}

export function arithmetic(market: Market): string {
  return market.rounded === undefined ? 'exact' : `rounded:${market.rounded}`;
}

/**
 * Solves one market: Alice's optimum, her worst equilibrium over symmetric stable schemes (section 7.1, Definitions 16
 * and 17), the number of stable schemes, its misalignment score (Remark 5) with the bound of Theorem 6, and where
 * best-response dynamics end. Utilities are expectations under the prior, in the table's own unit, exact.
 * @param table from `parseTable` or `readTable`.
 * @throws InputError on a bad option. @throws TooLargeError where there are too many schemes for the method.
 * @throws AbortedError once `options.signal` fires.
 * @example
 * const table = parseTable('state,policy,alice,Bob\nrain,stay,0.5,1\nrain,go,1,0.25\n');
 * (await solve(table)).worst.alice // { value: 0.5, exact: '1/2' }
 */
export async function solve(table: UtilityTable, options: SolveOptions = {}): Promise<SolveResult> {
  const answer = answerOptions(options);
  const all = marketOf(table, options);
  const market = restrict(all, committeePositions(all, options.committee));
  return withPool(options, async (pool, deadline) => {
    const context = await marketContext(pool, market, answer, { method: options.method });
    const { signal, onProgress } = options;
    const clock = new Clock({ signal, deadline });
    const shared = sharedTables(pool, context, { signal, deadline });
    const result = async (found: Found) => {
      await shared;
      const known = await clock.run(committeeResult(context, 2 ** market.bobs.length - 1, found, clock));
      return {
        kind: 'solve' as const,
        version: VERSION,
        complete: found.complete && !clock.cut,
        arithmetic: arithmetic(market),
        options: { committee: market.bobs, ...answer, ...recorded(table, options) },
        ...resultHead(context),
        ...known,
      };
    };
    const { obedient } = context;
    const onBounds = onProgress && boundsNote(market, onProgress);
    if (obedient) {
      const players = market.bobs.map((_, j) => j + 1);
      try {
        return await result(
          await obedient.stable(players, { ties: answer.ties, signal, deadline: mostOf(deadline), onBounds }),
        );
      } finally {
        obedient.release();
      }
    }
    if (chosenMethod(options.method, market.schemes) === 'search') {
      const searching = { ties: answer.ties, signal, deadline: mostOf(deadline), onBounds, onNote: options.onNote };
      return searchOne(pool, market, searching, result);
    }
    const rows = answer.scope.includes('schemes');
    const listing = { ties: answer.ties, rows, signal, deadline, onProgress };
    const { stable, complete } = await enumerateOne(pool, market, listing);
    const found = stable ?? optimalStable(market);
    return result({ stable: found, complete, ...(complete ? { proved: found.alice } : {}) });
  });
}

/** Makes the tables of best responses on the pool's threads beside the rest, where they are worth it. */
function sharedTables(
  pool: Pool,
  { deviations, answer }: MarketContext,
  { signal, deadline = Number.POSITIVE_INFINITY }: ClockOptions,
): Promise<void> {
  const tables = answer.deviation === 'best' ? deviations.responses : undefined;
  const made = tables?.share(pool, { signal, deadline }) ?? Promise.resolve();
  // Who waits for it is told of a failure; the search may fail first.
  made.catch(() => {});
  return made;
}

/** A search gets nine tenths of the time that there is; the rest is for misalignment and dynamics. */
export function mostOf(deadline: number): number {
  const now = performance.now();
  return now + 0.9 * (deadline - now);
}

/** Progress of a search: the share of the gap that is closed, and both bounds. */
export function boundsNote(market: Market, onProgress: NonNullable<RunOptions['onProgress']>) {
  const alice = (deficit: number) => utilityOf(market, 0, market.most[0]! - deficit).valueOf();
  return ({ found, possible }: { readonly found: number; readonly possible: number }) => {
    const [high, low] = [alice(found), alice(possible)];
    onProgress(market.most[0]! - possible + found, market.most[0]!, `worst from ${low} to ${high}, gap ${high - low}`);
  };
}
