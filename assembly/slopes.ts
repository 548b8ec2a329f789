/**
 * Slopes of edges, exactly: rise and run are whole numbers up to 2^53. Division rounds correctly, so that unequal
 * quotients are in the right order; equal ones are told apart by whole products.
 */

/** Products below this are exact in f64. */
const EXACT: f64 = 9007199254740992;

/** The sign of v/l - w/m, where the quotients are equal in f64. */
export function steeper(v: f64, l: f64, w: f64, m: f64): i32 {
  const left = v * m;
  const right = w * l;
  if (max(left, right) < EXACT) return <i32>(left > right) - <i32>(left < right);
  const high = highProduct(<u64>v, <u64>m);
  const other = highProduct(<u64>w, <u64>l);
  if (high != other) return high > other ? 1 : -1;
  const low = <u64>v * <u64>m;
  const rest = <u64>w * <u64>l;
  return <i32>(low > rest) - <i32>(low < rest);
}

/** The upper half of a product of 128 bits. */
function highProduct(a: u64, b: u64): u64 {
  const low: u64 = 0xffffffff;
  const cross = (a >> 32) * (b & low) + (((a & low) * (b & low)) >> 32);
  return (a >> 32) * (b >> 32) + (cross >> 32) + (((a & low) * (b >> 32) + (cross & low)) >> 32);
}

/**
 * Numbers of edges, slopes falling; of equal slopes the lower number first.
 * run, rise  f64[count], read only
 * slopes     f64[edges] quotients, then f64[edges], i32[edges], i32[edges] of room, all overwritten
 * Returns the address of i32[count]. Cost: O(count · log count).
 */
export function falling(count: i32, run: usize, rise: usize, slopes: usize, edges: usize): usize {
  let keys = slopes;
  let spareKeys = slopes + (edges << 3);
  let order = slopes + (edges << 4);
  let spareOrder = order + (edges << 2);
  for (let i: i32 = 0; i < count; i++) store<i32>(order + ((<usize>i) << 2), i);
  for (let width: i32 = 1; width < count; width <<= 1) {
    for (let begin: i32 = 0; begin < count; begin += width << 1) {
      const middle = min(begin + width, count);
      merge(begin, middle, min(middle + width, count), keys, spareKeys, order, spareOrder);
    }
    const sorted = spareKeys;
    spareKeys = keys;
    keys = sorted;
    const numbers = spareOrder;
    spareOrder = order;
    order = numbers;
  }
  separate(count, run, rise, keys, order);
  return order;
}

/** Merges [begin, middle) and [middle, end), both falling. */
function merge(begin: i32, middle: i32, end: i32, keys: usize, into: usize, order: usize, intoOrder: usize): void {
  let left = <usize>begin;
  let right = <usize>middle;
  let at = <usize>begin;
  while (left < <usize>middle && right < <usize>end) {
    // Without branches: which one comes first is a coin toss.
    const later = <usize>(load<f64>(keys + (right << 3)) > load<f64>(keys + (left << 3)));
    const from = left ^ ((left ^ right) & (0 - later));
    store<f64>(into + (at << 3), load<f64>(keys + (from << 3)));
    store<i32>(intoOrder + (at << 2), load<i32>(order + (from << 2)));
    right += later;
    left += 1 - later;
    at++;
  }
  for (; left < <usize>middle; left++, at++) {
    store<f64>(into + (at << 3), load<f64>(keys + (left << 3)));
    store<i32>(intoOrder + (at << 2), load<i32>(order + (left << 2)));
  }
  for (; right < <usize>end; right++, at++) {
    store<f64>(into + (at << 3), load<f64>(keys + (right << 3)));
    store<i32>(intoOrder + (at << 2), load<i32>(order + (right << 2)));
  }
}

/** Puts edges right whose slopes differ by less than quotients can tell. */
function separate(count: i32, run: usize, rise: usize, keys: usize, order: usize): void {
  for (let i: i32 = 1; i < count; i++) {
    const key = load<f64>(keys + ((<usize>i) << 3));
    const edge = load<i32>(order + ((<usize>i) << 2));
    let at = i;
    for (; at > 0 && load<f64>(keys + ((<usize>(at - 1)) << 3)) == key; at--) {
      const before = load<i32>(order + ((<usize>(at - 1)) << 2));
      const own: usize = (<usize>edge) << 3;
      const other: usize = (<usize>before) << 3;
      if (steeper(load<f64>(rise + own), load<f64>(run + own), load<f64>(rise + other), load<f64>(run + other)) <= 0)
        break;
      store<i32>(order + ((<usize>at) << 2), before);
    }
    store<i32>(order + ((<usize>at) << 2), edge);
  }
}
