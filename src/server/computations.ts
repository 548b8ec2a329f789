/**
 * Computations: one for each input and options, however many jobs ask for it at once. They run in threads that can be
 * stopped, wait in a bounded queue, and their results are remembered by the digest of what they were computed from.
 */
import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { LRUCache } from 'lru-cache';
import { Piscina } from 'piscina';
import { VERSION } from '../version.ts';
import type { Bodies } from './bodies.ts';
import type { KindName } from './kinds.ts';
import type { Limits } from './limits.ts';
import { Problem } from './problem.ts';
import type { Progress, RunnerAnswer, RunnerTask } from './runner.ts';

/** What a client asks to be computed. */
export type Work = Pick<RunnerTask, 'kind' | 'body' | 'format' | 'source' | 'options'>;

export interface Answer {
  /** The command line's JSON in UTF-8. */
  readonly bytes: Uint8Array;
  readonly complete: boolean;
}

/** Identity of a computation: what decides its answer, digested; serves as ETag too. */
export function digestOf({ kind, body, format, source, options }: Work): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([VERSION, kind, format, source, options]));
  return hash.update('\n').update(body).digest('base64url');
}

/** Under way or ended. Tells its listeners `change`. */
export class Computation extends EventEmitter<{ change: [] }> {
  readonly kind: KindName;
  readonly digest: string;
  state: 'queued' | 'running' | 'ended' = 'queued';
  progress: Progress = { done: 0, total: 0 };
  answer: Answer | undefined;
  problem: Problem | undefined;
  /** On the clock of `performance.now()`; 0 before. */
  startedAt = 0;
  /** Jobs that still want the answer. */
  wanted = 0;
  private readonly controller = new AbortController();

  constructor(kind: KindName, digest: string) {
    super();
    this.setMaxListeners(0);
    this.kind = kind;
    this.digest = digest;
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  advance(progress: Progress): void {
    if (this.state === 'ended') return;
    if (this.state === 'queued') {
      this.state = 'running';
      this.startedAt = performance.now();
    }
    this.progress = progress;
    this.emit('change');
  }

  end(outcome: Answer | Problem): void {
    if (this.state === 'ended') return;
    this.state = 'ended';
    if (outcome instanceof Problem) this.problem = outcome;
    else this.answer = outcome;
    this.emit('change');
  }

  /** Ends it with `problem` now and stops its thread. */
  stop(problem: Problem): void {
    this.end(problem);
    this.controller.abort();
  }
}

/** Bytes of memory that a remembered result takes beyond its own, measured over 20,000 of them. */
const ENTRY_BYTES = 1024;
const WATCH_EVERY = 500;
/** Of each runner's heap: the garbage that small jobs leave before it is collected. */
const YOUNG_MIB = 12;

export class Computations {
  readonly cacheHits = { count: 0 };
  private readonly limits: Limits;
  private readonly bodies: Bodies;
  private readonly runners: Piscina<RunnerTask, RunnerAnswer>;
  private readonly active = new Map<string, Computation>();
  private readonly cache: LRUCache<string, Answer>;
  private readonly watch: NodeJS.Timeout;
  private readonly onError: (error: unknown) => void;
  /** Seconds that a job ran, averaged with a short memory: for Retry-After. */
  private typicalSeconds = 0.1;

  constructor(limits: Limits, bodies: Bodies, onError: (error: unknown) => void) {
    this.limits = limits;
    this.bodies = bodies;
    this.onError = onError;
    this.runners = new Piscina({
      // From src (tests) as from dist (the package): threads always run the built JavaScript.
      filename: fileURLToPath(new URL('../../dist/server/runner.js', import.meta.url)),
      minThreads: limits.runners,
      maxThreads: limits.runners,
      // `start` refuses before this does.
      maxQueue: limits.queue + limits.runners,
      // A runner shares work out itself: its event loop must stay free.
      atomics: 'disabled',
      resourceLimits: {
        maxOldGenerationSizeMb: Math.max(64, Math.floor(limits.memoryBytes / 2 ** 20 / 2)),
        maxYoungGenerationSizeMb: YOUNG_MIB,
      },
    });
    this.cache = new LRUCache({
      maxSize: Math.max(limits.cacheBytes, 1),
      sizeCalculation: ({ bytes }) => ENTRY_BYTES + bytes.length,
    });
    this.watch = setInterval(() => this.refuseMemory(), WATCH_EVERY).unref();
  }

  get queued(): number {
    return [...this.active.values()].filter(({ state }) => state === 'queued').length;
  }

  get running(): number {
    return this.active.size - this.queued;
  }

  /** The computation of `work`: one remembered or under way, or a new one. @throws Problem 429 where too much waits. */
  start(work: Work, digest: string): Computation {
    const known = this.cache.get(digest);
    if (known) {
      this.cacheHits.count++;
      const done = new Computation(work.kind, digest);
      done.end(known);
      return done;
    }
    const same = this.active.get(digest);
    if (same) return same;
    if (this.active.size >= this.limits.runners + this.limits.queue)
      throw new Problem('too-many-requests', `${this.queued} jobs wait already; try again later`, {
        'retry-after': String(this.retryAfter()),
      });
    const release = this.bodies.hold(work.body.length);
    const computation = new Computation(work.kind, digest);
    this.active.set(digest, computation);
    void this.run(work, computation).finally(release);
    return computation;
  }

  /** Seconds after which the queue has probably moved on. */
  retryAfter(): number {
    return Math.min(60, Math.max(1, Math.ceil((this.typicalSeconds * this.queued) / this.limits.runners)));
  }

  /** Waits until nothing is under way, at most `seconds`; what is left then is stopped. */
  async drain(seconds: number): Promise<void> {
    const until = performance.now() + 1000 * seconds;
    while (this.active.size > 0 && performance.now() < until) {
      await Promise.race([
        ...[...this.active.values()].map((one) => new Promise<void>((resolve) => one.once('change', resolve))),
        new Promise<void>((resolve) => setTimeout(resolve, until - performance.now()).unref()),
      ]);
    }
    for (const one of this.active.values()) one.stop(new Problem('shutting-down', 'the server stopped before the job'));
  }

  async close(): Promise<void> {
    clearInterval(this.watch);
    for (const one of this.active.values()) one.stop(new Problem('shutting-down', 'the server stopped before the job'));
    await this.runners.destroy();
  }

  private async run(work: Work, computation: Computation): Promise<void> {
    const { rows, columns, seconds, threads, graceSeconds } = this.limits;
    const { port1, port2 } = new MessageChannel();
    let timer: NodeJS.Timeout | undefined;
    port1.on('message', (progress: Progress) => {
      timer ??= setTimeout(
        () => computation.stop(new Problem('time-limit', `the job did not end within ${seconds} s`)),
        1000 * (seconds + graceSeconds),
      );
      computation.advance(progress);
    });
    // `on` keeps the process alive until the port closes, which a finished or stopped runner does.
    try {
      const task = { ...work, limits: { rows, columns, seconds, threads }, port: port2 };
      const answer = await this.runners.run(task, { transferList: [port2], signal: computation.signal });
      this.settle(computation, answer);
    } catch (error) {
      computation.end(this.failure(error));
    } finally {
      clearTimeout(timer);
      port1.close();
      this.active.delete(computation.digest);
    }
  }

  private settle(computation: Computation, answer: RunnerAnswer): void {
    if (computation.startedAt > 0)
      this.typicalSeconds += 0.1 * ((performance.now() - computation.startedAt) / 1000 - this.typicalSeconds);
    if ('refused' in answer) computation.end(new Problem(answer.refused, answer.detail));
    else {
      // A stopped search is not the input's answer: another run may get further.
      if (answer.complete) this.cache.set(computation.digest, answer);
      computation.end(answer);
    }
  }

  private failure(error: unknown): Problem {
    const { name, code } = error as { name?: string; code?: string };
    if (name === 'AbortError') return new Problem('cancelled', 'the job was cancelled');
    if (code === 'ERR_WORKER_OUT_OF_MEMORY' || error instanceof RangeError)
      return new Problem('memory-limit', 'the job ran out of memory');
    this.onError(error);
    return new Problem('internal', 'the job failed; the log says why');
  }

  /** Past the memory allowed, the job that has run longest is stopped: short ones are rarely the cause. */
  private refuseMemory(): void {
    if (process.memoryUsage.rss() <= this.limits.memoryBytes) return;
    const [oldest] = [...this.active.values()]
      .filter(({ state }) => state === 'running')
      .sort((a, b) => a.startedAt - b.startedAt);
    oldest?.stop(new Problem('memory-limit', 'the server was out of memory, and this job had run longest'));
  }
}
