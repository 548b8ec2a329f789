/**
 * Schemes on and near a Bob's envelope: the last corner up to a deficit, and what is left of the deficit filled with
 * edges further on, as with a knapsack whose next thing does not fit. Every one of them proves a threshold.
 */

/** How far on edges are looked at. */
const AHEAD: i32 = 32;
/** From how many corners filling starts. */
const STARTS: i32 = 4;

/** In the caller's memory: 32-bit words in this order; the tables one address (u32) a Bob. */
@unmanaged
export class Corners {
  /** f64 [corners]: deficits, then totals. */
  deficits: usize;
  totals: usize;
  /** i32 [corners]: the corner whose edge must be taken before the corner's own; 0 for none. */
  before: usize;
  /** i32 [bobs]: how many corners there are. */
  counts: usize;
  /** i32 [bobs]: how many of them lie below the deficit asked for last; 1 or more. */
  places: usize;
  /** f64 [bobs][2]: deficit and total of the scheme found last; a deficit of Infinity for none. */
  found: usize;

  /** The total of the last corner below the deficit asked for. */
  total(j: i32): f64 {
    return load<f64>(table(this.totals, j) + ((<usize>(placeOf(this, j) - 1)) << 3));
  }
}

function table(tables: usize, j: i32): usize {
  return <usize>load<u32>(tables + ((<usize>j) << 2));
}
function placeOf(c: Corners, j: i32): i32 {
  return load<i32>(c.places + ((<usize>j) << 2));
}

/**
 * Writes `before` of one Bob.
 * to, from  i32[corners], as envelope.ts writes them       marks  i32[cells], overwritten
 */
export function cornersBefore(corners: i32, to: usize, from: usize, before: usize, marks: usize, cells: i32): void {
  memory.fill(marks, 0, (<usize>cells) << 2);
  for (let k: i32 = 1; k < corners; k++) {
    const at: usize = (<usize>k) << 2;
    store<i32>(before + at, load<i32>(marks + ((<usize>load<i32>(from + at)) << 2)));
    store<i32>(marks + ((<usize>load<i32>(to + at)) << 2), k);
  }
}

/** The deficit of Bob j's last corner below d, or of his first; d must not rise from call to call. */
export function cornerBelow(c: Corners, j: i32, d: f64): f64 {
  const deficits = table(c.deficits, j);
  let place = placeOf(c, j);
  while (place > 1 && load<f64>(deficits + ((<usize>(place - 1)) << 3)) >= d) place--;
  store<i32>(c.places + ((<usize>j) << 2), place);
  return load<f64>(deficits + ((<usize>(place - 1)) << 3));
}

/** A total that Bob j has with a deficit of at most `low`, not below his last corner; `low` must not rise. */
export function filled(c: Corners, j: i32, low: f64): f64 {
  const found = c.found + ((<usize>j) << 4);
  // What was found for more, and needs no more than this, is the best for this as well.
  if (load<f64>(found) <= low) return load<f64>(found, 8);
  const deficits = table(c.deficits, j);
  const totals = table(c.totals, j);
  const place = placeOf(c, j);
  const corner: usize = (<usize>(place - 1)) << 3;
  let best = load<f64>(totals + corner);
  let needs = load<f64>(deficits + corner);
  const count = load<i32>(c.counts + ((<usize>j) << 2));
  if (place < count) {
    const slope = (load<f64>(totals + corner, 8) - best) / (load<f64>(deficits + corner, 8) - needs);
    // Totals are whole: from here on nothing is better.
    const enough = best + slope * (low - needs) - 1;
    for (let start = place - 1; start >= 0 && start > place - 1 - STARTS && best <= enough; start--) {
      const total = fill(c, j, start, min(count, place + AHEAD), low, found, place - 1 - start);
      if (total <= best) continue;
      best = total;
      needs = load<f64>(found);
    }
  }
  store<f64>(found, needs);
  store<f64>(found, best, 8);
  return best;
}

/** Fills up from one corner, without the first edge where `skip`. Returns the total; its deficit goes to `needs`. */
function fill(c: Corners, j: i32, start: i32, end: i32, low: f64, needs: usize, skip: i32): f64 {
  const deficits = table(c.deficits, j);
  const totals = table(c.totals, j);
  const before = table(c.before, j);
  let left = low - load<f64>(deficits + ((<usize>start) << 3));
  let total = load<f64>(totals + ((<usize>start) << 3));
  let taken: u64 = 0;
  for (let k = start + 1 + <i32>(skip > 0); k < end && left > 0; k++) {
    const at: usize = (<usize>k) << 3;
    const run = load<f64>(deficits + at) - load<f64>(deficits + at - 8);
    if (run > left) continue;
    const first = load<i32>(before + (at >> 1));
    if (first > start && ((taken >> (first - start)) & 1) == 0) continue;
    left -= run;
    total += load<f64>(totals + at) - load<f64>(totals + at - 8);
    taken |= (<u64>1) << (k - start);
  }
  store<f64>(needs, low - left);
  return total;
}
