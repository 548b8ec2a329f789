/**
 * Best responses for every deficit at once: over the states s, s+1, … of a market, the most that a Bob can get with a
 * deficit (OPT minus Alice's total) of at most d, and what else adds up over the schemes that do it: of several, over the
 * one of lowest and the one of highest rank. State after state is put in front, in place; totals are below 2^31.
 *
 *   own      i32 a deficit, from 0: the Bob's total, never falling. Before it lie as many entries of -2^31 ("no scheme") as
 *            the largest loss of a cell
 *   beside   2·lanes i32 a deficit: the other totals of the scheme of lowest rank, then of the one of highest; lanes is a
 *            multiple of 4, or 0 where nothing else is asked for
 *   records  one a cell, policies in order: 32 bytes for every 4 lanes, at least one such piece
 *              0 loss i32   4 gain of the Bob i32   8 loss in bytes of `beside` i32   12 unused   16 four other gains i32
 *   cells    i32[states+1]: the first record of each state; some cell of every state has loss 0
 *   width    i32[states+1]: entries in use of the table from each state on, never rising; any larger deficit has the
 *            same answer as the last
 */

/** Entries whose choices are noted before the other totals follow. */
const BLOCK: i32 = 512;

/** Bytes of `work`. */
export function responsesWorkBytes(): usize {
  return (<usize>BLOCK) << 3;
}

/**
 * Puts the states last - 1, …, first in front, on the entries from `least` on (0 for all of them): those below it, and as
 * many more as the losses of all states but the first add up to, become undefined.
 * Cost: a comparison a policy and entry, a move of 2·lanes an entry.
 */
export function responsesPut(
  own: usize,
  beside: usize,
  lanes: i32,
  records: usize,
  cells: usize,
  width: usize,
  first: i32,
  last: i32,
  least: i32,
  work: usize,
): void {
  const size = (<usize>max(lanes, 4)) << 3;
  for (let s = last - 1; s >= first; s--) {
    const at = (<usize>s) << 2;
    const cell = load<i32>(cells + at);
    const policies = load<i32>(cells + at, 4) - cell;
    const these = records + <usize>cell * size;
    const entries = load<i32>(width + at);
    extend(own, beside, lanes, load<i32>(width + at, 4), entries);
    // Downwards: an entry is made from those at and below it.
    for (let to = entries; to > least; to -= BLOCK) {
      const from = max(least, to - BLOCK);
      choose(own, from, to, these, policies, size, work);
      for (let lane: i32 = 0; lane < lanes; lane += 4) follow(beside, lanes, lane, from, to, these, work);
    }
  }
}

/** Repeats the last of `count` entries up to `width`. */
function extend(own: usize, beside: usize, lanes: i32, count: i32, width: i32): void {
  const entry = (<usize>lanes) << 3;
  const last = own + ((<usize>(count - 1)) << 2);
  const others = beside + <usize>(count - 1) * entry;
  for (let i: usize = 1; i <= <usize>(width - count); i++) {
    store<i32>(last + (i << 2), load<i32>(last));
    memory.copy(others + i * entry, others, entry);
  }
}

/**
 * own[d] = the largest own[d - loss] + gain for d = from … to - 1, and in `work` where the records of the first and of
 * the last policy that has it begin: i32[BLOCK] each.
 */
function choose(own: usize, from: i32, to: i32, records: usize, policies: i32, size: usize, work: usize): void {
  let d = to;
  if (ASC_FEATURE_SIMD) {
    while (d - 8 >= from) {
      d -= 8;
      const at = own + ((<usize>d) << 2);
      let record = records;
      let source = at - ((<usize>load<i32>(record)) << 2);
      let gain = v128.load_splat<i32>(record, 4);
      let a = v128.add<i32>(v128.load(source), gain);
      let b = v128.add<i32>(v128.load(source, 16), gain);
      let lowA = i32x4.splat(0);
      let lowB = i32x4.splat(0);
      let highA = i32x4.splat(0);
      let highB = i32x4.splat(0);
      for (let p: i32 = 1; p < policies; p++) {
        record += size;
        source = at - ((<usize>load<i32>(record)) << 2);
        gain = v128.load_splat<i32>(record, 4);
        const c = v128.add<i32>(v128.load(source), gain);
        const e = v128.add<i32>(v128.load(source, 16), gain);
        // Records rise with the policies: the largest is the last.
        const place = i32x4.splat(<i32>(record - records));
        lowA = v128.max<i32>(lowA, v128.and(place, v128.gt<i32>(c, a)));
        lowB = v128.max<i32>(lowB, v128.and(place, v128.gt<i32>(e, b)));
        highA = v128.max<i32>(highA, v128.andnot(place, v128.gt<i32>(a, c)));
        highB = v128.max<i32>(highB, v128.andnot(place, v128.gt<i32>(b, e)));
        a = v128.max<i32>(a, c);
        b = v128.max<i32>(b, e);
      }
      v128.store(at, a);
      v128.store(at, b, 16);
      const note = work + ((<usize>(d - from)) << 2);
      v128.store(note, lowA);
      v128.store(note, lowB, 16);
      v128.store(note + (BLOCK << 2), highA);
      v128.store(note + (BLOCK << 2), highB, 16);
    }
  }
  while (d > from) {
    d--;
    const at = own + ((<usize>d) << 2);
    let most = i32.MIN_VALUE;
    let low: i32 = 0;
    let high: i32 = 0;
    for (let p: i32 = 0; p < policies; p++) {
      const record = records + <usize>p * size;
      const total = load<i32>(at - ((<usize>load<i32>(record)) << 2)) + load<i32>(record, 4);
      if (total > most) low = <i32>(record - records);
      if (total >= most) high = <i32>(record - records);
      most = max(most, total);
    }
    store<i32>(at, most);
    const note = work + ((<usize>(d - from)) << 2);
    store<i32>(note, low);
    store<i32>(note + (BLOCK << 2), high);
  }
}

/** Moves four of the other totals after the choices in `work`, those from `lane` on. */
function follow(beside: usize, lanes: i32, lane: i32, from: i32, to: i32, records: usize, work: usize): void {
  const half = (<usize>lanes) << 2;
  const piece = records + ((<usize>lane) << 3);
  let at = beside + <usize>to * 2 * half + ((<usize>lane) << 2);
  let above = at + half;
  let note = work + ((<usize>(to - from)) << 2);
  for (let d = to; d > from; d--) {
    at -= 2 * half;
    above -= 2 * half;
    note -= 4;
    const low = piece + <usize>load<i32>(note);
    const high = piece + <usize>load<i32>(note, BLOCK << 2);
    add(at, at - <usize>load<i32>(low, 8), low + 16);
    add(above, above - <usize>load<i32>(high, 8), high + 16);
  }
}

/** into = from + gains, four of them. */
function add(into: usize, from: usize, gains: usize): void {
  if (ASC_FEATURE_SIMD) {
    v128.store(into, v128.add<i32>(v128.load(from), v128.load(gains)));
  } else {
    for (let k: usize = 0; k < 16; k += 4) store<i32>(into + k, load<i32>(from + k) + load<i32>(gains + k));
  }
}
