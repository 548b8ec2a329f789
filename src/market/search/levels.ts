/**
 * The levels of a committee: deficits at which each of its Bobs, alone, can reach his threshold, and every weighted sum
 * of them the weighted thresholds. Every stable scheme lies on one.
 */
import type { Search } from '../../kernel/search.ts';
import type { Direction } from '../../kernel/tables.ts';
import type { Steps } from '../../steps.ts';
import { MOST_WEIGHTED, type Session, type Ties } from './session.ts';
import { learnSum, type Sum } from './weights.ts';

export class CommitteeLevels {
  private readonly session: Session;
  private readonly reach: number;
  private readonly players: readonly number[];
  private readonly bobs: readonly Direction[];
  private readonly ties: Ties;
  private weighted: (Sum & { readonly direction: Direction })[] = [];
  private opened: Search | undefined;
  /** Deficits that a stable scheme may have, falling (Alice's lowest totals first), without 0. */
  candidates: readonly number[];

  /**
   * @param players the committee's player numbers, at least two, rising
   * @param reach the largest deficit of interest, at most the session's
   */
  constructor(session: Session, players: readonly number[], ties: Ties, reach: number) {
    this.session = session;
    this.reach = Math.min(reach, session.reach);
    this.players = players;
    this.bobs = players.map((player) => session.bob(player));
    this.ties = ties;
    this.candidates = this.bobs[0]!.levels.falling(this.reach, (d) =>
      this.bobs.every(({ levels }, j) => levels.exactly(d) >= this.threshold(j, d)),
    );
  }

  /** What the committee's Bob number j must reach at deficit d. */
  private threshold(j: number, d: number): number {
    const { levels } = this.bobs[j]!;
    return this.ties === 'index' && j === 0 ? levels.atMost(d) : levels.below(d);
  }

  /** The Bobs' thresholds at deficit d. */
  bobThresholds(d: number): number[] {
    return this.bobs.map((_, j) => this.threshold(j, d));
  }

  /** What every direction of the search must reach at deficit d: the Bobs, then the weighted sums. */
  thresholds(d: number): number[] {
    const own = this.bobThresholds(d);
    return [...own, ...this.weighted.map(({ weights }) => dot(weights, own))];
  }

  /** Whether totals (of the committee's Bobs, in order) at deficit d meet every threshold: the scheme is stable. */
  meets(d: number, totals: readonly number[]): boolean {
    return totals.every((total, j) => total >= this.threshold(j, d));
  }

  get canAdd(): boolean {
    return this.weighted.length < MOST_WEIGHTED;
  }

  /** Adds the weighted sum that best proves level d empty, as a direction, and drops the candidates that it proves empty. */
  *learn(d: number): Steps<void> {
    const { market, relaxation } = this.session;
    const { weights, value } = yield* learnSum(relaxation, market, this.players, d, this.bobThresholds(d));
    const direction = yield* this.session.space.build(value, this.reach);
    this.close();
    this.weighted.push({ weights, value, direction });
    this.candidates = this.candidates.filter((d) => direction.levels.bound(d) >= dot(weights, this.bobThresholds(d)));
  }

  /** A direction of the caller's own, up to the committee's reach; release it. */
  direction(value: Float64Array): Steps<Direction> {
    return this.session.space.build(value, this.reach);
  }

  /** A search over all directions so far and one more; release it. */
  open(direction: Direction): Search {
    return this.session.space.open([...this.directions, direction], this.bobs.length);
  }

  /** The search over all directions so far. */
  get search(): Search {
    this.opened ??= this.session.space.open(this.directions, this.bobs.length);
    return this.opened;
  }

  get directions(): Direction[] {
    return [...this.bobs, ...this.weighted.map(({ direction }) => direction)];
  }

  /** The weighted sums so far. */
  get sums(): readonly Sum[] {
    return this.weighted;
  }

  get loss(): Float64Array {
    return this.session.loss;
  }

  private close(): void {
    this.opened?.release();
    this.opened = undefined;
  }

  release(): void {
    this.close();
    for (const { direction } of this.weighted) direction.release();
    this.weighted = [];
  }
}

export function dot(weights: readonly number[], totals: readonly number[]): number {
  return weights.reduce((sum, weight, j) => sum + weight * totals[j]!, 0);
}
