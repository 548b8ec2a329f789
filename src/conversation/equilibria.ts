/** Pure Nash equilibria of a normal form (Definitions 7, 12 and 17), given every profile's totals. */
import { type Outcomes, strides, totalAt } from './profiles.ts';

export interface Equilibria {
  readonly count: number;
  /** One bit a profile's byte: 1 where it is an equilibrium. */
  readonly marks: Uint8Array;
  /** Ranks of the equilibria with Alice's least and largest total (the lowest rank of each); null without any. */
  readonly worst: number | null;
  readonly best: number | null;
  /**
   * Only with a tolerance: the gains nearest to it. Comparisons are clear where `within` is much smaller and `beyond`
   * much larger than the tolerance.
   */
  readonly within: number;
  readonly beyond: number;
}

/**
 * Finds every profile from which no Bob gains by changing his rule.
 * @param tolerance gains up to this are none: 0 for exact totals
 */
export function pureEquilibria(outcomes: Outcomes, tolerance = 0): Equilibria {
  const { counts, ids, totals } = outcomes;
  const profiles = ids.length;
  const marks = new Uint8Array(profiles).fill(1);
  const steps = strides(counts);
  let within = 0;
  let beyond = Number.POSITIVE_INFINITY;
  counts.forEach((count, bob) => {
    const own = totals[bob + 1]!;
    const stride = steps[bob]!;
    for (let block = 0; block < profiles; block += stride * count)
      for (let start = block; start < block + stride; start++) {
        let best = Number.NEGATIVE_INFINITY;
        for (let rule = 0; rule < count; rule++) best = Math.max(best, own[ids[start + rule * stride]!]!);
        for (let rule = 0; rule < count; rule++) {
          const gain = best - own[ids[start + rule * stride]!]!;
          if (gain > tolerance) {
            marks[start + rule * stride] = 0;
            if (gain < beyond) beyond = gain;
          } else if (gain > within) within = gain;
        }
      }
  });
  return { ...extremes(marks, outcomes), marks, within, beyond };
}

function extremes(marks: Uint8Array, outcomes: Outcomes): Pick<Equilibria, 'count' | 'worst' | 'best'> {
  let count = 0;
  let worst: number | null = null;
  let best: number | null = null;
  marks.forEach((mark, rank) => {
    if (mark === 0) return;
    count++;
    const alice = totalAt(outcomes, 0, rank);
    if (worst === null || alice < totalAt(outcomes, 0, worst)) worst = rank;
    if (best === null || alice > totalAt(outcomes, 0, best)) best = rank;
  });
  return { count, worst, best };
}
