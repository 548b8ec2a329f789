/**
 * The worst equilibrium of a committee without listing schemes: levels from Alice's lowest total up, each searched with
 * a budget of trials; levels left undecided come again with a larger one. Between rounds weights are learned that prove
 * levels empty. At every moment the scheme found and the lowest undecided level bound the answer from both sides.
 */
import { Status } from '../../kernel/status.ts';
import { type Steps, showing } from '../../steps.ts';
import type { Scheme } from '../market.ts';
import { bestShares, weightedSum } from './duals.ts';
import type { CommitteeLevels, Sum } from './levels.ts';
import { Reordered } from './reordered.ts';

/** Trials for a level in the first round, and how much more each later round gives. */
const FIRST_BUDGET = 4096;
const GROWTH = 4;
/** Trials in one call of the kernel: a few ms. */
const SLICE = 65_536;
/** Weights for one level and round, from where its search stands. */
const MOST_LEARNED = 16;
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
export function* searchLevels(levels: CommitteeLevels, optimal: Scheme): Steps<WorstFound, WorstFound> {
  const rounds = new Rounds(levels, optimal);
  try {
    return yield* rounds.run();
  } finally {
    rounds.release();
  }
}

class Rounds {
  private readonly levels: CommitteeLevels;
  /** Undecided levels above the one found, falling. */
  private open: readonly number[];
  private found = 0;
  private scheme: Scheme;
  /** Whether `scheme` is known to have the lowest rank on its level. */
  private lowest = true;
  private trials = 0;
  private reordered: Reordered | undefined;

  constructor(levels: CommitteeLevels, optimal: Scheme) {
    this.levels = levels;
    this.open = levels.candidates;
    this.scheme = optimal;
  }

  private bounds(possible = this.open[0] ?? this.found): WorstFound {
    const { found, scheme, trials, lowest } = this;
    return { found, scheme, trials, possible, complete: possible === found && lowest };
  }

  *run(): Steps<WorstFound, WorstFound> {
    if (this.open.length > WORTH_LEARNING) yield* this.prune();
    for (let budget = FIRST_BUDGET; this.open.length > 0 || !this.lowest; budget *= GROWTH) {
      yield* this.inOrder(budget);
      yield* this.prune();
      if (this.open.length > 0) yield* this.outOfOrder(budget);
    }
    return this.bounds();
  }

  /** Drops levels that weights prove empty, and adds those that do most for the lowest one left. */
  private *prune(): Steps<void, WorstFound> {
    const { levels } = this;
    for (let cuts = 0, d = -1; this.open.length > 0 && this.open[0] !== d && cuts < MOST_CUTS; cuts++) {
      d = this.open[0]!;
      const sum = yield* showing(bestSum(levels, d), () => this.bounds());
      if (!levels.exclude(sum, d)) yield* showing(levels.add(sum), () => this.bounds());
      const still = new Set(levels.candidates);
      this.open = this.open.filter((one) => still.has(one));
    }
  }

  /** Searches levels in the order of ranks. */
  private *inOrder(budget: number): Steps<void, WorstFound> {
    const undecided: number[] = [];
    for (const d of this.lowest ? this.open : [...this.open, this.found]) {
      const status = yield* this.level(this.levels, d, budget, undecided[0]);
      if (status === Status.paused && d > this.found) undecided.push(d);
      if (status !== Status.found) continue;
      this.lowest = true;
      this.found = d;
      this.scheme = this.levels.search.scheme();
      break;
    }
    this.open = undecided;
  }

  /** Searches them with what is most at stake first: whether there is any scheme. */
  private *outOfOrder(budget: number): Steps<void, WorstFound> {
    this.reordered ??= yield* showing(Reordered.open(this.levels, this.open[0]!), () => this.bounds());
    const { reordered } = this;
    const undecided: number[] = [];
    for (const d of this.open) {
      let status = yield* this.level(reordered, d, budget, undecided[0]);
      for (let learned = 0; status === Status.paused && learned < MOST_LEARNED; learned++) {
        const more = yield* showing(reordered.learn(), () => this.bounds(undecided[0] ?? d));
        if (!more) break;
        status = yield* this.level(reordered, d, budget, undecided[0]);
      }
      if (status === Status.paused) undecided.push(d);
      if (status !== Status.found) continue;
      this.lowest = false;
      this.found = d;
      this.scheme = reordered.scheme();
      break;
    }
    this.open = undecided;
  }

  private *level(
    on: Pick<CommitteeLevels, 'search' | 'thresholds'>,
    d: number,
    budget: number,
    undecided = d,
  ): Steps<number, WorstFound> {
    const { search } = on;
    search.begin(d, on.thresholds(d));
    let status: number = Status.paused;
    for (let left = budget; status === Status.paused && left > 0; left -= SLICE) {
      const slice = Math.min(left, SLICE);
      status = search.run(slice);
      this.trials += slice - search.unused;
      yield this.bounds(undecided);
    }
    return status;
  }

  release(): void {
    this.reordered?.release();
    this.reordered = undefined;
  }
}

/** The weighted sum that proves most at deficit d. */
function* bestSum(levels: CommitteeLevels, d: number): Steps<Sum> {
  const { market, loss } = levels.session;
  const gains = levels.players.map((player) => market.gains[player]!);
  const thresholds = levels.bobThresholds(d);
  const { shares } = yield* bestShares({ firstCell: market.firstCell, loss, gains, deficit: d, thresholds });
  return weightedSum(shares, gains);
}
