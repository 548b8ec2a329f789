/**
 * The worst equilibrium of a committee without listing schemes: levels from Alice's lowest total up, each searched with
 * a budget of trials; levels left undecided come again with a larger one. Between rounds weights are learned that prove
 * levels empty. At every moment the best scheme found and the lowest undecided level bound the answer from both sides.
 */
import type { Kernel } from '../../kernel/instance.ts';
import { Status } from '../../kernel/status.ts';
import type { Scheme } from '../market.ts';
import { type Gains, largest, losses, lowest } from './deficits.ts';
import { CommitteeLevels } from './levels.ts';
import { Session, type Ties } from './session.ts';
import { learnWeights } from './weights.ts';
import { stabilityWindow } from './window.ts';

/** Trials for a level in the first round, and how much more each later round gives. */
const FIRST_BUDGET = 4096;
const GROWTH = 4;
/** Trials in one call of the kernel: a few ms. */
const SLICE = 65_536;
/** More levels than this: learn before the first round too. */
const WORTH_LEARNING = 32;

export interface Bounds {
  /** Deficit from OPT of the best (for Alice: worst) equilibrium found so far. */
  readonly found: number;
  /** No equilibrium has a larger deficit. `found` once complete. */
  readonly possible: number;
  /** Trials so far. */
  readonly trials: number;
}

export interface WorstFound extends Bounds {
  readonly complete: boolean;
  /** The scheme of lowest rank with the deficit `found`; of no particular rank where incomplete. */
  readonly scheme: Scheme;
}

export interface WorstOptions {
  readonly ties: Ties;
  /** A proved bound: no equilibrium has a larger deficit (from a smaller committee). */
  readonly possible?: number | undefined;
  /** Tables to use; made, and released, where absent. */
  readonly session?: Session | undefined;
}

/** The monopoly schemes of a single Bob: his equilibria (section 7.1). */
function monopoly(market: Gains, loss: Float64Array, player: number): WorstFound {
  const own = market.gains[player]!;
  const scheme = lowest(market, largest(market, own, loss));
  const found = scheme.reduce((sum, policy, s) => sum + loss[market.firstCell[s]! + policy]!, 0);
  return { complete: true, scheme, found, possible: found, trials: 0 };
}

/** The stable scheme of lowest rank among the Alice-optimal ones. */
export function optimal(market: Gains, loss: Float64Array, players: readonly number[], ties: Ties): Scheme {
  const fewest = loss.map((own) => -own);
  const keys = ties === 'index' ? [fewest, market.gains[players[0]!]!] : [fewest];
  return lowest(market, largest(market, ...keys));
}

/**
 * Finds the worst equilibrium, yielding bounds every few ms; stop iterating to stop early, the last bounds hold.
 * @param players the committee's player numbers (1 … k), rising
 */
export function* searchWorst(
  kernel: Kernel,
  market: Gains,
  players: readonly number[],
  options: WorstOptions,
): Generator<WorstFound, WorstFound> {
  const loss = losses(market);
  if (players.length === 1) return monopoly(market, loss, players[0]!);
  const { ties, possible = Number.POSITIVE_INFINITY } = options;
  const window = stabilityWindow(market, loss, players);
  const reach = Math.min(window.reach, possible);
  const best = { found: 0, scheme: optimal(market, loss, players, ties) };
  if (reach <= 0) return { ...best, complete: true, possible: 0, trials: 0 };
  const session = options.session ?? new Session(kernel, market, reach);
  const levels = new CommitteeLevels(session, players, ties, reach);
  try {
    const tightest = window.directions.at(-1);
    if (tightest && levels.deficits.length > WORTH_LEARNING) levels.add(tightest);
    return yield* rounds(market, players, levels, best);
  } finally {
    levels.release();
    if (!options.session) session.release();
  }
}

function* rounds(
  market: Gains,
  players: readonly number[],
  levels: CommitteeLevels,
  best: { found: number; scheme: Scheme },
): Generator<WorstFound, WorstFound> {
  let trials = 0;
  let open: number[] = levels.deficits;
  const bounds = (possible: number): WorstFound => ({ ...best, possible, trials, complete: possible === best.found });
  for (let budget = FIRST_BUDGET; open.length > 0; budget *= GROWTH) {
    const undecided: number[] = [];
    const { search } = levels;
    for (let i = 0; i < open.length; i++) {
      const d = open[i]!;
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
    levels.deficits = undecided;
    if (open.length > 0 && levels.canAdd) open = learned(market, players, levels);
  }
  return bounds(best.found);
}

/** Learns weights at the lowest level still open; returns the levels that remain. */
function learned(market: Gains, players: readonly number[], levels: CommitteeLevels): number[] {
  const d = levels.deficits[0]!;
  levels.add(
    learnWeights(
      market.firstCell,
      losses(market),
      players.map((player) => market.gains[player]!),
      players.map((player) => market.most[player]!),
      d,
      levels.bobThresholds(d),
    ),
  );
  return levels.deficits;
}
