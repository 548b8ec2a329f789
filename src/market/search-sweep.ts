/**
 * A sweep that searches, on one thread or several: this one begins, and where enough is left others join it. Each keeps
 * the tables of its Bobs; what one finds of a committee bounds those above it, whoever searches them.
 */
import { AbortedError, TooLargeError } from '../errors.ts';
import { WORTH_A_POOL } from '../kernel/batches.ts';
import type { Pool } from '../kernel/pool.ts';
import { Clock, type ClockOptions } from '../steps.ts';
import type { CommitteeAnswer, MarketContext } from './committee-result.ts';
import { CommitteeThread } from './committee-thread.ts';
import type { CommitteeMask } from './market.ts';
import type { MarketSource } from './observations.ts';
import { RemoteThread } from './remote-thread.ts';
import { Agenda } from './search/agenda.ts';
import { sweepReach } from './search/sweep.ts';
import { mostOf } from './solve.ts';

export interface SweepSearch extends ClockOptions {
  readonly context: MarketContext;
  /** What other threads make the market of. */
  readonly source: MarketSource;
  /** Smaller ones first. */
  readonly committees: readonly CommitteeMask[];
  /** Told of every answer, in any order. */
  readonly onAnswer: (committee: CommitteeMask, answer: CommitteeAnswer) => void;
}

/** @throws AbortedError @throws TooLargeError where Alice's totals are too many */
export async function searchCommittees(pool: Pool, search: SweepSearch): Promise<void> {
  const { context, signal, deadline = Number.POSITIVE_INFINITY } = search;
  const searchDeadline = mostOf(deadline);
  const clock = new Clock({ signal, deadline: searchDeadline });
  const reach = await clock.run(sweepReach(context.market, clock.late));
  await new SharedSearch(pool, search, { deadline, searchDeadline, reach }).run();
}

class SharedSearch {
  private readonly pool: Pool;
  private readonly search: SweepSearch;
  private readonly limits: { readonly deadline: number; readonly searchDeadline: number; readonly reach: number };
  private readonly agenda: Agenda;
  /** Fires with the caller's signal, and where a thread fails. */
  private readonly stop = new AbortController();
  private readonly here: CommitteeThread;
  private readonly others: RemoteThread[] = [];
  private readonly began = performance.now();
  private answered = 0;
  /** Whether the memory is shared with others. */
  private shared = false;
  private failure: unknown;

  constructor(pool: Pool, search: SweepSearch, limits: SharedSearch['limits']) {
    const { context, committees } = search;
    const { ties } = context.answer;
    this.pool = pool;
    this.search = search;
    this.limits = limits;
    this.agenda = new Agenda(committees, ties);
    this.stop.signal.addEventListener('abort', () => this.end());
    this.here = new CommitteeThread(pool.local, context, { ...limits, ties, signal: this.stop.signal });
  }

  async run(): Promise<void> {
    const { signal, committees } = this.search;
    const abort = () => this.stop.abort();
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
    try {
      await this.together();
      // What did not fit into a share of the memory has all of it now.
      this.agenda.resume();
      if (this.failure === undefined) await this.guarded(this.work(this.here));
      if (this.answered < committees.length) throw this.failure ?? new AbortedError();
    } finally {
      signal?.removeEventListener('abort', abort);
      this.here.release();
    }
  }

  /** This thread, and others once they pay. */
  private async together(): Promise<void> {
    const joined: Promise<void>[] = [];
    const share = () => {
      if (this.shared || !this.pays()) return;
      const threads = this.here.share(this.pool.threads);
      this.shared = threads > 1;
      for (let i = 1; i < threads; i++) joined.push(this.guarded(this.join(threads)));
    };
    await this.guarded(this.work(this.here, share));
    for (const thread of this.others) thread.dismiss();
    await Promise.all(joined);
    this.shared = false;
    this.here.share(1);
  }

  /** Whether what is left is long enough to start workers for. */
  private pays(): boolean {
    if (this.pool.threads === 1) return false;
    const spent = (performance.now() - this.began) / 1000;
    return spent >= WORTH_A_POOL && (spent / this.answered) * this.agenda.left >= WORTH_A_POOL;
  }

  private async join(threads: number): Promise<void> {
    const { source, context } = this.search;
    const { answer, committees } = context;
    const thread = await RemoteThread.start(this.pool, { source, answer, committees, threads, ...this.limits });
    this.others.push(thread);
    try {
      if (this.stop.signal.aborted || !(await thread.ready)) return;
      await this.work(thread);
    } finally {
      thread.close();
    }
  }

  private async work(thread: CommitteeThread | RemoteThread, after = () => {}): Promise<void> {
    const { agenda } = this;
    for (let item = await agenda.next(); item; item = await agenda.next()) {
      const { committee } = item;
      try {
        const answer = await thread.answer(item, (worst) => agenda.learn(committee, worst));
        agenda.done();
        this.answered++;
        this.search.onAnswer(committee, answer);
      } catch (error) {
        if (!(error instanceof TooLargeError) || !this.shared) throw error;
        agenda.postpone(committee);
      }
      after();
    }
  }

  /** The first failure ends everything, and is the one to report. */
  private async guarded(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.failure ??= error;
      this.stop.abort();
    }
  }

  private end(): void {
    this.agenda.stop();
    for (const thread of this.others) thread.close();
  }
}
