/** `sweep`: every committee of a market in one pass, and random growth paths (Figures 5, 6 and 7). */
import Fraction from 'fraction.js';
import { InputError } from '../errors.ts';
import { VERSION } from '../version.ts';
import { committeeBobs, committeeNames } from './committee.ts';
import { type CommitteeAnswer, committeeAnswer, type Found, marketContext } from './committee-result.ts';
import { enumerateAll, refuseTooManyCommittees } from './enumerate.ts';
import type { CommitteeMask } from './market.ts';
import { checkedShare, type KnownWorst, minimalCommittees } from './minimal.ts';
import { marketOf, type ObservedOptions, recorded } from './observations.ts';
import { answerOptions, chosenMethod, type MarketOptions, type RunOptions, withPool } from './options.ts';
import { growthPaths } from './paths.ts';
import type { CommitteeResult, SweepResult } from './results.ts';
import { utilityOf } from './scheme.ts';
import { searchCommittees } from './search-sweep.ts';
import { arithmetic, mostOf, resultHead } from './solve.ts';
import { optimalStable } from './stable.ts';
import type { UtilityTable } from './table.ts';

export interface SweepOptions extends MarketOptions, RunOptions, ObservedOptions {
  /** Number of random growth paths; default 20. */
  readonly paths?: number | undefined;
  /** List the smallest committees that guarantee Alice this share of OPT (above 0, at most 1: OPT itself). */
  readonly atLeast?: number | undefined;
}

const DEFAULT_PATHS = 20;

/** All committees, by size, then in the table's order. */
export function committeesBySize(bobs: number): CommitteeMask[] {
  const masks = Array.from({ length: 2 ** bobs - 1 }, (_, i) => i + 1).map((mask) => ({
    mask,
    members: committeeBobs(mask),
  }));
  masks.sort((a, b) => {
    if (a.members.length !== b.members.length) return a.members.length - b.members.length;
    const differing = a.members.findIndex((bob, i) => bob !== b.members[i]);
    return differing < 0 ? 0 : a.members[differing]! - b.members[differing]!;
  });
  return masks.map(({ mask }) => mask);
}

/**
 * Solves the market of every committee of the table's Bobs (at most 16) in one pass over the schemes, and follows
 * random growth paths: start with a random Bob, add a random new one a step (section 7.2).
 * @param table from `parseTable` or `readTable`.
 * @throws InputError on a bad option or more than 16 Bobs. @throws TooLargeError where there are too many schemes.
 * @throws AbortedError once `options.signal` fires.
 * @example
 * const table = parseTable('state,policy,alice,A,B\nrain,stay,0.5,1,0\nrain,go,1,0.25,1\n');
 * (await sweep(table)).committees.map(({ bobs, worst }) => [bobs.join(), worst.alice.exact]);
 * // [['A', '1/2'], ['B', '1'], ['A,B', '1']]
 */
export async function sweep(table: UtilityTable, options: SweepOptions = {}): Promise<SweepResult> {
  const answer = answerOptions(options);
  const paths = options.paths ?? DEFAULT_PATHS;
  if (!Number.isInteger(paths) || paths < 0 || paths > 10_000)
    throw new InputError(`paths must be a whole number from 0 to 10000, got ${paths}`);
  const market = marketOf(table, options);
  const share = options.atLeast === undefined ? undefined : checkedShare(options.atLeast, market);
  refuseTooManyCommittees(market.bobs.length);
  return withPool(options, async (pool, deadline) => {
    const committees = committeesBySize(market.bobs.length);
    const sharing = { method: options.method, committees: committees.length };
    const context = await marketContext(pool, market, answer, sharing);
    const results = new Map<CommitteeMask, CommitteeResult>();
    const known = new Map<CommitteeMask, KnownWorst>();
    const { signal, onProgress } = options;
    let complete = true;
    const record = (mask: CommitteeMask, { result, complete: whole, searched, proved: least }: CommitteeAnswer) => {
      results.set(mask, result);
      complete &&= whole;
      const worst = new Fraction(result.worst.alice.exact);
      // Over randomised schemes the worst equilibrium is settled at once, unless Alice best-responds.
      const settled = answer.schemes === 'randomised' && (searched || answer.receiver === 'follow');
      known.set(mask, { proved: settled ? worst : utilityOf(market, 0, least), found: worst });
    };
    const settle = async (mask: CommitteeMask, found: Found) =>
      record(mask, await committeeAnswer(context, mask, found, { signal, deadline }));
    const { ties, scope } = answer;
    const { obedient } = context;
    if (obedient)
      try {
        for (const mask of committees) {
          const players = committeeBobs(mask).map((bob) => bob + 1);
          await settle(mask, await obedient.stable(players, { ties, signal, deadline: mostOf(deadline) }));
          onProgress?.(results.size, committees.length);
        }
      } finally {
        obedient.release();
      }
    else if (chosenMethod(options.method, market.schemes) === 'search')
      await searchCommittees(pool, {
        context,
        source: { table, round: options.round, observations: options.observations },
        committees,
        signal,
        deadline,
        onNote: options.onNote,
        onAnswer: (mask, found) => {
          record(mask, found);
          onProgress?.(results.size, committees.length);
        },
      });
    else {
      const listing = { ties, rows: scope.includes('schemes'), signal, deadline, onProgress };
      const listed = await enumerateAll(pool, market, listing);
      for (const mask of committees) {
        // Committees of one Bob are never enumerated: their counts stand.
        const counted = listed.complete || committeeBobs(mask).length === 1;
        const stable = listed.stable.get(mask) ?? optimalStable(market);
        await settle(mask, { stable, complete: counted, ...(counted ? { proved: stable.alice } : {}) });
      }
    }
    return {
      kind: 'sweep',
      version: VERSION,
      complete,
      arithmetic: arithmetic(market),
      options: { ...answer, ...recorded(table, options), paths },
      ...resultHead(context),
      committees: committees.map((mask) => ({ bobs: committeeNames(market, mask), ...results.get(mask)! })),
      paths: growthPaths(market, { paths, seed: answer.seed }, (mask) => results.get(mask)!.worst.alice),
      ...(share === undefined
        ? {}
        : { minimal: minimalCommittees(market, new Map(committees.map((mask) => [mask, known.get(mask)!])), share) }),
    };
  });
}
