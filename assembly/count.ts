/**
 * Counting the schemes with deficit d and given thresholds without listing them (the problem of search.ts): partial
 * choices of the first states that have the same deficit left, and leave every Bob the same to reach, have the same
 * completions and become one entry. One state at a time, pruned by the same suffix tables.
 *
 * An entry is 1 + K f64: the deficit left, then what each direction still needs. Bobs that need nothing any more need 0.
 * `countStep` extends the entries of one layer (the host keeps the layers); `countSmall` does all of it where layers
 * stay small, as most do: it needs no host between two states.
 */
import { staircaseAt } from './staircase';
import { FULL, OK, PAUSED } from './status';

/** 2^64 over the golden ratio. */
const GOLDEN: u64 = (0x9e3779b9 << 32) | 0x7f4a7c15;

/** Bits of f64 mixed to a slot number (the finaliser of splitmix64). */
function mixed(hash: u64, value: f64): u64 {
  hash = (hash ^ reinterpret<u64>(value)) * GOLDEN;
  return hash ^ (hash >> 29);
}

/** Whether two entries agree in the deficit and in the first `bobs` needs; the others follow from those. */
function same(a: usize, b: usize, bobs: i32): bool {
  for (let i: i32 = 0; i <= bobs; i++)
    if (load<f64>(a + ((<usize>i) << 3)) != load<f64>(b + ((<usize>i) << 3))) return false;
  return true;
}

/** Empties a hash table of `slots` slots (a power of two). */
export function countClear(table: usize, slots: i32): void {
  memory.fill(table, 0xff, (<usize>slots) << 2);
}

/**
 * Extends the entries number `begin` … `end` - 1 of `from` by every policy of one state.
 * cell      first cell of the state; `policies` cells
 * loss, value, exact  as in search.ts, over all cells
 * width, shift, row, steps  those of the next state's suffix tables
 * from      entries, read only            next   i32[count·policies]: number of the extended entry, -1 where there is none
 * into      entries; `count` are there already, room for policies more a step
 * table     i32[slots], emptied by countClear before the first call: numbers of entries by hash; slots at least twice
 *           the entries that there will be
 * Returns the new number of entries in `into`. Cost: O(K) a policy and entry.
 */
export function countStep(
  policies: i32,
  directions: i32,
  exact: i32,
  cell: i32,
  loss: usize,
  value: usize,
  width: f64,
  shift: i32,
  row: usize,
  steps: usize,
  from: usize,
  begin: i32,
  end: i32,
  next: usize,
  into: usize,
  count: i32,
  table: usize,
  slots: i32,
): i32 {
  const size = (<usize>(directions + 1)) << 3;
  for (let entry = begin; entry < end; entry++) {
    const source = from + <usize>entry * size;
    for (let p: i32 = 0; p < policies; p++) {
      const at = (<usize>(cell + p)) << 3;
      const to = into + <usize>count * size;
      let found: i32 = -1;
      const rest = load<f64>(source) - load<f64>(loss + at);
      if (rest >= 0 && rest < width) {
        const place = (<usize>(<i64>rest >> shift)) << 3;
        let hash = mixed(0, rest);
        let k: usize = 0;
        store<f64>(to, rest);
        for (; k < <usize>directions; k++) {
          const bob = <i32>k < exact;
          let need = load<f64>(source + ((k + 1) << 3)) - load<f64>(<usize>load<u32>(value + (k << 2)) + at);
          const tail = <usize>load<u32>(row + (k << 2));
          const length = load<i32>(steps + (k << 2));
          const best = length != 0 ? staircaseAt(tail, length, rest, bob) : load<f64>(tail + place);
          if (best < need) break;
          need = max(need, 0);
          store<f64>(to + ((k + 1) << 3), need);
          if (bob) hash = mixed(hash, need);
        }
        if (k == <usize>directions) {
          let slot = <usize>(hash ^ (hash >> 32)) & <usize>(slots - 1);
          while (true) {
            found = load<i32>(table + (slot << 2));
            if (found < 0) {
              found = count++;
              store<i32>(table + (slot << 2), found);
              break;
            }
            if (same(into + <usize>found * size, to, exact)) break;
            slot = (slot + 1) & <usize>(slots - 1);
          }
        }
      }
      store<i32>(next + ((<usize>(entry * policies + p)) << 2), found);
    }
  }
  return count;
}

/**
 * Counts the schemes behind one entry: forward over all states, then backward.
 * firstCell, loss, value, exact, width, shift, row, steps  as in search.ts
 * layers    (states + 1)·(capacity + 1) entries; in: the entry to count first
 * next      states·capacity i32, table i32[4·capacity + 4], sizes (states + 1) i32, counts 2·(capacity + 1) f64: scratch
 * used      by cell u8: set to 1 where a scheme counted uses it
 * result    2 f64; in: what each state costs beside its extensions, and how much work is left, in extensions;
 *           out: the number of schemes, the work left
 * Returns OK; FULL where a state has more than `capacity` extensions or schemes are 2^53 or more; PAUSED where
 * the work was not enough. Cost: O(K) an extension, at most capacity·states of them.
 */
export function countSmall(
  states: i32,
  directions: i32,
  exact: i32,
  firstCell: usize,
  loss: usize,
  value: usize,
  width: usize,
  shift: usize,
  row: usize,
  steps: usize,
  capacity: i32,
  layers: usize,
  next: usize,
  table: usize,
  sizes: usize,
  counts: usize,
  used: usize,
  result: usize,
): i32 {
  const size = (<usize>(directions + 1)) << 3;
  const layer = <usize>(capacity + 1) * size;
  const pointers = (<usize>directions) << 2;
  const stateCost = load<f64>(result);
  let left = load<f64>(result, 8);
  let count: i32 = 1;
  let reached: i32 = 0;
  store<i32>(sizes, 1);
  for (; reached < states && count > 0; reached++) {
    const at = (<usize>reached) << 2;
    const cell = load<i32>(firstCell + at);
    const policies = load<i32>(firstCell + at, 4) - cell;
    if (<i64>count * policies > <i64>capacity) return FULL;
    left -= stateCost + <f64>(count * policies);
    if (left < 0) return PAUSED;
    let slots: i32 = 2;
    while (slots < 2 * count * policies + 2) slots <<= 1;
    countClear(table, slots);
    count = countStep(
      policies,
      directions,
      exact,
      cell,
      loss,
      value,
      load<f64>(width + ((<usize>reached) << 3), 8),
      load<i32>(shift + at, 4),
      row + <usize>(reached + 1) * pointers,
      steps + <usize>(reached + 1) * pointers,
      layers + <usize>reached * layer,
      0,
      count,
      next + at * <usize>capacity,
      layers + <usize>(reached + 1) * layer,
      0,
      table,
      slots,
    );
    store<i32>(sizes + at, count, 4);
  }
  store<f64>(result, left, 8);
  store<f64>(result, 0);
  if (count == 0) return OK;
  const half = (<usize>(capacity + 1)) << 3;
  for (let i: i32 = 0; i < count; i++) store<f64>(counts + <usize>(states & 1) * half + ((<usize>i) << 3), 1);
  for (let s = states - 1; s >= 0; s--) {
    const at = (<usize>s) << 2;
    const cell = load<i32>(firstCell + at);
    const from = counts + <usize>((s + 1) & 1) * half;
    const to = counts + <usize>(s & 1) * half;
    const links = next + at * <usize>capacity;
    if (!gather(load<i32>(sizes + at), load<i32>(firstCell + at, 4) - cell, links, from, to, used + <usize>cell))
      return FULL;
  }
  store<f64>(result, load<f64>(counts));
  return OK;
}

/** Adds up completions over the extensions of each entry and marks their cells; false where a sum reaches 2^53. */
function gather(entries: i32, policies: i32, links: usize, from: usize, to: usize, used: usize): bool {
  for (let entry: i32 = 0; entry < entries; entry++) {
    let sum: f64 = 0;
    for (let p: i32 = 0; p < policies; p++, links += 4) {
      const link = load<i32>(links);
      if (link < 0) continue;
      const more = load<f64>(from + ((<usize>link) << 3));
      if (more == 0) continue;
      store<u8>(used + <usize>p, 1);
      sum += more;
    }
    if (sum >= 9007199254740992) return false;
    store<f64>(to + ((<usize>entry) << 3), sum);
  }
  return true;
}
