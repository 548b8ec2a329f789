/**
 * Completions kept for the search: choices for the last states of a search, as entries of count.ts made from the other
 * end, so that a depth-first search need not try them one by one. An entry holds what the states before it must bring: a
 * deficit, exactly, and a total of each Bob, at least. Meeting in the middle (Horowitz and Sahni 1974), with a k-d tree
 * (Bentley 1975) of the entries' needs.
 *
 * The block that searchRun is given:  i32 depth, i32 count, u32 entries, u32 nodes, f64 deficit
 *   depth    number of states before the completions
 *   entries  f64[count·(1 + bobs)]: deficit, needs; in the order of the tree
 *   nodes    f64[…·(2 + bobs)]: least and largest deficit under the node, least needs; children of i at 2i + 1, 2i + 2
 *   deficit  of the level
 */

/** Entries of a leaf. */
const LEAF: i32 = 8;

/** Number of nodes of a tree over `count` entries. */
export function tailsNodes(count: i32): i32 {
  let leaves: i32 = 1;
  while (leaves * LEAF < count) leaves <<= 1;
  return 2 * leaves - 1;
}

function at(entries: usize, entry: i32, size: usize): usize {
  return entries + <usize>entry * size;
}

/**
 * Makes the node of the entries begin … end - 1: its bounds, then the halves that its children get.
 * scale  f64[1 + bobs]: spreads are compared in these units      Returns the middle, or -1 where it is a leaf.
 */
export function tailsNode(entries: usize, begin: i32, end: i32, bobs: i32, nodes: usize, node: i32, scale: usize): i32 {
  const size = (<usize>(1 + bobs)) << 3;
  const to = nodes + <usize>node * ((<usize>(2 + bobs)) << 3);
  let widest: usize = 0;
  let most: f64 = -1;
  for (let k: usize = 0; k <= <usize>bobs; k++) {
    let low = Infinity;
    let high = -Infinity;
    for (let entry = begin; entry < end; entry++) {
      const value = load<f64>(at(entries, entry, size) + (k << 3));
      low = min(low, value);
      high = max(high, value);
    }
    const spread = (high - low) / load<f64>(scale + (k << 3));
    if (k == 0) store<f64>(to, low);
    store<f64>(to + ((k + 1) << 3), k == 0 ? high : low);
    if (spread > most) {
      most = spread;
      widest = k;
    }
  }
  if (end - begin <= LEAF) return -1;
  const middle = (begin + end) >> 1;
  select(entries + (widest << 3), begin, end, middle, size, entries);
  return middle;
}

/** Reorders begin … end - 1 so that keys before `middle` are at most, and from it on at least, the one there (Hoare). */
function select(keys: usize, begin: i32, end: i32, middle: i32, size: usize, entries: usize): void {
  let low = begin;
  let high = end - 1;
  while (low < high) {
    const pivot = load<f64>(at(keys, (low + high) >> 1, size));
    let i = low;
    let j = high;
    while (i <= j) {
      while (load<f64>(at(keys, i, size)) < pivot) i++;
      while (load<f64>(at(keys, j, size)) > pivot) j--;
      if (i > j) break;
      swap(at(entries, i, size), at(entries, j, size), size);
      i++;
      j--;
    }
    if (j < middle) low = i;
    if (i > middle) high = j;
  }
}

function swap(a: usize, b: usize, size: usize): void {
  for (let offset: usize = 0; offset < size; offset += 8) {
    const kept = load<f64>(a + offset);
    store<f64>(a + offset, load<f64>(b + offset));
    store<f64>(b + offset, kept);
  }
}

/** Whether some completion of deficit `rest` fits what the Bobs have. */
export function tailsFit(tails: usize, bobs: i32, rest: f64, have: usize): bool {
  const count = load<i32>(tails, 4);
  if (count == 0) return false;
  const entries = <usize>load<u32>(tails, 8);
  return fits(entries, <usize>load<u32>(tails, 12), bobs, load<f64>(tails, 16) - rest, have, 0, 0, count);
}

function fits(
  entries: usize,
  nodes: usize,
  bobs: i32,
  deficit: f64,
  have: usize,
  node: i32,
  begin: i32,
  end: i32,
): bool {
  const bounds = nodes + <usize>node * ((<usize>(2 + bobs)) << 3);
  if (load<f64>(bounds) > deficit || load<f64>(bounds, 8) < deficit || !within(bounds + 16, bobs, have)) return false;
  if (end - begin > LEAF) {
    const middle = (begin + end) >> 1;
    return (
      fits(entries, nodes, bobs, deficit, have, 2 * node + 1, begin, middle) ||
      fits(entries, nodes, bobs, deficit, have, 2 * node + 2, middle, end)
    );
  }
  const size = (<usize>(1 + bobs)) << 3;
  for (let entry = begin; entry < end; entry++) {
    const own = at(entries, entry, size);
    if (load<f64>(own) == deficit && within(own + 8, bobs, have)) return true;
  }
  return false;
}

function within(needs: usize, bobs: i32, have: usize): bool {
  for (let k: usize = 0; k < <usize>bobs; k++)
    if (load<f64>(needs + (k << 3)) > load<f64>(have + (k << 3))) return false;
  return true;
}
