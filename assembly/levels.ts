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
    for (let p: i32 = 0; p < policies; p++) {
      const shift = load<f64>(loss + ((<usize>p) << 3));
      if (shift >= <f64>end) continue;
      const by = <i32>shift;
      const first = max(begin, by);
      raise(
        into + ((<usize>first) << 3),
        from + ((<usize>(first - by)) << 3),
        <i32>min<i64>(end, <i64>by + fromWidth) - first,
        load<f64>(value + ((<usize>p) << 3)),
      );
    }
  }
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
