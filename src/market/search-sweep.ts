/**
 * A sweep that searches, on one thread or several: this one begins, and others join it as far as what is left is worth
 * them. Each keeps the tables of its Bobs; what one finds of a committee bounds those above it, whoever searches them.
 */
import { AbortedError } from '../errors.ts';
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

/** What the first so many seconds took tells what the rest will take. */
const TELLING = 0.05;
/** Seconds of work that a worker must find: it takes some tenths of one to start, warm up and make its tables. */
const WORTH_A_WORKER = 0.6;

export interface SweepSearch extends ClockOptions {
  readonly context: MarketContext;
  /** What other threads make the market of. */
  readonly source: MarketSource;
  /** Smaller ones first. */
  readonly committees: readonly CommitteeMask[];
  /** Told of every answer, in any order. */
  readonly onAnswer: (committee: CommitteeMask, answer: CommitteeAnswer) => void;
  /** Told, once, why bounds stand in place of an answer. */
  readonly onNote?: ((text: string) => void) | undefined;
}

/** @throws AbortedError */
export async function searchCommittees(pool: Pool, search: SweepSearch): Promise<void> {
  const { signal } = search;
  const shared = new SharedSearch(pool, search);
  const abort = () => shared.stop(new AbortedError());
  signal?.addEventListener('abort', abort);
  try {
    if (signal?.aborted) abort();
    await shared.run();
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

class SharedSearch {
  private readonly pool: Pool;
  private readonly search: SweepSearch;
  private readonly agenda: Agenda;
  private readonly deadline: number;
  private readonly searchDeadline: number;
  private readonly stopped = new AbortController();
  private readonly notes = new Set<string>();
  private failure: unknown;
  private readonly began = performance.now();
  private answered = 0;
  /** The most threads that there may be, this one counted. */
  private most: number;
  /** Workers, in the order in which they were started; the first ones, with a promise each, have joined. */
  private readonly others: RemoteThread[] = [];
  private readonly joined: Promise<void>[] = [];

  constructor(pool: Pool, search: SweepSearch) {
    const { context, committees, deadline = Number.POSITIVE_INFINITY } = search;
    this.pool = pool;
    this.search = search;
    this.agenda = new Agenda(committees, context.answer.ties);
    this.deadline = deadline;
    this.searchDeadline = mostOf(deadline);
    this.most = pool.threads;
  }

  /** Ends everything: the first reason is what `run` throws. */
  stop(reason: unknown): void {
    this.failure ??= reason;
    this.stopped.abort();
    this.agenda.stop();
    for (const thread of this.others) thread.close();
  }

  async run(): Promise<void> {
    const { market, answer } = this.search.context;
    const pairs = (market.bobs.length * (market.bobs.length - 1)) / 2;
    const all = pairs + this.search.committees.length;
    const { signal } = this.stopped;
    let here: CommitteeThread | undefined;
    await this.guarded(async () => {
      const clock = new Clock({ signal, deadline: this.searchDeadline });
      const reach = await clock.run(sweepReach(this.pool.local, market, clock.late), (done) => this.recruit(done, all));
      const { deadline, searchDeadline } = this;
      const onNote = (text: string) => this.note(text);
      const options = { ties: answer.ties, signal, deadline, searchDeadline, reach, onNote };
      here = new CommitteeThread(this.pool.local, this.search.context, options);
      await this.together(here, reach, () => this.recruit(pairs + this.answered, all));
    });
    here?.release();
    if (this.answered < this.search.committees.length) throw this.failure;
  }

  /** Starts workers as far as what is left is worth them, judging by what was done. */
  private recruit(done: number, all: number): void {
    const spent = (performance.now() - this.began) / 1000;
    if (spent < TELLING || done === 0) return;
    const wanted = Math.min(this.most - 1, Math.floor(((spent / done) * (all - done)) / WORTH_A_WORKER));
    const { source, context } = this.search;
    const { deadline, searchDeadline } = this;
    const { answer, committees } = context;
    while (this.others.length < wanted)
      this.others.push(RemoteThread.start(this.pool, { source, answer, committees, deadline, searchDeadline }));
  }

  /** Several threads may have the same to say. */
  private note(text: string): void {
    if (this.notes.has(text)) return;
    this.notes.add(text);
    this.search.onNote?.(text);
  }

  /** This thread's work and, side by side, that of all who join. */
  private async together(here: CommitteeThread, reach: number, recruit: () => void): Promise<void> {
    const { threads, memory } = this.pool;
    this.most = threads > 1 ? Math.min(threads, here.fitting(memory)) : 1;
    for (const thread of this.others.splice(this.most - 1)) thread.close();
    const admit = () => {
      recruit();
      for (const thread of this.others.slice(this.joined.length))
        this.joined.push(this.guarded(() => this.join(thread, reach)));
    };
    admit();
    await this.work(here, admit);
    for (const thread of this.others) thread.dismiss();
    await Promise.all(this.joined);
  }

  private async join(thread: RemoteThread, reach: number): Promise<void> {
    try {
      if (!(await thread.ready)) return;
      thread.onNote = (text) => this.note(text);
      thread.begin({ reach });
      await this.work(thread);
    } finally {
      thread.close();
    }
  }

  private async work(thread: CommitteeThread | RemoteThread, after = () => {}): Promise<void> {
    const { agenda } = this;
    for (let item = await agenda.next(); item; item = await agenda.next()) {
      const { committee } = item;
      const answer = await thread.answer(item, (worst) => agenda.learn(committee, worst));
      agenda.done();
      this.answered++;
      this.search.onAnswer(committee, answer);
      after();
    }
  }

  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.stop(error);
    }
  }
}
