/**
 * Pareto frontiers of (Alice's total, Bob's total), one state at a time: the dynamic programme behind the thresholds
 * V_j(t) = max{U_j(f) : U_A(f) > t} (section 7.1, Definition 16), exact for integers held in f64.
 *
 * A frontier is two arrays of the same length: `alice` strictly falling, `bob` strictly rising, so that the best Bob
 * total at Alice level t is the last entry with alice >= t.
 */

/**
 * Merges the frontier `a` (shifted by aAlice, aBob) with `b` (shifted likewise) into `out` and returns its length.
 * `out` must hold the sum of both lengths.
 */
function merge(
  aAt: usize,
  aCount: i32,
  aStride: usize,
  aAlice: f64,
  aBob: f64,
  bAt: usize,
  bCount: i32,
  bStride: usize,
  bAlice: f64,
  bBob: f64,
  outAt: usize,
  outStride: usize,
): i32 {
  let i: i32 = 0;
  let j: i32 = 0;
  let n: i32 = 0;
  let best: f64 = -1;
  while (i < aCount || j < bCount) {
    let alice: f64;
    let bob: f64;
    const left = i < aCount ? load<f64>(aAt + ((<usize>i) << 3)) + aAlice : -1;
    const right = j < bCount ? load<f64>(bAt + ((<usize>j) << 3)) + bAlice : -1;
    if (left >= right) {
      alice = left;
      bob = load<f64>(aAt + aStride + ((<usize>i) << 3)) + aBob;
      i++;
    } else {
      alice = right;
      bob = load<f64>(bAt + bStride + ((<usize>j) << 3)) + bBob;
      j++;
    }
    if (bob <= best) continue;
    // Same Alice total, better for the Bob: the earlier entry is dominated.
    if (n > 0 && load<f64>(outAt + ((<usize>(n - 1)) << 3)) == alice) n--;
    store<f64>(outAt + ((<usize>n) << 3), alice);
    store<f64>(outAt + outStride + ((<usize>n) << 3), bob);
    best = bob;
    n++;
  }
  return n;
}

/**
 * Adds one state in front: out = Pareto(∪_p previous + (gainsAlice[p], gainsBob[p])).
 * previous  2 rows of `count` f64 (alice, then bob), read only; one point (0, 0) to begin with
 * gains     2 rows of `policies` f64 (Alice's, then the Bob's): non-negative integers
 * out, work 2 rows of `capacity` f64 each; capacity >= count*policies never fails
 * Cost: O(policies · length of the result). Returns the length of the result, or -1 where `capacity` is too small.
 */
export function frontierStep(
  previous: usize,
  count: i32,
  gains: usize,
  policies: i32,
  out: usize,
  work: usize,
  capacity: i32,
): i32 {
  const stride = (<usize>capacity) << 3;
  const previousStride = (<usize>count) << 3;
  const gainStride = (<usize>policies) << 3;
  let from = work;
  let to = out;
  if (count > capacity) return -1;
  let n = merge(
    previous,
    count,
    previousStride,
    load<f64>(gains),
    load<f64>(gains + gainStride),
    0,
    0,
    0,
    0,
    0,
    to,
    stride,
  );
  for (let p: i32 = 1; p < policies; p++) {
    const swap = from;
    from = to;
    to = swap;
    if (n + count > capacity) return -1;
    const at = gains + ((<usize>p) << 3);
    n = merge(
      from,
      n,
      stride,
      0,
      0,
      previous,
      count,
      previousStride,
      load<f64>(at),
      load<f64>(at + gainStride),
      to,
      stride,
    );
  }
  if (to != out) {
    memory.copy(out, to, (<usize>n) << 3);
    memory.copy(out + stride, to + stride, (<usize>n) << 3);
  }
  return n;
}
