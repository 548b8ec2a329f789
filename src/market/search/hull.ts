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

interface Edge {
  readonly from: number;
  readonly to: number;
  readonly loss: number;
  readonly value: number;
}

/** Compares rise/run of two edges exactly: doubles first, whole numbers where they are too close to tell. */
export function compareSlopes(
  a: { readonly loss: number; readonly value: number },
  b: { readonly loss: number; readonly value: number },
): number {
  const [left, right] = [a.value * b.loss, b.value * a.loss];
  if (Math.max(Math.abs(left), Math.abs(right)) <= Number.MAX_SAFE_INTEGER) return left - right;
  if (Math.abs(left - right) > 1e-12 * Math.abs(left)) return left - right;
  return Number(BigInt(a.value) * BigInt(b.loss) - BigInt(b.value) * BigInt(a.loss));
}

/** The edges of one state's hull, slopes falling and above 0; returns the starting cell. */
function stateEdges(begin: number, end: number, loss: Float64Array, value: Float64Array, edges: Edge[]): number {
  let at = begin;
  for (let cell = begin; cell < end; cell++)
    if (loss[cell]! < loss[at]! || (loss[cell] === loss[at] && value[cell]! > value[at]!)) at = cell;
  const start = at;
  for (;;) {
    let best: Edge | undefined;
    for (let to = begin; to < end; to++) {
      const edge = { from: at, to, loss: loss[to]! - loss[at]!, value: value[to]! - value[at]! };
      if (edge.loss <= 0 || edge.value <= 0) continue;
      const steeper = best === undefined ? 1 : compareSlopes(edge, best);
      if (steeper > 0 || (steeper === 0 && edge.loss > best!.loss)) best = edge;
    }
    if (!best) return start;
    edges.push(best);
    at = best.to;
  }
}

/** Cost: O(cells · policies + edges · log edges). */
export function envelope(firstCell: ArrayLike<number>, loss: Float64Array, value: Float64Array): Envelope {
  const states = firstCell.length - 1;
  const edges: Edge[] = [];
  const start = Int32Array.from({ length: states }, (_, s) =>
    stateEdges(firstCell[s]!, firstCell[s + 1]!, loss, value, edges),
  );
  edges.sort((a, b) => compareSlopes(b, a) || a.to - b.to);
  const corners = edges.length + 1;
  const result = {
    deficit: new Float64Array(corners),
    value: new Float64Array(corners),
    to: new Int32Array(corners).fill(-1),
    from: new Int32Array(corners).fill(-1),
    start,
  };
  result.value[0] = start.reduce((sum, cell) => sum + value[cell]!, 0);
  edges.forEach((edge, i) => {
    result.deficit[i + 1] = result.deficit[i]! + edge.loss;
    result.value[i + 1] = result.value[i]! + edge.value;
    result.to[i + 1] = edge.to;
    result.from[i + 1] = edge.from;
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
