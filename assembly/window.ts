/**
 * How far below OPT an equilibrium can lie: the largest deficit that linear relaxations (relaxation.ts) do not exclude,
 * against thresholds that schemes on and near the Bobs' envelopes prove (fill.ts). Deficits are cut into pieces; on one
 * (low, high] thresholds are at least what schemes with a deficit of at most `low` prove, and relaxations rise with the
 * deficit, so that a piece is empty where the relaxation at `high` misses these. Weights and a price that exclude one
 * deficit bound totals along a line, which excludes piece after piece further down as long as it stays short of the
 * thresholds; at the first where it does not, the column generation goes on. Between two neighbouring corners of any
 * Bobs all is one piece where that is enough, else as many as PIECES.
 */
import { Corners, cornerBelow, filled } from './fill';
import { dual, Relaxation, relaxationAim, relaxationGoOn, relaxationTry, rounding } from './relaxation';
import { OK, PAUSED } from './status';

const PIECES: f64 = 64;

/** In the caller's memory: 32-bit words in this order. */
@unmanaged
export class Window {
  relaxation: Relaxation;
  corners: Corners;
  /** f64 [2]: the lower end of the piece whose upper end is the relaxation's deficit; how long pieces are. */
  piece: usize;
}

function high(w: Window): usize {
  return w.relaxation.aim + ((<usize>w.relaxation.bobs) << 3);
}

/** Sets the aim of the relaxation to a deficit above 0 and the thresholds there. */
export function windowBegin(at: usize, reach: f64): void {
  const w = changetype<Window>(at);
  store<f64>(high(w), reach);
  const end = lastCorner(w);
  store<f64>(w.piece, max(1, Math.floor((reach - end) / PIECES)), 8);
  cut(w, end);
}

/** The last corner of any Bob below the deficit of the aim; afterwards every Bob stands at his last one. */
function lastCorner(w: Window): f64 {
  const deficit = load<f64>(high(w));
  let end: f64 = 0;
  for (let j: i32 = 0; j < w.relaxation.bobs; j++) end = max(end, cornerBelow(w.corners, j, deficit));
  return end;
}

/** Makes the aim a piece that ends in `end` or above, with the thresholds that hold on it. */
function cut(w: Window, end: f64): void {
  const r = w.relaxation;
  const low = max(end, load<f64>(high(w)) - load<f64>(w.piece, 8));
  store<f64>(w.piece, low);
  for (let j: i32 = 0; j < r.bobs; j++) store<f64>(r.aim + ((<usize>j) << 3), filled(w.corners, j, low));
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
      if (load<f64>(high(w)) == 0) return OK;
      relaxationAim(r);
      relaxationGoOn(r);
      continue;
    }
    const least = relaxationGoOn(r);
    if (least >= -error || bound - least <= error) return OK;
  }
  return PAUSED;
}

/** Lowers the aim to the next piece that the line of the last duals, `value` at deficit 0, does not exclude. */
function lower(w: Window, value: f64): void {
  const r = w.relaxation;
  const price = dual(r, r.bobs);
  let end = lastCorner(w);
  while (true) {
    // The piece of the aim is empty.
    const deficit = load<f64>(w.piece);
    store<f64>(high(w), deficit);
    if (deficit == 0) return;
    if (deficit == end) {
      end = lastCorner(w);
      store<f64>(w.piece, max(1, Math.floor((deficit - end) / PIECES)), 8);
    }
    const line = value + price * deficit;
    let needed: f64 = 0;
    for (let j: i32 = 0; j < r.bobs; j++) needed += dual(r, j) * w.corners.total(j);
    if (line < needed) {
      store<f64>(w.piece, end);
      continue;
    }
    cut(w, end);
    needed = 0;
    for (let j: i32 = 0; j < r.bobs; j++) needed += dual(r, j) * load<f64>(r.aim + ((<usize>j) << 3));
    if (line >= needed) return;
  }
}
