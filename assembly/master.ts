/**
 * The small linear program of a column generation (Dantzig and Wolfe 1960): mix the schemes known, with a deficit of at
 * most d in the mean, so that the Bob who falls shortest of his threshold falls as little short as possible:
 *
 *     max t   with   Σ_i x_i a_ij - t >= v_j  for every Bob j < K,   Σ_i x_i a_iK <= d,   Σ_i x_i = 1,   x >= 0.
 *
 * Its duals are weights on the Bobs with sum 1 and a price of the deficit. The revised simplex method with an explicit
 * inverse: there are few rows. A new scheme leaves the basis feasible, a new aim leaves it optimal: either way the next
 * optimum is a few pivots away. A block for K Bobs, n = K + 2 rows:
 *
 *     0 bobs i32     4 schemes i32     8 pivots i32 since the start     12 place of t in the basis i32
 *     16 inverse f64[n*n]    values f64[n] of the basis    aim f64[n]: v, d, 1    entering f64[n]
 *        columns f64[SCHEMES*n]: a_0 … a_K, 1              basis i32[n]: variables
 *
 * A scheme is the variable of its number, t is -1, the surplus of Bob j is -2 - j, the slack of the deficit -2 - K.
 * Numbers should be about 1 or less; the deficit of the first scheme must be 0.
 */

/** Schemes kept; with more, those outside the basis go. */
const SCHEMES: i32 = 128;
/** Costs and values that differ from 0 by less are rounding. */
const TOLERANCE: f64 = 1e-11;
/** Pivots on smaller elements would magnify rounding. */
const PIVOT: f64 = 1e-9;
/** Pivots of one call. Any weights are valid: it is no harm to stop before the optimum. */
const MOST_PIVOTS: i32 = 200;
/** After so many pivots the inverse is made anew. */
const RESTART: i32 = 500;
const T: i32 = -1;

export function masterBytes(bobs: i32): usize {
  const n = <usize>bobs + 2;
  return 16 + 8 * n * (n + 3 + <usize>SCHEMES) + 4 * n + 8;
}

function bobsOf(master: usize): i32 {
  return load<i32>(master);
}
function placeOfT(master: usize): i32 {
  return load<i32>(master, 12);
}
function inverseRow(master: usize, i: i32): usize {
  return master + 16 + ((<usize>i * <usize>(bobsOf(master) + 2)) << 3);
}
function valuesOf(master: usize): usize {
  return inverseRow(master, bobsOf(master) + 2);
}
/** Where the right-hand sides stand: a threshold a Bob, then the deficit. Call masterAim after a change. */
export function aimOf(master: usize): usize {
  return inverseRow(master, bobsOf(master) + 3);
}
function enteringOf(master: usize): usize {
  return inverseRow(master, bobsOf(master) + 4);
}
function columnOf(master: usize, scheme: i32): usize {
  return inverseRow(master, bobsOf(master) + 5 + scheme);
}
function basisOf(master: usize): usize {
  return columnOf(master, SCHEMES);
}
function at(row: usize, i: i32): f64 {
  return load<f64>(row + ((<usize>i) << 3));
}
function put(row: usize, i: i32, value: f64): void {
  store<f64>(row + ((<usize>i) << 3), value);
}

/** A program without schemes. */
export function masterBegin(master: usize, bobs: i32): void {
  store<i32>(master, bobs);
  store<i32>(master, 0, 4);
  put(aimOf(master), bobs + 1, 1);
}

/** Adds a scheme: its totals a_0 … a_K. */
export function masterAdd(master: usize, totals: usize): void {
  if (load<i32>(master, 4) == SCHEMES) forget(master);
  const scheme = load<i32>(master, 4);
  const bobs = bobsOf(master);
  memory.copy(columnOf(master, scheme), totals, (<usize>bobs + 1) << 3);
  put(columnOf(master, scheme), bobs + 1, 1);
  store<i32>(master, scheme + 1, 4);
}

/** Drops the schemes outside the basis, except the first. */
function forget(master: usize): void {
  const rows = bobsOf(master) + 2;
  let kept: i32 = 0;
  for (let scheme: i32 = 0; scheme < SCHEMES; scheme++) {
    let used = scheme == 0;
    for (let i: i32 = 0; i < rows; i++) {
      const own = basisOf(master) + ((<usize>i) << 2);
      if (load<i32>(own) != scheme) continue;
      store<i32>(own, kept);
      used = true;
    }
    if (!used) continue;
    memory.copy(columnOf(master, kept), columnOf(master, scheme), (<usize>rows) << 3);
    kept++;
  }
  store<i32>(master, kept, 4);
}

/** The first scheme alone: t is what the Bob gets whom it leaves shortest, the others have the rest as surplus. */
export function masterStart(master: usize): void {
  const bobs = bobsOf(master);
  const first = columnOf(master, 0);
  const aim = aimOf(master);
  let least: i32 = 0;
  for (let j: i32 = 1; j < bobs; j++) if (at(first, j) - at(aim, j) < at(first, least) - at(aim, least)) least = j;
  memory.fill(inverseRow(master, 0), 0, (<usize>(bobs + 2) * <usize>(bobs + 2)) << 3);
  for (let j: i32 = 0; j < bobs; j++) {
    const row = inverseRow(master, j);
    put(row, j, -1);
    if (j == least) put(row, bobs + 1, at(first, j));
    else {
      put(row, least, 1);
      put(row, bobs + 1, at(first, j) - at(first, least));
    }
    store<i32>(basisOf(master) + ((<usize>j) << 2), j == least ? T : -2 - j);
  }
  put(inverseRow(master, bobs), bobs, 1);
  store<i32>(basisOf(master) + ((<usize>bobs) << 2), -2 - bobs);
  put(inverseRow(master, bobs + 1), bobs + 1, 1);
  store<i32>(basisOf(master) + ((<usize>bobs) << 2), 0, 4);
  store<i32>(master, 0, 8);
  store<i32>(master, least, 12);
  revalue(master);
}

/** The values of the basis: inverse · aim. */
function revalue(master: usize): void {
  const rows = bobsOf(master) + 2;
  const aim = aimOf(master);
  for (let i: i32 = 0; i < rows; i++) put(valuesOf(master), i, product(inverseRow(master, i), aim, rows));
}

/** In the same order in every build: these are not sums of whole numbers. */
function product(x: usize, y: usize, n: i32): f64 {
  let even: f64 = 0;
  let odd: f64 = 0;
  let i: i32 = 0;
  for (; i + 2 <= n; i += 2) {
    const step: usize = (<usize>i) << 3;
    even += load<f64>(x + step) * load<f64>(y + step);
    odd += load<f64>(x + step, 8) * load<f64>(y + step, 8);
  }
  if (i < n) even += at(x, i) * at(y, i);
  return even + odd;
}

/** A row times the column of a variable other than t. */
function along(master: usize, row: usize, variable: i32): f64 {
  const bobs = bobsOf(master);
  if (variable >= 0) return product(row, columnOf(master, variable), bobs + 2);
  return variable == -2 - bobs ? at(row, bobs) : -at(row, -2 - variable);
}

/** Puts a variable into the basis at a place. */
function pivot(master: usize, place: i32, variable: i32): void {
  const rows = bobsOf(master) + 2;
  const entering = enteringOf(master);
  const values = valuesOf(master);
  for (let i: i32 = 0; i < rows; i++) put(entering, i, along(master, inverseRow(master, i), variable));
  const row = inverseRow(master, place);
  const by = 1 / at(entering, place);
  for (let k: i32 = 0; k < rows; k++) put(row, k, at(row, k) * by);
  const value = at(values, place) * by;
  for (let i: i32 = 0; i < rows; i++) {
    if (i == place) continue;
    const share = at(entering, i);
    const other = inverseRow(master, i);
    for (let k: i32 = 0; k < rows; k++) put(other, k, at(other, k) - share * at(row, k));
    put(values, i, at(values, i) - share * value);
  }
  put(values, place, value);
  store<i32>(basisOf(master) + ((<usize>place) << 2), variable);
  store<i32>(master, load<i32>(master, 8) + 1, 8);
}

/** To the optimum after schemes were added. */
export function masterImprove(master: usize): void {
  if (load<i32>(master, 8) > RESTART) masterStart(master);
  const bobs = bobsOf(master);
  const values = valuesOf(master);
  for (let pivots: i32 = 0; pivots < MOST_PIVOTS; pivots++) {
    const duals = inverseRow(master, placeOfT(master));
    let variable = T;
    let most = TOLERANCE;
    for (let one = -2 - bobs; one < T; one++) {
      const gain = -along(master, duals, one);
      if (gain <= most) continue;
      most = gain;
      variable = one;
    }
    const schemes = load<i32>(master, 4);
    let column = columnOf(master, 0);
    for (let one: i32 = 0; one < schemes; one++, column += (<usize>(bobs + 2)) << 3) {
      const gain = -product(duals, column, bobs + 2);
      if (gain <= most) continue;
      most = gain;
      variable = one;
    }
    if (variable == T) return;
    let place: i32 = -1;
    let least = Infinity;
    for (let i: i32 = 0; i < bobs + 2; i++) {
      if (i == placeOfT(master)) continue;
      const falls = along(master, inverseRow(master, i), variable);
      if (falls <= PIVOT || max(0, at(values, i)) >= least * falls) continue;
      least = max(0, at(values, i)) / falls;
      place = i;
    }
    if (place < 0) return;
    pivot(master, place, variable);
  }
}

/** To the optimum after the aim was moved. */
export function masterAim(master: usize): void {
  const bobs = bobsOf(master);
  const values = valuesOf(master);
  revalue(master);
  for (let pivots: i32 = 0; pivots < MOST_PIVOTS; pivots++) {
    let place: i32 = -1;
    let least = -TOLERANCE;
    for (let i: i32 = 0; i < bobs + 2; i++) {
      if (i == placeOfT(master) || at(values, i) >= least) continue;
      least = at(values, i);
      place = i;
    }
    if (place < 0) return;
    const row = inverseRow(master, place);
    const duals = inverseRow(master, placeOfT(master));
    let variable = T;
    let ratio = Infinity;
    for (let one = -2 - bobs; one < load<i32>(master, 4); one++) {
      if (one == T) continue;
      const rises = -along(master, row, one);
      if (rises <= PIVOT) continue;
      const cost = max(0, along(master, duals, one));
      if (cost >= ratio * rises) continue;
      ratio = cost / rises;
      variable = one;
    }
    if (variable == T) break;
    pivot(master, place, variable);
  }
  // The first scheme alone is always feasible: rounding has led astray.
  masterStart(master);
  masterImprove(master);
}

/** The optimal t. */
export function masterValue(master: usize): f64 {
  return at(valuesOf(master), placeOfT(master));
}

/** Writes the duals: the Bobs' weights, sum 1, then the price of the deficit; none below 0. */
export function masterDuals(master: usize, out: usize): void {
  const bobs = bobsOf(master);
  const duals = inverseRow(master, placeOfT(master));
  let sum: f64 = 0;
  for (let j: i32 = 0; j < bobs; j++) sum += max(0, -at(duals, j));
  for (let j: i32 = 0; j < bobs; j++) put(out, j, max(0, -at(duals, j)) / sum);
  put(out, bobs, max(0, at(duals, bobs)) / sum);
}
