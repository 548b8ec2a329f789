/**
 * Suffix tables (assembly/levels.ts) and the depth-first search that they prune (assembly/search.ts), as objects.
 * Memory is bounded: a direction's table that would pass the limit is coarsened (several deficits share one upper
 * bound), which costs the search some pruning and never an answer.
 */
import { copyOf, f64, i32, type Kernel, type Reservation, type Section } from './instance.ts';
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
}

/** Bytes of one direction's table without coarsening: what `SearchShape.tableBytes` is to be compared with. */
export function tableBytes({ firstCell, loss, reach }: Omit<SearchShape, 'tableBytes'>): number {
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

/** Something that adds up over states, with the largest total for each exact deficit. */
export interface Direction {
  /** By deficit, 0 … reach: the largest total, -Infinity where no scheme has that deficit. A copy. */
  readonly root: Float64Array;
  release(): void;
}

type TableLayout = { value: Section<Float64Array>; rows: Section<Float64Array> };

class Table implements Direction {
  readonly root: Float64Array;
  readonly held: Reservation<TableLayout>;
  /** Address of the row of each state. */
  readonly rows: readonly number[];

  constructor(root: Float64Array, held: Reservation<TableLayout>, rows: readonly number[]) {
    this.root = root;
    this.held = held;
    this.rows = rows;
  }

  release(): void {
    this.held.release();
  }
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
    while (this.entries(shift) * 8 > shape.tableBytes && shift < 30) shift++;
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
    const { kernel, shifts } = this;
    const { firstCell, loss } = this.shape;
    const widths = this.widths.map((width) => Math.min(width, reach + 1));
    const states = firstCell.length - 1;
    const lengths = widths.map((width, s) => ((width - 1) >> shifts[s]!) + 1);
    const held = kernel.reserve({ value: copyOf(value), rows: f64(lengths.reduce((sum, length) => sum + length, 0)) });
    const rows: number[] = [];
    for (let s = 0, at = held.at.rows; s <= states; at += 8 * lengths[s]!, s++) rows.push(at >>> 0);
    const rolled = Math.max(1, ...widths.filter((_, s) => shifts[s]! > 0));
    try {
      const root = kernel.use({ loss: copyOf(loss), even: f64(rolled), odd: f64(rolled) }, (at) => {
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
        }
        return new Float64Array(kernel.call.memory.buffer, from, widths[0]!).slice();
      });
      return new Table(root, held, rows);
    } catch (error) {
      held.release();
      throw error;
    }
  }

  /** Prepares a search over directions of this space, which must outlive it. */
  open(directions: readonly Direction[]): Search {
    return new Search(this.kernel, this.shape, this.widths, this.shifts, directions as readonly Table[]);
  }
}

type SearchLayout = Record<'firstCell' | 'width' | 'shift' | 'choice' | 'place', Section<Int32Array>> &
  Record<'loss' | 'threshold' | 'left' | 'have', Section<Float64Array>> &
  Record<'value' | 'row', Section<Uint32Array>>;

/** One search at a time over the schemes with an exact deficit, in the order of their ranks. */
export class Search {
  private readonly kernel: Kernel;
  private readonly states: number;
  private readonly directions: number;
  private readonly firstCell: Int32Array;
  private readonly held: Reservation<SearchLayout>;
  private view: ReturnType<Reservation<SearchLayout>['views']>;

  constructor(
    kernel: Kernel,
    shape: SearchShape,
    widths: readonly number[],
    shifts: readonly number[],
    directions: readonly Table[],
  ) {
    const states = shape.firstCell.length - 1;
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
      row: copyOf(
        Uint32Array.from(Array.from({ length: states + 1 }, (_, s) => directions.map(({ rows }) => rows[s]!)).flat()),
      ),
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

  /** Stands before the first scheme with this deficit and at least these totals, one a direction. */
  begin(deficit: number, thresholds: ArrayLike<number>): void {
    this.views.threshold.set(thresholds);
    const { firstCell, choice, left, have, place } = this.held.at;
    this.kernel.call.searchBegin(this.directions, firstCell, deficit, choice, left, have, place);
  }

  /** Raises one threshold, for the rest of the search. */
  raise(direction: number, threshold: number): void {
    this.views.threshold[direction] = threshold;
  }

  /** Goes on for at most `budget` trials. @returns `found`, `paused`, or `ok`: no scheme is left. */
  run(budget: number): (typeof Status)['found' | 'paused' | 'ok'] {
    const { firstCell, loss, width, shift, value, row, threshold, choice, left, have, place } = this.held.at;
    return this.kernel.call.searchRun(
      this.states,
      this.directions,
      firstCell,
      loss,
      width,
      shift,
      value,
      row,
      threshold,
      choice,
      left,
      have,
      place,
      budget,
    ) as (typeof Status)['found' | 'paused' | 'ok'];
  }

  /** Trials of the last `run`'s budget that were not needed. */
  get unused(): number {
    return this.views.place[2]!;
  }

  /** The scheme just found: a policy index a state. */
  scheme(): number[] {
    return Array.from(this.views.choice, (cell, s) => cell - this.firstCell[s]!);
  }

  /** Adds the cells of the scheme just found. */
  mark(cells: Set<number>): void {
    for (const cell of this.views.choice) cells.add(cell);
  }

  release(): void {
    this.held.release();
  }
}
