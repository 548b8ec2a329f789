/** Counts whose layers stay small, as most do, in one call of the kernel (`countSmall` in assembly/count.ts). */
import { f64, i32, type Kernel, type Reservation, type Section, u8 } from './instance.ts';
import type { Search } from './search.ts';
import { Status } from './status.ts';

/** Bytes of the layers, and extensions of one of them: a few ms in all. */
const MOST_BYTES = 2 ** 23;
const MOST_EXTENSIONS = 2 ** 10;

type Buffers = Reservation<
  Record<'layers' | 'counts' | 'result', Section<Float64Array>> &
    Record<'next' | 'table' | 'sizes', Section<Int32Array>> & { readonly used: Section<Uint8Array> }
>;

/** How much may be done: extensions of entries, at least 512 a state and chunk. */
export interface Work {
  left: number;
}

/** What a step costs beside its extensions, in extensions. */
export const STEP = 512;

/** Counts on the tables of a search, which must outlive it. Release it. */
export class SmallCounter {
  private readonly kernel: Kernel;
  private readonly search: Search;
  /** Extensions that a state may have. */
  private readonly capacity: number;
  private held: Buffers | undefined;
  private view: ReturnType<Buffers['views']> | undefined;

  constructor(search: Search, mostBytes: number) {
    this.kernel = search.kernel;
    this.search = search;
    const bytes = Math.min(MOST_BYTES, mostBytes) / (search.states + 1);
    this.capacity = Math.min(MOST_EXTENSIONS, Math.floor(bytes / (8 * this.size + 4)) - 1);
  }

  private get size(): number {
    return 1 + this.search.directions;
  }

  /**
   * @param use called with the cells of every scheme counted
   * @returns null where `work` ran out; undefined, with nothing done, where it is not small
   */
  count(
    deficit: number,
    thresholds: readonly number[],
    work: Work,
    use: (cell: number) => void,
  ): bigint | null | undefined {
    const { capacity } = this;
    if (capacity < 1) return undefined;
    const { at } = this.reserve();
    const { layers, used, result } = this.views;
    layers[0] = deficit;
    layers.set(thresholds, 1);
    used.fill(0);
    result.set([STEP, work.left]);
    const status = this.search.count({ ...at, capacity });
    if (status === Status.full) return undefined;
    work.left = result[1]!;
    if (status === Status.paused) return null;
    used.forEach((one, cell) => {
      if (one) use(cell);
    });
    return BigInt(result[0]!);
  }

  private reserve(): Buffers {
    const { states, firstCell } = this.search;
    this.held ??= this.kernel.reserve({
      layers: f64((states + 1) * (this.capacity + 1) * this.size),
      next: i32(states * this.capacity),
      table: i32(4 * this.capacity + 4),
      sizes: i32(states + 1),
      counts: f64(2 * (this.capacity + 1)),
      used: u8(firstCell.at(-1)!),
      result: f64(2),
    });
    return this.held;
  }

  private get views() {
    // Growth of the memory detaches views: their length becomes 0.
    if (!this.view?.result.length) this.view = this.reserve().views();
    return this.view;
  }

  release(): void {
    this.held?.release();
    this.held = undefined;
    this.view = undefined;
  }
}
