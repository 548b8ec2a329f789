/** A worker that answers committees, as the thread that asks it sees it: sweep-worker.ts is at the other end. */
import type { Worker } from 'node:worker_threads';
import { AbortedError, InternalError, reviveError } from '../errors.ts';
import { epoch } from '../kernel/batches.ts';
import type { Pool } from '../kernel/pool.ts';
import type { CommitteeAnswer } from './committee-result.ts';
import type { Item } from './search/agenda.ts';
import type { WorstFound } from './search/worst.ts';
import type { Begin, Reply, SweepTask } from './sweep-worker.ts';

interface Asked {
  readonly onWorst: (worst: WorstFound) => void;
  readonly resolve: (answer: CommitteeAnswer) => void;
  readonly reject: (error: unknown) => void;
}

export class RemoteThread {
  /** Whether it is there to be asked; false where it was sent away before it was. */
  readonly ready: Promise<boolean>;
  /** Told why bounds stand in place of an answer. */
  onNote: (text: string) => void = () => {};
  private readonly worker: Worker;
  private opening:
    | { readonly resolve: (ready: boolean) => void; readonly reject: (error: unknown) => void }
    | undefined;
  private asked: Asked | undefined;
  private failure: unknown;

  private constructor(worker: Worker) {
    this.worker = worker;
    this.ready = new Promise((resolve, reject) => {
      this.opening = { resolve, reject };
    });
    // Who waits for it is told; it may fail before anybody does.
    this.ready.catch(() => {});
    worker.on('message', (reply: Reply) => this.hear(reply));
    worker.on('error', (error) => this.fail(error));
    worker.on('exit', () => this.fail(new InternalError('a worker ended before its work')));
  }

  /** @param task with deadlines on this thread's `performance.now()` */
  static start(pool: Pool, { deadline, searchDeadline, ...task }: SweepTask): RemoteThread {
    const shared = { ...task, deadline: epoch(deadline), searchDeadline: epoch(searchDeadline) } satisfies SweepTask;
    return new RemoteThread(pool.start('market/sweep-worker.js', shared));
  }

  /** Before the first question. */
  begin(limits: Begin): void {
    this.worker.postMessage(limits);
  }

  /** As `CommitteeThread.answer`; one at a time. Rejects where the worker fails. */
  answer(item: Item, onWorst: (worst: WorstFound) => void): Promise<CommitteeAnswer> {
    return new Promise((resolve, reject) => {
      this.asked = { onWorst, resolve, reject };
      if (this.failure === undefined) this.worker.postMessage(item);
      else this.fail(this.failure);
    });
  }

  private hear(reply: Reply): void {
    if ('ready' in reply) this.opened(true);
    else if ('worst' in reply) this.asked?.onWorst(reply.worst);
    else if ('note' in reply) this.onNote(reply.note);
    else {
      const { asked } = this;
      this.asked = undefined;
      if ('answer' in reply) asked?.resolve(reply.answer);
      else asked?.reject(reviveError(reply.refused));
    }
  }

  /** Sends it away if it is not ready yet. */
  dismiss(): void {
    if (this.opening) this.close();
  }

  /** Ends the worker, whatever it is at. */
  close(): void {
    this.opened(false);
    this.fail(new AbortedError());
    void this.worker.terminate();
  }

  private opened(ready: boolean): void {
    this.opening?.resolve(ready);
    this.opening = undefined;
  }

  private fail(error: unknown): void {
    this.failure ??= error;
    this.opening?.reject(error);
    this.opening = undefined;
    this.asked?.reject(error);
    this.asked = undefined;
  }
}
