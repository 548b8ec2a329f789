/**
 * Depth-first search, over states in order and policies in order, for schemes whose deficit (OPT minus Alice's total)
 * is exactly d and whose total in each of K directions reaches a threshold: the first one found has the lowest rank.
 * A partial choice is dropped as soon as, in some direction, even the best rest with the remaining deficit (from the
 * suffix tables of levels.ts) misses the threshold. Directions are the Bobs of a committee, weighted sums of them
 * (with the weighted sum of their thresholds), or anything else that adds up over states.
 *
 * The caller lays the problem down once:
 *   firstCell   i32[S+1]     cells (state, policy) by state
 *   loss        f64[cells]   deficit that the cell adds, whole numbers
 *   width       f64[S+1]     no scheme of the states s, s+1, … has a deficit of width[s] or more; width[S] = 1
 *   shift       i32[S+1]     a table by deficit has in row s the deficits d >> shift[s]; shift[S] = 0
 *   value       u32[K]       addresses of f64[cells]: what a cell adds in direction k
 *   row         u32[(S+1)*K] addresses of the suffix table of state s in direction k, at s*K + k
 *   steps       i32[(S+1)*K] of staircases (staircase.ts) their lengths, negative where steps were merged; 0 for tables by
 *                            deficit
 *   exact       the first directions, that many, are Bobs: off their staircases nothing is stable
 *   threshold   f64[K]       may change between calls, upwards
 * and keeps the place between calls:
 *   choice      i32[S]       the cell under trial in each state up to the depth
 *   left        f64[S+1]     remaining deficit before state s
 *   have        f64[(S+1)*K] totals of the states before s
 *   tails       0, or completions of the last states (tails.ts) that must fit
 *   place       i32[3]       depth, 1 where the search stands on a scheme just reported, trials left of the last budget
 */
import { staircaseAt } from './staircase';
import { FOUND, OK, PAUSED } from './status';
import { tailsFit } from './tails';

/** Puts the search before the first scheme with deficit d. Returns OK, also where the root itself is hopeless. */
export function searchBegin(
  directions: i32,
  firstCell: usize,
  deficit: f64,
  choice: usize,
  left: usize,
  have: usize,
  place: usize,
): i32 {
  store<i32>(choice, load<i32>(firstCell));
  store<f64>(left, deficit);
  for (let k: i32 = 0; k < directions; k++) store<f64>(have + ((<usize>k) << 3), 0);
  store<i32>(place, 0);
  store<i32>(place, 0, 4);
  return OK;
}

/**
 * Goes on for at most `budget` trials of a cell. Returns FOUND with the scheme in `choice` (call again for the next
 * one), PAUSED where the budget ran out, OK where no scheme is left. Cost: O(K) a trial.
 */
export function searchRun(
  states: i32,
  directions: i32,
  firstCell: usize,
  loss: usize,
  width: usize,
  shift: usize,
  value: usize,
  row: usize,
  steps: usize,
  exact: i32,
  threshold: usize,
  choice: usize,
  left: usize,
  have: usize,
  place: usize,
  budget: i32,
  tails: usize,
): i32 {
  const pointers = (<usize>directions) << 2;
  const totals = (<usize>directions) << 3;
  let s = load<i32>(place);
  let cell = load<i32>(choice + ((<usize>s) << 2)) + load<i32>(place, 4);
  store<i32>(place, 0, 4);
  while (true) {
    if (cell == load<i32>(firstCell + ((<usize>s) << 2), 4)) {
      if (s == 0) {
        store<i32>(place, budget, 8);
        return OK;
      }
      s--;
      cell = load<i32>(choice + ((<usize>s) << 2)) + 1;
      continue;
    }
    if (budget-- <= 0) {
      store<i32>(place, 0, 8);
      store<i32>(place, s);
      store<i32>(choice + ((<usize>s) << 2), cell);
      return PAUSED;
    }
    const rest = load<f64>(left + ((<usize>s) << 3)) - load<f64>(loss + ((<usize>cell) << 3));
    const next = <usize>s + 1;
    if (rest >= 0 && rest < load<f64>(width + (next << 3))) {
      const entry = (<usize>(<i64>rest >> load<i32>(shift + (next << 2)))) << 3;
      const lengths = steps + next * pointers;
      const rows = row + next * pointers;
      const from = have + <usize>s * totals;
      const to = from + totals;
      let k: usize = 0;
      for (; k < <usize>directions; k++) {
        const sum = load<f64>(from + (k << 3)) + load<f64>(<usize>load<u32>(value + (k << 2)) + ((<usize>cell) << 3));
        store<f64>(to + (k << 3), sum);
        const table = <usize>load<u32>(rows + (k << 2));
        const length = load<i32>(lengths + (k << 2));
        const best = length != 0 ? staircaseAt(table, length, rest, <i32>k < exact) : load<f64>(table + entry);
        if (sum + best < load<f64>(threshold + (k << 3))) break;
      }
      if (k == <usize>directions && (tails == 0 || load<i32>(tails) != s + 1 || tailsFit(tails, exact, rest, to))) {
        store<i32>(choice + ((<usize>s) << 2), cell);
        if (s + 1 == states) {
          store<i32>(place, s);
          store<i32>(place, 1, 4);
          store<i32>(place, budget, 8);
          return FOUND;
        }
        s++;
        store<f64>(left + ((<usize>s) << 3), rest);
        cell = load<i32>(firstCell + ((<usize>s) << 2));
        continue;
      }
    }
    cell++;
  }
}
