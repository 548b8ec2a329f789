/** Sharing parts out: every part once, results in their order whatever the threads, deadlines and signals kept to. */
import { afterAll, describe, expect, test } from 'vitest';
import { AbortedError } from '../../src/errors.ts';
import { Batches, epoch, runBatch } from '../../src/kernel/batches.ts';
import { compileKernel, Kernel } from '../../src/kernel/instance.ts';
import { Pool } from '../../src/kernel/pool.ts';
import { mergeScans } from '../../src/kernel/scan.ts';
import { scanPlan } from '../../src/kernel/scan-plan.ts';
import { Runner } from '../../src/kernel/tasks.ts';
import { Deviations } from '../../src/market/deviations.ts';
import { marketOf } from '../reference/gains.ts';

const gains = Array.from({ length: 8 }, (_, s) =>
  Array.from({ length: 4 }, (_, p) => [(3 * p + s) % 4, (5 * p * s) % 7, (p * p + 2 * s) % 5]),
);
const market = marketOf(gains);
const kernel = new Kernel(compileKernel());
const deviations = new Deviations(kernel, market);
const plan = scanPlan(
  market,
  market.bobs.map((_, j) => deviations.frontier(j + 1)),
);
const shared = { plan, mode: { index: false, whole: false, rows: false } };
const PARTS = 300;
const edge = (i: number) => (market.schemes * BigInt(i)) / BigInt(PARTS);
const parts = Array.from({ length: PARTS }, (_, i) => ({ first: edge(i), count: edge(i + 1) - edge(i) }));

describe('the parts of a job', () => {
  const pools = [1, 2, 5].map((threads) => new Pool({ threads }));
  afterAll(() => Promise.all(pools.map((pool) => pool.close())));

  test('are done once each, and every number of threads has the same results in the same order', async () => {
    const answers = [];
    for (const pool of pools) {
      const told = new Map<number, unknown>();
      let last = 0;
      const { results, complete } = await pool.map('scan', shared, parts, {
        onPart(done, result, index) {
          expect(done).toBe(++last);
          expect(told.has(index)).toBe(false);
          told.set(index, result);
        },
      });
      expect(complete).toBe(true);
      expect(told.size).toBe(PARTS);
      for (const [i, result] of results.entries()) expect(told.get(i)).toBe(result);
      answers.push(results);
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    const whole = await pools[0]!.map('scan', shared, [{ first: 0n, count: market.schemes }]);
    expect(mergeScans(answers[0]!)).toEqual(mergeScans(whole.results));
  });

  test('are not begun after the deadline', async () => {
    for (const pool of pools) {
      const { results, complete } = await pool.map('scan', shared, parts, { deadline: performance.now() - 1 });
      expect(complete).toBe(false);
      expect(results).toEqual(new Array(PARTS).fill(undefined));
    }
  });

  test('are given up when the signal fires', async () => {
    for (const pool of pools) {
      const controller = new AbortController();
      let seen = 0;
      const answer = pool.map('scan', shared, parts, {
        signal: controller.signal,
        onPart: (done) => {
          seen = done;
          controller.abort();
        },
      });
      await expect(answer).rejects.toThrow(AbortedError);
      expect(seen).toBeLessThan(PARTS);
    }
  });
});

describe('batches', () => {
  test('cover all parts in order, grow at most twofold, and end small', () => {
    const batches = new Batches(1000, 4);
    const counts: number[] = [];
    for (let from = 0, taken = batches.next(); taken.count > 0; taken = batches.next()) {
      expect(taken.first).toBe(from);
      from += taken.count;
      counts.push(taken.count);
      batches.took(taken.count, 0.01 * taken.count);
    }
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1000);
    expect(counts.slice(0, 7)).toEqual([1, 2, 4, 8, 16, 32, 64]);
    expect(counts.at(-1)).toBe(1);
    expect(Math.max(...counts)).toBeLessThanOrEqual(125);
  });

  test('of long parts are single ones', () => {
    const batches = new Batches(100, 4);
    for (let i = 0; i < 100; i++) {
      expect(batches.next()).toEqual({ first: i, count: 1 });
      batches.took(1, 40);
    }
    expect(batches.next().count).toBe(0);
  });

  test('stop after a part when the time is up, and do the first in any case', () => {
    const runner = new Runner(kernel);
    const message = { job: 'batch', task: 'scan' as const, shared, parts: parts.slice(0, 5) };
    const run = (until: number) => runBatch(runner, { ...message, until }).results.length;
    expect(run(Number.POSITIVE_INFINITY)).toBe(5);
    expect(run(epoch(performance.now()) - 1)).toBe(1);
    runner.forget('batch');
  });
});
