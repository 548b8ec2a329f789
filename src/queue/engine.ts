/**
 * `--engine bullmq`: a job's parts go in batches through BullMQ to any number of workers. A run is a flow: a parent that
 * waits for its batches. Workers put results into a hash; events tell of them, and a look into the hash now and then
 * makes up for events that were lost.
 */
import { randomUUID } from 'node:crypto';
import { FlowProducer, Queue, QueueEvents, type Job as QueueJob } from 'bullmq';
import type { Redis } from 'ioredis';
import { AbortedError, InternalError } from '../errors.ts';
import type { Engine, Job, MapOptions, MapResult } from '../kernel/pool.ts';
import { pack, unpack } from '../parts/pack.ts';
import { type Batch, batchSize, dataKey, LIFE, resultsKey, runsQueue } from './batches.ts';

/** Every so many ms the results are looked through and the run's life is renewed. */
const LOOK = 2000;
/** A batch is tried so often before the run fails. */
const ATTEMPTS = 5;

export interface QueueOptions {
  readonly queue: string;
  /** Told once where no worker is there. */
  readonly onNoWorkers?: (() => void) | undefined;
  /** Parts a batch; default: about half a second of work. */
  readonly batch?: number | undefined;
}

export class QueueEngine implements Engine {
  private readonly redis: Redis;
  private readonly options: QueueOptions;

  /** @param redis from `connectRedis`; stays open. */
  constructor(redis: Redis, options: QueueOptions) {
    this.redis = redis;
    this.options = options;
  }

  async run(job: Job, options: MapOptions<unknown>): Promise<MapResult<unknown>> {
    if (job.parts.length === 0) return { results: [], complete: true };
    if (options.signal?.aborted) throw new AbortedError();
    const run = new QueuedRun(this.redis, this.options, job, options);
    try {
      return await run.finish();
    } finally {
      await run.clear();
    }
  }
}

/** One job on its way through the queue. */
class QueuedRun {
  private readonly id = randomUUID();
  private readonly redis: Redis;
  private readonly setup: QueueOptions;
  private readonly job: Job;
  private readonly options: MapOptions<unknown>;
  private readonly results: unknown[];
  /** Sizes of the batches that are not known yet, by first part. */
  private readonly missing: Map<number, number>;
  private readonly queue: Queue;
  private readonly events: QueueEvents;
  private parent: QueueJob | undefined;
  private done = 0;

  constructor(redis: Redis, setup: QueueOptions, job: Job, options: MapOptions<unknown>) {
    this.redis = redis;
    this.setup = setup;
    this.job = job;
    this.options = options;
    const parts = job.parts.length;
    this.results = new Array(parts).fill(undefined);
    const size = setup.batch ?? batchSize(parts, options.seconds);
    const starts = Array.from({ length: Math.ceil(parts / size) }, (_, i) => i * size);
    this.missing = new Map(starts.map((first) => [first, Math.min(size, parts - first)]));
    this.queue = new Queue(setup.queue, { connection: redis });
    this.events = new QueueEvents(setup.queue, { connection: redis });
    // Lost connections are made again; until then the run waits.
    this.queue.on('error', () => {});
    this.events.on('error', () => {});
  }

  async finish(): Promise<MapResult<unknown>> {
    const { signal, deadline = Number.POSITIVE_INFINITY } = this.options;
    let resolve: (complete: boolean) => void = () => {};
    let reject: (error: Error) => void = () => {};
    const ended = new Promise<boolean>((yes, no) => {
      resolve = yes;
      reject = no;
    });
    // Awaited only after sending.
    ended.catch(() => {});
    const cancel = () => reject(new AbortedError());
    const timer = setInterval(() => this.look().then((over) => over && resolve(true), reject), LOOK);
    const late =
      deadline === Number.POSITIVE_INFINITY
        ? undefined
        : setTimeout(() => resolve(false), Math.max(0, deadline - performance.now()));
    signal?.addEventListener('abort', cancel);
    this.listen(resolve, reject);
    try {
      await this.send();
      return { results: this.results, complete: await ended };
    } finally {
      signal?.removeEventListener('abort', cancel);
      clearInterval(timer);
      clearTimeout(late);
    }
  }

  private listen(resolve: (complete: boolean) => void, reject: (error: Error) => void): void {
    const first = (jobId: string) => (jobId.startsWith(`${this.id}-`) ? Number(jobId.slice(this.id.length + 1)) : -1);
    this.events.on('completed', ({ jobId }) => {
      const part = first(jobId);
      if (part < 0) return;
      this.take(part).then(() => this.missing.size === 0 && resolve(true), reject);
    });
    this.events.on('failed', ({ jobId, failedReason }) => {
      const part = first(jobId);
      if (part >= 0) reject(new InternalError(`part ${part} failed ${ATTEMPTS} times on workers: ${failedReason}`));
    });
  }

  private async send(): Promise<void> {
    const { task, shared, parts } = this.job;
    await this.redis.set(dataKey(this.id), Buffer.from(pack({ task, shared })), 'EX', LIFE);
    await this.events.waitUntilReady();
    const flows = new FlowProducer({ connection: this.redis });
    flows.on('error', () => {});
    const kept = { removeOnComplete: { age: LIFE }, removeOnFail: { age: LIFE } };
    const children = [...this.missing].map(([first, count]) => ({
      name: task,
      queueName: this.setup.queue,
      data: {
        run: this.id,
        first,
        count,
        parts: Buffer.from(pack(parts.slice(first, first + count))).toString('base64'),
      } satisfies Batch,
      opts: {
        ...kept,
        jobId: `${this.id}-${first}`,
        attempts: ATTEMPTS,
        backoff: { type: 'exponential', delay: 200 },
        failParentOnFailure: true,
      },
    }));
    const queueName = runsQueue(this.setup.queue);
    const data = { parts: parts.length };
    const flow = await flows.add({ name: task, queueName, data, opts: { ...kept, jobId: this.id }, children });
    this.parent = flow.job;
    if (this.setup.onNoWorkers && (await this.queue.getWorkersCount()) === 0) this.setup.onNoWorkers();
  }

  /** Takes one batch's results out of Redis. */
  private async take(first: number): Promise<void> {
    if (!this.missing.has(first)) return;
    const packed = await this.redis.hgetBuffer(resultsKey(this.id), String(first));
    if (!packed || !this.missing.delete(first)) return;
    for (const [i, result] of (unpack(packed) as unknown[]).entries()) {
      this.results[first + i] = result;
      this.done++;
      this.options.onPart?.(this.done, result, first + i);
    }
    await this.redis.hdel(resultsKey(this.id), String(first));
  }

  /** Takes what events did not tell of, and keeps the run alive. Returns whether all is known. */
  private async look(): Promise<boolean> {
    const [there] = await Promise.all([dataKey, resultsKey].map((key) => this.redis.expire(key(this.id), LIFE)));
    if (there === 0 && this.parent)
      throw new InternalError('the run is no longer in Redis: was it restarted or emptied? Start the run again');
    for (const first of await this.redis.hkeys(resultsKey(this.id))) await this.take(Number(first));
    if (this.missing.size > 0 && (await this.parent?.getState()) === 'failed')
      throw new InternalError('a part failed on the workers');
    return this.missing.size === 0;
  }

  /** Takes the run out of Redis: workers give up its parts where they still are at them. */
  async clear(): Promise<void> {
    await this.redis.del(dataKey(this.id), resultsKey(this.id));
    // A batch that a worker holds cannot be removed: it ends by itself, and is dropped with its age.
    await Promise.all([...this.missing.keys()].map((first) => this.queue.remove(`${this.id}-${first}`).catch(() => 0)));
    await this.parent?.remove({ removeChildren: true }).catch(() => {});
    await this.events.close();
    await this.queue.close();
  }
}
