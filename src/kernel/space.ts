/**
 * A market's deficits, the suffix tables of directions over them, and the searches that these prune. Memory is bounded:
 * a direction's table that would pass the limit is coarsened (several deficits share one upper bound), which costs the
 * search some pruning and never an answer.
 */
import { finished, type Steps } from '../steps.ts';
import { copyOf, f64, type Kernel } from './instance.ts';
import { ENTRY_BYTES, Levels } from './levels.ts';
import { Search } from './search.ts';
import { mostSteps, StaircaseBuilder } from './staircase.ts';
import { type Direction, type SearchShape, Table, tableBytes, widthsOf } from './tables.ts';

/** Entries times policies between two yields: less than a ms. */
const SLICE = 2 ** 20;
/** Rows by deficit up to this many entries are never coarsened: deep in the search exact bounds matter most. */
const ALWAYS_EXACT = 4096;
/** A direction whose rows by deficit would take more than this gets staircases. */
const ROWS_BYTES = 2 ** 28;
/** Staircases with more steps in a row are given up for rows by deficit, which take less time then; … */
const WORTH_STEPS = 2 ** 22;
/** … and where those do not fit, with more than this: three rows are at work. */
const MOST_STEPS = 2 ** 24;

export class SearchSpace {
  private readonly kernel: Kernel;
  private readonly shape: SearchShape;
  private readonly widths: readonly number[];
  private readonly shifts: readonly number[];

  constructor(kernel: Kernel, shape: SearchShape) {
    this.kernel = kernel;
    this.shape = shape;
    this.widths = widthsOf(shape.firstCell, shape.loss, shape.reach);
    let shift = 0;
    while (this.entries(shift) * 8 > shape.tableBytes && shift < 30) shift++;
    this.shifts = this.widths.map((width) => (width <= ALWAYS_EXACT ? 0 : shift));
  }

  private entries(shift: number): number {
    return this.widths.reduce((sum, width) => sum + (width <= ALWAYS_EXACT ? width : coarse(width, shift)), 0);
  }

  /**
   * Builds the suffix tables of a direction that bounds; `value` holds a number a cell, totals below 2^53.
   * Cost: rows by deficit take policies times their entries, about 0.3 ns each.
   * @param reach where searches with this direction never ask for more than this deficit: a smaller table
   */
  direction(value: Float64Array, reach = this.shape.reach): Direction {
    return finished(this.build(value, reach));
  }

  /** `direction` in steps. */
  *build(value: Float64Array, reach = this.shape.reach): Steps<Direction> {
    if (!this.stairs(value, reach)) return yield* this.rows(value, reach);
    const limits = { reach, rowBytes: this.shape.tableBytes };
    return (yield* new StaircaseBuilder(this.kernel, this.shape, value, limits).build())!;
  }

  /**
   * The tables of a Bob, whose thresholds have to be exact: whole numbers in `value`.
   * @param bytes that his totals of whole schemes may take
   * @returns null where they would take more
   */
  *buildExact(value: Float64Array, bytes: number): Steps<Direction | null> {
    const { reach, tableBytes: rowBytes } = this.shape;
    const rowsFit = ENTRY_BYTES * this.widths[0]! <= bytes;
    if (rowsFit && !this.stairs(value, reach)) return yield* this.rows(value, reach);
    const exactSteps = Math.min(Math.floor(bytes / ENTRY_BYTES), rowsFit ? WORTH_STEPS : MOST_STEPS);
    const made = yield* new StaircaseBuilder(this.kernel, this.shape, value, { reach, rowBytes, exactSteps }).build();
    return made ?? (rowsFit ? yield* this.rows(value, reach) : null);
  }

  /** Proved bounds on the bytes that a direction's tables take: those of suffixes, and of whole schemes. Builds nothing. */
  mostBytes(value: Float64Array): { readonly suffixes: number; readonly exact: number } {
    const { reach, tableBytes: most } = this.shape;
    const steps = mostSteps(this.shape, value, reach);
    const stairs = ENTRY_BYTES * steps.reduce((sum, own) => sum + own, 0);
    const suffixes = Math.min(most, this.stairs(value, reach) ? stairs : tableBytes(this.shape));
    return { suffixes, exact: ENTRY_BYTES * steps[0]! };
  }

  /** Whether staircases are surely smaller, or rows by deficit too large. */
  private stairs(value: Float64Array, reach: number): boolean {
    if (this.shape.stairs !== undefined) return this.shape.stairs;
    const rows = tableBytes({ ...this.shape, reach });
    const stairs = ENTRY_BYTES * mostSteps(this.shape, value, reach).reduce((sum, steps) => sum + steps, 0);
    return rows > ROWS_BYTES || stairs < rows;
  }

  /** A row a deficit. */
  private *rows(value: Float64Array, reach: number): Steps<Table> {
    const { kernel, shifts } = this;
    const { firstCell, loss } = this.shape;
    const widths = this.widths.map((width) => Math.min(width, reach + 1));
    const states = firstCell.length - 1;
    // Nothing looks up whole schemes by what is left.
    const lengths = widths.map((width, s) => (s === 0 ? 0 : coarse(width, shifts[s]!)));
    const held = kernel.reserve({ value: copyOf(value), rows: f64(lengths.reduce((sum, length) => sum + length, 0)) });
    const rows: number[] = [];
    for (let s = 0, at = held.at.rows; s <= states; at += 8 * lengths[s]!, s++) rows.push(at >>> 0);
    const rolled = Math.max(...widths.filter((_, s) => s === 0 || shifts[s]! > 0));
    const scratch = kernel.reserve({ loss: copyOf(loss), even: f64(rolled), odd: f64(rolled) });
    const { at } = scratch;
    let made: Table | undefined;
    let work = 0;
    try {
      const { rows: kept } = held.views();
      kept[kept.length - 1] = 0;
      let from = rows[states]!;
      for (let s = states - 1; s >= 0; s--) {
        const own = s > 0 && shifts[s] === 0;
        const into = own ? rows[s]! : s % 2 === 0 ? at.even : at.odd;
        const first = firstCell[s]!;
        const policies = firstCell[s + 1]! - first;
        const losses = at.loss + 8 * first;
        const values = held.at.value + 8 * first;
        kernel.call.levelsStep(into, widths[s]!, from, widths[s + 1]!, losses, values, policies);
        if (s > 0 && !own) kernel.call.levelsCoarsen(rows[s]!, into, widths[s]!, shifts[s]!);
        from = into;
        work += widths[s]! * policies;
        if (work < SLICE) continue;
        work = 0;
        yield;
      }
      const root = new Float64Array(kernel.call.memory.buffer, from, widths[0]!).slice();
      made = new Table(new Levels(null, root), { value: held.at.value, release: held.release }, rows);
      return made;
    } finally {
      scratch.release();
      if (!made) held.release();
    }
  }

  /**
   * Prepares a search over directions of this space, which must outlive it.
   * @param bobs how many of them, the first ones, are Bobs with thresholds of their own
   */
  open(directions: readonly Direction[], bobs: number): Search {
    return new Search(this.kernel, this.shape, this.widths, this.shifts, directions as readonly Table[], bobs);
  }
}

/** Entries that are left of `width` where 2^shift deficits share one. */
function coarse(width: number, shift: number): number {
  return Math.floor((width - 1) / 2 ** shift) + 1;
}
