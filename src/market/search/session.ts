/**
 * What the searches of one market share: the suffix tables of its Bobs up to some deficit, and the thresholds that
 * follow from them.
 */
import type { Kernel } from '../../kernel/instance.ts';
import type { Relaxation } from '../../kernel/relaxation.ts';
import { type Direction, SearchSpace, tableBytes } from '../../kernel/search.ts';
import { finished, type Steps } from '../../steps.ts';
import { type Gains, losses } from './deficits.ts';
import { relaxationOf } from './window.ts';

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
  readonly market: Gains;
  readonly loss: Float64Array;
  readonly reach: number;
  private readonly kernel: Kernel;
  private readonly bobs = new Map<number, Direction>();
  private readonly stairs: boolean | undefined;
  private relaxed: Relaxation | undefined;
  private opened: SearchSpace | undefined;

  /**
   * @param reach the largest deficit that any search of the session asks for
   * @param stairs whether tables are staircases in place of rows by deficit; default: by size
   */
  constructor(kernel: Kernel, market: Gains, reach: number, stairs?: boolean) {
    this.kernel = kernel;
    this.market = market;
    this.loss = losses(market);
    this.reach = reach;
    this.stairs = stairs;
  }

  /** Where tables up to the reach are made. */
  get space(): SearchSpace {
    this.opened ??= this.openSpace();
    return this.opened;
  }

  private openSpace(): SearchSpace {
    const { market, loss, reach } = this;
    const shape = { firstCell: new Int32Array(market.firstCell), loss, reach };
    const share = SESSION_BYTES / (market.gains.length - 1 + MOST_WEIGHTED);
    const bytes = tableBytes(shape);
    const stairs = this.stairs ?? bytes > ROWS_BYTES;
    return new SearchSpace(this.kernel, { ...shape, tableBytes: stairs ? share : Math.min(share, bytes), stairs });
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

  /** Linear relaxations of all Bobs, numbered from 0. */
  get relaxation(): Relaxation {
    this.relaxed ??= relaxationOf(this.kernel, this.market, this.loss);
    return this.relaxed;
  }

  release(): void {
    this.relaxed?.release();
    this.relaxed = undefined;
    for (const direction of this.bobs.values()) direction.release();
    this.bobs.clear();
  }
}
