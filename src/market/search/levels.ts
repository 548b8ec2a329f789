/**
 * The levels of a committee: deficits at which each of its Bobs, alone, can reach his threshold, and every weighted sum
 * of them the weighted thresholds. Every stable scheme lies on one.
 */
import { envelope, envelopeAt } from '../../kernel/envelope.ts';
import type { Search } from '../../kernel/search.ts';
import type { Direction } from '../../kernel/tables.ts';
import type { Steps } from '../../steps.ts';
import { MOST_WEIGHTED, type Session, type Ties } from './session.ts';
import { learnSum, type Sum } from './weights.ts';

/** Relative to the weighted totals: what an envelope between two corners can be wrong by. */
const ROUNDING = 1e-9;

export class CommitteeLevels {
  readonly session: Session;
  /** The committee's player numbers. */
  readonly players: readonly number[];
  private readonly reach: number;
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
    this.players = players;
    this.reach = Math.min(reach, session.reach);
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

  /** The weighted sum that best proves level d empty. */
  best(d: number): Steps<Sum> {
    const { market, relaxation } = this.session;
    return learnSum(relaxation, market, this.players, d, this.bobThresholds(d));
  }

  /** Adds a weighted sum of the Bobs as a direction, in place of the oldest one, and drops the candidates it proves empty. */
  *add({ weights, value }: Sum): Steps<void> {
    const direction = yield* this.session.space.build(value, this.reach);
    this.close();
    if (this.weighted.length === MOST_WEIGHTED) this.weighted.shift()!.direction.release();
    this.weighted.push({ weights, value, direction });
    this.candidates = this.candidates.filter((d) => direction.levels.bound(d) >= dot(weights, this.bobThresholds(d)));
  }

  /** Drops the candidates that a weighted sum proves empty, by its envelope alone. @returns whether d was one */
  exclude({ weights, value }: Sum, d: number): boolean {
    const line = envelope(this.session.kernel, this.session.market.firstCell, this.loss, value);
    const possible = (one: number) => {
      const reached = envelopeAt(line, one);
      return reached + ROUNDING * Math.abs(reached) >= dot(weights, this.bobThresholds(one));
    };
    if (possible(d)) return false;
    this.candidates = this.candidates.filter(possible);
    return true;
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
