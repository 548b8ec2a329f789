/**
 * Weighted sums of Bobs that prove levels empty: at deficit d no scheme meets every threshold where, for some weights,
 * the largest weighted total misses the weighted thresholds. The best weights are duals of the linear relaxation
 * (src/kernel/relaxation.ts); any weights are valid.
 */
import type { Relaxation } from '../../kernel/relaxation.ts';
import type { Steps } from '../../steps.ts';
import type { Gains } from './deficits.ts';

/** Weighted sums stay below this, so that they are exact in f64 with room for rounding the weights. */
const LARGEST_TOTAL = 2 ** 50;

/** A weighted sum of a committee's Bobs. */
export interface Sum {
  /** Whole numbers. */
  readonly weights: readonly number[];
  /** By cell: the weighted sum of the Bobs' gains, whole numbers. */
  readonly value: Float64Array;
}

/**
 * The weighted sum whose linear relaxation at deficit d falls furthest below the weighted thresholds.
 * @param relaxation of the market's Bobs
 * @param players the committee's player numbers
 * @param threshold what each must reach
 */
export function* learnSum(
  relaxation: Relaxation,
  market: Gains,
  players: readonly number[],
  d: number,
  threshold: readonly number[],
): Steps<Sum> {
  const bobs = players.map((player) => player - 1);
  const { shares } = yield* relaxation.weights(bobs, d, threshold);
  const most = players.map((player) => market.most[player]!);
  const gains = players.map((player) => market.gains[player]!);
  const weights = wholeWeights(shares, most);
  return { weights, value: weightedSum(weights, gains) };
}

/** @param shares of the Bobs' largest totals @param most these totals */
export function wholeWeights(shares: readonly number[], most: readonly number[]): number[] {
  return shares.map((own, j) => Math.round((own * LARGEST_TOTAL) / Math.max(1, most[j]!)));
}

/** By cell: the weighted sum of the Bobs' gains. */
export function weightedSum(weights: readonly number[], gains: readonly Float64Array[]): Float64Array {
  const value = new Float64Array(gains[0]!.length);
  for (const [j, weight] of weights.entries()) {
    const gain = gains[j]!;
    for (let cell = 0; cell < value.length; cell++) value[cell]! += weight * gain[cell]!;
  }
  return value;
}
