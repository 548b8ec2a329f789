/**
 * Parts travel to workers in batches of neighbours: a message costs about 0.2 ms of both sides, some parts take little
 * more. Batches grow with what parts were seen to take and shrink towards the end of a job, so that no thread is left
 * with much to do when the others have nothing.
 */
import type { Message, Runner } from './tasks.ts';

/** A pool's workers answer after 40 to 90 ms: below this many seconds of work they do not pay. */
export const WORTH_A_POOL = 0.1;
/** What a batch should take, in ms: some fifty times what its message costs, and still prompt to cancel. */
const BATCH = 12;

/** Neighbouring parts of a job, as sent to a worker. */
export interface BatchMessage extends Omit<Message, 'part'> {
  readonly parts: readonly unknown[];
  /** In ms since the epoch: after it only the first part is done. */
  readonly until: number;
}

export interface BatchResult {
  /** By part; fewer than there were parts where the time was up. */
  readonly results: readonly unknown[];
  readonly milliseconds: number;
}

/** A time of this thread's `performance.now()` on the clock that all threads share, in ms since the epoch. */
export const epoch = (now: number): number => Date.now() + (now - performance.now());

/** The other way round. */
export const sinceOrigin = (time: number): number => time - Date.now() + performance.now();

export function runBatch(runner: Runner, { parts, until, ...job }: BatchMessage): BatchResult {
  const began = performance.now();
  const results: unknown[] = [];
  for (const part of parts) {
    if (results.length > 0 && Date.now() >= until) break;
    results.push(runner.run({ ...job, part }));
  }
  return { results, milliseconds: performance.now() - began };
}

/** Deals out the parts of one job in order. */
export class Batches {
  private readonly parts: number;
  private readonly lanes: number;
  private from = 0;
  private most = 1;

  /** @param lanes how many batches are under way at a time */
  constructor(parts: number, lanes: number) {
    this.parts = parts;
    this.lanes = lanes;
  }

  /** The next batch; `count` is 0 when all parts are dealt out. */
  next(): { first: number; count: number } {
    return this.take(Math.min(this.most, Math.ceil((this.parts - this.from) / (2 * this.lanes))));
  }

  /** The next part alone. */
  single(): { first: number; count: number } {
    return this.take(Math.min(1, this.parts - this.from));
  }

  /** Learns from a batch: later ones at most double, and take about BATCH ms. */
  took(count: number, milliseconds: number): void {
    this.most = Math.max(1, Math.min(2 * count, Math.floor((BATCH * count) / milliseconds)));
  }

  private take(count: number): { first: number; count: number } {
    const first = this.from;
    this.from += count;
    return { first, count };
  }
}
