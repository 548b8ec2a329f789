/**
 * Suffix tables (assembly/levels.ts) and the depth-first search that they prune (assembly/search.ts), as objects.
 * Memory is bounded: a direction's table that would pass the limit is coarsened (several deficits share one upper
 * bound), which costs the search some pruning and never an answer.
 */
import { TooLargeError } from '../errors.ts';
import { finished, type Steps } from '../steps.ts';
import { copyOf, f64, i32, type Kernel, type Reservation, type Section } from './instance.ts';
import { Levels } from './levels.ts';
import type { Status } from './status.ts';

/** Rows up to this many entries are never coarsened: deep in the search exact bounds matter most. */
const ALWAYS_EXACT = 4096;

export interface SearchShape {
  /** First cell of each state; one more entry, the number of cells. */
  readonly firstCell: Int32Array;
  /** By cell: the deficit that it adds, a whole number; 0 for some cell of every state. */
  readonly loss: Float64Array;
  /** Deficits above this are never asked for. */
  readonly reach: number;
  /** Bytes that one direction's table may take. */
  readonly tableBytes: number;
  /** Whether tables are staircases in place of a row a deficit: for totals too fine to have rows. */
  readonly stairs?: boolean;
}

/** Bytes of one direction's table without coarsening: what `SearchShape.tableBytes` is to be compared with. */
export function tableBytes({ firstCell, loss, reach }: Pick<SearchShape, 'firstCell' | 'loss' | 'reach'>): number {
  return 8 * widthsOf(firstCell, loss, reach).reduce((sum, width) => sum + width, 0);
}

function widthsOf(firstCell: Int32Array, loss: Float64Array, reach: number): number[] {
  const states = firstCell.length - 1;
  const width = new Array<number>(states + 1).fill(1);
  for (let s = states - 1, most = 0; s >= 0; s--) {
    most += loss.subarray(firstCell[s]!, firstCell[s + 1]!).reduce((a, b) => Math.max(a, b));
    width[s] = Math.min(reach, most) + 1;
  }
  return width;
}

/** Something that adds up over states, with its suffix tables. */
export interface Direction {
  readonly levels: Levels;
  release(): void;
}

type TableLayout = { value: Section<Float64Array>; rows: Section<Float64Array> };

/** A direction's tables in the kernel's memory. */
export class Table implements Direction {
  readonly levels: Levels;
  readonly held: Reservation<TableLayout>;
  /** Address of the row of each state. */
  readonly rows: readonly number[];
  /** Length of the staircase of each state; empty where rows are by deficit. */
  readonly steps: readonly number[];

  constructor(levels: Levels, held: Reservation<TableLayout>, rows: readonly number[], steps: readonly number[] = []) {
    this.levels = levels;
    this.held = held;
    this.rows = rows;
    this.steps = steps;
  }

  release(): void {
    this.held.release();
  }
}

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

type SearchLayout = Record<'firstCell' | 'width' | 'shift' | 'choice' | 'place' | 'steps', Section<Int32Array>> &
  Record<'loss' | 'threshold' | 'left' | 'have', Section<Float64Array>> &
  Record<'value' | 'row', Section<Uint32Array>>;

/** Which entries to extend (assembly/count.ts), and addresses of buffers. */
type Extension = Readonly<Record<'from' | 'begin' | 'end' | 'next' | 'into' | 'count' | 'table' | 'slots', number>>;

/** One search at a time over the schemes with an exact deficit, in the order of their ranks. */
export class Search {
  readonly kernel: Kernel;
  readonly states: number;
  readonly directions: number;
  readonly firstCell: Int32Array;
  private readonly bobs: number;
  private readonly stairs: boolean;
  private readonly held: Reservation<SearchLayout>;
  private view: ReturnType<Reservation<SearchLayout>['views']>;
  private tails = 0;

  constructor(
    kernel: Kernel,
    shape: Pick<SearchShape, 'firstCell' | 'loss' | 'stairs'>,
    widths: readonly number[],
    shifts: readonly number[],
    directions: readonly Table[],
    bobs: number,
  ) {
    const states = shape.firstCell.length - 1;
    const byState = (of: (table: Table) => readonly number[]) =>
      Array.from({ length: states + 1 }, (_, s) => directions.map((table) => of(table)[s]!)).flat();
    this.bobs = bobs;
    this.stairs = shape.stairs === true;
    this.kernel = kernel;
    this.states = states;
    this.directions = directions.length;
    this.firstCell = shape.firstCell;
    this.held = kernel.reserve({
      firstCell: copyOf(shape.firstCell),
      loss: copyOf(shape.loss),
      width: copyOf(Int32Array.from(widths)),
      shift: copyOf(Int32Array.from(shifts)),
      value: copyOf(Uint32Array.from(directions, ({ held }) => held.at.value)),
      row: copyOf(Uint32Array.from(byState(({ rows }) => rows))),
      steps: copyOf(Int32Array.from(this.stairs ? byState(({ steps }) => steps) : [])),
      threshold: f64(directions.length),
      choice: i32(states),
      left: f64(states + 1),
      have: f64((states + 1) * directions.length),
      place: i32(3),
    });
    this.view = this.held.views();
  }

  private get views() {
    // Growth of the memory detaches views: their length becomes 0.
    if (this.view.choice.length === 0) this.view = this.held.views();
    return this.view;
  }

  /**
   * Stands before the first scheme with this deficit and at least these totals, one a direction.
   * @param tails address of completions for this level (kernel/tails.ts), or 0
   */
  begin(deficit: number, thresholds: ArrayLike<number>, tails = 0): void {
    this.views.threshold.set(thresholds);
    this.tails = tails;
    const { firstCell, choice, left, have, place } = this.held.at;
    this.kernel.call.searchBegin(this.directions, firstCell, deficit, choice, left, have, place);
  }

  /** Raises one threshold, for the rest of the search. */
  raise(direction: number, threshold: number): void {
    this.views.threshold[direction] = threshold;
  }

  /** Goes on for at most `budget` trials. @returns `found`, `paused`, or `ok`: no scheme is left. */
  run(budget: number): (typeof Status)['found' | 'paused' | 'ok'] {
    const { firstCell, loss, width, shift, value, row, steps, threshold, choice, left, have, place } = this.held.at;
    return this.kernel.call.searchRun(
      this.states,
      this.directions,
      firstCell,
      loss,
      width,
      shift,
      value,
      row,
      this.stairs ? steps : 0,
      this.bobs,
      threshold,
      choice,
      left,
      have,
      place,
      budget,
      this.tails,
    ) as (typeof Status)['found' | 'paused' | 'ok'];
  }

  /** One state more for entries of assembly/count.ts. @returns the number of entries that there are then */
  extend(state: number, { from, begin, end, next, into, count, table, slots }: Extension): number {
    const { loss, value, row, steps } = this.held.at;
    const { width, shift } = this.views;
    const cell = this.firstCell[state]!;
    return this.kernel.call.countStep(
      this.firstCell[state + 1]! - cell,
      this.directions,
      this.bobs,
      cell,
      loss,
      value,
      width[state + 1]!,
      shift[state + 1]!,
      row + 4 * (state + 1) * this.directions,
      this.stairs ? steps + 4 * (state + 1) * this.directions : 0,
      from,
      begin,
      end,
      next,
      into,
      count,
      table,
      slots,
    );
  }

  /** Trials of the last `run`'s budget that were not needed. */
  get unused(): number {
    return this.views.place[2]!;
  }

  /** The scheme just found: a policy index a state. */
  scheme(): number[] {
    return Array.from(this.views.choice, (cell, s) => cell - this.firstCell[s]!);
  }

  /** Cells of the first states that a paused search has chosen. */
  path(): number[] {
    return Array.from(this.views.choice.subarray(0, this.views.place[0]!));
  }

  /** Adds the cells of the scheme just found. */
  mark(cells: Set<number>): void {
    for (const cell of this.views.choice) cells.add(cell);
  }

  release(): void {
    this.held.release();
  }
}
