/**
 * Shares the parts of a job over piscina's workers, or runs them in this thread where that is faster. Results come
 * back in the order of the parts, whatever finished first, so answers do not depend on the number of threads.
 */
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { AbortedError, InputError } from '../errors.ts';
import { compileKernel, Kernel, type KernelBuild } from './instance.ts';
import { type PartOf, type ResultOf, Runner, type SharedOf, type TaskName } from './tasks.ts';

export interface PoolOptions {
  /** Worker threads; 1 keeps everything in the calling thread. Default: all cores. */
  readonly threads?: number | undefined;
  readonly build?: KernelBuild | undefined;
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
  /** By part; `undefined` where the deadline came first. */
  readonly results: readonly (R | undefined)[];
  readonly complete: boolean;
}

/** A pool's workers answer after 40 to 90 ms: below this many seconds of work they do not pay. */
const WORTH_A_POOL = 0.1;
/** In this thread, give way to timers and signals after this many ms. */
const BREATH = 20;

export class Pool {
  readonly threads: number;
  private readonly module: WebAssembly.Module;
  private runner: Runner | undefined;
  private workers: Piscina | undefined;
  private closed = false;

  /** @throws InputError where `threads` is not a whole number of at least 1. */
  constructor({ threads = availableParallelism(), build = 'release' }: PoolOptions = {}) {
    if (!Number.isInteger(threads) || threads < 1 || threads > 1024)
      throw new InputError(`threads must be a whole number from 1 to 1024, got ${threads}`);
    this.threads = threads;
    this.module = compileKernel(build);
  }

  /** Runs every part and returns the results by part. @throws AbortedError once `signal` fires. */
  async map<N extends TaskName>(
    task: N,
    shared: SharedOf<N>,
    parts: readonly PartOf<N>[],
    options: MapOptions<ResultOf<N>> = {},
  ): Promise<MapResult<ResultOf<N>>> {
    if (this.closed) throw new InputError('the pool is closed');
    const { signal, deadline = Number.POSITIVE_INFINITY, seconds = Number.POSITIVE_INFINITY, onPart } = options;
    const inline = this.threads === 1 || parts.length <= 1 || seconds < WORTH_A_POOL;
    const job = randomUUID();
    const results: (ResultOf<N> | undefined)[] = new Array(parts.length).fill(undefined);
    const run = inline ? this.runInline() : this.runInWorkers();
    let next = 0;
    let done = 0;
    const lane = async () => {
      while (next < parts.length && !signal?.aborted && performance.now() < deadline) {
        const index = next++;
        const result = (await run({ job, task, shared, part: parts[index] })) as ResultOf<N>;
        results[index] = result;
        done++;
        onPart?.(done, result, index);
      }
    };
    try {
      // Two parts under way a worker: the second waits in the worker's queue, so that none idles for a round trip.
      await Promise.all(Array.from({ length: inline ? 1 : 2 * this.threads }, lane));
    } finally {
      if (inline) this.runner?.forget(job);
    }
    if (signal?.aborted) throw new AbortedError();
    return { results, complete: done === parts.length };
  }

  /** Stops the workers. The pool cannot be used afterwards. */
  async close(): Promise<void> {
    this.closed = true;
    await this.workers?.destroy();
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
    return async (message: Parameters<Runner['run']>[0]) => {
      if (performance.now() - breath > BREATH) {
        await setImmediate();
        breath = performance.now();
      }
      return runner.run(message);
    };
  }

  private runInWorkers() {
    this.workers ??= new Piscina({
      // From src (tests) as from dist (the package): workers are always the built JavaScript.
      filename: fileURLToPath(new URL('../../dist/kernel/worker.js', import.meta.url)),
      minThreads: this.threads,
      maxThreads: this.threads,
      workerData: { module: this.module },
    });
    const { workers } = this;
    return (message: Parameters<Runner['run']>[0]) => workers.run(message);
  }
}
