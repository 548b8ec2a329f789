/**
 * The worst equilibrium of a committee without listing schemes: levels from Alice's lowest total up, each searched with
 * a budget of trials; levels left undecided come again with a larger one. Between rounds weights are learned that prove
 * levels empty. At every moment the scheme found and the lowest undecided level bound the answer from both sides.
 */
import { Status } from '../../kernel/status.ts';
import { type Steps, showing } from '../../steps.ts';
import type { Scheme } from '../market.ts';
import type { Gains } from './deficits.ts';
import { bestShares } from './duals.ts';
import type { CommitteeLevels, Sum } from './levels.ts';

/** Trials for a level in the first round, and how much more each later round gives. */
const FIRST_BUDGET = 4096;
const GROWTH = 4;
/** Trials in one call of the kernel: a few ms. */
const SLICE = 65_536;
/** Weighted sums stay below this, so that they are exact in f64 with room for rounding the weights. */
const LARGEST_TOTAL = 2 ** 50;
/** Weights for levels from one round to the next. */
const MOST_CUTS = 64;
/** With more levels than this, weights pay before the first round too. */
const WORTH_LEARNING = 32;

export interface WorstFound {
  /** Deficit from OPT of the worst equilibrium found so far. */
  readonly found: number;
  /** No equilibrium has a larger deficit. `found` once complete. */
  readonly possible: number;
  readonly complete: boolean;
  /** The scheme of lowest rank with the deficit `found`. */
  readonly scheme: Scheme;
  /** Trials of a cell so far. */
  readonly trials: number;
}

/** A worst equilibrium that is known without a search. */
export function settled(found: number, scheme: Scheme): WorstFound {
  return { found, possible: found, complete: true, scheme, trials: 0 };
}

/**
 * The rounds over the candidates of `levels`.
 * @param optimal the scheme of lowest rank among the stable ones with deficit 0
 */
export function* searchLevels(
  market: Gains,
  players: readonly number[],
  levels: CommitteeLevels,
  optimal: Scheme,
): Steps<WorstFound, WorstFound> {
  let best = { found: 0, scheme: optimal };
  let trials = 0;
  const bounds = (possible: number): WorstFound => ({ ...best, possible, trials, complete: possible === best.found });
  let open = levels.candidates;
  /** Drops levels that weights prove empty, and adds those that do most for the lowest one left. */
  function* prune(): Steps<void, WorstFound> {
    for (let cuts = 0, d = -1; open.length > 0 && open[0] !== d && cuts < MOST_CUTS; cuts++) {
      d = open[0]!;
      const sum = yield* showing(bestSum(market, players, levels, d), () => bounds(d));
      if (!levels.exclude(sum, d)) yield* showing(levels.add(sum), () => bounds(d));
      const still = new Set(levels.candidates);
      open = open.filter((one) => still.has(one));
    }
  }
  if (open.length > WORTH_LEARNING) yield* prune();
  for (let budget = FIRST_BUDGET; open.length > 0; budget *= GROWTH) {
    const undecided: number[] = [];
    const { search } = levels;
    for (const d of open) {
      search.begin(d, levels.thresholds(d));
      let left = budget;
      let status: number = Status.paused;
      while (status === Status.paused && left > 0) {
        const slice = Math.min(left, SLICE);
        status = search.run(slice);
        left -= slice;
        trials += slice - search.unused;
        yield bounds(undecided[0] ?? d);
      }
      if (status === Status.paused) undecided.push(d);
      if (status !== Status.found) continue;
      best = { found: d, scheme: search.scheme() };
      break;
    }
    open = undecided;
    yield* prune();
  }
  return bounds(best.found);
}

/** The weighted sum that proves most at deficit d. */
function* bestSum(market: Gains, players: readonly number[], levels: CommitteeLevels, d: number): Steps<Sum> {
  const gains = players.map((player) => market.gains[player]!);
  const thresholds = levels.bobThresholds(d);
  const shares = yield* bestShares({ firstCell: market.firstCell, loss: levels.loss, gains, deficit: d, thresholds });
  const largest = Math.max(1, ...players.map((player) => market.most[player]!));
  const weights = shares.map((share) => Math.round((share / largest) * LARGEST_TOTAL));
  const value = levels.loss.map((_, cell) => weights.reduce((sum, weight, j) => sum + weight * gains[j]![cell]!, 0));
  return { weights, value };
}
