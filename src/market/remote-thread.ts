/** A worker that answers committees, as the thread that asks it sees it: sweep-worker.ts is at the other end. */
import type { MessagePort } from 'node:worker_threads';
import { AbortedError, InternalError, reviveError } from '../errors.ts';
import { epoch } from '../kernel/batches.ts';
import type { Pool } from '../kernel/pool.ts';
import type { CommitteeAnswer } from './committee-result.ts';
import type { Item } from './search/agenda.ts';
import type { WorstFound } from './search/worst.ts';
import type { Reply, SweepTask } from './sweep-worker.ts';

interface Asked {
  readonly onWorst: (worst: WorstFound) => void;
  readonly resolve: (answer: CommitteeAnswer) => void;
  readonly reject: (error: unknown) => void;
}

export class RemoteThread {
  /** Whether it is there to be asked; false where it was sent away before it was. */
  readonly ready: Promise<boolean>;
  private settle: { readonly ready: (ready: boolean) => void; readonly failed: (error: unknown) => void } | undefined;
  private readonly port: MessagePort;
  private asked: Asked | undefined;
  private failure: unknown;

  private constructor(port: MessagePort, ended: Promise<unknown>) {
    this.port = port;
    this.ready = new Promise((ready, failed) => {
      this.settle = { ready, failed };
    });
    port.on('message', (reply: Reply) => this.hear(reply));
    ended.then(
      () => this.fail(new InternalError('a worker ended before its work')),
      (error) => this.fail(error),
    );
  }

  /** @param task deadlines on this thread's `performance.now()` */
  static async start(pool: Pool, { deadline, searchDeadline, ...task }: SweepTask): Promise<RemoteThread> {
    const { port, ended } = await pool.start('market/sweep-worker.js', {
      ...task,
      deadline: epoch(deadline),
      searchDeadline: epoch(searchDeadline),
    } satisfies SweepTask);
    return new RemoteThread(port, ended);
  }

  /** As `CommitteeThread.answer`; one at a time. Rejects where the worker fails. */
  answer(item: Item, onWorst: (worst: WorstFound) => void): Promise<CommitteeAnswer> {
    return new Promise((resolve, reject) => {
      if (this.failure !== undefined) {
        reject(this.failure);
        return;
      }
      this.asked = { onWorst, resolve, reject };
      this.port.postMessage(item);
    });
  }

  private hear(reply: Reply): void {
    if ('ready' in reply) {
      this.settle?.ready(true);
      this.settle = undefined;
    } else if ('worst' in reply) this.asked?.onWorst(reply.worst);
    else {
      const asked = this.asked;
      this.asked = undefined;
      if ('answer' in reply) asked?.resolve(reply.answer);
      else asked?.reject(reviveError(reply.refused));
    }
  }

  /** Sends it away if it is not ready yet. */
  dismiss(): void {
    if (this.settle) this.close();
  }

  /** Ends the worker's task, whatever it is at. */
  close(): void {
    this.port.close();
    this.settle?.ready(false);
    this.settle = undefined;
    this.fail(new AbortedError());
  }

  private fail(error: unknown): void {
    this.failure ??= error;
    this.settle?.failed(error);
    this.settle = undefined;
    this.asked?.reject(error);
    this.asked = undefined;
  }
}
