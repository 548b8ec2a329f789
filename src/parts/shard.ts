/** One of N neighbouring shares of a run's parts, and a run put together from all shares. */
import { AbortedError, InputError } from '../errors.ts';
import type { Engine, Job, MapOptions, MapResult, RunJob } from '../kernel/pool.ts';
import { taskNamed } from '../kernel/tasks.ts';
import { digest } from './digest.ts';
import { joined, type Piece, spread } from './known.ts';

/** What a shard found: the digest of the run's first job, its number of parts, and the results of the shard's own. */
export interface Share {
  readonly job: string;
  readonly parts: number;
  readonly piece: Piece;
}

/** The parts of shard `index` (0-based) of `of`: neighbours, so that results merge in the order of one process. */
export function shareOf(parts: number, of: number, index: number): { first: number; end: number } {
  return { first: Math.floor((index * parts) / of), end: Math.floor(((index + 1) * parts) / of) };
}

/**
 * Computes one share of the run's first job and ends the run there with an AbortedError: what follows needs all parts.
 * `share` stays undefined where the run has no job to share out.
 */
export class ShardEngine implements Engine {
  share: Share | undefined;
  private readonly of: number;
  private readonly index: number;

  constructor(of: number, index: number) {
    this.of = of;
    this.index = index;
  }

  async run(job: Job, options: MapOptions<unknown>, here: RunJob): Promise<MapResult<unknown>> {
    const { first, end } = shareOf(job.parts.length, this.of, this.index);
    const count = end - first;
    const { results, complete } = await here(
      { ...job, parts: job.parts.slice(first, end) },
      { ...options, seconds: options.seconds === undefined ? undefined : (options.seconds * count) / job.parts.length },
    );
    if (!complete) throw new AbortedError();
    const { merge } = taskNamed(job.task);
    const known = merge && count > 0 ? [merge(results.filter((result) => result !== undefined))] : results;
    this.share = { job: digest(job), parts: job.parts.length, piece: { first, count, results: known } };
    throw new AbortedError('the shard is complete');
  }
}

/** Gives a run the results that its shards found; later jobs of the run are computed. */
export class MergeEngine implements Engine {
  private shares: readonly Share[] | undefined;

  constructor(shares: readonly Share[]) {
    this.shares = shares;
  }

  async run(job: Job, options: MapOptions<unknown>, here: RunJob): Promise<MapResult<unknown>> {
    const { shares } = this;
    if (!shares) return here(job, options);
    this.shares = undefined;
    const key = digest(job);
    if (shares.some((share) => share.job !== key))
      throw new InputError(
        'the parts to merge were computed from other numbers than this program makes of their input',
      );
    return spread(
      joined(
        shares.map(({ piece }) => piece),
        taskNamed(job.task),
      ),
      job.parts.length,
    );
  }
}

/** `outer` whose parts run on `inner`. */
export function chain(outer: Engine, inner: Engine): Engine {
  return { run: (job, options, here) => outer.run(job, options, (some, how) => inner.run(some, how, here)) };
}
