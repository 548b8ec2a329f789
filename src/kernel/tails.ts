/**
 * Completions of the last states for a search (assembly/tails.ts): made from the other end by a search over the same
 * states in the opposite order, with merged entries and its own pruning, as far as there is room.
 */
import type { Steps } from '../steps.ts';
import { f64, i32, type Kernel, type Reservation, type Section, u8 } from './instance.ts';
import type { Search } from './search.ts';

/** Bytes in all. */
const MOST_BYTES = 2 ** 27;
/** Extensions made, or entries ordered, in one call: some milliseconds. */
const SLICE = 2 ** 15;
/** depth, count, entries, nodes, deficit: see assembly/tails.ts. */
const BLOCK_BYTES = 24;

type TailsLayout = Record<'block', Section<Uint8Array>> &
  Record<'even' | 'odd' | 'nodes' | 'scale', Section<Float64Array>> &
  Record<'next' | 'table', Section<Int32Array>>;

export class Tails {
  private readonly kernel: Kernel;
  private readonly size: number;
  private readonly room: number;
  private readonly held: Reservation<TailsLayout>;

  /** Room for entries of a committee of `bobs`, at most `most`. Release it. */
  constructor(kernel: Kernel, bobs: number, most: number) {
    this.kernel = kernel;
    this.size = 1 + bobs;
    this.room = Math.min(most, 2 ** Math.floor(Math.log2(MOST_BYTES / (24 * this.size + 20))));
    this.held = kernel.reserve({
      block: u8(BLOCK_BYTES),
      even: f64((this.room + 1) * this.size),
      odd: f64((this.room + 1) * this.size),
      nodes: f64(kernel.call.tailsNodes(this.room) * (this.size + 1)),
      scale: f64(this.size),
      next: i32(this.room),
      table: i32(2 * this.room + 2),
    });
  }

  /** Address of the block for the search. */
  get address(): number {
    return this.held.at.block;
  }

  /**
   * Makes the completions of one level.
   * @param backward a search over the states in the opposite order, of the Bobs alone
   */
  *make(backward: Search, deficit: number, thresholds: readonly number[]): Steps<void> {
    const { firstCell, states } = backward;
    const { even, odd, next, table } = this.held.at;
    let [from, into] = [even, odd];
    let count = 1;
    this.held.views().even.set([deficit, ...thresholds]);
    let state = 0;
    for (; state + 1 < states && count > 0; state++) {
      const policies = firstCell[state + 1]! - firstCell[state]!;
      if (count * policies > this.room) break;
      const slots = 2 ** Math.ceil(Math.log2(2 * count * policies));
      this.kernel.call.countClear(table, slots);
      let made = 0;
      for (let begin = 0; begin < count; begin += SLICE) {
        const end = Math.min(count, begin + SLICE);
        made = backward.extend(state, { from, begin, end, next, into, count: made, table, slots });
        yield;
      }
      [from, into] = [into, from];
      count = made;
    }
    yield* this.order(from, count, [deficit, ...thresholds]);
    const block = new DataView(this.kernel.call.memory.buffer, this.address, BLOCK_BYTES);
    block.setInt32(0, states - state, true);
    block.setInt32(4, count, true);
    block.setUint32(8, from, true);
    block.setUint32(12, this.held.at.nodes, true);
    block.setFloat64(16, deficit, true);
  }

  /** Puts the entries in the order of the tree, whose nodes it makes. */
  private *order(entries: number, count: number, units: readonly number[]): Steps<void> {
    const { nodes, scale } = this.held.at;
    this.held.views().scale.set(units.map((unit) => Math.max(1, unit)));
    const waiting: [node: number, begin: number, end: number][] = count > 0 ? [[0, 0, count]] : [];
    let passed = 0;
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [node, begin, end] = next;
      const middle = this.kernel.call.tailsNode(entries, begin, end, this.size - 1, nodes, node, scale);
      if (middle >= 0) waiting.push([2 * node + 1, begin, middle], [2 * node + 2, middle, end]);
      passed += end - begin;
      if (passed < SLICE) continue;
      passed = 0;
      yield;
    }
  }

  release(): void {
    this.held.release();
  }
}
