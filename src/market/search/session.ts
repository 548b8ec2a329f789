/**
 * What the searches of one market share: the suffix tables of its Bobs up to some deficit, and the thresholds that
 * follow from them.
 */
import type { Kernel } from '../../kernel/instance.ts';
import { type Direction, SearchSpace, tableBytes } from '../../kernel/search.ts';
import { finished, type Steps } from '../../steps.ts';
import { type Gains, losses } from './deficits.ts';

export type Ties = 'strict' | 'index';

/** Weighted sums that a committee's search may use. */
export const MOST_WEIGHTED = 8;
/** Tables of one session together take at most this, however large the market. */
const SESSION_BYTES = 1.5 * 2 ** 30;
/** A direction whose rows by deficit would take more than this gets staircases. */
const ROWS_BYTES = 2 ** 28;
/** Tables of a short-lived space with a direction a Bob. */
export const TABLE_BYTES = 2 ** 26;

export class Session {
  readonly kernel: Kernel;
  readonly market: Gains;
  readonly loss: Float64Array;
  readonly reach: number;
  readonly space: SearchSpace;
  private readonly bobs = new Map<number, Direction>();

  /**
   * @param reach the largest deficit that any search of the session asks for
   * @param stairs whether tables are staircases in place of rows by deficit; default: by size
   */
  constructor(kernel: Kernel, market: Gains, reach: number, stairs?: boolean) {
    this.kernel = kernel;
    this.market = market;
    this.loss = losses(market);
    this.reach = reach;
    const shape = { firstCell: Int32Array.from(market.firstCell), loss: this.loss, reach };
    const share = SESSION_BYTES / (market.gains.length - 1 + MOST_WEIGHTED);
    const bytes = tableBytes(shape);
    const fine = stairs ?? bytes > ROWS_BYTES;
    this.space = new SearchSpace(kernel, { ...shape, tableBytes: fine ? share : Math.min(share, bytes), stairs: fine });
  }

  /** Makes a Bob's tables. @param player 1 … k @throws TooLargeError where his totals are too many */
  *prepare(player: number): Steps<void> {
    if (!this.bobs.has(player)) this.bobs.set(player, yield* this.space.build(this.market.gains[player]!));
  }

  /** @param player 1 … k @throws TooLargeError where his totals are too many */
  bob(player: number): Direction {
    finished(this.prepare(player));
    return this.bobs.get(player)!;
  }

  release(): void {
    for (const direction of this.bobs.values()) direction.release();
    this.bobs.clear();
  }
}
