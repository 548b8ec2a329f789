/** `--engine bullmq` and `worker` over a real Redis: the same bytes, whatever becomes of the workers. */
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'bullmq';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AbortedError, InputError, InternalError } from '../../src/errors.ts';
import { Pool } from '../../src/kernel/pool.ts';
import { batchSize, DEFAULT_QUEUE } from '../../src/queue/batches.ts';
import { QueueEngine } from '../../src/queue/engine.ts';
import { connectRedis } from '../../src/queue/redis.ts';
import { startWorker } from '../../src/queue/worker.ts';
import { cli, scratchFolder } from '../cli/run.ts';
import { biasedTable, scanInParts, smallScores } from '../parts/shared.ts';
import { hasRedis, type RedisServer, startRedis, startWorkerProcess } from './redis.ts';

const scratch = scratchFolder();
let server: RedisServer;
beforeAll(async () => {
  if (hasRedis) server = await startRedis(scratch.path('.'));
});
afterAll(async () => {
  await server?.stop();
  scratch.clean();
});

const overQueue = () => ['--engine', 'bullmq', '--redis', server.url];

describe.skipIf(!hasRedis)('as processes', () => {
  test('solve, sweep and hull print the bytes of one process; a worker may come later, and ends cleanly', async () => {
    const [table, scores] = [scratch.path('table.csv'), scratch.path('scores.csv')];
    biasedTable(table, 14, 4);
    smallScores(scores, 60, 6);
    const runs = [
      ['sweep', table, '--method', 'enumerate', '--scope', 'cells,schemes'],
      ['solve', table, '--method', 'enumerate', '--format', 'csv'],
      ['hull', scores, '--subsets', 'all'],
    ];
    const waiting = new Set<number>();
    const queued = runs.map((run, i) =>
      cli([...run, ...overQueue()], {
        onStderr: (text) => {
          if (text.includes('no worker is there yet')) waiting.add(i);
        },
      }),
    );
    const local = await Promise.all(runs.map((run) => cli(run)));
    while (waiting.size < runs.length) await sleep(5);
    const worker = startWorkerProcess(server.url);
    const ran = await Promise.all(queued);
    for (const [i, { code, stdout }] of ran.entries())
      expect({ code, stdout }).toEqual({ code: 0, stdout: local[i]!.stdout });
    const ended = await worker.end('SIGTERM');
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain('stopping');
  });

  test('workers killed while busy: others take over, with the same bytes', async () => {
    const scores = scratch.path('long.csv');
    smallScores(scores, 200, 40);
    const run = ['hull', scores, '--permutations', '1500'];
    let over = false;
    const queued = cli([...run, ...overQueue(), '--quiet']).finally(() => {
      over = true;
    });
    let kills = 0;
    for (; kills < 3 && !over; kills++) {
      const worker = startWorkerProcess(server.url);
      // When it says that a batch is done, it has begun the next.
      const busy = worker.until(' parts of ');
      busy.catch(() => {});
      await Promise.race([busy, queued]);
      expect((await worker.end('SIGKILL')).code).toBe(null);
    }
    expect(kills).toBeGreaterThan(0);
    const last = startWorkerProcess(server.url);
    const { code, stdout } = await queued;
    expect(code).toBe(0);
    expect(stdout).toBe((await cli(run)).stdout);
    await last.until('ready');
    expect((await last.end('SIGTERM')).code).toBe(0);
  });

  test('TLS, a user and a password; without them the server is refused by name', async () => {
    const [key, certificate] = [scratch.path('key.pem'), scratch.path('certificate.pem')];
    const made = spawnSync('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1'],
      ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate],
    ]);
    expect(made.status).toBe(0);
    const safe = await startRedis(scratch.path('.'), (port) => [
      ...['--port', '0', '--tls-port', String(port), '--tls-cert-file', certificate, '--tls-key-file', key],
      ...[
        '--tls-auth-clients',
        'no',
        '--user',
        'default',
        'off',
        '--user',
        'market',
        'on',
        '>se:cret',
        '~*',
        '&*',
        '+@all',
      ],
    ]);
    try {
      const env = { NODE_EXTRA_CA_CERTS: certificate };
      const url = `rediss://market:se%3Acret@127.0.0.1:${safe.port}`;
      const named = ['--queue', 'a.queue-of_its.own'];
      const worker = startWorkerProcess(url, env, named);
      const run = ['solve', 'data/tables/synthetic-1.csv'];
      const queued = await cli([...run, '--engine', 'bullmq', ...named], { env: { ...env, REDIS_URL: url } });
      expect({ code: queued.code, stdout: queued.stdout }).toEqual({ code: 0, stdout: (await cli(run)).stdout });
      await worker.end('SIGTERM');
      const wrong = await cli([...run, '--engine', 'bullmq', '--redis', url.replace('se%3Acret', 'guess')], { env });
      expect(wrong.code).toBe(2);
      expect(wrong.stderr).toContain(`cannot use Redis at rediss://127.0.0.1:${safe.port}: WRONGPASS`);
      expect(wrong.stderr).not.toContain('guess');
      const badName = await cli(['worker', '--redis', url, '--queue', 'a:b'], { env });
      expect([badName.code, badName.stderr]).toEqual([2, expect.stringContaining('got "a:b"')]);
      const strange = await cli(['worker', '--redis', url]);
      expect(strange.code).toBe(2);
      expect(strange.stderr).toContain('self-signed certificate');
    } finally {
      await safe.stop();
    }
  });
});

describe.skipIf(!hasRedis)('in this process', () => {
  const queue = `${DEFAULT_QUEUE}-test`;
  let redis: Redis;
  let pool: Pool;
  let worker: Worker;
  beforeAll(async () => {
    redis = await connectRedis(server.url);
    pool = new Pool({ threads: 1 });
    worker = startWorker(redis, pool, { queue, stalledAfter: 1 });
  });
  afterAll(async () => {
    await worker?.close();
    await pool?.close();
    redis?.disconnect();
  });

  test('many batches, and progress of every part once', async () => {
    const done: number[] = [];
    const parts = new Set<number>();
    const found = await scanInParts(60, new QueueEngine(redis, { queue, batch: 1 }), {
      onPart(n, _result, part) {
        done.push(n);
        parts.add(part);
      },
    });
    expect(found).toEqual(await scanInParts(60));
    expect(done).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
    expect(parts.size).toBe(60);
  });

  test('cancelling takes the run out of Redis', async () => {
    const controller = new AbortController();
    const cancel = () => controller.abort();
    const engine = new QueueEngine(redis, { queue, batch: 1 });
    await expect(scanInParts(60, engine, { signal: controller.signal, onPart: cancel })).rejects.toThrow(AbortedError);
    expect(await redis.keys('market-alignment:*')).toEqual([]);
    const left = new Queue(queue, { connection: redis });
    expect(await left.getWaitingCount()).toBe(0);
    await left.close();
    // The worker is as good as before.
    expect(await scanInParts(5, engine)).toEqual(await scanInParts(5));
  });

  test('a part that fails again and again ends the run, and says why', async () => {
    const engine = new QueueEngine(redis, { queue });
    const broken = engine.run({ task: 'scan', shared: { plan: { arrays: null } }, parts: [{}] }, {});
    await expect(broken).rejects.toThrow(InternalError);
    await expect(broken).rejects.toThrow('part 0 failed 5 times on workers: ');
  });

  test('a Redis that has lost the run ends it, and says why', async () => {
    const engine = new QueueEngine(redis, { queue: `${queue}-nobody` });
    const lost = engine.run({ task: 'scan', shared: null, parts: [1, 2] }, {});
    lost.catch(() => {});
    let keys: string[] = [];
    while (keys.length === 0) keys = await redis.keys('market-alignment:*:data');
    await sleep(100);
    await redis.del(...keys);
    await expect(lost).rejects.toThrow('the run is no longer in Redis');
  });

  test('a deadline leaves what is known, and is not complete', async () => {
    const engine = new QueueEngine(redis, { queue: `${queue}-nobody` });
    const { complete, results } = await engine.run(
      { task: 'scan', shared: null, parts: [1, 2] },
      { deadline: performance.now() + 300 },
    );
    expect({ complete, results }).toEqual({ complete: false, results: [undefined, undefined] });
  });

  test('bad URLs and servers that are not there are refused, without the password', async () => {
    for (const url of ['localhost', 'http://127.0.0.1', 'redis://'])
      await expect(connectRedis(url)).rejects.toThrow('the Redis URL must be like redis://');
    const stopped = await startRedis(scratch.path('.'));
    await stopped.stop();
    const refused = connectRedis(`redis://:secret@127.0.0.1:${stopped.port}/3`);
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(`cannot use Redis at redis://127.0.0.1:${stopped.port}/3: `);
  });
});

test('batches are about half a second of work, at most 2048 of them', () => {
  expect(batchSize(1000, 50)).toBe(10);
  expect(batchSize(1000, 1)).toBe(500);
  expect(batchSize(1000, 0.001)).toBe(1000);
  expect(batchSize(3, 1000)).toBe(1);
  expect(batchSize(65536, 65536)).toBe(32);
  expect(batchSize(1024, undefined)).toBe(4);
});

test('--engine bullmq needs a URL', async () => {
  const ran = await cli(['solve', 'data/tables/synthetic-1.csv', '--engine', 'bullmq'], {
    env: { REDIS_URL: undefined },
  });
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain('--engine bullmq needs --redis URL');
});
