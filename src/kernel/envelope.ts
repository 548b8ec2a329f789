/**
 * The concave envelope of a direction over deficits (assembly/envelope.ts): an upper bound on the largest total at every
 * deficit, whose corners are schemes.
 */
import { copyOf, f64, i32, type Kernel, u8 } from './instance.ts';

export interface Envelope {
  /** Corners: `deficit` rises, `value` rises, slopes fall. All are totals of schemes. */
  readonly deficit: Float64Array;
  readonly value: Float64Array;
  /** The cell that each corner puts in place of `from`, from the second corner on (index 1 …). */
  readonly to: Int32Array;
  readonly from: Int32Array;
  /** By state, the cell at the first corner: loss 0 and the largest value among those. */
  readonly start: Int32Array;
}

/** Addresses of a direction's cells and of room for its corners. */
interface EnvelopeAt {
  readonly states: number;
  readonly firstCell: number;
  readonly loss: number;
  readonly value: number;
  readonly deficit: number;
  readonly total: number;
}

/** What the kernel writes or needs beside the corners; at most `edges` of them after the first. */
export const envelopeScratch = (kernel: Kernel, states: number, edges: number) => ({
  to: i32(edges + 1),
  from: i32(edges + 1),
  start: i32(states),
  work: u8(kernel.call.envelopeWorkBytes(edges)),
});

type Scratch = Readonly<Record<keyof ReturnType<typeof envelopeScratch>, number>>;

/** @returns the number of corners */
export function callEnvelope(kernel: Kernel, at: EnvelopeAt, { to, from, start, work }: Scratch): number {
  const { states, firstCell, loss, value, deficit, total } = at;
  return kernel.call.envelope(states, firstCell, loss, value, deficit, total, to, from, start, work);
}

/**
 * @param firstCell first cell of each state; one more entry, the number of cells
 * @param loss by cell: the deficit that it adds
 * @param value by cell: what the direction gains, whole numbers with totals below 2^53
 * Cost: O(cells · policies + edges · log edges).
 */
export function envelope(
  kernel: Kernel,
  firstCell: ArrayLike<number>,
  loss: Float64Array,
  value: Float64Array,
): Envelope {
  const states = firstCell.length - 1;
  const edges = loss.length - states;
  const layout = {
    firstCell: copyOf(new Int32Array(firstCell)),
    loss: copyOf(loss),
    value: copyOf(value),
    deficit: f64(edges + 1),
    total: f64(edges + 1),
    ...envelopeScratch(kernel, states, edges),
  };
  return kernel.use(layout, (at, view) => {
    const corners = callEnvelope(kernel, { ...at, states }, at);
    return {
      deficit: view.deficit.slice(0, corners),
      value: view.total.slice(0, corners),
      to: view.to.slice(0, corners),
      from: view.from.slice(0, corners),
      start: view.start.slice(),
    };
  });
}

/** Number of corners with deficit < d (or <= d where `inclusive`). */
export function cornersBelow(
  { deficit }: { readonly deficit: ArrayLike<number> },
  d: number,
  inclusive = false,
): number {
  let low = 0;
  let high = deficit.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (deficit[middle]! < d || (inclusive && deficit[middle] === d)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The envelope at deficit d >= 0, up to rounding: at least the total of every scheme with a deficit of at most d. */
export function envelopeAt(line: Pick<Envelope, 'deficit' | 'value'>, d: number): number {
  const after = cornersBelow(line, d, true);
  const { deficit, value } = line;
  if (after === deficit.length) return value[after - 1]!;
  const share = (d - deficit[after - 1]!) / (deficit[after]! - deficit[after - 1]!);
  return value[after - 1]! + share * (value[after]! - value[after - 1]!);
}

/** Compares rise/run of two edges exactly; runs above 0, rises at least 0, all whole numbers up to 2^53. */
export function compareSlopes(
  a: { readonly loss: number; readonly value: number },
  b: { readonly loss: number; readonly value: number },
): number {
  const difference = a.value / a.loss - b.value / b.loss;
  // Division rounds correctly: unequal quotients are in the right order.
  return difference !== 0 ? difference : Number(BigInt(a.value) * BigInt(b.loss) - BigInt(b.value) * BigInt(a.loss));
}
