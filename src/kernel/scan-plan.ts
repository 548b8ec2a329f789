/** Lays out what assembly/scan.ts reads: the sorted low half, its runs and buckets, and the thresholds by level. */
import type { Market } from '../market/market.ts';
import type { Frontier } from './frontier.ts';

/** Integers that hold every total: a class of typed array. */
type Totals = Int16Array | Int32Array | Float64Array;
type AliceTotals = Int32Array | Float64Array;
interface SharedClass<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, offset: number, length: number): T;
}
type TotalsClass = SharedClass<Totals>;

/** Everything shared between workers; the arrays lie on shared memory. Field names are those of the kernel's header. */
export interface ScanPlan {
  readonly bits: 16 | 32 | 53;
  readonly bobs: number;
  readonly lanes: number;
  readonly words: number;
  readonly highStates: number;
  readonly lowCount: number;
  readonly buckets: number;
  readonly levels: number;
  readonly shift: number;
  readonly arrays: {
    readonly firstCell: Int32Array;
    readonly highAlice: AliceTotals;
    readonly highBobs: Totals;
    readonly lowRank: Uint32Array;
    readonly lowBobs: Totals;
    readonly lowCells: BigUint64Array;
    readonly runStart: Uint32Array;
    readonly runAlice: AliceTotals;
    readonly runBest: Totals;
    readonly bucketStart: Uint32Array;
    readonly bucketAlice: AliceTotals;
    readonly bucketBest: Totals;
    readonly breaks: Float64Array;
    readonly hint: Uint32Array;
    readonly table: Totals;
  };
}

/** The low half holds at most this many combinations: with 8 Bobs in 16 bits they fill a quarter of a megabyte. */
const MOST_LOW = 2 ** 14;
/** Neighbouring runs tested together. */
const RUNS_A_BUCKET = 8;
/** Entries of the table that leads from an Alice total to its level, at 4 bytes; totals beyond share entries. */
const MOST_HINTS = 2 ** 22;
const MOST_SEARCHED_HINTS = 2 ** 16;

function shared<T>(type: SharedClass<T>, length: number): T {
  return new type(new SharedArrayBuffer(length * type.BYTES_PER_ELEMENT), 0, length);
}

/**
 * @param frontiers one a Bob, over whole schemes.
 */
export function scanPlan(market: Market, frontiers: readonly Frontier[]): ScanPlan {
  const bobs = market.bobs.length;
  const most = Math.max(...market.most.slice(1));
  const direct = market.most[0]! < MOST_HINTS;
  const bits = !direct || most >= 2 ** 31 - 1 ? 53 : most < 2 ** 15 - 1 ? 16 : 32;
  const aliceType: SharedClass<AliceTotals> = bits === 53 ? Float64Array : Int32Array;
  const type: TotalsClass = bits === 16 ? Int16Array : bits === 32 ? Int32Array : Float64Array;
  const group = 16 / type.BYTES_PER_ELEMENT;
  const lanes = Math.ceil(bobs / group) * group;
  const words = Math.ceil(market.firstCell.at(-1)! / 64);
  const highStates = splitState(market);
  const low = lowHalf(market, highStates, { type, aliceType, lanes, words });
  const thresholds = thresholdTable(market, frontiers, type, lanes, bits === 53);
  const cells = market.firstCell.at(-1)!;
  const highBobs = shared(type, cells * lanes);
  for (let cell = 0; cell < cells; cell++)
    for (let j = 0; j < bobs; j++) highBobs[cell * lanes + j] = market.gains[j + 1]![cell]!;
  const firstCell = shared(Int32Array, market.firstCell.length);
  firstCell.set(market.firstCell);
  const highAlice = shared(aliceType, cells);
  highAlice.set(market.gains[0]!);
  return {
    bits,
    bobs,
    lanes,
    words,
    highStates,
    lowCount: low.lowRank.length,
    buckets: low.bucketAlice.length,
    levels: thresholds.breaks.length + 1,
    shift: thresholds.shift,
    arrays: {
      firstCell,
      highAlice,
      highBobs,
      ...low,
      breaks: thresholds.breaks,
      hint: thresholds.hint,
      table: thresholds.table,
    },
  };
}

/** The first state of the low half: as many of the last states as fit, at least one. */
function splitState(market: Market): number {
  let state = market.states.length - 1;
  let count = market.policies[state]!.length;
  while (state > 0 && count * market.policies[state - 1]!.length <= MOST_LOW) {
    state--;
    count *= market.policies[state]!.length;
  }
  return state;
}

/** All combinations of the last states: Alice's totals and the cells they use, by rank. */
function combinations(market: Market, from: number): Uint32Array[] {
  const perState: Uint32Array[] = [];
  const count = market.policies.slice(from).reduce((product, names) => product * names.length, 1);
  let repeat = count;
  for (let state = from; state < market.states.length; state++) {
    const policies = market.policies[state]!.length;
    repeat /= policies;
    const cells = new Uint32Array(count);
    for (let rank = 0; rank < count; rank++)
      cells[rank] = market.firstCell[state]! + (Math.floor(rank / repeat) % policies);
    perState.push(cells);
  }
  return perState;
}

interface LowShape {
  readonly type: TotalsClass;
  readonly aliceType: SharedClass<AliceTotals>;
  readonly lanes: number;
  readonly words: number;
}

function lowHalf(market: Market, from: number, { type, aliceType, lanes, words }: LowShape) {
  const perState = combinations(market, from);
  const count = perState[0]!.length;
  const sum = (gains: Float64Array) => {
    const totals = new Float64Array(count);
    for (const cells of perState) for (let rank = 0; rank < count; rank++) totals[rank]! += gains[cells[rank]!]!;
    return totals;
  };
  const alice = sum(market.gains[0]!);
  const lowRank = shared(Uint32Array, count);
  lowRank.set(Uint32Array.from(alice.keys()).sort((x, y) => alice[x]! - alice[y]! || x - y));
  const lowBobs = shared(type, count * lanes);
  for (let j = 0; j < market.bobs.length; j++) {
    const totals = sum(market.gains[j + 1]!);
    for (let i = 0; i < count; i++) lowBobs[i * lanes + j] = totals[lowRank[i]!]!;
  }
  const lowCells = shared(BigUint64Array, count * words);
  // Two 32-bit halves a word: plain numbers are much faster than bigints here.
  const halves = new Uint32Array(lowCells.buffer);
  for (const cells of perState)
    for (let i = 0; i < count; i++) {
      const cell = cells[lowRank[i]!]!;
      halves[i * 2 * words + (cell >>> 5)]! |= 1 << (cell & 31);
    }
  const starts: number[] = [];
  for (let i = 0; i < count; i++) if (i === 0 || alice[lowRank[i]!] !== alice[lowRank[i - 1]!]) starts.push(i);
  const runAlice = shared(aliceType, starts.length);
  starts.forEach((start, run) => {
    runAlice[run] = alice[lowRank[start]!]!;
  });
  const runStart = boundaries(starts, count);
  const runBest = best(lowBobs, runStart, type, lanes);
  const firsts = Array.from({ length: Math.ceil(starts.length / RUNS_A_BUCKET) }, (_, b) => b * RUNS_A_BUCKET);
  const bucketStart = boundaries(firsts, starts.length);
  const bucketAlice = shared(aliceType, firsts.length);
  for (let bucket = 0; bucket < firsts.length; bucket++) bucketAlice[bucket] = runAlice[bucketStart[bucket + 1]! - 1]!;
  const bucketBest = best(runBest, bucketStart, type, lanes);
  return { lowRank, lowBobs, lowCells, runStart, runAlice, runBest, bucketStart, bucketAlice, bucketBest };
}

function boundaries(starts: readonly number[], end: number): Uint32Array {
  const array = shared(Uint32Array, starts.length + 1);
  array.set(starts);
  array[starts.length] = end;
  return array;
}

/** The largest entry of each lane over the rows start[i] … start[i+1]-1. */
function best(rows: Totals, start: Uint32Array, type: TotalsClass, lanes: number): Totals {
  const out = shared(type, (start.length - 1) * lanes);
  for (let i = 0; i + 1 < start.length; i++)
    for (let row = start[i]!; row < start[i + 1]!; row++)
      for (let lane = 0; lane < lanes; lane++)
        out[i * lanes + lane] = Math.max(out[i * lanes + lane]!, rows[row * lanes + lane]!);
  return out;
}

/** V_j by level; level L stands for the Alice totals t with exactly L breaks <= t. */
function thresholdTable(
  market: Market,
  frontiers: readonly Frontier[],
  type: TotalsClass,
  lanes: number,
  searched: boolean,
) {
  const sorted = Float64Array.from(frontiers.flatMap(({ alice }) => [...alice])).sort();
  const distinct = sorted.filter((alice, i) => i === 0 || alice !== sorted[i - 1]);
  const breaks = shared(Float64Array, distinct.length);
  breaks.set(distinct);
  const levels = breaks.length + 1;
  const table = shared(type, levels * lanes);
  // Padding that no total reaches.
  table.fill(2 ** (8 * type.BYTES_PER_ELEMENT - 1) - 1);
  frontiers.forEach(({ alice, bob }, j) => {
    // Above the last break nobody can give Alice more.
    table[(levels - 1) * lanes + j] = -1;
    let point = 0;
    for (let level = levels - 2; level >= 0; level--) {
      // t in [breaks[level-1], breaks[level]): the schemes with U_A > t are those with U_A >= breaks[level].
      while (point < alice.length && alice[point]! >= breaks[level]!) point++;
      table[level * lanes + j] = point === 0 ? -1 : bob[point - 1]!;
    }
  });
  const aliceMost = market.most[0]!;
  // One entry an Alice total is exact; shared entries hold the level to start searching from.
  const shift = searched ? Math.max(0, Math.ceil(Math.log2((aliceMost + 1) / MOST_SEARCHED_HINTS))) : 0;
  const hint = shared(Uint32Array, Math.floor(aliceMost / 2 ** shift) + 1);
  let level = 0;
  for (let i = 0; i < hint.length; i++) {
    const t = i * 2 ** shift;
    while (level < breaks.length && (searched ? breaks[level]! < t : breaks[level]! <= t)) level++;
    hint[i] = level;
  }
  return { breaks, table, hint, shift };
}
