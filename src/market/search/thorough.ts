/**
 * A search of single levels that spares no effort, for those that the plain one does not settle. Where it does not end,
 * weights are learned that prove empty what is left after the choices it stands on; where there are none, the last
 * states are taken from the other end. In the order of the states it finds the scheme of lowest rank; with those first
 * in which most is at stake, what follows from a choice shows early.
 */
import type { BestWeights } from '../../kernel/relaxation.ts';
import type { Search } from '../../kernel/search.ts';
import type { Direction } from '../../kernel/tables.ts';
import { Tails } from '../../kernel/tails.ts';
import type { Steps } from '../../steps.ts';
import type { Scheme } from '../market.ts';
import { type CommitteeLevels, dot } from './levels.ts';
import { Ordered } from './ordered.ts';
import { weightedSum, wholeWeights } from './weights.ts';

/** Weighted sums at once; the oldest goes first. */
const MOST_SUMS = 24;
/** Of the Bobs' largest totals: weights that miss the thresholds by less may not do so in whole numbers. */
const CLEARLY = 1e-9;
/** Completions kept. */
const MOST_TAILS = 2 ** 18;

interface Weighted {
  readonly weights: readonly number[];
  readonly direction: Direction;
}

export class Thorough {
  private readonly levels: CommitteeLevels;
  readonly reach: number;
  /** State numbers, in the order of the search. */
  private readonly order: readonly number[];
  private readonly forward: Ordered;
  private weighted: Weighted[] = [];
  private opened: Search | undefined;
  private backward: { readonly ordered: Ordered; readonly search: Search } | undefined;
  private tails: Tails | undefined;
  /** The level that is searched. */
  private deficit = 0;
  private completions = 0;

  private constructor(levels: CommitteeLevels, reach: number, order: readonly number[], forward: Ordered) {
    this.levels = levels;
    this.reach = reach;
    this.order = order;
    this.forward = forward;
  }

  /**
   * Makes the tables. Release it.
   * @param order state numbers
   * @param reach the largest deficit that will be asked for
   */
  static *open(levels: CommitteeLevels, order: readonly number[], reach: number): Steps<Thorough> {
    const made = new Thorough(levels, reach, order, yield* Ordered.open(levels, order, reach));
    let ready = false;
    try {
      for (const { weights } of levels.sums) yield* made.add(weights);
      ready = true;
      return made;
    } finally {
      if (!ready) made.release();
    }
  }

  private *add(weights: readonly number[]): Steps<void> {
    const { gains, space } = this.forward;
    const direction = yield* space.build(weightedSum(weights, gains));
    this.close();
    if (this.weighted.length === MOST_SUMS) this.weighted.pop()!.direction.release();
    this.weighted.unshift({ weights, direction });
  }

  get search(): Search {
    const { space, bobs } = this.forward;
    this.opened ??= space.open([...bobs, ...this.weighted.map(({ direction }) => direction)], bobs.length);
    return this.opened;
  }

  /** Stands before the schemes with deficit d. @param completions how many may be kept, or 0 */
  *begin(d: number, completions: number): Steps<void> {
    const own = this.levels.bobThresholds(d);
    const known = this.deficit === d && this.completions === completions;
    this.deficit = d;
    this.completions = completions;
    if (completions > 0 && !known) yield* this.complete(own);
    const thresholds = [...own, ...this.weighted.map(({ weights }) => dot(weights, own))];
    this.search.begin(d, thresholds, completions > 0 ? this.tails!.address : 0);
  }

  /** Makes completions of the last states. */
  private *complete(thresholds: readonly number[]): Steps<void> {
    if (!this.backward) {
      const ordered = yield* Ordered.open(this.levels, [...this.order].reverse(), this.reach);
      this.backward = { ordered, search: ordered.space.open(ordered.bobs, ordered.bobs.length) };
    }
    this.tails?.release();
    this.tails = undefined;
    this.tails = new Tails(this.levels.session.kernel, thresholds.length, Math.min(this.completions, MOST_TAILS));
    yield* this.tails.make(this.backward.search, this.deficit, thresholds);
  }

  /**
   * Adds weights that prove empty what is left after the first choices that the search stands on.
   * @returns false where there are none: the linear relaxation of all that is left has solutions
   */
  *learn(): Steps<boolean> {
    const path = this.search.path();
    let [low, high] = [-1, path.length];
    let best = yield* this.after(path);
    if (best.bound > -CLEARLY) return false;
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      const tried = yield* this.after(path.slice(0, middle));
      if (tried.bound <= -CLEARLY) {
        high = middle;
        best = tried;
      } else low = middle;
    }
    yield* this.add(wholeWeights(best.shares, this.forward.most));
    return true;
  }

  /** The best weights for what is left after these cells of the first states. */
  private after(cells: readonly number[]): Steps<BestWeights> {
    const { loss, gains, relaxation } = this.forward;
    const without = (row: Float64Array, all: number) => cells.reduce((left, cell) => left - row[cell]!, all);
    const thresholds = this.levels.bobThresholds(this.deficit).map((own, j) => without(gains[j]!, own));
    const deficit = without(loss, this.deficit);
    const bobs = [...gains.keys()];
    return relaxation.weights(bobs, deficit, thresholds, cells.length);
  }

  /** The scheme just found. */
  scheme(): Scheme {
    const found = this.search.scheme();
    const scheme = new Array<number>(found.length);
    this.order.forEach((s, at) => {
      scheme[s] = found[at]!;
    });
    return scheme;
  }

  private close(): void {
    this.opened?.release();
    this.opened = undefined;
  }

  release(): void {
    this.close();
    for (const { direction } of this.weighted) direction.release();
    this.weighted = [];
    this.forward.release();
    this.backward?.search.release();
    this.backward?.ordered.release();
    this.tails?.release();
  }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

/** The order of the states in which schemes are ranked. */
export function byRank({ session }: CommitteeLevels): number[] {
  return range(0, session.market.firstCell.length - 1);
}

/** States, those first whose cells differ most: in deficit and the Bobs' gains, each relative to its largest difference. */
export function byStakes({ session, players }: CommitteeLevels, reach: number): number[] {
  const { market, loss } = session;
  const { firstCell } = market;
  const rows = [loss, ...players.map((player) => market.gains[player]!)];
  const states = range(0, firstCell.length - 1);
  const cells = states.map((s) => range(firstCell[s]!, firstCell[s + 1]!).filter((cell) => loss[cell]! <= reach));
  const stakes = states.map(() => 0);
  for (const row of rows) {
    const spread = cells.map((kept) => {
      const values = kept.map((cell) => row[cell]!);
      return Math.max(...values) - Math.min(...values);
    });
    const largest = Math.max(1, ...spread);
    spread.forEach((own, s) => {
      stakes[s]! += own / largest;
    });
  }
  return states.sort((a, b) => stakes[b]! - stakes[a]!);
}
