/** A worker of `--engine bullmq`: takes batches of parts from the queue and runs them on its own pool. */
import { type Job as QueueJob, UnrecoverableError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { AbortedError } from '../errors.ts';
import type { Pool } from '../kernel/pool.ts';
import type { TaskName } from '../kernel/tasks.ts';
import { pack, unpack } from '../parts/pack.ts';
import { type Batch, dataKey, LIFE, resultsKey } from './batches.ts';

export interface WorkerSetup {
  readonly queue: string;
  /** Seconds after which a batch whose worker is silent goes to another. */
  readonly stalledAfter: number;
  readonly onBatch?: ((run: string, parts: number) => void) | undefined;
}

/** Every so many ms a worker asks whether the run of its batch is still wanted, and says how far it is. */
const ASK = 500;
/** A batch that has lost so many workers is given up: it may be what ends them. */
const MOST_STALLED = 10;
/** Runs whose data are kept. */
const KEPT = 2;

/** Keeps a batch's results, unless the run is over: nothing may be left of it then. */
const KEEP = `
  if redis.call('exists', KEYS[1]) == 0 then return 0 end
  redis.call('hset', KEYS[2], ARGV[1], ARGV[2])
  return redis.call('expire', KEYS[2], ARGV[3])`;

interface RunData {
  readonly task: TaskName;
  readonly shared: unknown;
}

/** Typed arrays on shared memory, so that threads get them without a copy. */
function onSharedMemory(value: unknown): unknown {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const bytes = new Uint8Array(new SharedArrayBuffer(value.byteLength));
    bytes.set(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    // The same class over the new memory; Node reads buffers of a pool as Buffer, which results never hold.
    return new (value.constructor as Float64ArrayConstructor)(bytes.buffer);
  }
  if (Array.isArray(value)) return value.map(onSharedMemory);
  if (value === null || typeof value !== 'object' || value instanceof Map) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, onSharedMemory(one)]));
}

/** Starts taking batches; close it to stop: batches under way are finished first. */
export function startWorker(redis: Redis, pool: Pool, { queue, stalledAfter, onBatch }: WorkerSetup): Worker {
  const known = new Map<string, Promise<RunData>>();
  const dataOf = (run: string): Promise<RunData> => {
    let data = known.get(run);
    if (!data) {
      data = fetchData(redis, run);
      known.set(run, data);
      data.catch(() => known.delete(run));
      if (known.size > KEPT) known.delete(known.keys().next().value!);
    }
    return data;
  };
  const worker = new Worker<Batch>(queue, (job) => runBatch(redis, pool, job, dataOf, onBatch), {
    connection: redis,
    // One batch computes while the next one's data are on their way.
    concurrency: 2,
    lockDuration: 1000 * stalledAfter,
    stalledInterval: 1000 * stalledAfter,
    maxStalledCount: MOST_STALLED,
  });
  // Lost connections are made again, and what was under way goes to whoever is there.
  worker.on('error', () => {});
  return worker;
}

async function fetchData(redis: Redis, run: string): Promise<RunData> {
  const packed = await redis.getBuffer(dataKey(run));
  if (!packed) throw new UnrecoverableError('the run is over');
  const { task, shared } = unpack(packed) as RunData;
  return { task, shared: onSharedMemory(shared) };
}

async function runBatch(
  redis: Redis,
  pool: Pool,
  job: QueueJob<Batch>,
  dataOf: (run: string) => Promise<RunData>,
  onBatch: WorkerSetup['onBatch'],
): Promise<null> {
  const { run, first, count, parts: packed } = job.data;
  const { task, shared } = await dataOf(run);
  const parts = unpack(Buffer.from(packed, 'base64')) as unknown[];
  const controller = new AbortController();
  let done = 0;
  const asking = setInterval(async () => {
    try {
      if ((await redis.exists(dataKey(run))) === 0) controller.abort();
      else await job.updateProgress({ done, of: count });
    } catch {
      // The connection is down: BullMQ's lock decides.
    }
  }, ASK);
  try {
    const onPart = (n: number) => {
      done = n;
    };
    const { results } = await pool.run({ id: run, task, shared, parts }, { signal: controller.signal, onPart });
    const kept = Buffer.from(pack(results));
    await redis.eval(KEEP, 2, dataKey(run), resultsKey(run), String(first), kept, LIFE);
    onBatch?.(run, count);
    return null;
  } catch (error) {
    if (error instanceof AbortedError) throw new UnrecoverableError('the run is over');
    throw error;
  } finally {
    clearInterval(asking);
  }
}
