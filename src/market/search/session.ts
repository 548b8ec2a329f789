/**
 * What the searches of one market share: the suffix tables of its Bobs up to some deficit, and the thresholds that
 * follow from them.
 */
import type { Kernel } from '../../kernel/instance.ts';
import type { Relaxation } from '../../kernel/relaxation.ts';
import { SearchSpace } from '../../kernel/space.ts';
import type { Direction, SearchShape } from '../../kernel/tables.ts';
import { finished, type Steps } from '../../steps.ts';
import { type Gains, losses } from './deficits.ts';
import { relaxationOf } from './window.ts';

export type Ties = 'strict' | 'index';

/** Weighted sums that a committee's search may use. */
export const MOST_WEIGHTED = 8;
/** Suffix tables of one session together take at most this, however large the market. */
const SESSION_BYTES = 1.5 * 2 ** 30;
/** What all Bobs' totals of whole schemes, which stay exact, may take beside them; each has the same share. */
const EXACT_BYTES = 1.25 * 2 ** 30;
/** Tables of a short-lived space with a direction a Bob. */
export const TABLE_BYTES = 2 ** 26;

/**
 * What a session's tables may take, and whether they are staircases in place of rows by deficit; default: by size.
 * `exactBytes` are for one Bob's totals of whole schemes.
 */
export type SessionLimits = Partial<Pick<SearchShape, 'tableBytes' | 'stairs'> & { readonly exactBytes: number }>;

/** A Bob, by player number, for whom there are only bounds. */
export interface TooLarge {
  readonly player: number;
  /** What his totals may take. */
  readonly bytes: number;
  readonly allowed: number;
}

export class Session {
  readonly kernel: Kernel;
  readonly market: Gains;
  readonly loss: Float64Array;
  readonly reach: number;
  private readonly limits: SessionLimits;
  /** Null where a Bob's totals are too many. */
  private readonly bobs = new Map<number, Direction | null>();
  private readonly exactBytes: number;
  private relaxed: Relaxation | undefined;
  private opened: SearchSpace | undefined;

  /** @param reach the largest deficit that any search of the session asks for */
  constructor(kernel: Kernel, market: Gains, reach: number, limits: SessionLimits = {}) {
    this.kernel = kernel;
    this.market = market;
    this.loss = losses(market);
    this.reach = reach;
    this.limits = limits;
    this.exactBytes = limits.exactBytes ?? EXACT_BYTES / (market.gains.length - 1);
  }

  /** Where tables up to the reach are made. */
  get space(): SearchSpace {
    this.opened ??= this.openSpace();
    return this.opened;
  }

  private openSpace(): SearchSpace {
    const { market, loss, reach, limits } = this;
    const share = SESSION_BYTES / (market.gains.length - 1 + MOST_WEIGHTED);
    const { tableBytes = share, stairs } = limits;
    return new SearchSpace(this.kernel, {
      firstCell: Int32Array.from(market.firstCell),
      loss,
      reach,
      tableBytes,
      stairs,
    });
  }

  /** How many sessions of this market, one a thread, surely fit into so many bytes or into those of one: at least 1. */
  fitting(bytes: number): number {
    const tables = this.market.gains.slice(1).map((gains) => this.space.mostBytes(gains));
    const sums = MOST_WEIGHTED * tables.reduce((most, { suffixes }) => Math.max(most, suffixes), 1);
    const own = tables.reduce((sum, { suffixes, exact }) => sum + suffixes + Math.min(exact, this.exactBytes), sums);
    return Math.max(1, Math.floor(Math.max(bytes, SESSION_BYTES + EXACT_BYTES) / own));
  }

  /** Makes a Bob's tables. @param player 1 … k @returns false where his totals are too many */
  *prepare(player: number): Steps<boolean> {
    const known = this.bobs.get(player);
    if (known !== undefined) return known !== null;
    const made = yield* this.space.buildExact(this.market.gains[player]!, this.exactBytes);
    this.bobs.set(player, made);
    return made !== null;
  }

  /** Of these players those whose totals of whole schemes are too many, with the bytes that they may take. */
  tooLarge(players: readonly number[]): TooLarge[] {
    const { space, market, bobs, exactBytes: allowed } = this;
    const those = players.filter((player) => bobs.get(player) === null);
    return those.map((player) => ({ player, bytes: space.mostBytes(market.gains[player]!).exact, allowed }));
  }

  /** @param player 1 … k; his tables can be made, as `prepare` says */
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
    for (const direction of this.bobs.values()) direction?.release();
    this.bobs.clear();
  }
}
