/**
 * The worst equilibrium of a committee without listing schemes: levels from Alice's lowest total up, each searched with
 * a budget of trials; levels left undecided come again with a larger one. Between rounds weights are learned that prove
 * levels empty. At every moment the scheme found and the lowest undecided level bound the answer from both sides.
 */
import { Status } from '../../kernel/status.ts';
import { type Steps, showing } from '../../steps.ts';
import type { Scheme } from '../market.ts';
import type { CommitteeLevels } from './levels.ts';

/** Trials for a level in the first round, and how much more each later round gives. */
const FIRST_BUDGET = 4096;
const GROWTH = 4;
/** Trials in one call of the kernel: a few ms. */
const SLICE = 65_536;
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
export function* searchLevels(levels: CommitteeLevels, optimal: Scheme): Steps<WorstFound, WorstFound> {
  let best = { found: 0, scheme: optimal };
  let trials = 0;
  const bounds = (possible: number): WorstFound => ({ ...best, possible, trials, complete: possible === best.found });
  /** Adds the weights that best prove level d empty. */
  const learn = (d: number) => showing(levels.learn(d), () => bounds(d));
  if (levels.candidates.length > WORTH_LEARNING && levels.canAdd) yield* learn(levels.candidates[0]!);
  let open = levels.candidates;
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
    if (open.length > 0 && levels.canAdd) {
      yield* learn(open[0]!);
      open = common(open, levels.candidates);
    }
  }
  return bounds(best.found);
}

/** The deficits in both lists, which fall. */
function common(open: readonly number[], candidates: readonly number[]): number[] {
  let at = 0;
  return open.filter((d) => {
    while (candidates[at]! > d) at++;
    return candidates[at] === d;
  });
}
