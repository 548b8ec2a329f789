/** Which providers are enough: the smallest committees that guarantee Alice OPT, or a share of it, in every equilibrium. */
import Fraction from 'fraction.js';
import { InputError } from '../errors.ts';
import { exactly } from '../exact/utility.ts';
import { committeeNames } from './committee.ts';
import type { CommitteeMask, Market } from './market.ts';
import type { Minimal } from './results.ts';
import { utilityOf } from './scheme.ts';

/** @throws InputError where the share is not a number above 0 and at most 1. */
export function checkedShare(share: number): number {
  if (!(share > 0 && share <= 1)) throw new InputError(`atLeast must be a share above 0 and at most 1, got ${share}`);
  return share;
}

/**
 * The committees with V_min >= share · OPT no proper part of which has it too, smaller ones first.
 * @param proved by committee, smaller ones first: a total of Alice's gains that no equilibrium falls below
 */
export function minimalCommittees(market: Market, proved: ReadonlyMap<CommitteeMask, number>, share: number): Minimal {
  const target = utilityOf(market, 0, market.most[0]!).mul(new Fraction(String(share)));
  const enough: CommitteeMask[] = [];
  for (const [committee, total] of proved)
    if (utilityOf(market, 0, total).compare(target) >= 0 && !enough.some((part) => (part & committee) === part))
      enough.push(committee);
  return { share, alice: exactly(target), committees: enough.map((committee) => committeeNames(market, committee)) };
}
