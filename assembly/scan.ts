/**
 * Every scheme of a rank range, tested once for all committees (section 7.1).
 *
 * A scheme f with Alice total t is blocked by Bob j where U_j(f) < V_j(t), V_j(t) = max{U_j(f') : U_A(f') > t}. The Bobs
 * that do not block it are its *open* mask; f is stable for the committees inside that mask. Under the tie rule `index`
 * (Definition 16) the lowest-index Bob of a committee is held to V_j with >= in place of >: his bit comes from the
 * *weak* open mask, the others' from the strict one.
 *
 * The totals of all combinations of the last states (the *low half*) are laid down once, sorted by Alice's total. Equal
 * Alice totals form a *run* (thresholds are constant over it); neighbouring runs form a *bucket*. For each combination
 * of the first states (the *high half*) a bucket is skipped where even its largest Bob totals miss the thresholds at its
 * largest Alice total (thresholds only fall as t rises), then a run likewise, then the schemes themselves are compared,
 * all Bobs at once. T is i16, i32 or f64: whichever holds every Bob's total. Bob totals are padded to whole vectors.
 * Where only the committee of all Bobs is asked for (WHOLE), one Bob that misses is enough to skip.
 *
 * The plan (src/kernel/scan-plan.ts writes it) is a header of u32 fields, then the arrays they point to:
 *
 *      0 bobs                            4 lanes: bobs, padded              8 words: u64s of a set of cells
 *     12 highStates                     16 lowCount                        20 buckets
 *     24 firstCell i32[highStates+1]    28 highAlice A[cells]              32 highBobs T[cells][lanes]
 *     36 lowRank u32[lowCount]          40 lowBobs T[lowCount][lanes]      44 lowCells u64[lowCount][words]
 *     48 runStart u32[runs+1]           52 runAlice A[runs]                56 runBest T[runs][lanes]
 *     60 bucketStart u32[buckets+1]     64 bucketAlice A[buckets]          68 bucketBest T[buckets][lanes]
 *     72 breaks f64[levels-1]           76 levels                          80 hint u32[(most >> shift) + 1]
 *     84 shift                          88 table T[levels][lanes]
 *
 * Row L of the table holds V_j(t) for the t with exactly L breaks <= t, -1 where there is no such scheme, and a value
 * that nothing reaches in the padding. Alice's totals are A = i32 where `hint` has a level for each of them (shift 0);
 * else A = T = f64 and hint[t >> shift] is the level of the first total with that quotient, or one below it.
 */
import { advance, ROW_TOTALS, rowBytesOf, standAt } from './odometer';
import { FULL, OK } from './status';

/** Mode bit: the tie rule is `index`, not `strict`. */
const INDEX: u32 = 1;
/** Mode bit: only schemes stable for the committee of all Bobs count, all in entry 0. */
const WHOLE: u32 = 2;

/** The number of breaks <= t. */
function levelOf<A>(plan: usize, t: A): usize {
  const hint = <usize>load<u32>(plan, 80);
  if (sizeof<A>() == 4) return <usize>load<u32>(hint + ((<usize>t) << 2));
  const breaks = <usize>load<u32>(plan, 72);
  const count = <usize>load<u32>(plan, 76) - 1;
  let level = <usize>load<u32>(hint + ((<usize>(<u64>t >> <u64>load<u32>(plan, 84))) << 2));
  while (level < count && load<f64>(breaks + (level << 3)) <= t) level++;
  return level;
}

/** The Bobs with totals[j] + high[j] >= row[j], as a mask. `lanes` is a multiple of 16 / sizeof<T>(). */
function openMask<T>(totals: usize, high: usize, row: usize, lanes: u32): u32 {
  let mask: u32 = 0;
  if (ASC_FEATURE_SIMD) {
    const group = 16 / sizeof<T>();
    for (let lane: usize = 0; lane < lanes; lane += group) {
      const at = lane * sizeof<T>();
      const reached = v128.ge<T>(v128.add<T>(v128.load(totals + at), v128.load(high + at)), v128.load(row + at));
      if (sizeof<T>() == 2) mask |= i16x8.bitmask(reached) << (<u32>lane);
      else if (sizeof<T>() == 4) mask |= i32x4.bitmask(reached) << (<u32>lane);
      else mask |= i64x2.bitmask(reached) << (<u32>lane);
    }
  } else {
    for (let lane: usize = 0; lane < lanes; lane++) {
      const at = lane * sizeof<T>();
      if (<f64>load<T>(totals + at) + <f64>load<T>(high + at) >= <f64>load<T>(row + at)) mask |= 1 << (<u32>lane);
    }
  }
  return mask;
}

/** Whether a bucket, run or scheme may hold what is looked for: some Bob open, or, where `whole` is not 0, all of them. */
function passes<T>(totals: usize, high: usize, row: usize, lanes: u32, whole: u32): bool {
  if (ASC_FEATURE_SIMD) {
    if (whole == 0) {
      const bytes: usize = <usize>lanes * sizeof<T>();
      for (let at: usize = 0; at < bytes; at += 16) {
        if (v128.any_true(v128.ge<T>(v128.add<T>(v128.load(totals + at), v128.load(high + at)), v128.load(row + at))))
          return true;
      }
      return false;
    }
  }
  const open = openMask<T>(totals, high, row, lanes);
  return whole == 0 ? open != 0 : open == whole;
}

/**
 * One entry of the statistics: the schemes with one open mask.
 *
 *      0 count u64 | 8 least Alice total f64 | 16 its lowest rank u64 | 24 largest f64 | 32 its lowest rank u64
 *     40 cells used, u64[words]
 */
const ENTRY_HEADER: usize = 40;

function entryCount(mode: u32, bobs: u32): u32 {
  if (mode & WHOLE) return 1;
  return mode & INDEX ? 2 << bobs : 1 << bobs;
}

function record(entry: usize, alice: f64, rank: u64, low: usize, high: usize, words: u32): void {
  const count = load<u64>(entry);
  store<u64>(entry, count + 1);
  const least = load<f64>(entry, 8);
  if (count == 0 || alice < least || (alice == least && rank < load<u64>(entry, 16))) {
    store<f64>(entry, alice, 8);
    store<u64>(entry, rank, 16);
  }
  const most = load<f64>(entry, 24);
  if (count == 0 || alice > most || (alice == most && rank < load<u64>(entry, 32))) {
    store<f64>(entry, alice, 24);
    store<u64>(entry, rank, 32);
  }
  for (let word: usize = 0; word < words; word++) {
    const at = word << 3;
    store<u64>(
      entry + at,
      load<u64>(entry + at, ENTRY_HEADER) | load<u64>(low + at) | load<u64>(high + at),
      ENTRY_HEADER,
    );
  }
}

/**
 * Keeps the totals of a scheme unless a kept one of the same entry dominates them (Alice <=, every Bob >=): the rows
 * that can bind in the misalignment programme over schemes (Remark 5).
 *
 *      0 kept u32 | 4 capacity u32 | 8 full u32 | 16 heads i32[entries], 1-based | then each row (8-byte aligned):
 *      next i32 | entry u32 | Alice's total f64 | Bobs' totals f64[bobs]
 */
function keep<T>(rows: usize, entries: u32, entry: u32, alice: f64, totals: usize, high: usize, bobs: u32): void {
  const base = rows + 16 + ((<usize>entries * 4 + 7) & ~7);
  const stride: usize = 16 + ((<usize>bobs) << 3);
  const head = rows + 16 + ((<usize>entry) << 2);
  const first = load<i32>(head);
  for (let next = first; next != 0; ) {
    const row = base + <usize>(next - 1) * stride;
    let dominates = load<f64>(row, 8) <= alice;
    for (let j: usize = 0; dominates && j < bobs; j++) {
      const total = <f64>load<T>(totals + j * sizeof<T>()) + <f64>load<T>(high + j * sizeof<T>());
      dominates = load<f64>(row + (j << 3), 16) >= total;
    }
    if (dominates) return;
    next = load<i32>(row);
  }
  const kept = load<u32>(rows);
  if (kept == load<u32>(rows, 4)) {
    store<u32>(rows, 1, 8);
    return;
  }
  const row = base + <usize>kept * stride;
  store<i32>(row, first);
  store<u32>(row, entry, 4);
  store<f64>(row, alice, 8);
  for (let j: usize = 0; j < bobs; j++) {
    store<f64>(row + (j << 3), <f64>load<T>(totals + j * sizeof<T>()) + <f64>load<T>(high + j * sizeof<T>()), 16);
  }
  store<i32>(head, kept + 1);
  store<u32>(rows, kept + 1);
}

/** Adds one scheme to the entry (tie rule `strict`) or entries (`index`: one a possible lowest Bob) it belongs to. */
function addScheme<T>(
  plan: usize,
  mode: u32,
  level: usize,
  alice: f64,
  rank: u64,
  low: usize,
  totals: usize,
  high: usize,
  highCells: usize,
  open: u32,
  stats: usize,
  rows: usize,
): void {
  const bobs = load<u32>(plan);
  const words = load<u32>(plan, 8);
  const stride = ENTRY_HEADER + ((<usize>words) << 3);
  const whole = (mode & WHOLE) != 0;
  if (!(mode & INDEX)) {
    const entry = whole ? 0 : open;
    record(stats + <usize>entry * stride, alice, rank, low, highCells, words);
    if (rows != 0) keep<T>(rows, entryCount(mode, bobs), entry, alice, totals, high, bobs);
    return;
  }
  const atBreak = level > 0 && load<f64>(<usize>load<u32>(plan, 72) + ((level - 1) << 3)) == alice;
  const lanes = load<u32>(plan, 4);
  const weakRow = <usize>load<u32>(plan, 88) + (atBreak ? level - 1 : level) * <usize>lanes * sizeof<T>();
  const weak = openMask<T>(totals, high, weakRow, lanes);
  let offset: u32 = 0;
  const candidates: u32 = whole ? 1 : bobs;
  for (let lowest: u32 = 0; lowest < candidates; lowest++) {
    if ((weak >> lowest) & 1) {
      const entry = whole ? 0 : offset + ((open >> lowest) | 1);
      record(stats + <usize>entry * stride, alice, rank, low, highCells, words);
      if (rows != 0) keep<T>(rows, entryCount(mode, bobs), entry, alice, totals, high, bobs);
    }
    offset += 1 << (bobs - lowest);
  }
}

/** The first bucket from `bucket` on that may hold what is looked for, or `buckets`. */
function nextBucket<T, A>(plan: usize, bucket: usize, buckets: usize, alice: A, high: usize, whole: u32): usize {
  const lanes = load<u32>(plan, 4);
  const bucketAlice = <usize>load<u32>(plan, 64);
  const bucketBest = <usize>load<u32>(plan, 68);
  const table = <usize>load<u32>(plan, 88);
  const stride: usize = <usize>lanes * sizeof<T>();
  if (ASC_FEATURE_SIMD) {
    // The hottest loop: one vector holds all Bobs, and Alice's totals lead straight to the thresholds.
    if (sizeof<A>() == 4 && stride == 16 && whole == 0) {
      const hint = <usize>load<u32>(plan, 80) + ((<usize>alice) << 2);
      const mine = v128.load(high);
      for (; bucket < buckets; bucket++) {
        const level = <usize>load<u32>(hint + ((<usize>load<i32>(bucketAlice + (bucket << 2))) << 2));
        const best = v128.add<T>(v128.load(bucketBest + (bucket << 4)), mine);
        if (v128.any_true(v128.ge<T>(best, v128.load(table + (level << 4))))) return bucket;
      }
      return buckets;
    }
  }
  for (; bucket < buckets; bucket++) {
    const level = levelOf<A>(plan, alice + load<A>(bucketAlice + bucket * sizeof<A>()));
    if (passes<T>(bucketBest + bucket * stride, high, table + level * stride, lanes, whole)) return bucket;
  }
  return buckets;
}

/** The first scheme from `i` on, of a run that ends at `last`, that may hold what is looked for, or `last`. */
function nextScheme<T>(
  lowBobs: usize,
  i: usize,
  last: usize,
  high: usize,
  needed: usize,
  lanes: u32,
  whole: u32,
): usize {
  const stride: usize = <usize>lanes * sizeof<T>();
  if (ASC_FEATURE_SIMD) {
    // Where utilities are coarse, runs are long: what the low half must reach is one vector for all of them.
    if (stride == 16 && whole == 0) {
      const least = v128.sub<T>(v128.load(needed), v128.load(high));
      for (; i + 4 <= last; i += 4) {
        const at = lowBobs + (i << 4);
        const a = v128.or(v128.ge<T>(v128.load(at), least), v128.ge<T>(v128.load(at, 16), least));
        const b = v128.or(v128.ge<T>(v128.load(at, 32), least), v128.ge<T>(v128.load(at, 48), least));
        if (v128.any_true(v128.or(a, b))) break;
      }
      for (; i < last; i++) if (v128.any_true(v128.ge<T>(v128.load(lowBobs + (i << 4)), least))) return i;
      return last;
    }
  }
  for (; i < last; i++) if (passes<T>(lowBobs + i * stride, high, needed, lanes, whole)) return i;
  return last;
}

function scan<T, A>(plan: usize, first: u64, count: u64, mode: u32, stats: usize, rows: usize, work: usize): i32 {
  const lanes = load<u32>(plan, 4);
  const words = load<u32>(plan, 8);
  const lowCount = <u64>load<u32>(plan, 16);
  const buckets = <usize>load<u32>(plan, 20);
  const lowRank = <usize>load<u32>(plan, 36);
  const lowBobs = <usize>load<u32>(plan, 40);
  const lowCells = <usize>load<u32>(plan, 44);
  const runStart = <usize>load<u32>(plan, 48);
  const runAlice = <usize>load<u32>(plan, 52);
  const runBest = <usize>load<u32>(plan, 56);
  const bucketStart = <usize>load<u32>(plan, 60);
  const table = <usize>load<u32>(plan, 88);
  const stride: usize = <usize>lanes * sizeof<T>();
  const end = first + count;
  const whole: u32 = mode & WHOLE ? <u32>(((<u64>1) << load<u32>(plan)) - 1) : 0;

  const rowBytes = rowBytesOf<T>(plan);
  const row = work + <usize>load<u32>(plan, 12) * rowBytes;
  const mine = row + ROW_TOTALS;
  const cells = mine + stride;
  standAt<T, A>(plan, work, rowBytes, first / lowCount);
  for (let high = first / lowCount; high * lowCount < end; high++, advance<T, A>(plan, work, rowBytes)) {
    const alice = load<A>(row);
    const base = high * lowCount;
    let bucket = nextBucket<T, A>(plan, 0, buckets, alice, mine, whole);
    for (; bucket < buckets; bucket = nextBucket<T, A>(plan, bucket + 1, buckets, alice, mine, whole)) {
      const lastRun = load<u32>(bucketStart + (bucket << 2), 4);
      for (let run: usize = load<u32>(bucketStart + (bucket << 2)); run < lastRun; run++) {
        const total: A = alice + load<A>(runAlice + run * sizeof<A>());
        const level = levelOf<A>(plan, total);
        const needed = table + level * stride;
        if (!passes<T>(runBest + run * stride, mine, needed, lanes, whole)) continue;
        const last = <usize>load<u32>(runStart + (run << 2), 4);
        let i = nextScheme<T>(lowBobs, load<u32>(runStart + (run << 2)), last, mine, needed, lanes, whole);
        for (; i < last; i = nextScheme<T>(lowBobs, i + 1, last, mine, needed, lanes, whole)) {
          const totals = lowBobs + i * stride;
          const rank = base + <u64>load<u32>(lowRank + (i << 2));
          if (rank < first || rank >= end) continue;
          const open = openMask<T>(totals, mine, needed, lanes);
          const low = lowCells + ((i * words) << 3);
          addScheme<T>(plan, mode, level, <f64>total, rank, low, totals, mine, cells, open, stats, rows);
        }
      }
    }
  }
  return rows != 0 && load<u32>(rows, 8) ? FULL : OK;
}

/** Bytes of working memory for a plan whose totals are `bits` wide (16, 32 or 53). */
export function scanWorkBytes(plan: usize, bits: u32): usize {
  const rowBytes = bits == 16 ? rowBytesOf<i16>(plan) : bits == 32 ? rowBytesOf<i32>(plan) : rowBytesOf<f64>(plan);
  return (<usize>load<u32>(plan, 12) + 1) * rowBytes;
}

/**
 * Scans the schemes of rank first … first+count-1 of a market whose Bob totals fit i16, with a level for each Alice total.
 * plan   as above, read only                      mode   bits INDEX, WHOLE
 * stats  2^bobs entries by open mask (INDEX: for each lowest Bob l, 2^(bobs-l) entries by mask >> l; WHOLE: one), added to
 * rows   0, or a store of undominated totals as drawn at `keep`, added to
 * work   scanWorkBytes of the plan, 16-byte aligned; contents undefined after
 * Cost: one test a bucket and high combination, more where a bucket is not skipped. Returns OK, or FULL where rows ran
 * out of room (stats are complete then, rows are not).
 */
export function scan16(plan: usize, first: u64, count: u64, mode: u32, stats: usize, rows: usize, work: usize): i32 {
  return scan<i16, i32>(plan, first, count, mode, stats, rows, work);
}

/** As scan16 for Bob totals that fit i32. */
export function scan32(plan: usize, first: u64, count: u64, mode: u32, stats: usize, rows: usize, work: usize): i32 {
  return scan<i32, i32>(plan, first, count, mode, stats, rows, work);
}

/** As scan16 for all other markets: totals up to 2^53, held in f64. */
export function scan53(plan: usize, first: u64, count: u64, mode: u32, stats: usize, rows: usize, work: usize): i32 {
  return scan<f64, f64>(plan, first, count, mode, stats, rows, work);
}
