/** How scores are distributed, and how far personas agree. */
import { State } from './ask.ts';

/** A matrix of scores with gaps: `scores[item * personas + persona]` counts where `states` there is `answered`. */
export interface Matrix {
  readonly personas: number;
  readonly items: number;
  readonly scores: Int32Array;
  readonly states: Uint8Array;
}

export interface Distribution {
  readonly count: number;
  readonly mean: number;
  /** Population standard deviation. */
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

/** Calls `visit` with every score of one persona, and its item. */
export function forEachOf(
  { personas, items, scores, states }: Matrix,
  persona: number,
  visit: (score: number, item: number) => void,
): void {
  for (let item = 0; item < items; item++) {
    const at = item * personas + persona;
    if (states[at] === State.answered) visit(scores[at]!, item);
  }
}

/** Of one persona's scores; undefined where there is none. */
export function distribution(matrix: Matrix, persona: number): Distribution | undefined {
  let count = 0;
  let total = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  forEachOf(matrix, persona, (score) => {
    count++;
    total += score;
    min = Math.min(min, score);
    max = Math.max(max, score);
  });
  if (count === 0) return undefined;
  const mean = total / count;
  let squares = 0;
  forEachOf(matrix, persona, (score) => {
    squares += (score - mean) ** 2;
  });
  return { count, mean, std: Math.sqrt(squares / count), min, max };
}

/**
 * Krippendorff's alpha for interval data (Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011), over `among` (positions
 * of personas): 1 is full agreement, 0 what chance would give. Gaps are left out. Undefined where all scores are equal or none can be paired.
 */
export function alpha({ personas, items, scores, states }: Matrix, among: readonly number[]): number | undefined {
  let within = 0;
  let count = 0;
  let total = 0;
  let totalSquares = 0;
  for (let item = 0; item < items; item++) {
    let m = 0;
    let sum = 0;
    let squares = 0;
    for (const persona of among) {
      const at = item * personas + persona;
      if (states[at] !== State.answered) continue;
      m++;
      sum += scores[at]!;
      squares += scores[at]! ** 2;
    }
    if (m < 2) continue;
    // The squared differences of all ordered pairs add up to 2(m Σx² − (Σx)²).
    within += (m * squares - sum * sum) / (m - 1);
    count += m;
    total += sum;
    totalSquares += squares;
  }
  const overall = count * totalSquares - total * total;
  return overall === 0 ? undefined : 1 - ((count - 1) * within) / overall;
}

/** Pearson's correlation of pairs; undefined where one side does not vary. */
export function correlation(pairs: readonly (readonly [number, number])[]): number | undefined {
  const n = pairs.length;
  const meanX = pairs.reduce((sum, [x]) => sum + x, 0) / n;
  const meanY = pairs.reduce((sum, [, y]) => sum + y, 0) / n;
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (const [x, y] of pairs) {
    xx += (x - meanX) ** 2;
    yy += (y - meanY) ** 2;
    xy += (x - meanX) * (y - meanY);
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : undefined;
}

/** Correlation of each of `among` with the mean of the others, item by item. */
export function withOthers(matrix: Matrix, among: readonly number[]): (number | undefined)[] {
  const sums = new Float64Array(matrix.items);
  const counts = new Int32Array(matrix.items);
  for (const persona of among)
    forEachOf(matrix, persona, (score, item) => {
      sums[item]! += score;
      counts[item]!++;
    });
  return among.map((persona) => {
    const pairs: [number, number][] = [];
    forEachOf(matrix, persona, (score, item) => {
      if (counts[item]! > 1) pairs.push([score, (sums[item]! - score) / (counts[item]! - 1)]);
    });
    return pairs.length < 2 ? undefined : correlation(pairs);
  });
}

/** How many scores of `among` fall into each of `bins` equal parts of [from, to]. */
export function histogram(matrix: Matrix, among: readonly number[], from: number, to: number, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const persona of among)
    forEachOf(matrix, persona, (score) => {
      counts[Math.min(bins - 1, Math.floor(((score - from) / (to - from)) * bins))]!++;
    });
  return counts;
}
