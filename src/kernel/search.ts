/** The depth-first search over schemes with an exact deficit, pruned by suffix tables (assembly/search.ts), as an object. */
import { copyOf, f64, i32, type Kernel, type Reservation, type Section } from './instance.ts';
import type { Status } from './status.ts';
import type { SearchShape, Table } from './tables.ts';

type SearchLayout = Record<'firstCell' | 'shift' | 'choice' | 'place' | 'steps', Section<Int32Array>> &
  Record<'loss' | 'width' | 'threshold' | 'left' | 'have', Section<Float64Array>> &
  Record<'value' | 'row', Section<Uint32Array>>;

/** Which entries to extend (assembly/count.ts), and addresses of buffers. */
type Extension = Readonly<Record<'from' | 'begin' | 'end' | 'next' | 'into' | 'count' | 'table' | 'slots', number>>;

/** How many extensions a state may have, and addresses of buffers. */
type SmallCount = Readonly<
  Record<'capacity' | 'layers' | 'next' | 'table' | 'sizes' | 'counts' | 'used' | 'result', number>
>;

/** One search at a time over the schemes with an exact deficit, in the order of their ranks. */
export class Search {
  readonly kernel: Kernel;
  readonly states: number;
  readonly directions: number;
  readonly firstCell: Int32Array;
  private readonly bobs: number;
  private readonly held: Reservation<SearchLayout>;
  private view: ReturnType<Reservation<SearchLayout>['views']>;
  private tails = 0;

  constructor(
    kernel: Kernel,
    shape: Pick<SearchShape, 'firstCell' | 'loss'>,
    widths: readonly number[],
    shifts: readonly number[],
    directions: readonly Table[],
    bobs: number,
  ) {
    const states = shape.firstCell.length - 1;
    const byState = (of: (table: Table) => readonly number[]) =>
      Array.from({ length: states + 1 }, (_, s) => directions.map((table) => of(table)[s] ?? 0)).flat();
    this.bobs = bobs;
    this.kernel = kernel;
    this.states = states;
    this.directions = directions.length;
    this.firstCell = shape.firstCell;
    this.held = kernel.reserve({
      firstCell: copyOf(shape.firstCell),
      loss: copyOf(shape.loss),
      width: copyOf(Float64Array.from(widths)),
      shift: copyOf(Int32Array.from(shifts)),
      value: copyOf(Uint32Array.from(directions, ({ held }) => held.value)),
      row: copyOf(Uint32Array.from(byState(({ rows }) => rows))),
      steps: copyOf(Int32Array.from(byState(({ steps }) => steps))),
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
      steps,
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
      steps + 4 * (state + 1) * this.directions,
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

  /** The whole of a small count (assembly/count.ts). */
  count({ capacity, layers, next, table, sizes, counts, used, result }: SmallCount): number {
    const { firstCell, loss, value, width, shift, row, steps } = this.held.at;
    return this.kernel.call.countSmall(
      this.states,
      this.directions,
      this.bobs,
      firstCell,
      loss,
      value,
      width,
      shift,
      row,
      steps,
      capacity,
      layers,
      next,
      table,
      sizes,
      counts,
      used,
      result,
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

  release(): void {
    this.held.release();
  }
}
