/** Which providers are enough: the smallest committees that guarantee Alice OPT, or a share of it, in every equilibrium. */
import Fraction from 'fraction.js';
import { InputError } from '../errors.ts';
import { exactly } from '../exact/utility.ts';
import { committeeNames } from './committee.ts';
import type { CommitteeMask, Market } from './market.ts';
import type { Minimal } from './results.ts';
import { utilityOf } from './scheme.ts';

/** @throws InputError where the share is not a number above 0 and at most 1, or less than 1 of an optimum below 0. */
export function checkedShare(share: number, market: Market): number {
  if (!(typeof share === 'number' && share > 0 && share <= 1))
    throw new InputError(`atLeast must be a share above 0 and at most 1, got ${share}`);
  const optimum = exactly(utilityOf(market, 0, market.most[0]!)).value;
  // A share of a negative number is more than all of it.
  if (share < 1 && optimum < 0)
    throw new InputError(`atLeast must be 1 where Alice's optimum is below 0 (here ${optimum}), got ${share}`);
  return share;
}

/**
 * The committees with V_min >= share · OPT no proper part of which has it too, smaller ones first.
 * @param proved by committee, smaller ones first: an expected utility of Alice's that no equilibrium falls below
 */
export function minimalCommittees(
  market: Market,
  proved: ReadonlyMap<CommitteeMask, Fraction>,
  share: number,
): Minimal {
  const target = utilityOf(market, 0, market.most[0]!).mul(decimal(share));
  const enough: CommitteeMask[] = [];
  for (const [committee, least] of proved)
    if (least.compare(target) >= 0 && !enough.some((part) => (part & committee) === part)) enough.push(committee);
  return { share, alice: exactly(target), committees: enough.map((committee) => committeeNames(market, committee)) };
}

/** A double as the decimal that it prints as: 0.95 is 19/20. */
function decimal(value: number): Fraction {
  const [digits, exponent] = value.toExponential().split('e') as [string, string];
  return new Fraction(digits).mul(new Fraction(10).pow(Number(exponent))!);
}
