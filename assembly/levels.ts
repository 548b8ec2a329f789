/**
 * Suffix tables for the search: over the states s, s+1, … of a market, the best total in some direction (a Bob, or a
 * weighted sum of Bobs) for each exact deficit d, where the deficit of a scheme is OPT minus Alice's total. One state
 * at a time, from the last; integers held exactly in f64, -Infinity where no choice of policies has that deficit.
 */

/** Entries of a block: it stays in the first-level cache while every policy passes over it. */
const BLOCK: i32 = 2048;

/**
 * into[d] = max over policies p of from[d - loss[p]] + value[p].
 * into   width f64, overwritten          from  fromWidth f64, read only (one entry 0 after the last state)
 * loss   policies f64: Alice's largest gain in the state minus this policy's, whole numbers
 * value  policies f64: the policy's gain in the direction
 * Cost: policies · fromWidth additions and maxima.
 */
export function levelsStep(
  into: usize,
  width: i32,
  from: usize,
  fromWidth: i32,
  loss: usize,
  value: usize,
  policies: i32,
): void {
  for (let begin: i32 = 0; begin < width; begin += BLOCK) {
    const end = min(begin + BLOCK, width);
    for (let d = begin; d < end; d++) store<f64>(into + ((<usize>d) << 3), -Infinity);
    let p: i32 = 0;
    for (; p + 4 <= policies; p += 4) {
      const at: usize = (<usize>p) << 3;
      raiseFour(into, begin, end, from, fromWidth, loss + at, value + at);
    }
    for (; p < policies; p++) {
      const at: usize = (<usize>p) << 3;
      raiseIn(into, begin, end, from, fromWidth, load<f64>(loss + at), load<f64>(value + at));
    }
  }
}

/** One policy's part of a block. */
function raiseIn(into: usize, begin: i32, end: i32, from: usize, fromWidth: i32, loss: f64, value: f64): void {
  if (loss >= <f64>end) return;
  const by = <i32>loss;
  const first = max(begin, by);
  const last = <i32>min<i64>(end, <i64>by + fromWidth);
  raise(into + ((<usize>first) << 3), from + ((<usize>(first - by)) << 3), last - first, value);
}

/** The same of four policies, in one pass over the deficits that all of them reach. */
function raiseFour(into: usize, begin: i32, end: i32, from: usize, fromWidth: i32, loss: usize, value: usize): void {
  const l0 = load<f64>(loss);
  const l1 = load<f64>(loss, 8);
  const l2 = load<f64>(loss, 16);
  const l3 = load<f64>(loss, 24);
  const a0 = load<f64>(value);
  const a1 = load<f64>(value, 8);
  const a2 = load<f64>(value, 16);
  const a3 = load<f64>(value, 24);
  let first = begin;
  let last = begin;
  if (ASC_FEATURE_SIMD && max(max(l0, l1), max(l2, l3)) < <f64>end) {
    first = max(begin, <i32>max(max(l0, l1), max(l2, l3)));
    last = <i32>min<f64>(<f64>end, min(min(l0, l1), min(l2, l3)) + <f64>fromWidth);
    last = first + (max(last - first, 0) & ~3);
  }
  if (last <= first) {
    raiseIn(into, begin, end, from, fromWidth, l0, a0);
    raiseIn(into, begin, end, from, fromWidth, l1, a1);
    raiseIn(into, begin, end, from, fromWidth, l2, a2);
    raiseIn(into, begin, end, from, fromWidth, l3, a3);
    return;
  }
  raiseIn(into, begin, first, from, fromWidth, l0, a0);
  raiseIn(into, begin, first, from, fromWidth, l1, a1);
  raiseIn(into, begin, first, from, fromWidth, l2, a2);
  raiseIn(into, begin, first, from, fromWidth, l3, a3);
  if (ASC_FEATURE_SIMD) {
    const adds0 = f64x2.splat(a0);
    const adds1 = f64x2.splat(a1);
    const adds2 = f64x2.splat(a2);
    const adds3 = f64x2.splat(a3);
    let to = into + ((<usize>first) << 3);
    let from0 = from + ((<usize>(first - <i32>l0)) << 3);
    let from1 = from + ((<usize>(first - <i32>l1)) << 3);
    let from2 = from + ((<usize>(first - <i32>l2)) << 3);
    let from3 = from + ((<usize>(first - <i32>l3)) << 3);
    const stop = into + ((<usize>last) << 3);
    for (; to < stop; to += 32) {
      const low = most(
        f64x2.add(v128.load(from0), adds0),
        f64x2.add(v128.load(from1), adds1),
        f64x2.add(v128.load(from2), adds2),
        f64x2.add(v128.load(from3), adds3),
      );
      v128.store(to, f64x2.pmax(v128.load(to), low));
      const high = most(
        f64x2.add(v128.load(from0, 16), adds0),
        f64x2.add(v128.load(from1, 16), adds1),
        f64x2.add(v128.load(from2, 16), adds2),
        f64x2.add(v128.load(from3, 16), adds3),
      );
      v128.store(to, f64x2.pmax(v128.load(to, 16), high), 16);
      from0 += 32;
      from1 += 32;
      from2 += 32;
      from3 += 32;
    }
  }
  raiseIn(into, last, end, from, fromWidth, l0, a0);
  raiseIn(into, last, end, from, fromWidth, l1, a1);
  raiseIn(into, last, end, from, fromWidth, l2, a2);
  raiseIn(into, last, end, from, fromWidth, l3, a3);
}

function most(a: v128, b: v128, c: v128, d: v128): v128 {
  return f64x2.pmax(f64x2.pmax(a, b), f64x2.pmax(c, d));
}

/** into[i] = max(into[i], from[i] + add) for i < count. */
function raise(into: usize, from: usize, count: i32, add: f64): void {
  let i: i32 = 0;
  if (ASC_FEATURE_SIMD) {
    const adds = f64x2.splat(add);
    for (; i + 4 <= count; i += 4) {
      const low = v128.add<f64>(v128.load(from), adds);
      const high = v128.add<f64>(v128.load(from, 16), adds);
      v128.store(into, v128.pmax<f64>(v128.load(into), low));
      v128.store(into, v128.pmax<f64>(v128.load(into, 16), high), 16);
      from += 32;
      into += 32;
    }
  }
  for (; i < count; i++) {
    const sum = load<f64>(from) + add;
    if (sum > load<f64>(into)) store<f64>(into, sum);
    from += 8;
    into += 8;
  }
}

/**
 * Coarsens a row: into[b] = the largest from[d] with d >> shift = b, an upper bound for each of those deficits.
 * into  ((width - 1) >> shift) + 1 f64, overwritten; may be `from` itself
 */
export function levelsCoarsen(into: usize, from: usize, width: i32, shift: i32): void {
  const size = 1 << shift;
  for (let begin: i32 = 0; begin < width; begin += size) {
    const end = min(begin + size, width);
    let best = -Infinity;
    for (let d = begin; d < end; d++) best = max(best, load<f64>(from + ((<usize>d) << 3)));
    store<f64>(into, best);
    into += 8;
  }
}
