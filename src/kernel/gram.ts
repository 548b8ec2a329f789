/** Gram matrices of the folds' rows, a panel of columns at a time: the task `gram`. */
import { f64, type Kernel, type Reservation } from './instance.ts';
import type { Task } from './tasks.ts';

/** Rows go through the kernel in blocks of this many: a packed group of four columns is then 2 KiB. */
const BLOCK_ROWS = 64;

/** Score rows: Bobs first, then targets, row-major in chunks of `chunkRows` rows (on SharedArrayBuffers to be posted). */
export interface GramShared {
  readonly chunks: readonly Float64Array[];
  readonly chunkRows: number;
  readonly columns: number;
  readonly bobs: number;
  /** Row numbers by fold, ascending within each; fold f has those from `start[f]` to `start[f + 1]`. */
  readonly rows: Int32Array;
  readonly start: Int32Array;
  /** Result, by fold: stride·stride numbers, right on and above the diagonal of the 4×4 tiles that matter. */
  readonly gram: Float64Array;
}

/** Rows `first` … `last` - 1 (multiples of 4) of one fold's Gram matrix; each part writes its own place in `gram`. */
export interface GramPart {
  readonly fold: number;
  readonly first: number;
  readonly last: number;
}

type Layout = { rows: ReturnType<typeof f64>; packed: ReturnType<typeof f64>; panel: ReturnType<typeof f64> };
export interface GramState {
  readonly shared: GramShared;
  readonly stride: number;
  readonly held: Reservation<Layout>;
}

/** Columns are padded to a multiple of 4. */
export const gramStride = (columns: number) => (columns + 3) & ~3;
/** Columns of one panel: a part then takes tens of milliseconds for ten thousand rows of a thousand columns. */
export const PANEL = 64;

export const gramTask: Task<GramShared, GramState, GramPart, null> = {
  prepare(kernel, shared) {
    const stride = gramStride(shared.columns);
    const held = kernel.reserve({
      rows: f64(BLOCK_ROWS * stride),
      packed: f64(BLOCK_ROWS * stride),
      panel: f64(Math.min(PANEL, stride) * stride),
    });
    held.views().rows.fill(0);
    return { shared, stride, held };
  },

  run(kernel, { shared, stride, held }, { fold, first, last }) {
    const { chunks, chunkRows, columns, bobs, rows, start } = shared;
    const { at } = held;
    const view = held.views();
    view.panel.fill(0);
    const end = start[fold + 1]!;
    for (let row = start[fold]!; row < end; row += BLOCK_ROWS) {
      const count = Math.min(BLOCK_ROWS, end - row);
      for (let i = 0; i < count; i++) {
        const source = rows[row + i]!;
        const from = (source % chunkRows) * columns;
        const chunk = chunks[Math.floor(source / chunkRows)]!;
        view.rows.set(chunk.subarray(from + first, from + columns), i * stride + first);
      }
      kernel.call.gramPack(at.rows, count, stride, first, at.packed);
      kernel.call.gramPanel(at.packed, count, stride, first, last, bobs, at.panel);
    }
    shared.gram.set(view.panel.subarray(0, (last - first) * stride), (fold * stride + first) * stride);
    return null;
  },

  dispose(_kernel: Kernel, { held }) {
    held.release();
  },
  local: true,
};
