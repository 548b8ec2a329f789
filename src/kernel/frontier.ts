/** Pareto frontiers of (Alice's total, a Bob's total) over the schemes of every suffix of states, from assembly/frontier.ts. */
import { InternalError, TooLargeError } from '../errors.ts';
import type { Market } from '../market/market.ts';
import type { Steps } from '../steps.ts';
import { f64, type Kernel } from './instance.ts';

/** `alice` strictly falling, `bob` strictly rising: the best Bob total at Alice level t is the last entry with alice >= t. */
export interface Frontier {
  readonly alice: Float64Array;
  readonly bob: Float64Array;
}

/** More points than this in one Bob's frontiers, all suffixes together, is refused: 16 bytes each. */
const MOST_POINTS = 2 ** 25;

const tooMany = () =>
  new TooLargeError(
    `Alice's and a Bob's totals have more than ${MOST_POINTS} undominated pairs; round the utilities with --round D`,
  );

/**
 * The frontier of every suffix of states for one player: entry s is over the states s … S-1, entry S the point (0, 0).
 * @param player 1 … k.
 * @throws TooLargeError where the frontiers would take more than half a gigabyte.
 */
export function* suffixFrontiers(kernel: Kernel, market: Market, player: number): Steps<Frontier[]> {
  const frontiers: Frontier[] = [{ alice: Float64Array.of(0), bob: Float64Array.of(0) }];
  let points = 1;
  let aliceMost = 0;
  for (let state = market.states.length - 1; state >= 0; state--) {
    const [from, to] = [market.firstCell[state]!, market.firstCell[state + 1]!];
    const alice = market.gains[0]!.subarray(from, to);
    aliceMost += Math.max(...alice);
    const next = step(kernel, frontiers.at(-1)!, alice, market.gains[player]!.subarray(from, to), aliceMost);
    points += next.alice.length;
    if (points > MOST_POINTS) throw tooMany();
    frontiers.push(next);
    yield;
  }
  return frontiers.reverse();
}

function step(kernel: Kernel, before: Frontier, alice: Float64Array, bob: Float64Array, aliceMost: number): Frontier {
  const count = before.alice.length;
  const policies = alice.length;
  // A frontier has at most one point an Alice total, and a merge holds one more copy of the frontier before.
  const capacity = Math.min(count * policies, aliceMost + 1 + count);
  if (capacity > MOST_POINTS) throw tooMany();
  return kernel.use(
    {
      before: f64(2 * count),
      gains: f64(2 * policies),
      out: f64(2 * capacity),
      work: f64(2 * capacity),
    },
    (at, view) => {
      view.before.set(before.alice);
      view.before.set(before.bob, count);
      view.gains.set(alice);
      view.gains.set(bob, policies);
      const n = kernel.call.frontierStep(at.before, count, at.gains, policies, at.out, at.work, capacity);
      if (n < 0) throw new InternalError(`frontier of ${count} points and ${policies} policies outgrew ${capacity}`);
      return { alice: view.out.slice(0, n), bob: view.out.slice(capacity, capacity + n) };
    },
  );
}
