/**
 * Suffix tables for the search where Alice's totals are too many for a row each (levels.ts): only the deficits whose
 * best value no smaller deficit beats. A scheme elsewhere is beaten in both totals, by a completion of the same states,
 * and so is never stable. A staircase is two rows of the same length: deficits strictly rising, values never falling.
 */
import { FULL, OK, PAUSED } from './status';

/**
 * Goes on merging two staircases, each moved by a cell's loss and value: out = staircase((a + aCell) ∪ (b + bCell)),
 * deficits up to `reach`. A state is put in front by merging the staircase behind it, moved by one cell after another.
 * a, b      deficits and values f64, an Infinity after the last deficit; read only
 * out       deficits and values, room for one more than `capacity` f64 each; gets its Infinity at the end
 * place     i32[3]: steps of a, of b and of out that are done; all 0 to begin with
 * budget    comparisons of this call
 * Cost: one comparison a step of a and b. Returns OK with the length of `out` in place[2], PAUSED, or FULL.
 */
export function staircaseMerge(
  a: usize,
  aValues: usize,
  aLoss: f64,
  aValue: f64,
  b: usize,
  bValues: usize,
  bLoss: f64,
  bValue: f64,
  reach: f64,
  out: usize,
  outValues: usize,
  capacity: i32,
  place: usize,
  budget: i32,
): i32 {
  let i = (<usize>load<i32>(place)) << 3;
  let j = (<usize>load<i32>(place, 4)) << 3;
  let n = (<usize>load<i32>(place, 8)) << 3;
  const room = (<usize>capacity) << 3;
  let best: f64 = n > 0 ? load<f64>(outValues + n - 8) : -Infinity;
  let status = PAUSED;
  for (; budget > 0; budget--) {
    const left = load<f64>(a + i) + aLoss;
    const right = load<f64>(b + j) + bLoss;
    const deficit = select<f64>(left, right, left <= right);
    if (!(deficit <= reach)) {
      store<f64>(out + n, Infinity);
      status = OK;
      break;
    }
    // Without branches: which side comes next, and whether it is beaten, cannot be foreseen.
    const ofLeft = select<f64>(load<f64>(aValues + i) + aValue, -Infinity, left <= right);
    const ofRight = select<f64>(load<f64>(bValues + j) + bValue, -Infinity, right <= left);
    const value = select<f64>(ofLeft, ofRight, ofLeft >= ofRight);
    store<f64>(out + n, deficit);
    store<f64>(outValues + n, value);
    n += <usize>((<i32>(value >= best)) << 3);
    best = select<f64>(value, best, value >= best);
    i += <usize>((<i32>(left <= right)) << 3);
    j += <usize>((<i32>(right <= left)) << 3);
    if (n > room) {
      status = FULL;
      break;
    }
  }
  store<i32>(place, <i32>(i >> 3));
  store<i32>(place, <i32>(j >> 3), 4);
  store<i32>(place, <i32>(n >> 3), 8);
  return status;
}

/**
 * Keeps one step of every `group`: its first deficit with its largest value, an upper bound for every deficit in it.
 * into, intoValues  ⌈count / group⌉ f64 each, overwritten; may be `from` and `fromValues` themselves
 */
export function staircaseCoarsen(
  from: usize,
  fromValues: usize,
  count: i32,
  group: i32,
  into: usize,
  intoValues: usize,
): void {
  for (let begin: i32 = 0; begin < count; begin += group) {
    const last = min(begin + group, count) - 1;
    store<f64>(into, load<f64>(from + ((<usize>begin) << 3)));
    store<f64>(intoValues, load<f64>(fromValues + ((<usize>last) << 3)));
    into += 8;
    intoValues += 8;
  }
}

/**
 * An upper bound on what is left to reach with the deficit d: the value of the last step with a deficit of at most d.
 * Where `exact`, a step must have just that deficit, else -Infinity: no scheme there is unbeaten.
 * count     steps; negative where steps were merged, which no `exact` can ask
 */
export function staircaseAt(stairs: usize, count: i32, d: f64, exact: bool): f64 {
  const all = count < 0 ? -count : count;
  let low: i32 = 0;
  let high: i32 = all;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (load<f64>(stairs + ((<usize>middle) << 3)) <= d) low = middle + 1;
    else high = middle;
  }
  if (low == 0) return -Infinity;
  if (exact && count > 0 && load<f64>(stairs + ((<usize>(low - 1)) << 3)) != d) return -Infinity;
  return load<f64>(stairs + ((<usize>(all + low - 1)) << 3));
}
