/**
 * The weights on a committee's Bobs that fall furthest short at one level: the exact minimum of the dual of its linear
 * relaxation, by cutting planes (Kelley 1960). A few of the Bobs often are in conflict and the others are not; then most
 * of the best weights are 0, which subgradient steps reach too slowly.
 */
import { lexicographicSteps } from '../../lp/lexicographic.ts';
import { dot, type ExactPoint, type ExactRow } from '../../lp/vertex.ts';
import type { Steps } from '../../steps.ts';
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

export function* bestShares(level: Level): Steps<Best> {
  const bobs = level.gains.length;
  let shares: readonly number[] = level.gains.map(() => 1 / bobs);
  let least = Number.POSITIVE_INFINITY;
  let cuts = 0;
  const separate = (x: ExactPoint): ExactRow | null => {
    const [bound, ...rest] = x.numerators.map((numerator) => quotient(numerator, x.denominator));
    const tried = rest.slice(0, bobs);
    const { margins, over } = furthest(level, tried, rest[bobs]!);
    const margin = margins.reduce((sum, own, j) => sum + tried[j]! * own, -rest[bobs]! * over);
    if (margin < least) {
      least = margin;
      shares = tried;
    }
    if (margin < 0 || least - bound! <= CLOSE * least || cuts === MOST_CUTS) return null;
    cuts++;
    const row = { coefficients: [1n, ...margins.map((own) => BigInt(-own)), BigInt(over)], bound: 0n };
    return dot(row.coefficients, x.numerators) < 0n ? row : null;
  };
  yield* lexicographicSteps({ ...program(level), separate });
  return { shares, margin: least };
}

/** The sum of the Bobs' gains in these shares, in whole weights. */
export function weightedSum(shares: readonly number[], gains: readonly Float64Array[]): Sum {
  const largest = shares.reduce((most, share, j) => most + share * gains[j]!.reduce((a, b) => a + b, 0), 1);
  const weights = shares.map((share) => Math.round((share / largest) * LARGEST_TOTAL));
  const value = gains[0]!.map((_, cell) => weights.reduce((sum, weight, j) => sum + weight * gains[j]![cell]!, 0));
  return { weights, value };
}

/** Variables: the largest margin, the shares, the price of a unit of deficit. */
function program({ gains, thresholds }: Level) {
  const bobs = gains.length;
  const row = (of: (j: number) => bigint, bound = 0n): ExactRow => ({
    coefficients: Array.from({ length: bobs + 2 }, (_, j) => of(j)),
    bound,
  });
  const least = thresholds.reduce((most, own) => Math.max(most, own), 0);
  const isShare = (j: number) => (j >= 1 && j <= bobs ? 1n : 0n);
  const rows = [
    row((j) => (j === 0 ? 1n : 0n), BigInt(-least - 1)),
    row(isShare, 1n),
    row((j) => -isShare(j), -1n),
    ...Array.from({ length: bobs + 1 }, (_, i) => row((j) => (j === i + 1 ? 1n : 0n))),
  ];
  // The first Bob's share comes last, so that a start with all of it on him is lexicographically least.
  const order = [0, ...Array.from({ length: bobs }, (_, j) => j + 2), 1];
  return { rows, order, start: [0, 1, ...Array.from({ length: bobs }, (_, j) => j + 4)] };
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

function quotient(numerator: bigint, denominator: bigint): number {
  const bits = Math.max(0, denominator.toString(16).length * 4 - 900);
  return Number(numerator >> BigInt(bits)) / Number(denominator >> BigInt(bits));
}
