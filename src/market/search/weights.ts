/**
 * Weighted sums of Bobs that prove levels empty: at deficit d no scheme meets every threshold where, for some weights,
 * the largest weighted total misses the weighted thresholds. The best weights minimise a convex function (the dual of
 * the linear relaxation), found by exponentiated subgradient steps (Kivinen and Warmuth 1997); any weights are valid.
 */
import type { Steps } from '../../steps.ts';
import { cornersBelow, type Envelope, envelope } from './hull.ts';

/** Weighted sums stay below this, so that they are exact in f64 with room for rounding the weights. */
const LARGEST_TOTAL = 2 ** 50;
const STEPS = 60;

/** Weights as whole numbers, and the direction they make. */
export interface Weighted {
  readonly weights: readonly number[];
  /** By cell: the weighted sum of the Bobs' gains, whole numbers. */
  readonly value: Float64Array;
  readonly envelope: Envelope;
}

/** Whole weights in proportion to share / scale, with weighted totals of about 2^50 at most. */
function wholeWeights(share: readonly number[], scale: readonly number[]): number[] {
  return share.map((own, j) => Math.round((own * LARGEST_TOTAL) / Math.max(1, scale[j]!)));
}

function weighted(
  firstCell: ArrayLike<number>,
  loss: Float64Array,
  gains: readonly Float64Array[],
  weights: readonly number[],
): Weighted {
  const value = new Float64Array(loss.length);
  gains.forEach((gain, j) => {
    for (let cell = 0; cell < value.length; cell++) value[cell]! += weights[j]! * gain[cell]!;
  });
  return { weights, value, envelope: envelope(firstCell, loss, value) };
}

/** By Bob: his total at deficit d along the envelope of the direction (a mixture of two neighbouring corners). */
function along({ envelope: line }: Weighted, d: number, gains: readonly Float64Array[]): number[] {
  const after = cornersBelow(line, d, true);
  const run = after < line.deficit.length ? line.deficit[after]! - line.deficit[after - 1]! : 1;
  const share = after < line.deficit.length ? (d - line.deficit[after - 1]!) / run : 0;
  return gains.map((gain) => {
    let sum = 0;
    for (const cell of line.start) sum += gain[cell]!;
    for (let i = 1; i < after; i++) sum += gain[line.to[i]!]! - gain[line.from[i]!]!;
    return share > 0 ? sum + share * (gain[line.to[after]!]! - gain[line.from[after]!]!) : sum;
  });
}

/**
 * Weights for which the envelope at deficit d falls furthest below the weighted thresholds.
 * @param gains one row a Bob of the committee, by cell
 * @param most the largest total of each, the scale that makes them comparable
 * @param threshold what each must reach
 */
export function* learnWeights(
  firstCell: ArrayLike<number>,
  loss: Float64Array,
  gains: readonly Float64Array[],
  most: readonly number[],
  d: number,
  threshold: readonly number[],
): Steps<Weighted> {
  let share = gains.map(() => 1 / gains.length);
  let best: Weighted | undefined;
  let bestMargin = Number.POSITIVE_INFINITY;
  for (let step = 1; step <= STEPS; step++) {
    const tried = weighted(firstCell, loss, gains, wholeWeights(share, most));
    const margins = along(tried, d, gains).map((total, j) => (total - threshold[j]!) / Math.max(1, most[j]!));
    const margin = margins.reduce((sum, own, j) => sum + share[j]! * own, 0);
    if (margin < bestMargin) {
      best = tried;
      bestMargin = margin;
    }
    const largest = Math.max(...margins.map(Math.abs));
    if (largest === 0) break;
    const raised = share.map((own, j) => own * Math.exp((-2 * margins[j]!) / (largest * Math.sqrt(step))));
    const sum = raised.reduce((a, b) => a + b, 0);
    share = raised.map((own) => own / sum);
    yield;
  }
  return best!;
}
