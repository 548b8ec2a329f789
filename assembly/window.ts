/**
 * How far below OPT an equilibrium can lie: the largest deficit that linear relaxations (relaxation.ts) do not exclude,
 * against thresholds that corners of the Bobs' envelopes (envelope.ts) prove. Between two corners no threshold moves and
 * relaxations rise with the deficit, so that an interval is empty where its right end is. Weights and a price that
 * exclude one deficit bound totals along a line, and exclude all corners further down as far as that stays short of the
 * thresholds; at the first that they do not, the column generation goes on.
 */
import { dual, Relaxation, relaxationAim, relaxationGoOn, relaxationTry, rounding } from './relaxation';
import { OK, PAUSED } from './status';

/** In the caller's memory: 32-bit words in this order. */
@unmanaged
export class Window {
  relaxation: Relaxation;
  /** u32 [bobs] each: where the corners' deficits and their totals are. */
  deficits: usize;
  totals: usize;
  /** i32 [bobs]: how many corners a Bob has; later, how many have a deficit below the relaxation's. */
  places: usize;
}

/** Sets the aim of the relaxation to a deficit and the thresholds there. */
export function windowBegin(at: usize, reach: f64): void {
  const w = changetype<Window>(at);
  const r = w.relaxation;
  for (let j: i32 = 0; j < r.bobs; j++) {
    const place = w.places + ((<usize>j) << 2);
    while (load<i32>(place) > 1 && last(w, w.deficits, j) >= reach) store<i32>(place, load<i32>(place) - 1);
    store<f64>(r.aim + ((<usize>j) << 3), last(w, w.totals, j));
  }
  store<f64>(r.aim + ((<usize>r.bobs) << 3), reach);
}

/** The last corner of Bob j below the relaxation's deficit. */
function last(w: Window, table: usize, j: i32): f64 {
  const at: usize = (<usize>j) << 2;
  return load<f64>(<usize>load<u32>(table + at) + ((<usize>(load<i32>(w.places + at) - 1)) << 3));
}

/**
 * Tries at most `budget` schemes. Returns OK where `aim` has the largest deficit that nothing excludes, PAUSED where there
 * is more to do.
 */
export function windowRun(at: usize, budget: i32): i32 {
  const w = changetype<Window>(at);
  const r = w.relaxation;
  const error = rounding(r);
  for (; budget > 0; budget--) {
    const value = relaxationTry(r);
    const bound = load<f64>(r.bounds, 8);
    if (bound < -error) {
      lower(w, value + error);
      if (load<f64>(r.aim + ((<usize>r.bobs) << 3)) == 0) return OK;
      relaxationAim(r);
      relaxationGoOn(r);
      continue;
    }
    const least = relaxationGoOn(r);
    if (least >= -error || bound - least <= error) return OK;
  }
  return PAUSED;
}

/** Lowers the aim to the next corner that the line of the last duals, `value` at deficit 0, does not exclude. */
function lower(w: Window, value: f64): void {
  const r = w.relaxation;
  const price = dual(r, r.bobs);
  while (true) {
    let end: f64 = 0;
    for (let j: i32 = 0; j < r.bobs; j++) end = max(end, last(w, w.deficits, j));
    store<f64>(r.aim + ((<usize>r.bobs) << 3), end);
    if (end == 0) return;
    let needed: f64 = 0;
    for (let j: i32 = 0; j < r.bobs; j++) {
      const place = w.places + ((<usize>j) << 2);
      if (last(w, w.deficits, j) == end) store<i32>(place, load<i32>(place) - 1);
      const threshold = last(w, w.totals, j);
      store<f64>(r.aim + ((<usize>j) << 3), threshold);
      needed += dual(r, j) * threshold;
    }
    if (value + price * end >= needed) return;
  }
}
