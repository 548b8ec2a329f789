/**
 * The linear relaxation of "some scheme with a deficit of at most d meets every Bob's threshold". For weights w on the
 * Bobs and a price p of the deficit no scheme has a weighted total above
 *
 *     p·d + Σ_s max over the cells c of s with loss(c) <= d of (Σ_j w_j·gain_j(c) - p·loss(c)),
 *
 * and where that misses the weighted thresholds there is none. The best w and p come by column generation: the scheme
 * of those maxima joins a small linear program (master.ts), whose duals are the next w and p. A few dozen schemes lead
 * to the optimum. Deficits and totals count in units of about their largest.
 */
import {
  aimOf,
  masterAdd,
  masterAim,
  masterBegin,
  masterDuals,
  masterImprove,
  masterStart,
  masterValue,
} from './master';
import { OK, PAUSED } from './status';
import { subtract, subtractFour } from './vector';

/** Schemes tried for one set of weights; the last ones hardly improve them. */
const MOST_TRIED: i32 = 200;
/** Relative to the bound: weights this close to the best ones are as good. */
const GAP: f64 = 1e-3;

/** In the caller's memory: 32-bit words in this order, all f64 unless it says otherwise. */
@unmanaged
export class Relaxation {
  states: i32;
  bobs: i32;
  /** i32 [states + 1] */
  firstCell: usize;
  /** [cells], whole numbers, 0 in some cell of every state. */
  loss: usize;
  /** u32 [bobs]: where each Bob's gains are, [cells] whole numbers. */
  gains: usize;
  /** [bobs + 1]: what the Bobs' totals, then deficits, are multiplied by. */
  units: usize;
  /** [bobs + 1]: the Bobs' thresholds, then the deficit d, whole numbers. */
  aim: usize;
  /** [bobs + 1]: the weights, sum 1, then the price; applied to totals in units. */
  duals: usize;
  /** [bobs + 1]: those with the lowest bound so far. */
  best: usize;
  /** [2]: the bound of `best` and of the last duals, less the weighted thresholds. Below 0: no scheme. */
  bounds: usize;
  /** [bobs + 1]: the last scheme's totals in units, then its deficit. */
  totals: usize;
  /** [cells], overwritten: the weighted gains less the price. */
  value: usize;
  /** i32 [states], overwritten: the last scheme's cells. */
  choice: usize;
  /** masterBytes(bobs) */
  master: usize;
  /** Schemes tried for the present aim. */
  tried: i32;
}

/** Starts with the scheme that has deficit 0 and equal weights, for the aim that is set. */
export function relaxationBegin(at: usize): void {
  const r = changetype<Relaxation>(at);
  masterBegin(r.master, r.bobs);
  for (let s: usize = 0; s < <usize>r.states; s++) {
    let cell = load<i32>(r.firstCell + (s << 2));
    while (load<f64>(r.loss + ((<usize>cell) << 3)) != 0) cell++;
    store<i32>(r.choice + (s << 2), cell);
  }
  total(r);
  masterAdd(r.master, r.totals);
  setAim(r);
  masterStart(r.master);
  for (let j: usize = 0; j < <usize>r.bobs; j++) store<f64>(r.duals + (j << 3), 1 / <f64>r.bobs);
  store<f64>(r.duals + ((<usize>r.bobs) << 3), 0);
  store<f64>(r.bounds, Infinity);
  r.tried = 0;
}

/** The aim in units, into the master program. */
function setAim(r: Relaxation): void {
  const aim = aimOf(r.master);
  for (let j: usize = 0; j <= <usize>r.bobs; j++)
    store<f64>(aim + (j << 3), load<f64>(r.aim + (j << 3)) * load<f64>(r.units + (j << 3)));
}

/** After a change of the aim: the schemes known, mixed anew. */
export function relaxationAim(r: Relaxation): void {
  setAim(r);
  masterAim(r.master);
}

/** The totals of `choice`, in units. */
function total(r: Relaxation): void {
  for (let j: i32 = 0; j < r.bobs; j++) sum(r, gainsOf(r, j), j);
  sum(r, r.loss, r.bobs);
}

/** Whole numbers: the order of summation does not matter. */
function sum(r: Relaxation, column: usize, entry: i32): void {
  let even: f64 = 0;
  let odd: f64 = 0;
  const states = <usize>r.states;
  let s: usize = 0;
  for (; s + 2 <= states; s += 2) {
    const choice = r.choice + (s << 2);
    even += load<f64>(column + ((<usize>load<i32>(choice)) << 3));
    odd += load<f64>(column + ((<usize>load<i32>(choice, 4)) << 3));
  }
  if (s < states) even += load<f64>(column + ((<usize>load<i32>(r.choice + (s << 2))) << 3));
  const at: usize = (<usize>entry) << 3;
  store<f64>(r.totals + at, (even + odd) * load<f64>(r.units + at));
}

/** The value of every cell for the duals. */
function weigh(r: Relaxation): void {
  const cells = load<i32>(r.firstCell + ((<usize>r.states) << 2));
  memory.fill(r.value, 0, (<usize>cells) << 3);
  subtract(r.value, dual(r, r.bobs), r.loss, cells);
  let j: i32 = 0;
  for (; j + 4 <= r.bobs; j += 4)
    subtractFour(
      r.value,
      -dual(r, j),
      gainsOf(r, j),
      -dual(r, j + 1),
      gainsOf(r, j + 1),
      -dual(r, j + 2),
      gainsOf(r, j + 2),
      -dual(r, j + 3),
      gainsOf(r, j + 3),
      cells,
    );
  for (; j < r.bobs; j++) subtract(r.value, -dual(r, j), gainsOf(r, j), cells);
}

function gainsOf(r: Relaxation, j: i32): usize {
  return <usize>load<u32>(r.gains + ((<usize>j) << 2));
}

/** A dual as it applies to whole numbers. */
export function dual(r: Relaxation, j: i32): f64 {
  const at: usize = (<usize>j) << 3;
  return load<f64>(r.duals + at) * load<f64>(r.units + at);
}

/** The scheme with the largest value, of cells that add at most d, into `choice`. Returns that value. */
function choose(r: Relaxation): f64 {
  const most = load<f64>(r.aim + ((<usize>r.bobs) << 3));
  let sum: f64 = 0;
  let cell = load<i32>(r.firstCell);
  for (let s: usize = 0; s < <usize>r.states; s++) {
    const end = load<i32>(r.firstCell + (s << 2), 4);
    let best: f64 = -Infinity;
    let choice = cell;
    for (; cell < end; cell++) {
      const value = load<f64>(r.value + ((<usize>cell) << 3));
      const own = load<f64>(r.loss + ((<usize>cell) << 3)) <= most ? value : -Infinity;
      choice = own > best ? cell : choice;
      best = own > best ? own : best;
    }
    store<i32>(r.choice + (s << 2), choice);
    sum += best;
  }
  return sum;
}

/**
 * What sums of doubles can be wrong by, in units: weighted totals are at most about 1, values of cells at most the
 * weighted gains, and every state adds one of them.
 */
export function rounding(r: Relaxation): f64 {
  return <f64>(r.states + 2 * r.bobs + 16) * 2.220446049250313e-16;
}

/** Tries the duals: their scheme, its totals, their bound. Returns the value of the scheme. */
export function relaxationTry(r: Relaxation): f64 {
  weigh(r);
  const value = choose(r);
  total(r);
  let bound = value + dual(r, r.bobs) * load<f64>(r.aim + ((<usize>r.bobs) << 3));
  for (let j: i32 = 0; j < r.bobs; j++) bound -= dual(r, j) * load<f64>(r.aim + ((<usize>j) << 3));
  store<f64>(r.bounds, bound, 8);
  r.tried++;
  return value;
}

/** Goes on with the last scheme tried among those known. Returns the optimum of the master program. */
export function relaxationGoOn(r: Relaxation): f64 {
  masterAdd(r.master, r.totals);
  masterImprove(r.master);
  masterDuals(r.master, r.duals);
  return masterValue(r.master);
}

/**
 * Tries at most `budget` schemes on the way to the weights with the lowest bound, in `best`. Returns OK, or PAUSED where
 * there is more to do.
 */
export function relaxationRun(at: usize, budget: i32): i32 {
  const r = changetype<Relaxation>(at);
  for (; budget > 0; budget--) {
    relaxationTry(r);
    const bound = load<f64>(r.bounds, 8);
    if (bound < load<f64>(r.bounds)) {
      store<f64>(r.bounds, bound);
      memory.copy(r.best, r.duals, (<usize>r.bobs + 1) << 3);
    }
    const least = relaxationGoOn(r);
    const best = load<f64>(r.bounds);
    if (best - least <= max(GAP * abs(best), rounding(r)) || r.tried >= MOST_TRIED) return OK;
  }
  return PAUSED;
}
