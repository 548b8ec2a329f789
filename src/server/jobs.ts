/** Jobs: a client's claim on a computation, with an address of its own, kept for a while after the end. */
import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Computation } from './computations.ts';
import type { KindName } from './kinds.ts';
import type { Limits } from './limits.ts';
import { Problem, type ProblemDocument } from './problem.ts';
import type { Progress } from './runner.ts';

export type JobStatus = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

/** What `GET /v1/jobs/ID` and event streams tell of a job; its result stands beside it once done. */
export interface JobDocument {
  readonly id: string;
  readonly kind: KindName;
  readonly status: JobStatus;
  readonly progress: Progress;
  readonly problem?: ProblemDocument;
  readonly links: { readonly self: string; readonly events: string; readonly result: string };
}

/** Bytes of a kept job beyond its result. */
const JOB_BYTES = 1024;

export class Job {
  readonly id = randomUUID();
  readonly computation: Computation;
  private cancelled = false;
  private released = false;

  constructor(computation: Computation) {
    this.computation = computation;
    computation.wanted++;
  }

  get status(): JobStatus {
    const { state, problem } = this.computation;
    if (this.cancelled) return 'cancelled';
    if (state !== 'ended') return state;
    return problem === undefined ? 'done' : problem.kind === 'cancelled' ? 'cancelled' : 'failed';
  }

  get ended(): boolean {
    return this.cancelled || this.computation.state === 'ended';
  }

  /** Why there is no result; undefined while there may be one. */
  get problem(): Problem | undefined {
    return this.cancelled ? new Problem('cancelled', 'the job was cancelled') : this.computation.problem;
  }

  get bytes(): Uint8Array | undefined {
    return this.cancelled ? undefined : this.computation.answer?.bytes;
  }

  /** Gives up the claim; a computation that nobody wants any more is stopped. */
  cancel(): void {
    if (this.ended) return;
    this.cancelled = true;
    this.release();
    this.computation.emit('change');
  }

  /** Stops counting as one who wants the answer. */
  release(): void {
    if (this.released) return;
    this.released = true;
    this.computation.wanted--;
    if (this.computation.wanted === 0 && this.computation.state !== 'ended')
      this.computation.stop(new Problem('cancelled', 'nobody waits for the job any more'));
  }

  /** Resolves at the end, or after `seconds`, or when `signal` fires. */
  settled(seconds: number, signal: AbortSignal): Promise<void> {
    if (this.ended || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', finish);
        this.computation.off('change', look);
        resolve();
      };
      const look = () => {
        if (this.ended) finish();
      };
      const timer = setTimeout(finish, 1000 * seconds);
      signal.addEventListener('abort', finish);
      this.computation.on('change', look);
    });
  }

  toJSON(): JobDocument {
    const self = `/v1/jobs/${this.id}`;
    return {
      id: this.id,
      kind: this.computation.kind,
      status: this.status,
      progress: this.computation.progress,
      ...(this.problem ? { problem: this.problem.toJSON() } : {}),
      links: { self, events: `${self}/events`, result: `${self}/result` },
    };
  }

  /** The document as JSON with the result beside it, which is not parsed for that. */
  withResult(): Uint8Array {
    const document = JSON.stringify(this);
    if (this.bytes === undefined) return Buffer.from(document);
    return Buffer.concat([Buffer.from(`${document.slice(0, -1)},"result":`), this.bytes, Buffer.from('}')]);
  }
}

/** The jobs that clients were given an address of. */
export class Jobs {
  private readonly active = new Map<string, Job>();
  private readonly ended: LRUCache<string, Job>;

  constructor(limits: Pick<Limits, 'keptBytes' | 'keptSeconds'>) {
    this.ended = new LRUCache({
      maxSize: limits.keptBytes,
      ttl: 1000 * limits.keptSeconds,
      ttlAutopurge: false,
      sizeCalculation: ({ bytes }) => Math.min(limits.keptBytes, JOB_BYTES + (bytes?.length ?? 0)),
    });
  }

  /** Keeps a job until it ends and for a while after. */
  keep(job: Job): void {
    this.active.set(job.id, job);
    const look = () => {
      if (!job.ended) return;
      job.computation.off('change', look);
      this.active.delete(job.id);
      this.ended.set(job.id, job);
    };
    job.computation.on('change', look);
    look();
  }

  /** @throws Problem 404 */
  find(id: string): Job {
    const job = this.active.get(id) ?? this.ended.get(id);
    if (!job) throw new Problem('not-found', 'there is no job of that id (finished jobs are kept for a while only)');
    return job;
  }
}
