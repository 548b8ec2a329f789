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

/** What is known of a committee's worst equilibrium: Alice's expected utility in it lies between these. */
export interface KnownWorst {
  readonly proved: Fraction;
  readonly found: Fraction;
}

/**
 * The committees with V_min >= share · OPT no proper part of which has it too, smaller ones first.
 * @param known by committee, smaller ones first
 */
export function minimalCommittees(
  market: Market,
  known: ReadonlyMap<CommitteeMask, KnownWorst>,
  share: number,
): Minimal {
  const target = utilityOf(market, 0, market.most[0]!).mul(decimal(share));
  const enough: CommitteeMask[] = [];
  const holdsOne = (committee: CommitteeMask) => enough.some((part) => (part & committee) === part);
  for (const [committee, { proved }] of known)
    if (proved.compare(target) >= 0 && !holdsOne(committee)) enough.push(committee);
  const undecided = [...known].filter(
    ([committee, { proved, found }]) =>
      proved.compare(target) < 0 && found.compare(target) >= 0 && !holdsOne(committee),
  ).length;
  return {
    share,
    alice: exactly(target),
    committees: enough.map((committee) => committeeNames(market, committee)),
    ...(undecided > 0 ? { undecided } : {}),
  };
}

/** A double as the decimal that it prints as: 0.95 is 19/20. */
function decimal(value: number): Fraction {
  const [digits, exponent] = value.toExponential().split('e') as [string, string];
  return new Fraction(digits).mul(new Fraction(10).pow(Number(exponent))!);
}
