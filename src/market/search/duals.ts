/**
 * The weights on a committee's Bobs that fall furthest short at one level: the exact minimum of the dual of its linear
 * relaxation, by cutting planes (Kelley 1960). A few of the Bobs often are in conflict and the others are not; then most
 * of the best weights are 0, which subgradient steps reach too slowly.
 */
import { cutDown, type HalfSpace } from '../../lp/planes.ts';
import type { Sum } from './levels.ts';

/** The schemes with deficit d on which every Bob reaches his threshold: are there any? */
export interface Level {
  readonly firstCell: ArrayLike<number>;
  /** By cell: the deficit that it adds. */
  readonly loss: Float64Array;
  /** One row a Bob of the committee, by cell. */
  readonly gains: readonly Float64Array[];
  readonly deficit: number;
  readonly thresholds: readonly number[];
}

/** Weighted sums stay below this, so that they are exact in f64 with room for rounding the weights. */
const LARGEST_TOTAL = 2 ** 50;
/** Cuts for one level. */
const MOST_CUTS = 400;
/** Relative to the margin: weights that are this close to the best will do. */
const CLOSE = 0.01;

export interface Best {
  /** Shares of the Bobs, with sum 1. */
  readonly shares: readonly number[];
  /** What the shares leave at most: below 0 there is no such scheme. */
  readonly margin: number;
}

/** Doubles decide: any shares make a valid weighted sum. Cost: O(cells · Bobs + cuts · Bobs) a cut, some dozens of cuts. */
export function bestShares(level: Level): Best {
  const bobs = level.gains.length;
  // Variables: the margin, the shares of all Bobs but the first, the price of a unit of deficit; all about 1 in size.
  const unit = level.thresholds.reduce((most, own) => Math.max(most, Math.abs(own)), 1);
  const most = Math.max(1, level.deficit);
  let best: Best = { shares: level.gains.map(() => 1 / bobs), margin: Number.POSITIVE_INFINITY };
  const cut = (x: Float64Array): HalfSpace | null => {
    const others = Array.from(x.subarray(1, bobs), (share) => Math.max(0, share));
    const shares = [Math.max(0, 1 - others.reduce((a, b) => a + b, 0)), ...others];
    const price = (Math.max(0, x[bobs]!) * unit) / most;
    const { margins, over } = furthest(level, shares, price);
    const margin = margins.reduce((sum, own, j) => sum + shares[j]! * own, -price * over);
    if (margin < best.margin) best = { shares, margin };
    if (margin < 0 || best.margin - x[0]! * unit <= CLOSE * best.margin) return null;
    const coefficients = Float64Array.from(x, (_, j) => (margins[0]! - (margins[j] ?? 0)) / unit);
    coefficients[0] = 1;
    coefficients[bobs] = over / most;
    return { coefficients, bound: margins[0]! / unit };
  };
  const first = { coefficients: Float64Array.from([0, ...Array(bobs - 1).fill(-1), 0]), bound: -1 };
  cutDown([-2, ...level.gains.map(() => 0)], [first], cut, MOST_CUTS);
  return best;
}

/** The sum of the Bobs' gains in these shares, in whole weights. */
export function weightedSum(shares: readonly number[], gains: readonly Float64Array[]): Sum {
  const largest = shares.reduce((most, share, j) => most + share * gains[j]!.reduce((a, b) => a + b, 0), 1);
  const weights = shares.map((share) => Math.round((share / largest) * LARGEST_TOTAL));
  const value = gains[0]!.map((_, cell) => weights.reduce((sum, weight, j) => sum + weight * gains[j]![cell]!, 0));
  return { weights, value };
}

/** A scheme with the largest weighted total less the price of its deficit: margins over the thresholds, deficit over d. */
function furthest({ firstCell, loss, gains, deficit, thresholds }: Level, shares: readonly number[], price: number) {
  const margins = thresholds.map((own) => -own);
  let over = -deficit;
  for (let s = 0; s + 1 < firstCell.length; s++) {
    let best = firstCell[s]!;
    let most = Number.NEGATIVE_INFINITY;
    for (let cell = best; cell < firstCell[s + 1]!; cell++) {
      if (loss[cell]! > deficit) continue;
      let sum = -price * loss[cell]!;
      for (let j = 0; j < shares.length; j++) sum += shares[j]! * gains[j]![cell]!;
      if (sum <= most) continue;
      most = sum;
      best = cell;
    }
    for (let j = 0; j < shares.length; j++) margins[j]! += gains[j]![best]!;
    over += loss[best]!;
  }
  return { margins, over };
}
