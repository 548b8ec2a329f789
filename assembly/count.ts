/**
 * Counting the schemes with deficit d and given thresholds without listing them (the problem of search.ts): partial
 * choices of the first states that have the same deficit left, and leave every Bob the same to reach, have the same
 * completions and become one entry. One state at a time, pruned by the same suffix tables.
 *
 * An entry is 1 + K f64: the deficit left, then what each direction still needs. Bobs that need nothing any more need 0.
 */
import { staircaseAt } from './staircase';

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
