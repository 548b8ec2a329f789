/**
 * Window and weights of the search in plain TypeScript, by another way than this project's: whole envelopes, sorted, and
 * weights by exponentiated subgradient steps (Kivinen and Warmuth 1997).
 */
import { cornersBelow } from '../../src/kernel/envelope.ts';
import { type Gains, monopolyDeficit } from '../../src/market/search/deficits.ts';

/** Weighted sums stay below this, so that they are exact in f64 with room for rounding the weights. */
const LARGEST_TOTAL = 2 ** 50;
const STEPS = 60;
/** Relative to the weighted totals: what summing up an envelope in doubles can be wrong by. */
const ROUNDING = 1e-9;
const MOST_DIRECTIONS = 16;

interface Edge {
  readonly from: number;
  readonly to: number;
  readonly loss: number;
  readonly value: number;
}

interface Envelope {
  readonly deficit: readonly number[];
  readonly value: readonly number[];
  /** The edge that ends at each corner, from the second on. */
  readonly edges: readonly Edge[];
  readonly start: readonly number[];
}

interface Weighted {
  readonly weights: readonly number[];
  readonly value: Float64Array;
  readonly line: Envelope;
}

/** The sign of v/l - w/m, exactly. */
function compareSlopes(a: Edge, b: Edge): number {
  const [left, right] = [a.value * b.loss, b.value * a.loss];
  if (Math.max(left, right) < 2 ** 53 || Math.abs(left - right) > 1e-12 * left) return left - right;
  return Number(BigInt(a.value) * BigInt(b.loss) - BigInt(b.value) * BigInt(a.loss));
}

function plainEnvelope(firstCell: ArrayLike<number>, loss: Float64Array, value: Float64Array): Envelope {
  const edges: Edge[] = [];
  const start: number[] = [];
  for (let s = 0; s + 1 < firstCell.length; s++) {
    const cells = Array.from({ length: firstCell[s + 1]! - firstCell[s]! }, (_, p) => firstCell[s]! + p);
    let at = cells.reduce((best, cell) =>
      loss[cell]! < loss[best]! || (loss[cell] === loss[best] && value[cell]! > value[best]!) ? cell : best,
    );
    start.push(at);
    for (;;) {
      let best: Edge | undefined;
      for (const to of cells) {
        const edge = { from: at, to, loss: loss[to]! - loss[at]!, value: value[to]! - value[at]! };
        if (edge.loss <= 0 || edge.value <= 0) continue;
        const order = best ? compareSlopes(edge, best) : 1;
        if (order > 0 || (order === 0 && edge.loss > best!.loss)) best = edge;
      }
      if (!best) break;
      edges.push(best);
      at = best.to;
    }
  }
  edges.sort((a, b) => compareSlopes(b, a));
  const deficit = [0];
  const total = [start.reduce((sum, cell) => sum + value[cell]!, 0)];
  for (const edge of edges) {
    deficit.push(deficit.at(-1)! + edge.loss);
    total.push(total.at(-1)! + edge.value);
  }
  return { deficit, value: total, edges, start };
}

/** The corner at or below d, and the share of the edge after it. */
function placeOf(line: Envelope, d: number): { readonly corner: number; readonly share: number } {
  const after = cornersBelow(line, d, true);
  if (after === line.deficit.length) return { corner: after - 1, share: 0 };
  const run = line.deficit[after]! - line.deficit[after - 1]!;
  return { corner: after - 1, share: (d - line.deficit[after - 1]!) / run };
}

function envelopeAt(line: Envelope, d: number): number {
  const { corner, share } = placeOf(line, d);
  return share > 0 ? line.value[corner]! + share * line.edges[corner]!.value : line.value[corner]!;
}

/** By Bob: his total at deficit d along the envelope of the direction. */
function along({ line }: Weighted, d: number, gains: readonly Float64Array[]): number[] {
  const { corner, share } = placeOf(line, d);
  return gains.map((gain) => {
    let sum = 0;
    for (const cell of line.start) sum += gain[cell]!;
    for (let i = 0; i < corner; i++) sum += gain[line.edges[i]!.to]! - gain[line.edges[i]!.from]!;
    return share > 0 ? sum + share * (gain[line.edges[corner]!.to]! - gain[line.edges[corner]!.from]!) : sum;
  });
}

/** Weights for which the envelope at deficit d falls furthest below the weighted thresholds. */
export function plainWeights(market: Gains, loss: Float64Array, d: number, threshold: readonly number[]): Weighted {
  const gains = market.gains.slice(1);
  const most = market.most.slice(1).map((own) => Math.max(1, own));
  let share = gains.map(() => 1 / gains.length);
  let best: Weighted | undefined;
  let bestMargin = Number.POSITIVE_INFINITY;
  for (let step = 1; step <= STEPS; step++) {
    const weights = share.map((own, j) => Math.round((own * LARGEST_TOTAL) / most[j]!));
    const value = loss.map((_, cell) => gains.reduce((sum, gain, j) => sum + weights[j]! * gain[cell]!, 0));
    const tried = { weights, value, line: plainEnvelope(market.firstCell, loss, value) };
    const margins = along(tried, d, gains).map((total, j) => (total - threshold[j]!) / most[j]!);
    const margin = margins.reduce((sum, own, j) => sum + share[j]! * own, 0);
    if (margin < bestMargin) {
      best = tried;
      bestMargin = margin;
    }
    const largest = Math.max(...margins.map(Math.abs));
    if (largest === 0) break;
    const raised = share.map((own, j) => own * Math.exp((-2 * margins[j]!) / (largest * Math.sqrt(step))));
    const sum = raised.reduce((a, b) => a + b, 0);
    share = raised.map((own) => own / sum);
  }
  return best!;
}

/** Every stable scheme has at most this deficit. */
export function plainWindow(market: Gains, loss: Float64Array): number {
  const lines = market.gains.slice(1).map((gain) => plainEnvelope(market.firstCell, loss, gain));
  const proved = (d: number) => lines.map((line) => line.value[Math.max(0, cornersBelow(line, d) - 1)]!);
  const excludes = ({ weights, line }: Weighted, d: number) => {
    const reached = envelopeAt(line, d);
    const needed = proved(d).reduce((sum, threshold, j) => sum + weights[j]! * threshold, 0);
    return reached + ROUNDING * Math.abs(reached) < needed;
  };
  const ends = [...new Set(lines.flatMap(({ deficit }) => deficit))].sort((a, b) => b - a);
  const directions: Weighted[] = [];
  let reach = Math.min(...lines.map((_, j) => monopolyDeficit(market, loss, j + 1)));
  while (reach > 0 && directions.length < MOST_DIRECTIONS) {
    const learned = plainWeights(market, loss, reach, proved(reach));
    directions.push(learned);
    if (!excludes(learned, reach)) break;
    reach = ends.find((end) => end < reach && !directions.some((direction) => excludes(direction, end))) ?? 0;
  }
  return reach;
}
