/** A worker's part in a sweep that searches: answers the committees that it is asked for until the channel is closed. */
import type { MessagePort } from 'node:worker_threads';
import { InputError } from '../errors.ts';
import { sinceOrigin } from '../kernel/batches.ts';
import { kernel } from '../kernel/worker.ts';
import { type CommitteeAnswer, followContext } from './committee-result.ts';
import { CommitteeThread } from './committee-thread.ts';
import { type MarketSource, marketOf } from './observations.ts';
import type { AnswerOptions } from './results.ts';
import type { Item } from './search/agenda.ts';
import type { WorstFound } from './search/worst.ts';

export interface SweepTask {
  readonly source: MarketSource;
  readonly answer: AnswerOptions;
  /** Number of committees that the result has. */
  readonly committees: number;
  /** How many threads share the memory of one. */
  readonly threads: number;
  readonly reach: number;
  /** In ms since the epoch. */
  readonly deadline: number;
  readonly searchDeadline: number;
}

/** Errors do not keep their class between threads: refusals come as data. */
export type Reply =
  | { readonly ready: true }
  | { readonly worst: WorstFound }
  | { readonly answer: CommitteeAnswer }
  | { readonly refused: { readonly name: string; readonly message: string } };

export default async function run({ port, ...task }: SweepTask & { readonly port: MessagePort }): Promise<void> {
  const { source, answer, committees, threads, reach } = task;
  const stop = new AbortController();
  const say = (reply: Reply) => port.postMessage(reply);
  const context = await followContext(kernel, marketOf(source.table, source), answer, committees);
  const thread = new CommitteeThread(kernel, context, {
    ties: answer.ties,
    signal: stop.signal,
    deadline: sinceOrigin(task.deadline),
    searchDeadline: sinceOrigin(task.searchDeadline),
    reach,
  });
  thread.share(threads);
  let working: Promise<void> = Promise.resolve();
  const respond = async (item: Item) => {
    try {
      say({ answer: await thread.answer(item, (worst) => say({ worst })) });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      say({ refused: { name: error.name, message: error.message } });
    }
  };
  try {
    await new Promise<void>((resolve, reject) => {
      port.on('message', (item: Item) => {
        working = respond(item);
        working.catch(reject);
      });
      port.on('close', resolve);
      say({ ready: true });
    });
    stop.abort();
    // What is under way ends at its next breath.
    await working.catch(() => {});
  } finally {
    thread.release();
    port.close();
  }
}
