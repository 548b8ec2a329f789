/**
 * Shares the parts of a job over piscina's workers, or runs them in this thread where that is faster. Results come
 * back in the order of the parts, whatever finished first, so answers do not depend on the number of threads.
 */
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { AbortedError, InputError } from '../errors.ts';
import { Batches, type BatchMessage, type BatchResult, epoch, runBatch, WORTH_A_POOL } from './batches.ts';
import { compileKernel, Kernel, type KernelBuild } from './instance.ts';
import { type PartOf, type ResultOf, Runner, type SharedOf, type TaskName, tasks } from './tasks.ts';

export interface PoolOptions {
  /** Worker threads; 1 keeps everything in the calling thread. Default: all cores. */
  readonly threads?: number | undefined;
  readonly build?: KernelBuild | undefined;
  /** Runs the parts of jobs elsewhere, or keeps their results; default: all run on this pool's threads. */
  readonly engine?: Engine | undefined;
}

export interface MapOptions<R> {
  readonly signal?: AbortSignal | undefined;
  /** On the clock of `performance.now()`, in ms: no part starts later; the answer is then marked incomplete. */
  readonly deadline?: number | undefined;
  /** An estimate of the whole job in seconds of one thread: short jobs stay in this thread. */
  readonly seconds?: number | undefined;
  /** Called as parts finish, in any order. */
  readonly onPart?: ((done: number, result: R, index: number) => void) | undefined;
}

export interface MapResult<R> {
  /** By part; `undefined` where the deadline came first, or where an earlier result stands for this part too (`Task.merge`). */
  readonly results: readonly (R | undefined)[];
  readonly complete: boolean;
}

/** A job as engines see it: a task's name, the data that all parts share, and the parts. */
export interface Job {
  /** Jobs of the same name have the same task and shared data, which are then prepared once. */
  readonly id?: string;
  readonly task: TaskName;
  readonly shared: unknown;
  readonly parts: readonly unknown[];
}

/** Runs a job's parts; `onPart` tells of every part, once. */
export type RunJob = (job: Job, options: MapOptions<unknown>) => Promise<MapResult<unknown>>;

/** Stands between `Pool.map` and the threads: checkpoints, parts of a run, queues. `here` runs a job on the threads. */
export interface Engine {
  run(job: Job, options: MapOptions<unknown>, here: RunJob): Promise<MapResult<unknown>>;
}

/** The `workerData` of a long task: the compiled kernels, and what the task is about. */
export interface TaskData<T> {
  readonly module: WebAssembly.Module;
  readonly data: T;
}

/** In this thread, give way to timers and signals after this many ms. */
const BREATH = 20;

/**
 * Threads for the parts of runs, which calls can share: pass it as `pool`, and close it when done. Small jobs stay in the
 * caller's thread; workers start with the first large one.
 * @example
 * const pool = new Pool({ threads: 2 });
 * const table = parseTable('state,policy,alice,B\nrain,stay,0.5,1\nrain,go,0.25,0\n');
 * const both = await Promise.all([solve(table, { pool }), sweep(table, { pool })]);
 * await pool.close();
 * both.map(({ kind }) => kind) // ['solve', 'sweep']
 */
export class Pool {
  readonly threads: number;
  private readonly module: WebAssembly.Module;
  private runner: Runner | undefined;
  private workers: Promise<Piscina> | undefined;
  private readonly started = new Set<Worker>();
  private closed = false;
  private readonly engine: Engine | undefined;

  /** @throws InputError where `threads` is not a whole number of at least 1. */
  constructor({ threads = availableParallelism(), build = 'release', engine }: PoolOptions = {}) {
    if (!Number.isInteger(threads) || threads < 1 || threads > 1024)
      throw new InputError(`threads must be a whole number from 1 to 1024, got ${threads}`);
    this.threads = threads;
    this.module = compileKernel(build);
    this.engine = engine;
  }

  /** Bytes that threads which keep much in memory may take together: half of what is available. */
  get memory(): number {
    return process.availableMemory() / 2;
  }

  /** Whether so many seconds of one thread's work are done sooner by the workers. */
  pays(seconds: number): boolean {
    return this.threads > 1 && seconds >= WORTH_A_POOL;
  }

  /** Runs every part and returns the results by part. @throws AbortedError once `signal` fires. */
  async map<N extends TaskName>(
    task: N,
    shared: SharedOf<N>,
    parts: readonly PartOf<N>[],
    options: MapOptions<ResultOf<N>> = {},
  ): Promise<MapResult<ResultOf<N>>> {
    if (this.closed) throw new InputError('the pool is closed');
    const job = { task, shared, parts };
    // Engines are untyped: the results are those of this task because the job is.
    const given = options as MapOptions<unknown>;
    const done =
      this.engine && !('local' in tasks[task])
        ? this.engine.run(job, given, (some, how) => this.run(some, how))
        : this.run(job, given);
    return (await done) as MapResult<ResultOf<N>>;
  }

  /** Runs an untyped job on this pool's threads, without its engine. @throws AbortedError once `signal` fires. */
  async run({ id, task, shared, parts }: Job, options: MapOptions<unknown>): Promise<MapResult<unknown>> {
    const { signal, deadline = Number.POSITIVE_INFINITY, seconds = Number.POSITIVE_INFINITY, onPart } = options;
    const inline = parts.length <= 1 || !this.pays(seconds);
    const job = id ?? randomUUID();
    const results: unknown[] = new Array(parts.length).fill(undefined);
    const run = inline ? this.runInline() : await this.runInWorkers();
    // Two batches under way a worker, so that none idles for a round trip.
    const lanes = inline ? 1 : 2 * this.threads;
    const batches = new Batches(parts.length, lanes);
    let done = 0;
    const lane = async () => {
      while (!signal?.aborted && performance.now() < deadline) {
        const { first, count } = inline ? batches.single() : batches.next();
        if (count === 0) return;
        const message = { job, task, shared, parts: parts.slice(first, first + count), until: epoch(deadline) };
        const { results: found, milliseconds } = await run(message);
        batches.took(found.length, milliseconds);
        for (const [i, result] of found.entries()) {
          results[first + i] = result;
          done++;
          onPart?.(done, result, first + i);
        }
      }
    };
    try {
      await Promise.all(Array.from({ length: lanes }, lane));
    } finally {
      if (inline && id === undefined) this.runner?.forget(job);
    }
    if (signal?.aborted) throw new AbortedError();
    return { results, complete: done === parts.length };
  }

  /**
   * Starts a worker of its own for a long task that is no list of parts: a module of dist/, whose `workerData` is
   * `TaskData` and which talks to whoever started it. He ends it.
   */
  start(module: string, data: unknown): Worker {
    if (this.closed) throw new InputError('the pool is closed');
    const worker = new Worker(built(module), {
      execArgv: [],
      workerData: { module: this.module, data } satisfies TaskData<unknown>,
    });
    this.started.add(worker);
    worker.on('exit', () => this.started.delete(worker));
    return worker;
  }

  /** Stops the workers. The pool cannot be used afterwards. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([(await this.workers)?.destroy(), ...[...this.started].map((worker) => worker.terminate())]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** The kernel of this thread, for work too small to share out. */
  get local(): Kernel {
    this.kernel ??= new Kernel(this.module);
    return this.kernel;
  }
  private kernel: Kernel | undefined;

  private runInline() {
    this.runner ??= new Runner(this.local);
    const { runner } = this;
    let breath = performance.now();
    return async (message: BatchMessage): Promise<BatchResult> => {
      if (performance.now() - breath > BREATH) {
        await setImmediate();
        breath = performance.now();
      }
      return runBatch(runner, message);
    };
  }

  private async runInWorkers() {
    this.workers ??= startWorkers(this.threads, this.module);
    const workers = await this.workers;
    return (message: BatchMessage): Promise<BatchResult> => workers.run(message);
  }
}

/** From src (tests) as from dist (the package): workers are always the built JavaScript, which needs no loader. */
const built = (module: string) => fileURLToPath(new URL(`../../dist/${module}`, import.meta.url));

/** Piscina is loaded with the first pool of workers: most runs need none. */
async function startWorkers(threads: number, module: WebAssembly.Module): Promise<Piscina> {
  const { Piscina } = await import('piscina');
  return new Piscina({
    filename: built('kernel/worker.js'),
    execArgv: [],
    minThreads: threads,
    maxThreads: threads,
    // The second batch of a worker waits in its queue while the first is under way.
    concurrentTasksPerWorker: 2,
    workerData: { module },
  });
}
