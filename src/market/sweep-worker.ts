/** A worker's part in a sweep that searches: answers the committees that it is asked for, until it is ended. */
import { parentPort, workerData } from 'node:worker_threads';
import { InputError } from '../errors.ts';
import { sinceOrigin } from '../kernel/batches.ts';
import { Kernel } from '../kernel/instance.ts';
import type { TaskData } from '../kernel/pool.ts';
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
  /** In ms since the epoch. */
  readonly deadline: number;
  readonly searchDeadline: number;
}

/** The first message to the worker; the others are committees to answer, one at a time. */
export interface Begin {
  /** How far tables must reach. */
  readonly reach: number;
}

/** Errors do not keep their class between threads: refusals come as data. */
export type Reply =
  | { readonly ready: true }
  | { readonly worst: WorstFound }
  | { readonly note: string }
  | { readonly answer: CommitteeAnswer }
  | { readonly refused: { readonly name: string; readonly message: string } };

const { module, data } = workerData as TaskData<SweepTask>;
const { source, answer, committees } = data;
const kernel = new Kernel(module);
const context = await followContext(kernel, marketOf(source.table, source), answer, committees);
const say = (reply: Reply) => parentPort?.postMessage(reply);
let thread: CommitteeThread | undefined;

function begin({ reach }: Begin): CommitteeThread {
  const [deadline, searchDeadline] = [sinceOrigin(data.deadline), sinceOrigin(data.searchDeadline)];
  const onNote = (note: string) => say({ note });
  return new CommitteeThread(kernel, context, { ties: answer.ties, deadline, searchDeadline, reach, onNote });
}

parentPort?.on('message', async (message: Begin | Item) => {
  if ('reach' in message) {
    thread = begin(message);
    return;
  }
  try {
    say({ answer: await thread!.answer(message, (worst) => say({ worst })) });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    say({ refused: { name: error.name, message: error.message } });
  }
});
say({ ready: true });
