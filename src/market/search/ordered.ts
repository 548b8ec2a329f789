/** A committee's market with its states in some order: rows by cell, and the tables of its Bobs. */
import type { Kernel } from '../../kernel/instance.ts';
import { Relaxation } from '../../kernel/relaxation.ts';
import { SearchSpace } from '../../kernel/space.ts';
import type { Direction } from '../../kernel/tables.ts';
import type { Steps } from '../../steps.ts';
import type { CommitteeLevels } from './levels.ts';
import { TABLE_BYTES } from './session.ts';

export class Ordered {
  readonly firstCell: Int32Array;
  readonly loss: Float64Array;
  /** One row a Bob of the committee. */
  readonly gains: readonly Float64Array[];
  /** The largest total of each. */
  readonly most: readonly number[];
  readonly space: SearchSpace;
  readonly bobs: Direction[] = [];
  private readonly kernel: Kernel;
  private relaxed: Relaxation | undefined;

  private constructor({ session, players }: CommitteeLevels, order: readonly number[], reach: number) {
    const { kernel, market, loss } = session;
    const { firstCell } = market;
    const starts = [0];
    const cells: number[] = [];
    for (const s of order) {
      for (let cell = firstCell[s]!; cell < firstCell[s + 1]!; cell++) cells.push(cell);
      starts.push(cells.length);
    }
    const moved = (row: Float64Array) => Float64Array.from(cells, (cell) => row[cell]!);
    this.firstCell = Int32Array.from(starts);
    this.loss = moved(loss);
    this.gains = players.map((player) => moved(market.gains[player]!));
    this.most = players.map((player) => market.most[player]!);
    this.kernel = kernel;
    this.space = new SearchSpace(kernel, {
      firstCell: this.firstCell,
      loss: this.loss,
      reach,
      tableBytes: TABLE_BYTES,
    });
  }

  /**
   * Makes the tables. Release it.
   * @param order state numbers
   * @param reach the largest deficit that will be asked for
   */
  static *open(levels: CommitteeLevels, order: readonly number[], reach: number): Steps<Ordered> {
    const made = new Ordered(levels, order, reach);
    let ready = false;
    try {
      for (const row of made.gains) made.bobs.push(yield* made.space.build(row));
      ready = true;
      return made;
    } finally {
      if (!ready) made.release();
    }
  }

  /** Linear relaxations of the committee's Bobs, numbered from 0. */
  get relaxation(): Relaxation {
    this.relaxed ??= new Relaxation(this.kernel, this);
    return this.relaxed;
  }

  release(): void {
    this.relaxed?.release();
    this.relaxed = undefined;
    for (const direction of this.bobs) direction.release();
  }
}
