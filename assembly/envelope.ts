/**
 * The concave envelope of a direction over deficits: an upper bound on the largest total at every deficit, whose
 * corners are schemes. Each state contributes the upper hull of its (loss, value) points; merging their edges by slope
 * gives the envelope of the whole market (the linear relaxation of a knapsack with one choice a state).
 *
 *   firstCell  i32[states+1]                    loss, value  f64[cells], whole numbers >= 0, totals below 2^53
 *   deficit, total   f64[edges+1], out: the corners, deficits and totals rising, slopes falling
 *   to, from   i32[edges+1], out: the cell that a corner puts in place of another, from the second corner on
 *   start      i32[states], out: the cell at the first corner: the least loss, and the largest value among those
 *   work       envelopeWorkBytes(edges)
 * with edges = cells - states, the most that there can be. Cost: O(cells · policies + edges · log edges), no rounding.
 */
import { falling, steeper } from './slopes';

/** What `work` holds of every edge: run and rise (f64), the cells at its ends (i32), slopes and numbers to sort, twice. */
export function envelopeWorkBytes(edges: i32): usize {
  return <usize>edges * 48;
}

/** Returns the number of corners. */
export function envelope(
  states: i32,
  firstCell: usize,
  loss: usize,
  value: usize,
  deficit: usize,
  total: usize,
  to: usize,
  from: usize,
  start: usize,
  work: usize,
): i32 {
  const edges = <usize>(load<i32>(firstCell + ((<usize>states) << 2)) - states);
  const rise = work + (edges << 3);
  const edgeTo = work + (edges << 4);
  const edgeFrom = edgeTo + (edges << 2);
  const slopes = edgeFrom + (edges << 2);
  let count: i32 = 0;
  let top: f64 = 0;
  for (let s: usize = 0; s < <usize>states; s++) {
    const begin = load<i32>(firstCell + (s << 2));
    const end = load<i32>(firstCell + (s << 2), 4);
    let at = lowest(begin, end, loss, value);
    store<i32>(start + (s << 2), at);
    top += load<f64>(value + ((<usize>at) << 3));
    while (true) {
      const next = steepest(begin, end, at, loss, value);
      if (next < 0) break;
      const edge: usize = (<usize>count) << 3;
      const run = load<f64>(loss + ((<usize>next) << 3)) - load<f64>(loss + ((<usize>at) << 3));
      const up = load<f64>(value + ((<usize>next) << 3)) - load<f64>(value + ((<usize>at) << 3));
      store<f64>(work + edge, run);
      store<f64>(rise + edge, up);
      store<i32>(edgeTo + (edge >> 1), next);
      store<i32>(edgeFrom + (edge >> 1), at);
      store<f64>(slopes + edge, up / run);
      count++;
      at = next;
    }
  }
  const order = falling(count, work, rise, slopes, edges);
  store<f64>(deficit, 0);
  store<f64>(total, top);
  store<i32>(to, -1);
  store<i32>(from, -1);
  let reached: f64 = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const edge = <usize>load<i32>(order + (i << 2));
    reached += load<f64>(work + (edge << 3));
    top += load<f64>(rise + (edge << 3));
    store<f64>(deficit + (i << 3), reached, 8);
    store<f64>(total + (i << 3), top, 8);
    store<i32>(to + (i << 2), load<i32>(edgeTo + (edge << 2)), 4);
    store<i32>(from + (i << 2), load<i32>(edgeFrom + (edge << 2)), 4);
  }
  return count + 1;
}

/** Of a state's cells the one with the least loss; of several the one with the largest value. */
function lowest(begin: i32, end: i32, loss: usize, value: usize): i32 {
  let at = begin;
  let least: f64 = Infinity;
  let best: f64 = 0;
  for (let cell = begin; cell < end; cell++) {
    const l = load<f64>(loss + ((<usize>cell) << 3));
    const v = load<f64>(value + ((<usize>cell) << 3));
    if (l > least || (l == least && v <= best)) continue;
    at = cell;
    least = l;
    best = v;
  }
  return at;
}

/** The cell at the end of the steepest edge from `at`, the furthest of several; -1 where no cell lies higher. */
function steepest(begin: i32, end: i32, at: i32, loss: usize, value: usize): i32 {
  const atLoss = load<f64>(loss + ((<usize>at) << 3));
  const atValue = load<f64>(value + ((<usize>at) << 3));
  let best: i32 = -1;
  let slope: f64 = 0;
  let run: f64 = 0;
  let rise: f64 = 0;
  for (let cell = begin; cell < end; cell++) {
    const further = load<f64>(loss + ((<usize>cell) << 3)) - atLoss;
    const higher = load<f64>(value + ((<usize>cell) << 3)) - atValue;
    if (further <= 0 || higher <= 0) continue;
    const own = higher / further;
    if (own < slope) continue;
    if (own == slope) {
      const sign = steeper(higher, further, rise, run);
      if (sign < 0 || (sign == 0 && further <= run)) continue;
    }
    best = cell;
    slope = own;
    run = further;
    rise = higher;
  }
  return best;
}
