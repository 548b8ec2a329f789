/**
 * Best responses for every deficit at once: over the states s, s+1, … of a market, the most that a Bob can get with a
 * deficit (OPT minus Alice's total) of at most d, and the other totals of the scheme that does it; of several, the one of
 * lowest or of highest rank. One state at a time, from the last; all totals are whole numbers below 2^31.
 *
 * A table is `rows` arrays of `stride` i32: row 0 holds the Bob's totals and never falls; what the others hold adds up
 * over states beside it (the deficit that is used, other players' totals). Its first `width` entries are in use: any
 * larger deficit has the same answer as the last.
 */

/** Entries of a block: all rows of it stay in the first-level cache while every policy passes over them. */
const BLOCK: i32 = 512;

/**
 * into[d] = the first largest of from[d - loss[p]] + gains[p] in row 0, over the policies p.
 * into    rows·stride i32, overwritten up to `width`
 * from    rows·stride i32, `fromWidth` entries in use, extended up to `width`
 * loss    policies i32: Alice's largest gain in the state minus this policy's; 0 for one of them
 * gains   rows·policies i32: what a policy adds to each row
 * first, step  the order in which policies are tried: 0 and 1, or the last and -1
 * Cost: policies·width comparisons, rows·width moves where a policy is better.
 */
export function responsesStep(
  into: usize,
  width: i32,
  from: usize,
  fromWidth: i32,
  stride: i32,
  rows: i32,
  loss: usize,
  gains: usize,
  policies: i32,
  first: i32,
  step: i32,
): void {
  const row = (<usize>stride) << 2;
  for (let r: i32 = 0; r < rows; r++) extend(from + <usize>r * row, fromWidth, width);
  for (let begin: i32 = 0; begin < width; begin += BLOCK) {
    const end = min(begin + BLOCK, width);
    for (let d = begin; d < end; d++) store<i32>(into + ((<usize>d) << 2), -1);
    for (let i: i32 = 0, p = first; i < policies; i++, p += step) {
      const by = load<i32>(loss + ((<usize>p) << 2));
      const start = max(begin, by);
      if (start >= end) continue;
      const to = into + ((<usize>start) << 2);
      const source = from + ((<usize>(start - by)) << 2);
      improve(to, source, end - start, row, rows, gains + ((<usize>p) << 2), (<usize>policies) << 2);
    }
  }
}

/** Repeats the last of `count` entries up to `width`. */
function extend(at: usize, count: i32, width: i32): void {
  const last = load<i32>(at + ((<usize>(count - 1)) << 2));
  for (let d = count; d < width; d++) store<i32>(at + ((<usize>d) << 2), last);
}

/** Takes `from` + gains, all rows, where row 0 becomes larger by it. */
function improve(into: usize, from: usize, count: i32, row: usize, rows: i32, gains: usize, gainStep: usize): void {
  const own = load<i32>(gains);
  let i: i32 = 0;
  if (ASC_FEATURE_SIMD) {
    const adds = i32x4.splat(own);
    for (; i + 16 <= count; i += 16) {
      const a = v128.gt<i32>(v128.add<i32>(v128.load(from), adds), v128.load(into));
      const b = v128.gt<i32>(v128.add<i32>(v128.load(from, 16), adds), v128.load(into, 16));
      const c = v128.gt<i32>(v128.add<i32>(v128.load(from, 32), adds), v128.load(into, 32));
      const d = v128.gt<i32>(v128.add<i32>(v128.load(from, 48), adds), v128.load(into, 48));
      if (v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)))) {
        let to = into;
        let source = from;
        let gain = gains;
        for (let r: i32 = 0; r < rows; r++) {
          const other = v128.load_splat<i32>(gain);
          take(to, source, other, a);
          take(to + 16, source + 16, other, b);
          take(to + 32, source + 32, other, c);
          take(to + 48, source + 48, other, d);
          to += row;
          source += row;
          gain += gainStep;
        }
      }
      from += 64;
      into += 64;
    }
  }
  for (; i < count; i++) {
    if (load<i32>(from) + own > load<i32>(into))
      for (let r: usize = 0; r < <usize>rows; r++)
        store<i32>(into + r * row, load<i32>(from + r * row) + load<i32>(gains + r * gainStep));
    from += 4;
    into += 4;
  }
}

/** into = from + add where `better`, four entries. */
function take(into: usize, from: usize, add: v128, better: v128): void {
  v128.store(into, v128.bitselect(v128.add<i32>(v128.load(from), add), v128.load(into), better));
}
