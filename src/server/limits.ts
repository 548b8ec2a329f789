/** What the server spends on strangers: every bound in one place, with the reason for its default. */
import { availableParallelism } from 'node:os';
import { InputError } from '../errors.ts';

export interface Limits {
  /** Bytes of a request body; the largest of our score files has 0.6 MB. */
  readonly bodyBytes: number;
  /** Bytes of all request bodies that are being read, or that a job still needs, but for small ones; more get 429. */
  readonly bodiesBytes: number;
  /** Rows of a table or of scores, and columns. */
  readonly rows: number;
  readonly columns: number;
  /** Seconds of computing a job; also what a job's estimate may be. Longer work belongs on the command line. */
  readonly seconds: number;
  /** Seconds after that at which a job that did not end by itself is stopped without an answer. */
  readonly graceSeconds: number;
  /** Jobs computed at once, each in a thread of its own. */
  readonly runners: number;
  /** Threads that one job may share its parts over. */
  readonly threads: number;
  /** Jobs that wait for a runner; more are refused with 429. */
  readonly queue: number;
  /** Bytes of memory that the whole process may have; beyond, the job that has run longest is stopped. */
  readonly memoryBytes: number;
  /** Bytes of results remembered by input. */
  readonly cacheBytes: number;
  /** Bytes of results of finished jobs, and for how many seconds they are kept. */
  readonly keptBytes: number;
  readonly keptSeconds: number;
  /** Seconds that a request waits for its answer before it gets a job instead. */
  readonly waitSeconds: number;
  /** Seconds in which a request must have arrived as a whole. */
  readonly requestSeconds: number;
  /** Seconds without a byte in either direction after which a connection is cut. */
  readonly idleSeconds: number;
  readonly connections: number;
  /** Event streams open at once. */
  readonly streams: number;
}

const MIB = 2 ** 20;

export const DEFAULT_LIMITS: Limits = {
  bodyBytes: 8 * MIB,
  bodiesBytes: 256 * MIB,
  rows: 100_000,
  columns: 10_000,
  seconds: 60,
  graceSeconds: 5,
  runners: availableParallelism(),
  threads: availableParallelism(),
  queue: 256,
  memoryBytes: 4096 * MIB,
  cacheBytes: 32 * MIB,
  keptBytes: 128 * MIB,
  keptSeconds: 600,
  waitSeconds: 2,
  requestSeconds: 30,
  idleSeconds: 60,
  connections: 1024,
  streams: 128,
};

/** Those that may be 0: nothing is queued, remembered or waited for then. */
const MAY_BE_ZERO: readonly (keyof Limits)[] = ['queue', 'cacheBytes', 'waitSeconds', 'graceSeconds'];

/** The defaults with `given` in their place. @throws InputError where one is no finite number above 0. */
export function limitsWith(given: Partial<Limits> = {}): Limits {
  const limits: { -readonly [name in keyof Limits]: number } = { ...DEFAULT_LIMITS };
  for (const name of Object.keys(DEFAULT_LIMITS) as (keyof Limits)[]) {
    const value = given[name] ?? limits[name];
    if (!Number.isFinite(value) || value < 0 || (value === 0 && !MAY_BE_ZERO.includes(name)))
      throw new InputError(`limit ${name} must be a number above 0, got ${value}`);
    limits[name] = value;
  }
  // One body of the largest size must fit.
  limits.bodiesBytes = Math.max(limits.bodiesBytes, limits.bodyBytes);
  return limits;
}
