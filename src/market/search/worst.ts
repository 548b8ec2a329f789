/**
 * The worst equilibrium of a committee without listing schemes: levels from Alice's lowest total up, each searched with
 * a budget of trials; levels left undecided come again with a larger one, in a thorough search. Between rounds weights
 * are learned that prove levels empty. At every moment the scheme found and the lowest undecided level bound the answer from both sides.
 */
import type { Search } from '../../kernel/search.ts';
import { Status } from '../../kernel/status.ts';
import { type Steps, showing } from '../../steps.ts';
import type { Scheme } from '../market.ts';
import type { CommitteeLevels } from './levels.ts';
import { byRank, byStakes, Thorough } from './thorough.ts';

/** Trials for a level in the first round, and how much more each later round gives. */
const FIRST_BUDGET = 4096;
const GROWTH = 4;
/** Trials in one call of the kernel: a few ms. */
const SLICE = 65_536;
/** The last budget of the plain search. */
const LAST_PLAIN = 2 ** 14;
/** From this budget on, completions are kept: one for so many trials. */
const WORTH_COMPLETING = 2 ** 16;
const TRIALS_A_COMPLETION = 4;
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
  /** A scheme with the deficit `found`: the one of lowest rank once complete. */
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
  /** Whether the tables of thorough searches have room beside the others. */
  private fits = true;
  /** Searches by what is at stake, and by rank. */
  private byStakes: Thorough | undefined;
  private byRank: Thorough | undefined;

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
      if (budget <= LAST_PLAIN || !this.fits) yield* this.plain(budget);
      yield* this.prune();
      if (budget > FIRST_BUDGET && this.fits) yield* this.hard(budget);
    }
    return this.bounds();
  }

  /** Drops levels that weights prove empty, and adds those that do most for the lowest one left. */
  private *prune(): Steps<void, WorstFound> {
    const { levels } = this;
    for (let cuts = 0, d = -1; this.open.length > 0 && this.open[0] !== d && cuts < MOST_CUTS; cuts++) {
      d = this.open[0]!;
      const sum = yield* showing(levels.best(d), () => this.bounds());
      if (!levels.exclude(sum, d)) yield* showing(levels.add(sum), () => this.bounds());
      this.open = common(this.open, levels.candidates);
    }
  }

  /** Searches levels in the order of ranks with the tables at hand. */
  private *plain(budget: number): Steps<void, WorstFound> {
    const { search } = this.levels;
    const undecided: number[] = [];
    for (const d of this.lowest ? this.open : [...this.open, this.found]) {
      search.begin(d, this.levels.thresholds(d));
      const status = yield* this.trying(search, budget, undecided[0] ?? d);
      if (status === Status.paused && d > this.found) undecided.push(d);
      if (status !== Status.found) continue;
      this.lowest = true;
      this.found = d;
      this.scheme = search.scheme();
      break;
    }
    this.open = undecided;
  }

  /** Spares no effort, as far as its tables have room. */
  private *hard(budget: number): Steps<void, WorstFound> {
    try {
      if (this.open.length > 0) yield* this.settle(budget);
      if (!this.lowest) yield* this.rank(budget);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.fits = false;
      this.release();
    }
  }

  /** Whether the levels hold any scheme. */
  private *settle(budget: number): Steps<void, WorstFound> {
    const { levels } = this;
    const reach = this.open[0]!;
    this.byStakes ??= yield* showing(Thorough.open(levels, byStakes(levels, reach), reach), () => this.bounds());
    const undecided: number[] = [];
    for (const d of this.open) {
      const status = yield* this.thorough(this.byStakes, d, budget, undecided[0] ?? d);
      if (status === Status.paused) undecided.push(d);
      if (status !== Status.found) continue;
      this.found = d;
      this.scheme = this.byStakes.scheme();
      this.lowest = false;
      break;
    }
    this.open = undecided;
  }

  /** Looks for the scheme of lowest rank on the level found. */
  private *rank(budget: number): Steps<void, WorstFound> {
    const { levels, found } = this;
    if (this.byRank && this.byRank.reach < found) this.releaseRank();
    this.byRank ??= yield* showing(Thorough.open(levels, byRank(levels), found), () => this.bounds());
    const status = yield* this.thorough(this.byRank, found, budget, this.open[0] ?? found);
    if (status !== Status.found) return;
    this.scheme = this.byRank.scheme();
    this.lowest = true;
  }

  private *thorough(search: Thorough, d: number, budget: number, possible: number): Steps<number, WorstFound> {
    const completions = budget < WORTH_COMPLETING ? 0 : budget / TRIALS_A_COMPLETION;
    for (let learned = 0; ; learned++) {
      yield* showing(search.begin(d, completions), () => this.bounds(possible));
      const status = yield* this.trying(search.search, budget, possible);
      if (status !== Status.paused || learned === MOST_LEARNED) return status;
      if (!(yield* showing(search.learn(), () => this.bounds(possible)))) return status;
    }
  }

  /** Goes on for at most `budget` trials. @param possible the lowest undecided level */
  private *trying(search: Search, budget: number, possible: number): Steps<number, WorstFound> {
    let status: number = Status.paused;
    for (let left = budget; status === Status.paused && left > 0; left -= SLICE) {
      const slice = Math.min(left, SLICE);
      status = search.run(slice);
      this.trials += slice - search.unused;
      yield this.bounds(possible);
    }
    return status;
  }

  release(): void {
    this.byStakes?.release();
    this.byStakes = undefined;
    this.releaseRank();
  }

  private releaseRank(): void {
    this.byRank?.release();
    this.byRank = undefined;
  }
}

/** The deficits in both lists, which fall. */
function common(open: readonly number[], candidates: readonly number[]): number[] {
  let at = 0;
  return open.filter((d) => {
    while (candidates[at]! > d) at++;
    return candidates[at] === d;
  });
}
