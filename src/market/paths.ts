/** Random growth paths (Figure 7): a market that starts with one Bob, drawn at random, and gains one new Bob a step. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { InputError } from '../errors.ts';
import type { Exact } from '../exact/utility.ts';
import { committeeNames } from './committee.ts';
import type { CommitteeMask, Market } from './market.ts';
import type { PathStep } from './results.ts';

export interface PathOptions {
  /** How many paths; a whole number of at least 0. */
  readonly paths: number;
  /** Whole number; the same seed gives the same paths. Default 1. */
  readonly seed?: number | undefined;
}

/**
 * Orders in which all Bobs enter, one a path, as growing committees: `[p][k - 1]` is path p's market of size k.
 * Paths are drawn independently and uniformly, so one may come up again.
 * @throws InputError where `paths` is not a whole number of at least 0.
 */
export function growingCommittees(bobs: number, { paths, seed = 1 }: PathOptions): CommitteeMask[][] {
  if (!Number.isSafeInteger(paths) || paths < 0)
    throw new InputError(`paths must be a whole number of at least 0, got ${paths}`);
  const generator = xoroshiro128plus(seed);
  return Array.from({ length: paths }, () => {
    const outside = Array.from({ length: bobs }, (_, bob) => bob);
    let committee = 0;
    return outside.map((_, size) => {
      const drawn = uniformInt(generator, size, bobs - 1);
      [outside[size], outside[drawn]] = [outside[drawn]!, outside[size]!];
      committee |= 1 << outside[size]!;
      return committee;
    });
  });
}

/**
 * Growth paths with Alice's worst equilibrium at every size.
 * @param worst V_min of a committee.
 * @example growthPaths(market, { paths: 2, seed: 7 }, (committee) => vmin.get(committee)!)[0].length // the Bobs' number
 */
export function growthPaths(
  market: Market,
  options: PathOptions,
  worst: (committee: CommitteeMask) => Exact,
): PathStep[][] {
  return growingCommittees(market.bobs.length, options).map((path) =>
    path.map((committee) => ({ bobs: committeeNames(market, committee), alice: worst(committee) })),
  );
}
