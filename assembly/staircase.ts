/**
 * Suffix tables for the search where Alice's totals are too many for a row each (levels.ts): only the deficits whose
 * best value no smaller deficit beats. A scheme elsewhere is beaten in both totals, by a completion of the same states,
 * and so is never stable. A staircase is two rows of the same length: deficits strictly rising, values never falling.
 */

/**
 * Adds one state in front: out = staircase(∪_p previous + (loss[p], value[p])), deficits up to `reach`.
 * previous  2 rows of `count` f64: deficits, values; one point (0, 0) to begin with
 * loss, value  `policies` f64 each: the cells of the state
 * out       2 rows of `capacity` f64             heads  `policies` i32, overwritten
 * Cost: O(policies²·count). Returns the length of the result, or -1 where `capacity` is too small.
 */
export function staircaseStep(
  previous: usize,
  count: i32,
  loss: usize,
  value: usize,
  policies: i32,
  reach: f64,
  out: usize,
  capacity: i32,
  heads: usize,
): i32 {
  const values = previous + ((<usize>count) << 3);
  const outValues = out + ((<usize>capacity) << 3);
  for (let p: i32 = 0; p < policies; p++) store<i32>(heads + ((<usize>p) << 2), 0);
  let best = -Infinity;
  let n: i32 = 0;
  while (true) {
    let deficit = Infinity;
    for (let p: i32 = 0; p < policies; p++) {
      const head = load<i32>(heads + ((<usize>p) << 2));
      if (head == count) continue;
      const own = load<f64>(previous + ((<usize>head) << 3)) + load<f64>(loss + ((<usize>p) << 3));
      if (own < deficit) deficit = own;
    }
    if (deficit > reach) return n;
    let highest = -Infinity;
    for (let p: i32 = 0; p < policies; p++) {
      const head = load<i32>(heads + ((<usize>p) << 2));
      if (head == count) continue;
      if (load<f64>(previous + ((<usize>head) << 3)) + load<f64>(loss + ((<usize>p) << 3)) != deficit) continue;
      highest = max(highest, load<f64>(values + ((<usize>head) << 3)) + load<f64>(value + ((<usize>p) << 3)));
      store<i32>(heads + ((<usize>p) << 2), head + 1);
    }
    if (highest < best) continue;
    if (n == capacity) return -1;
    best = highest;
    store<f64>(out + ((<usize>n) << 3), deficit);
    store<f64>(outValues + ((<usize>n) << 3), highest);
    n++;
  }
}

/**
 * The value of the last step with a deficit of at most d; where `exact`, only of a step with just that deficit, else
 * -Infinity. Never more than any scheme with deficit d and not beaten by another can have.
 */
export function staircaseAt(stairs: usize, count: i32, d: f64, exact: bool): f64 {
  let low: i32 = 0;
  let high: i32 = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (load<f64>(stairs + ((<usize>middle) << 3)) <= d) low = middle + 1;
    else high = middle;
  }
  if (low == 0) return -Infinity;
  if (exact && load<f64>(stairs + ((<usize>(low - 1)) << 3)) != d) return -Infinity;
  return load<f64>(stairs + ((<usize>(count + low - 1)) << 3));
}
