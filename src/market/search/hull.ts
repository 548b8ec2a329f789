/**
 * The concave envelope of a direction over deficits: an upper bound on the largest total at every deficit, whose
 * corners are schemes. Each state contributes the upper hull of its (loss, value) points; merging their edges by slope
 * gives the envelope of the whole market (the linear relaxation of a knapsack with one choice a state).
 */

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

/** Edges of the states' hulls, by number in the order of the states. */
class Edges {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly loss: Float64Array;
  readonly value: Float64Array;
  count = 0;

  constructor(most: number) {
    this.from = new Int32Array(most);
    this.to = new Int32Array(most);
    this.loss = new Float64Array(most);
    this.value = new Float64Array(most);
  }

  add(from: number, to: number, loss: number, value: number): void {
    this.from[this.count] = from;
    this.to[this.count] = to;
    this.loss[this.count] = loss;
    this.value[this.count] = value;
    this.count++;
  }

  private compare(a: number, b: number): number {
    return compareRatios(this.value[a]!, this.loss[a]!, this.value[b]!, this.loss[b]!);
  }

  /** Their numbers, slopes falling; of equal slopes the lower number first. */
  falling(): Int32Array {
    const { count, value, loss } = this;
    // Sorted as plain doubles that carry the number in their lower half, which is fast, then put right exactly.
    const keys = new Float64Array(count);
    const halves = new Uint32Array(keys.buffer);
    const lower = LITTLE_ENDIAN ? 0 : 1;
    for (let i = 0; i < count; i++) {
      keys[i] = -value[i]! / loss[i]!;
      halves[2 * i + lower] = LAST - i;
    }
    keys.sort();
    const order = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      const edge = LAST - halves[2 * i + lower]!;
      let at = i;
      for (; at > 0; at--) {
        const before = order[at - 1]!;
        const steeper = this.compare(edge, before);
        if (steeper < 0 || (steeper === 0 && edge > before)) break;
        order[at] = before;
      }
      order[at] = edge;
    }
    return order;
  }
}

const LAST = 2 ** 32 - 1;
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The sign of v/l - w/m, exactly: in doubles first, in whole numbers where they are too close to tell. */
function compareRatios(v: number, l: number, w: number, m: number): number {
  const [left, right] = [v * m, w * l];
  if (Math.max(Math.abs(left), Math.abs(right)) <= Number.MAX_SAFE_INTEGER) return left - right;
  if (Math.abs(left - right) > 1e-12 * Math.abs(left)) return left - right;
  return Number(BigInt(v) * BigInt(m) - BigInt(w) * BigInt(l));
}

/** Compares rise/run of two edges exactly. */
export function compareSlopes(
  a: { readonly loss: number; readonly value: number },
  b: { readonly loss: number; readonly value: number },
): number {
  return compareRatios(a.value, a.loss, b.value, b.loss);
}

/** Adds the edges of one state's hull, slopes falling and above 0; returns the starting cell. */
function stateEdges(begin: number, end: number, loss: Float64Array, value: Float64Array, edges: Edges): number {
  let at = begin;
  for (let cell = begin; cell < end; cell++)
    if (loss[cell]! < loss[at]! || (loss[cell] === loss[at] && value[cell]! > value[at]!)) at = cell;
  const start = at;
  for (;;) {
    let best = -1;
    let [run, rise] = [0, 0];
    for (let to = begin; to < end; to++) {
      const [further, higher] = [loss[to]! - loss[at]!, value[to]! - value[at]!];
      if (further <= 0 || higher <= 0) continue;
      const steeper = best < 0 ? 1 : compareRatios(higher, further, rise, run);
      if (steeper < 0 || (steeper === 0 && further <= run)) continue;
      best = to;
      run = further;
      rise = higher;
    }
    if (best < 0) return start;
    edges.add(at, best, run, rise);
    at = best;
  }
}

/** Cost: O(cells · policies + edges · log edges). */
export function envelope(firstCell: ArrayLike<number>, loss: Float64Array, value: Float64Array): Envelope {
  const states = firstCell.length - 1;
  const edges = new Edges(loss.length);
  const start = new Int32Array(states);
  let top = 0;
  for (let s = 0; s < states; s++) {
    start[s] = stateEdges(firstCell[s]!, firstCell[s + 1]!, loss, value, edges);
    top += value[start[s]!]!;
  }
  const corners = edges.count + 1;
  const result = {
    deficit: new Float64Array(corners),
    value: new Float64Array(corners),
    to: new Int32Array(corners).fill(-1),
    from: new Int32Array(corners).fill(-1),
    start,
  };
  result.value[0] = top;
  edges.falling().forEach((edge, i) => {
    result.deficit[i + 1] = result.deficit[i]! + edges.loss[edge]!;
    result.value[i + 1] = result.value[i]! + edges.value[edge]!;
    result.to[i + 1] = edges.to[edge]!;
    result.from[i + 1] = edges.from[edge]!;
  });
  return result;
}

/** Number of corners with deficit < d (or <= d where `inclusive`). */
export function cornersBelow({ deficit }: Pick<Envelope, 'deficit'>, d: number, inclusive = false): number {
  let low = 0;
  let high = deficit.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (deficit[middle]! < d || (inclusive && deficit[middle] === d)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The envelope at deficit d >= 0: at least the total of every scheme with a deficit of at most d. */
export function envelopeAt(line: Envelope, d: number): number {
  const after = cornersBelow(line, d, true);
  const last = line.deficit.length - 1;
  if (after > last) return line.value[last]!;
  const share = (d - line.deficit[after - 1]!) / (line.deficit[after]! - line.deficit[after - 1]!);
  return line.value[after - 1]! + share * (line.value[after]! - line.value[after - 1]!);
}
