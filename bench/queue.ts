/** The queue: what a batch costs over BullMQ, and how a run scales over worker processes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Pool } from '../src/kernel/pool.ts';
import { readTable } from '../src/market/read.ts';
import { sweep } from '../src/market/sweep.ts';
import { DEFAULT_QUEUE } from '../src/queue/batches.ts';
import { QueueEngine } from '../src/queue/engine.ts';
import { connectRedis } from '../src/queue/redis.ts';
import { biasedTable, scanInParts } from '../test/parts/shared.ts';
import { has, report, type Section, save, scratch, timeLong } from './harness.ts';
import { shownSeconds } from './shown.ts';

const BATCHES = 500;
const WORKERS = [1, 2, 4];
/** Of 4 policies each. */
const STATES = 19;

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

/** Starts a process and waits until it has said `ready`. */
async function started(command: string, args: readonly string[], ready: string): Promise<ChildProcess> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  await new Promise<void>((resolve, reject) => {
    let said = '';
    const hear = (data: Buffer) => {
      said += data;
      if (said.includes(ready)) resolve();
    };
    child.stdout!.on('data', hear);
    child.stderr!.on('data', hear);
    child.on('exit', () => reject(new Error(said)));
  });
  return child;
}

async function stopped(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** All schemes of a market of 5 Bobs: some seconds of one thread. */
async function workload(engine?: QueueEngine) {
  const file = join(scratch(), 'table.csv');
  biasedTable(file, STATES, 5);
  const table = await readTable(file);
  return async () => {
    await using pool = new Pool({ threads: 1, engine });
    return await sweep(table, { method: 'enumerate', pool });
  };
}

export async function run(): Promise<void> {
  if (!has('redis-server')) {
    process.stderr.write('queue: no redis-server here, so no figures\n');
    return;
  }
  const port = await freePort();
  const server = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', scratch()];
  const redisServer = await started('redis-server', server, 'Ready to accept connections');
  const url = `redis://127.0.0.1:${port}`;
  const redis = await connectRedis(url);
  const worker = () =>
    started(process.execPath, ['dist/cli/main.js', 'worker', '--redis', url, '--threads', '1'], 'ready');
  const workers: ChildProcess[] = [];
  try {
    const sections: Section[] = [];
    workers.push(await worker());
    const each = new QueueEngine(redis, { queue: DEFAULT_QUEUE, batch: 1 });
    if (!isDeepStrictEqual(await scanInParts(BATCHES, each), await scanInParts(BATCHES)))
      throw new Error('the queue gave another answer');
    const few = [
      { name: 'in this thread', timing: await timeLong(() => scanInParts(BATCHES)) },
      { name: 'over the queue, 1 worker', timing: await timeLong(() => scanInParts(BATCHES, each)) },
    ];
    const [here, queuedFew] = few.map((line) => line.timing.median);
    const cost = shownSeconds((queuedFew! - here!) / BATCHES);
    sections.push(
      report(`${BATCHES} batches of almost no work`, few, {
        asked: 'What a batch costs: Redis, BullMQ, packing, the way there and back; one part a batch.',
        reading: `About ${cost} a batch.`,
      }),
    );
    const local = await workload();
    const queued = await workload(new QueueEngine(redis, { queue: DEFAULT_QUEUE }));
    const answer = await local();
    const lines = [{ name: 'in this thread', timing: await timeLong(local, 2) }];
    for (const count of WORKERS) {
      while (workers.length < count) workers.push(await worker());
      if (!isDeepStrictEqual(await queued(), answer)) throw new Error('the queue gave another answer');
      lines.push({ name: `${count} worker processes of 1 thread`, timing: await timeLong(queued, 2) });
    }
    const [alone, one, two, four] = lines.map((line) => line.timing.median);
    const reading = `One worker takes ${(one! / alone!).toFixed(2)} times as long as this thread; two are ${(one! / two!).toFixed(2)} times as fast as one, four ${(one! / four!).toFixed(2)} times, on ${cpus().length} cores.`;
    sections.push(
      report(`sweep: all 4^${STATES} schemes, 5 Bobs, ${4 ** (STATES - 13)} parts`, lines, {
        asked: 'A run of seconds over worker processes that share this machine.',
        reading,
      }),
    );
    await save('queue', `a batch over Redis costs about ${cost}. ${reading}`, sections);
  } finally {
    await Promise.all(workers.map(stopped));
    redis.disconnect();
    await stopped(redisServer);
  }
}
