/** Suffix tables of directions, in the kernel's memory (assembly/levels.ts, assembly/staircase.ts): their shape and size. */
import type { Levels } from './levels.ts';

export interface SearchShape {
  /** First cell of each state; one more entry, the number of cells. */
  readonly firstCell: Int32Array;
  /** By cell: the deficit that it adds, a whole number; 0 for some cell of every state. */
  readonly loss: Float64Array;
  /** Deficits above this are never asked for. */
  readonly reach: number;
  /** Bytes that one direction's table may take. */
  readonly tableBytes: number;
  /** Whether tables are staircases in place of a row a deficit; default: by size. */
  readonly stairs?: boolean | undefined;
}

/** Bytes of one direction's table without coarsening: what `SearchShape.tableBytes` is to be compared with. */
export function tableBytes({ firstCell, loss, reach }: Pick<SearchShape, 'firstCell' | 'loss' | 'reach'>): number {
  return 8 * widthsOf(firstCell, loss, reach).reduce((sum, width) => sum + width, 0);
}

/** By state: entries of its row. */
export function widthsOf(firstCell: Int32Array, loss: Float64Array, reach: number): number[] {
  const states = firstCell.length - 1;
  const width = new Array<number>(states + 1).fill(1);
  for (let s = states - 1, most = 0; s >= 0; s--) {
    let largest = 0;
    for (let cell = firstCell[s]!; cell < firstCell[s + 1]!; cell++) largest = Math.max(largest, loss[cell]!);
    most += largest;
    width[s] = Math.min(reach, most) + 1;
  }
  return width;
}

/** Something that adds up over states, with its suffix tables. */
export interface Direction {
  readonly levels: Levels;
  release(): void;
}

/** What a table keeps reserved. */
export interface TableMemory {
  /** Address of what each cell adds. */
  readonly value: number;
  release(): void;
}

/** A direction's tables in the kernel's memory. */
export class Table implements Direction {
  readonly levels: Levels;
  readonly held: TableMemory;
  /** Address of the row of each state. */
  readonly rows: readonly number[];
  /** Length of the staircase of each state, negative where steps were merged; empty where rows are by deficit. */
  readonly steps: readonly number[];

  constructor(levels: Levels, held: TableMemory, rows: readonly number[], steps: readonly number[] = []) {
    this.levels = levels;
    this.held = held;
    this.rows = rows;
    this.steps = steps;
  }

  release(): void {
    this.held.release();
  }
}
