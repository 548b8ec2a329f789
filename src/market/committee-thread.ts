/** What one thread does of a sweep that searches: committee after committee, on the tables of its Bobs that it keeps. */
import type { Kernel } from '../kernel/instance.ts';
import { type CommitteeAnswer, committeeAnswer, type MarketContext } from './committee-result.ts';
import type { Item } from './search/agenda.ts';
import { Driver, type SearchOptions, searchNext } from './search/answers.ts';
import { Sweep } from './search/sweep.ts';
import type { WorstFound } from './search/worst.ts';

export interface ThreadOptions extends Pick<SearchOptions, 'ties' | 'signal' | 'deadline' | 'onNote'> {
  /** When the search is to end, in ms on the clock of `performance.now()`: before the deadline of everything. */
  readonly searchDeadline: number;
  /** How far tables must reach, from `sweepReach`. */
  readonly reach: number;
}

export class CommitteeThread {
  private readonly sweep: Sweep;
  private readonly kernel: Kernel;
  private readonly context: MarketContext;
  private readonly options: ThreadOptions;
  private readonly driver: Driver;

  constructor(kernel: Kernel, context: MarketContext, options: ThreadOptions) {
    const { ties, signal, searchDeadline, reach, onNote } = options;
    this.kernel = kernel;
    this.context = context;
    this.options = options;
    this.driver = new Driver({ ties, signal, deadline: searchDeadline, onNote });
    this.sweep = new Sweep(kernel, context.market, ties, reach);
  }

  /** How many threads' tables fit into so many bytes: see `Session.fitting`. */
  fitting(bytes: number): number {
    return this.sweep.session.fitting(bytes);
  }

  /**
   * Everything about one committee.
   * @param onWorst told as soon as the search is over
   * @throws AbortedError @throws TooLargeError where a question is too large
   */
  answer({ committee, below }: Item, onWorst: (worst: WorstFound) => void): Promise<CommitteeAnswer> {
    const { kernel, context, sweep, driver } = this;
    return searchNext({ kernel, market: context.market, sweep, driver }, committee, below, {
      onWorst,
      use: (found) => committeeAnswer(context, committee, found, this.options),
    });
  }

  release(): void {
    this.sweep.release();
  }
}
