/**
 * Suffix tables by budget: for every suffix of states and every budget of deficit left, an upper bound on the total in
 * some direction of the choices whose deficit fits. They prune the depth-first search of assembly/search.ts over
 * schemes with a deficit of at most D. Budgets are counted in steps of a power of two, deficits of single cells
 * rounded down to them, so that bounds stay bounds and tables stay small however fine the totals are.
 */
import { copyOf, f64, type Kernel } from './instance.ts';
import { Levels } from './levels.ts';
import { Search } from './search.ts';
import { Table } from './tables.ts';

/** Steps that the largest budget is divided into, at most: finer tables would hardly prune more. */
const MOST_STEPS = 2 ** 13;

export interface BudgetShape {
  /** First cell of each state; one more entry, the number of cells. */
  readonly firstCell: Int32Array;
  /** By cell: the deficit that it adds, a whole number; 0 for some cell of every state. */
  readonly loss: Float64Array;
  /** Larger budgets are never asked for; below 2^31. */
  readonly reach: number;
  /** Bytes that one direction's table may take; fewer steps then. */
  readonly tableBytes: number;
}

/** Something that adds up over states, with its tables. Release it. */
export class BudgetDirection {
  /** Owned by the searches that use it. */
  readonly table: Table;
  private readonly root: Float64Array;
  private readonly shift: number;

  constructor(table: Table, root: Float64Array, shift: number) {
    this.table = table;
    this.root = root;
    this.shift = shift;
  }

  /** No scheme with a deficit of at most `budget` has a larger total. */
  atMost(budget: number): number {
    return this.root[Math.min(budget >> this.shift, this.root.length - 1)]!;
  }

  release(): void {
    this.table.release();
  }
}

export class BudgetSpace {
  readonly shape: BudgetShape;
  private readonly kernel: Kernel;
  private readonly shift: number;
  /** Entries of a row. */
  private readonly width: number;
  /** By cell: its deficit in whole steps, rounded down. */
  private readonly steps: Float64Array;

  constructor(kernel: Kernel, shape: BudgetShape) {
    this.kernel = kernel;
    this.shape = shape;
    let shift = 0;
    const steps = Math.min(MOST_STEPS, Math.floor(shape.tableBytes / 8 / shape.firstCell.length));
    while (shift < 30 && shape.reach >> shift >= steps) shift++;
    this.shift = shift;
    this.width = (shape.reach >> shift) + 1;
    this.steps = shape.loss.map((loss) => Math.floor(loss / 2 ** shift));
  }

  /** Builds the tables of one direction; `value` holds a whole number >= 0 a cell, totals below 2^53. */
  direction(value: Float64Array): BudgetDirection {
    const { kernel, width, steps } = this;
    const { firstCell } = this.shape;
    const states = firstCell.length - 1;
    const held = kernel.reserve({ value: copyOf(value), rows: f64((states + 1) * width) });
    const rows = Array.from({ length: states + 1 }, (_, s) => (held.at.rows + 8 * s * width) >>> 0);
    try {
      kernel.use({ steps: copyOf(steps) }, (at) => {
        held.views().rows.fill(0, states * width);
        for (let s = states - 1; s >= 0; s--) {
          const first = firstCell[s]!;
          const [losses, values] = [at.steps + 8 * first, held.at.value + 8 * first];
          kernel.call.levelsStep(rows[s]!, width, rows[s + 1]!, width, losses, values, firstCell[s + 1]! - first);
        }
      });
      const root = held.views().rows.slice(0, width);
      return new BudgetDirection(
        new Table(new Levels(null, root), { value: held.at.value, release: held.release }, rows),
        root,
        this.shift,
      );
    } catch (error) {
      held.release();
      throw error;
    }
  }

  /** A search over schemes with a deficit of at most what `begin` is given; directions must outlive it. */
  open(directions: readonly BudgetDirection[]): Search {
    const { firstCell, reach } = this.shape;
    const widths = Array.from(firstCell, () => reach + 1);
    const shifts = Array.from(firstCell, () => this.shift);
    return new Search(
      this.kernel,
      this.shape,
      widths,
      shifts,
      directions.map(({ table }) => table),
      0,
    );
  }
}
