/**
 * The number of schemes with a deficit and thresholds, and the cells that they use (assembly/count.ts): forward over the
 * states with merged entries, backward to count. Layers that grow too large are taken in chunks, one after the other,
 * so that memory is bounded; in the limit this is depth-first search. Where all layers are small, the kernel does it alone.
 */
import type { Steps } from '../steps.ts';
import { f64, i32, type Kernel, type Reservation, type Section } from './instance.ts';
import type { Search } from './search.ts';
import { SmallCounter, STEP, type Work } from './small-count.ts';

/** Extensions of a layer's entries that are in memory at once. */
const MOST_EXTENSIONS = 2 ** 20;
/** Extensions made in one call: some milliseconds. */
const SLICE = 2 ** 15;
/** Bytes of all layers together. */
const MOST_BYTES = 2 ** 28;

/** By entry: the number of its completions. */
type Counts = Float64Array | bigint[];

/** The entries that agree in their number of states, and how far they are counted. */
interface Layer {
  readonly state: number;
  readonly count: number;
  /** Empty once all are extended. */
  entries: Float64Array;
  /** The chunk that is being counted: its entries' extensions among the next layer's. */
  begin: number;
  end: number;
  next: Int32Array;
  total: Counts;
}

type Buffers = Reservation<
  Record<'from' | 'into', Section<Float64Array>> & Record<'next' | 'table', Section<Int32Array>>
>;

/** Counts on the tables of a search, which must outlive it. Release it. */
export class SchemeCounter {
  private readonly kernel: Kernel;
  private readonly search: Search;
  private readonly size: number;
  private readonly mostBytes: number;
  private readonly small: SmallCounter;
  private held: Buffers | undefined;
  private view: ReturnType<Buffers['views']> | undefined;
  /** Extensions for which there is room in `held`. */
  private room = 0;
  private bytes = 0;

  /** @param mostBytes of all layers together; with less there is more work */
  constructor(search: Search, mostBytes = MOST_BYTES) {
    this.kernel = search.kernel;
    this.search = search;
    this.mostBytes = mostBytes;
    this.size = 1 + search.directions;
    this.small = new SmallCounter(search, mostBytes);
  }

  /**
   * @param use called with the cells of every scheme counted
   * @returns null where `work` ran out
   */
  *count(
    deficit: number,
    thresholds: readonly number[],
    work: Work,
    use: (cell: number) => void,
  ): Steps<bigint | null> {
    const small = this.small.count(deficit, thresholds, work, use);
    if (small !== undefined) return small;
    const { states } = this.search;
    const layers = [layer(0, Float64Array.of(deficit, ...thresholds), 1)];
    this.bytes = bytesOf(layers[0]!);
    for (;;) {
      const top = layers.at(-1)!;
      if (top.state < states && top.begin < top.count) {
        const made = yield* this.extend(top, work);
        if (!made) return null;
        layers.push(made);
        continue;
      }
      layers.pop();
      this.bytes -= bytesOf(top);
      const counts = top.state === states ? new Float64Array(top.count).fill(1) : top.total;
      const before = layers.at(-1);
      if (!before) return BigInt(counts[0]!);
      this.add(before, counts, use);
    }
  }

  /** Extends the next chunk of a layer. */
  private *extend(top: Layer, work: Work): Steps<Layer | null> {
    const { firstCell } = this.search;
    const { size } = this;
    const policies = firstCell[top.state + 1]! - firstCell[top.state]!;
    // Each layer takes at most half of what is left.
    const each = 8 * size + policies * (8 * size + 4) + 8;
    const fit = Math.floor(Math.min((this.mostBytes - this.bytes) / (2 * each), MOST_EXTENSIONS / policies));
    const chunk = Math.min(top.count - top.begin, Math.max(1, fit));
    const slots = 2 ** Math.ceil(Math.log2(2 * chunk * policies + 2));
    const held = this.reserve(chunk * policies);
    this.views.from.set(top.entries.subarray(top.begin * size, (top.begin + chunk) * size));
    this.kernel.call.countClear(held.at.table, slots);
    let count = 0;
    const slice = Math.max(1, Math.floor(SLICE / policies));
    work.left -= STEP;
    for (let begin = 0; begin < chunk; begin += slice) {
      const end = Math.min(chunk, begin + slice);
      work.left -= (end - begin) * policies;
      if (work.left < 0) return null;
      count = this.search.extend(top.state, { ...held.at, begin, end, count, slots });
      yield;
    }
    const { next, into } = this.views;
    this.bytes -= bytesOf(top);
    top.end = top.begin + chunk;
    top.next = next.slice(0, chunk * policies);
    if (chunk === top.count) top.entries = new Float64Array(0);
    const made = layer(top.state + 1, into.slice(0, count * size), count);
    this.bytes += bytesOf(top) + bytesOf(made);
    return made;
  }

  /** Adds the completions of the next layer's entries to those of a layer's current chunk. */
  private add(to: Layer, counts: Counts, use: (cell: number) => void): void {
    const { firstCell } = this.search;
    const cell = firstCell[to.state]!;
    const policies = firstCell[to.state + 1]! - cell;
    const used = new Uint8Array(policies);
    for (let entry = to.begin, at = 0; entry < to.end; entry++)
      for (let p = 0; p < policies; p++, at++) {
        const next = to.next[at]!;
        if (next < 0 || !counts[next]) continue;
        used[p] = 1;
        if (typeof counts[next] === 'number' && to.total instanceof Float64Array) {
          const sum = to.total[entry]! + counts[next];
          if (sum <= Number.MAX_SAFE_INTEGER) {
            to.total[entry] = sum;
            continue;
          }
        }
        if (to.total instanceof Float64Array) to.total = Array.from(to.total, BigInt);
        to.total[entry]! += BigInt(counts[next]);
      }
    used.forEach((one, p) => {
      if (one) use(cell + p);
    });
    this.bytes -= bytesOf(to);
    to.begin = to.end;
    to.next = new Int32Array(0);
    this.bytes += bytesOf(to);
  }

  private reserve(extensions: number): Buffers {
    if (!this.held || extensions > this.room) {
      this.releaseLayers();
      this.room = Math.max(SLICE, 2 ** Math.ceil(Math.log2(extensions)));
      this.held = this.kernel.reserve({
        from: f64((this.room + 1) * this.size),
        into: f64((this.room + 1) * this.size),
        next: i32(this.room),
        table: i32(4 * this.room + 4),
      });
    }
    return this.held;
  }

  private get views() {
    // Growth of the memory detaches views: their length becomes 0.
    if (!this.view?.next.length) this.view = this.held!.views();
    return this.view;
  }

  release(): void {
    this.small.release();
    this.releaseLayers();
  }

  private releaseLayers(): void {
    this.held?.release();
    this.held = undefined;
    this.view = undefined;
  }
}

function layer(state: number, entries: Float64Array, count: number): Layer {
  const total = new Float64Array(count);
  return { state, count, entries, begin: 0, end: 0, next: new Int32Array(0), total };
}

function bytesOf({ entries, next, total }: Layer): number {
  return entries.byteLength + next.byteLength + 8 * total.length;
}
