/**
 * A direction's staircases (assembly/staircase.ts), row by row from the last state. Memory is bounded: rows that would
 * not fit keep fewer steps, each an upper bound for the deficits of several, which costs pruning and never an answer.
 */
import type { Steps } from '../steps.ts';
import { copyOf, f64, i32, type Kernel, type Reservation, type Section } from './instance.ts';
import { ENTRY_BYTES, Levels } from './levels.ts';
import { Status } from './status.ts';
import { type SearchShape, Table, widthsOf } from './tables.ts';

/** Rows up to this many steps are never coarsened: deep in the search exact bounds matter most. */
const ALWAYS_EXACT = 8;
/** A direction that only bounds goes on from rows of at most this many steps: building stays a matter of ms a state. */
const MOST_BOUNDING = 2 ** 18;
/** Comparisons in one call: a few ms. */
const SLICE = 2 ** 19;

/** What a direction's staircases may take. */
export interface StaircaseLimits {
  /** Deficits above this are never asked for. */
  readonly reach: number;
  /** Bytes of all rows together. */
  readonly rowBytes: number;
  /** Where the staircase of whole schemes must be exact: steps that a row at work may have. Undefined where bounds do. */
  readonly exactSteps?: number | undefined;
}

type KeptLayout = { row: Section<Float64Array> };
type ScratchLayout = Record<'first' | 'second' | 'third' | 'empty', Section<Float64Array>> & {
  place: Section<Int32Array>;
};
type Cells = Pick<SearchShape, 'firstCell' | 'loss'>;

interface Cell {
  readonly loss: number;
  readonly value: number;
}

/** By state: its cells that no other cell of the state beats, losses rising. The others are on no staircase. */
function unbeatenCells({ firstCell, loss }: Cells, value: Float64Array): Cell[][] {
  return Array.from({ length: firstCell.length - 1 }, (_, s) => {
    const cells = Array.from({ length: firstCell[s + 1]! - firstCell[s]! }, (_, p) => ({
      loss: loss[firstCell[s]! + p]!,
      value: value[firstCell[s]! + p]!,
    }));
    cells.sort((a, b) => a.loss - b.loss || b.value - a.value);
    const kept: Cell[] = [];
    for (const cell of cells) {
      const last = kept.at(-1);
      if (!last || (cell.loss > last.loss && cell.value >= last.value)) kept.push(cell);
    }
    return kept;
  });
}

/** By state: the staircase of the states from there on has no more steps than this. Nothing is built for it. */
export function mostSteps(shape: Cells, value: Float64Array, reach: number): number[] {
  const cells = unbeatenCells(shape, value);
  const widths = widthsOf(shape.firstCell, shape.loss, reach);
  const most = widths.map(() => 1);
  for (let s = cells.length - 1, schemes = 1; s >= 0; s--) {
    schemes *= cells[s]!.length;
    most[s] = Math.min(schemes, widths[s]!);
  }
  return most;
}

/** Addresses of a row's deficits and values. */
interface Row {
  readonly deficits: number;
  readonly values: number;
}

/** Puts one state after another in front. */
export class StaircaseBuilder {
  private readonly kernel: Kernel;
  private readonly cells: readonly (readonly Cell[])[];
  private readonly value: Float64Array;
  private readonly limits: StaircaseLimits;
  /** Steps of a row at work. */
  private readonly capacity: number;
  /** Whether the row at work has steps that were merged. */
  private merged = false;

  constructor(kernel: Kernel, shape: Cells, value: Float64Array, limits: StaircaseLimits) {
    const most = mostSteps(shape, value, limits.reach).reduce((a, b) => Math.max(a, b));
    this.kernel = kernel;
    this.cells = unbeatenCells(shape, value);
    this.value = value;
    this.limits = limits;
    // Where bounds do, two rows must fit before their union is coarsened.
    this.capacity = Math.min(most, limits.exactSteps ?? 2 * MOST_BOUNDING);
  }

  /** @returns null where the staircase must be exact and a row has more than `exactSteps` steps */
  *build(): Steps<Table | null> {
    const row = f64(2 * (this.capacity + 1));
    const scratch = this.kernel.reserve({ first: row, second: row, third: row, empty: f64(1), place: i32(3) });
    const kept: Reservation<KeptLayout>[] = [];
    let made: Table | null = null;
    try {
      made = yield* this.rows(scratch, kept);
      return made;
    } finally {
      scratch.release();
      if (!made) for (const one of kept) one.release();
    }
  }

  private *rows({ at, views }: Reservation<ScratchLayout>, kept: Reservation<KeptLayout>[]): Steps<Table | null> {
    const value = this.kernel.reserve({ row: copyOf(this.value) });
    kept.push(value);
    const free = [at.first, at.second, at.third].map((deficits) => ({
      deficits,
      values: deficits + 8 * (this.capacity + 1),
    }));
    let row = free[0]!;
    let count = 1;
    views().first.set([0, Number.POSITIVE_INFINITY]);
    views().first[this.capacity + 1] = 0;
    views().empty[0] = Number.POSITIVE_INFINITY;
    const states = this.cells.length;
    const [addresses, steps] = [new Array<number>(states + 1).fill(0), new Array<number>(states + 1).fill(0)];
    let left = Math.floor(this.limits.rowBytes / ENTRY_BYTES);
    for (let s = states; ; s--) {
      if (s < states) {
        const others = free.filter((one) => one !== row);
        const made = yield* this.inFront(row, this.cells[s]!, others, at);
        if (!made) return null;
        [row, count] = [made.row, made.count];
      }
      // Nothing looks up whole schemes by what is left.
      if (s === 0) break;
      const group = Math.ceil(count / Math.max(ALWAYS_EXACT, Math.floor(left / s)));
      const size = Math.ceil(count / group);
      const held = this.kernel.reserve({ row: f64(2 * size) });
      kept.push(held);
      this.coarsen(row, count, group, { deficits: held.at.row, values: held.at.row + 8 * size });
      addresses[s] = held.at.row >>> 0;
      steps[s] = group > 1 || this.merged ? -size : size;
      left -= size;
      yield;
    }
    const { buffer } = this.kernel.call.memory;
    const [deficits, values] = [row.deficits, row.values].map((from) => new Float64Array(buffer, from, count).slice());
    const release = () => {
      for (const one of kept) one.release();
    };
    return new Table(new Levels(deficits!, values!, this.merged), { value: value.at.row, release }, addresses, steps);
  }

  /** One state in front of a row. @returns null where the result must be exact and has too many steps */
  private *inFront(
    behind: Row,
    cells: readonly Cell[],
    others: readonly Row[],
    { empty, place }: Reservation<ScratchLayout>['at'],
  ): Steps<{ row: Row; count: number } | null> {
    const nothing = { deficits: empty, values: empty };
    let [row, moved, count] = [behind, cells[0]!, 0];
    for (let p = 1; p < Math.max(2, cells.length); p++) {
      const into = others[p % 2]!;
      const cell = cells[p];
      const made = yield* this.merge(row, moved, cell ? behind : nothing, cell ?? STILL, into, place);
      if (made === null) return null;
      [row, moved, count] = [into, STILL, made];
    }
    return { row, count };
  }

  /** @returns the number of steps of `out`, or null as `inFront` */
  private *merge(a: Row, aCell: Cell, b: Row, bCell: Cell, out: Row, place: number): Steps<number | null> {
    const done = () => new Int32Array(this.kernel.call.memory.buffer, place, 3);
    done().fill(0);
    for (;;) {
      const status = this.kernel.call.staircaseMerge(
        a.deficits,
        a.values,
        aCell.loss,
        aCell.value,
        b.deficits,
        b.values,
        bCell.loss,
        bCell.value,
        this.limits.reach,
        out.deficits,
        out.values,
        this.capacity,
        place,
        SLICE,
      );
      if (status === Status.full) return null;
      if (status === Status.ok) break;
      yield;
    }
    const count = done()[2]!;
    if (this.limits.exactSteps !== undefined || count <= MOST_BOUNDING) return count;
    const group = Math.ceil(count / MOST_BOUNDING);
    const size = Math.ceil(count / group);
    this.coarsen(out, count, group, out);
    new Float64Array(this.kernel.call.memory.buffer, out.deficits, size + 1)[size] = Number.POSITIVE_INFINITY;
    this.merged = true;
    return size;
  }

  private coarsen(from: Row, count: number, group: number, into: Row): void {
    this.kernel.call.staircaseCoarsen(from.deficits, from.values, count, group, into.deficits, into.values);
  }
}

const STILL: Cell = { loss: 0, value: 0 };
