/**
 * What the searches of one market share: the suffix tables of its Bobs up to some deficit, and the thresholds that
 * follow from them.
 */
import type { Kernel } from '../../kernel/instance.ts';
import { type Direction, SearchSpace, tableBytes } from '../../kernel/search.ts';
import { type Gains, losses } from './deficits.ts';

export type Ties = 'strict' | 'index';

/** Weighted sums that a committee's search may use. */
export const MOST_WEIGHTED = 8;
/** Tables of one session together take at most this, however large the market. */
const SESSION_BYTES = 1.5 * 2 ** 30;
/** Tables of a short-lived space with a direction a Bob. */
export const TABLE_BYTES = 2 ** 26;

/** A Bob's tables and thresholds, by deficit. */
export interface BobLevels {
  readonly direction: Direction;
  /** The largest total of schemes with a smaller deficit: V_j under the strict rule. -Infinity at 0. */
  readonly strict: Float64Array;
  /** The largest total of schemes with at most this deficit: V_j where equality selects him too. */
  readonly weak: Float64Array;
}

export class Session {
  readonly market: Gains;
  readonly loss: Float64Array;
  readonly reach: number;
  readonly space: SearchSpace;
  private readonly bobs = new Map<number, BobLevels>();

  /** @param reach the largest deficit that any search of the session asks for */
  constructor(kernel: Kernel, market: Gains, reach: number) {
    this.market = market;
    this.loss = losses(market);
    this.reach = reach;
    const shape = { firstCell: Int32Array.from(market.firstCell), loss: this.loss, reach };
    const share = SESSION_BYTES / (market.gains.length - 1 + MOST_WEIGHTED);
    this.space = new SearchSpace(kernel, { ...shape, tableBytes: Math.min(share, tableBytes(shape)) });
  }

  /** @param player 1 … k */
  bob(player: number): BobLevels {
    let levels = this.bobs.get(player);
    if (!levels) {
      const direction = this.space.direction(this.market.gains[player]!);
      levels = { direction, ...thresholds(direction.root) };
      this.bobs.set(player, levels);
    }
    return levels;
  }

  release(): void {
    for (const { direction } of this.bobs.values()) direction.release();
    this.bobs.clear();
  }
}

function thresholds(root: Float64Array): { strict: Float64Array; weak: Float64Array } {
  const strict = new Float64Array(root.length);
  const weak = new Float64Array(root.length);
  let best = Number.NEGATIVE_INFINITY;
  for (let d = 0; d < root.length; d++) {
    strict[d] = best;
    best = Math.max(best, root[d]!);
    weak[d] = best;
  }
  return { strict, weak };
}
