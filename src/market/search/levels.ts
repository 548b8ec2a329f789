/** The levels of a committee: deficits at which each of its Bobs, alone, can reach his threshold (and every weighted
 * sum of them the weighted thresholds). Every stable scheme lies on one. */
import type { Direction, Search } from '../../kernel/search.ts';
import { type BobLevels, MOST_WEIGHTED, type Session, type Ties } from './session.ts';
import type { Weighted } from './weights.ts';

export class CommitteeLevels {
  private readonly session: Session;
  private readonly bobs: readonly BobLevels[];
  private readonly threshold: readonly Float64Array[];
  private weighted: { readonly weights: readonly number[]; readonly direction: Direction }[] = [];
  private opened: Search | undefined;
  /** Candidate deficits, falling (Alice's lowest totals first), without 0. */
  deficits: number[];

  /**
   * @param players the committee's player numbers, at least two, rising
   * @param reach the largest deficit of interest, at most the session's
   */
  constructor(session: Session, players: readonly number[], ties: Ties, reach: number) {
    this.session = session;
    this.bobs = players.map((player) => session.bob(player));
    this.threshold = this.bobs.map(({ strict, weak }, j) => (ties === 'index' && j === 0 ? weak : strict));
    this.deficits = [];
    for (let d = Math.min(reach, this.bobs[0]!.strict.length - 1); d > 0; d--)
      if (this.bobs.every(({ direction }, j) => direction.root[d]! >= this.threshold[j]![d]!)) this.deficits.push(d);
  }

  /** What every direction of the search must reach at deficit d: the Bobs, then the weighted sums. */
  thresholds(d: number): number[] {
    const own = this.threshold.map((threshold) => threshold[d]!);
    return [...own, ...this.weighted.map(({ weights }) => dot(weights, own))];
  }

  /** The Bobs' own thresholds at deficit d. */
  bobThresholds(d: number): number[] {
    return this.threshold.map((threshold) => threshold[d]!);
  }

  get canAdd(): boolean {
    return this.weighted.length < MOST_WEIGHTED;
  }

  /** Adds a weighted sum of the Bobs as a direction and drops the levels that it proves empty. */
  add({ weights, value }: Pick<Weighted, 'weights' | 'value'>): void {
    this.close();
    const direction = this.session.space.direction(value);
    this.weighted.push({ weights, direction });
    this.deficits = this.deficits.filter((d) => direction.root[d]! >= dot(weights, this.bobThresholds(d)));
  }

  /** The search over all directions so far. */
  get search(): Search {
    this.opened ??= this.session.space.open([
      ...this.bobs.map(({ direction }) => direction),
      ...this.weighted.map(({ direction }) => direction),
    ]);
    return this.opened;
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

function dot(weights: readonly number[], totals: readonly number[]): number {
  return weights.reduce((sum, weight, j) => sum + weight * totals[j]!, 0);
}
