/**
 * The same levels searched in another order of the states: those first in which most is at stake, so that what follows
 * from a choice shows early. Schemes are found in no order of rank; it settles whether a level holds any. Where a search
 * does not end, weights are learned that prove empty what is left after the choices it stands on.
 */
import { type Direction, type Search, SearchSpace, tableBytes } from '../../kernel/search.ts';
import type { Steps } from '../../steps.ts';
import type { Scheme } from '../market.ts';
import { bestShares, weightedSum } from './duals.ts';
import { type CommitteeLevels, dot } from './levels.ts';
import { TABLE_BYTES } from './session.ts';

/** Weighted sums at once; the oldest goes first. */
const MOST_SUMS = 24;

interface Weighted {
  readonly weights: readonly number[];
  readonly direction: Direction;
}

export class Reordered {
  private readonly levels: CommitteeLevels;
  /** State numbers, in the order of the search. */
  private readonly order: readonly number[];
  private readonly firstCell: Int32Array;
  private readonly loss: Float64Array;
  /** One row a Bob of the committee. */
  private readonly gains: readonly Float64Array[];
  private readonly space: SearchSpace;
  private bobs: Direction[] = [];
  private weighted: Weighted[] = [];
  private opened: Search | undefined;
  /** The level that is searched. */
  private deficit = 0;

  private constructor(levels: CommitteeLevels, reach: number) {
    const { kernel, market, loss } = levels.session;
    const { firstCell } = market;
    const gains = levels.players.map((player) => market.gains[player]!);
    this.levels = levels;
    this.order = byStakes(firstCell, [loss, ...gains], (cell) => loss[cell]! <= reach);
    const cells = this.order.flatMap((s) => range(firstCell[s]!, firstCell[s + 1]!));
    const starts = [0];
    for (const s of this.order) starts.push(starts.at(-1)! + firstCell[s + 1]! - firstCell[s]!);
    this.firstCell = Int32Array.from(starts);
    const moved = (row: Float64Array) => Float64Array.from(cells, (cell) => row[cell]!);
    this.loss = moved(loss);
    this.gains = gains.map(moved);
    const shape = { firstCell: this.firstCell, loss: this.loss, reach };
    const stairs = tableBytes(shape) > TABLE_BYTES;
    this.space = new SearchSpace(kernel, { ...shape, tableBytes: TABLE_BYTES, stairs });
  }

  /** Makes the tables. @param reach the largest deficit that will be asked for. Release it. */
  static *open(levels: CommitteeLevels, reach: number): Steps<Reordered> {
    const made = new Reordered(levels, reach);
    let ready = false;
    try {
      for (const row of made.gains) made.bobs.push(yield* made.space.build(row));
      for (const { weights } of levels.sums) yield* made.add(weights);
      ready = true;
      return made;
    } finally {
      if (!ready) made.release();
    }
  }

  private *add(weights: readonly number[]): Steps<void> {
    const { gains } = this;
    const value = this.loss.map((_, cell) => weights.reduce((sum, weight, j) => sum + weight * gains[j]![cell]!, 0));
    const direction = yield* this.space.build(value);
    this.close();
    if (this.weighted.length === MOST_SUMS) this.weighted.shift()!.direction.release();
    this.weighted.push({ weights, direction });
  }

  get search(): Search {
    const directions = [...this.weighted.map(({ direction }) => direction)].reverse();
    this.opened ??= this.space.open([...this.bobs, ...directions], this.bobs.length);
    return this.opened;
  }

  /** What every direction must reach at deficit d, where the search begins. */
  thresholds(d: number): number[] {
    this.deficit = d;
    const own = this.levels.bobThresholds(d);
    return [...own, ...this.weighted.map(({ weights }) => dot(weights, own)).reverse()];
  }

  /**
   * Adds weights that prove empty what is left after the first choices that the search stands on.
   * @returns false where there are none: the linear relaxation of all that is left has solutions
   */
  *learn(): Steps<boolean> {
    const path = this.search.path();
    let [low, high] = [0, path.length];
    let best = yield* this.after(path);
    if (best.margin >= 0) return false;
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      const tried = yield* this.after(path.slice(0, middle));
      if (tried.margin < 0) {
        high = middle;
        best = tried;
      } else low = middle;
    }
    yield* this.add(weightedSum(best.shares, this.gains).weights);
    return true;
  }

  /** The best weights for what is left after these cells of the first states. */
  private after(cells: readonly number[]) {
    const { firstCell, loss, gains } = this;
    const without = (row: Float64Array, all: number) => cells.reduce((left, cell) => left - row[cell]!, all);
    const thresholds = this.levels.bobThresholds(this.deficit).map((own, j) => without(gains[j]!, own));
    const deficit = without(loss, this.deficit);
    return bestShares({ firstCell: firstCell.subarray(cells.length), loss, gains, deficit, thresholds });
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
    for (const direction of [...this.bobs, ...this.weighted.map(({ direction }) => direction)]) direction.release();
    this.bobs = [];
    this.weighted = [];
  }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

/** States, those first whose cells differ most: over all rows, each relative to its largest difference. */
function byStakes(
  firstCell: readonly number[],
  rows: readonly Float64Array[],
  counts: (cell: number) => boolean,
): number[] {
  const states = range(0, firstCell.length - 1);
  const cells = states.map((s) => range(firstCell[s]!, firstCell[s + 1]!).filter(counts));
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
