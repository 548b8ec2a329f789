/**
 * A market's deficits, the suffix tables of directions over them, and the searches that these prune. Memory is bounded:
 * a direction's table that would pass the limit is coarsened (several deficits share one upper bound), which costs the
 * search some pruning and never an answer.
 */
import { TooLargeError } from '../errors.ts';
import { finished, type Steps } from '../steps.ts';
import { copyOf, f64, i32, type Kernel } from './instance.ts';
import { Levels } from './levels.ts';
import { Search } from './search.ts';
import { type Direction, type SearchShape, Table, widthsOf } from './tables.ts';

/** Rows up to this many entries are never coarsened: deep in the search exact bounds matter most. */
const ALWAYS_EXACT = 4096;

/** A staircase's deficits and values. */
interface Stairs {
  readonly deficits: Float64Array;
  readonly values: Float64Array;
}

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
    while (!shape.stairs && this.entries(shift) * 8 > shape.tableBytes && shift < 30) shift++;
    this.shifts = this.widths.map((width) => (width <= ALWAYS_EXACT ? 0 : shift));
  }

  private entries(shift: number): number {
    return this.widths.reduce((sum, width) => sum + (width <= ALWAYS_EXACT ? width : ((width - 1) >> shift) + 1), 0);
  }

  /**
   * Builds the suffix tables of one direction; `value` holds a whole number a cell, totals below 2^53.
   * Cost: policies times the entries of all rows, about 0.3 ns each.
   * @param reach where searches with this direction never ask for more than this deficit: a smaller table
   */
  direction(value: Float64Array, reach = this.shape.reach): Direction {
    return finished(this.build(value, reach));
  }

  /** `direction` in steps. */
  *build(value: Float64Array, reach = this.shape.reach): Steps<Direction> {
    const { kernel, shifts } = this;
    const { firstCell, loss, stairs } = this.shape;
    if (stairs) return yield* this.staircase(value, reach);
    const widths = this.widths.map((width) => Math.min(width, reach + 1));
    const states = firstCell.length - 1;
    const lengths = widths.map((width, s) => ((width - 1) >> shifts[s]!) + 1);
    const held = kernel.reserve({ value: copyOf(value), rows: f64(lengths.reduce((sum, length) => sum + length, 0)) });
    const rows: number[] = [];
    for (let s = 0, at = held.at.rows; s <= states; at += 8 * lengths[s]!, s++) rows.push(at >>> 0);
    const rolled = Math.max(1, ...widths.filter((_, s) => shifts[s]! > 0));
    const scratch = kernel.reserve({ loss: copyOf(loss), even: f64(rolled), odd: f64(rolled) });
    const { at } = scratch;
    let made: Table | undefined;
    try {
      held.views().rows[held.views().rows.length - 1] = 0;
      let from = rows[states]!;
      for (let s = states - 1; s >= 0; s--) {
        const into = shifts[s] === 0 ? rows[s]! : s % 2 === 0 ? at.even : at.odd;
        const first = firstCell[s]!;
        const policies = firstCell[s + 1]! - first;
        const losses = at.loss + 8 * first;
        const values = held.at.value + 8 * first;
        kernel.call.levelsStep(into, widths[s]!, from, widths[s + 1]!, losses, values, policies);
        if (shifts[s]! > 0) kernel.call.levelsCoarsen(rows[s]!, into, widths[s]!, shifts[s]!);
        from = into;
        yield;
      }
      const root = new Float64Array(kernel.call.memory.buffer, from, widths[0]!).slice();
      made = new Table(new Levels(null, root), held, rows);
      return made;
    } finally {
      scratch.release();
      if (!made) held.release();
    }
  }

  /** @throws TooLargeError where the staircases do not fit the table's bytes. */
  private *staircase(value: Float64Array, reach: number): Steps<Direction> {
    const states = this.shape.firstCell.length - 1;
    const stairs: Stairs[] = [{ deficits: Float64Array.of(0), values: Float64Array.of(0) }];
    let total = 1;
    for (let s = states - 1; s >= 0; s--) {
      const capacity = this.shape.tableBytes / 16 - total;
      const next = this.step(stairs.at(-1)!, s, value, reach, capacity);
      if (!next)
        throw new TooLargeError(
          `Alice's and a Bob's totals have too many undominated pairs for ${this.shape.tableBytes} bytes; round the utilities with --round D`,
        );
      total += next.deficits.length;
      stairs.push(next);
      yield;
    }
    stairs.reverse();
    const held = this.kernel.reserve({ value: copyOf(value), rows: f64(2 * total) });
    const { rows } = held.views();
    const addresses: number[] = [];
    let at = 0;
    for (const { deficits, values } of stairs) {
      addresses.push((held.at.rows + 8 * at) >>> 0);
      rows.set(deficits, at);
      rows.set(values, at + deficits.length);
      at += 2 * deficits.length;
    }
    const { deficits, values } = stairs[0]!;
    const steps = stairs.map((one) => one.deficits.length);
    return new Table(new Levels(deficits, values), held, addresses, steps);
  }

  /** One state in front of a staircase; null past `most` steps. */
  private step(before: Stairs, s: number, value: Float64Array, reach: number, most: number): Stairs | null {
    const { firstCell, loss } = this.shape;
    const [from, to] = [firstCell[s]!, firstCell[s + 1]!];
    const count = before.deficits.length;
    const capacity = Math.floor(Math.min(most, count * (to - from)));
    if (capacity < 1) return null;
    const layout = {
      previous: f64(2 * count),
      loss: copyOf(loss.slice(from, to)),
      value: copyOf(value.slice(from, to)),
      out: f64(2 * capacity),
      heads: i32(to - from),
    };
    return this.kernel.use(layout, (at, view) => {
      view.previous.set(before.deficits);
      view.previous.set(before.values, count);
      const call = this.kernel.call.staircaseStep;
      const n = call(at.previous, count, at.loss, at.value, to - from, reach, at.out, capacity, at.heads);
      if (n < 0) return null;
      return { deficits: view.out.slice(0, n), values: view.out.slice(capacity, capacity + n) };
    });
  }

  /**
   * Prepares a search over directions of this space, which must outlive it.
   * @param bobs how many of them, the first ones, are Bobs with thresholds of their own
   */
  open(directions: readonly Direction[], bobs: number): Search {
    return new Search(this.kernel, this.shape, this.widths, this.shifts, directions as readonly Table[], bobs);
  }
}
