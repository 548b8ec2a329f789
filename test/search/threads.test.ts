/** A searched sweep on several threads: the same bytes, stopped when asked, and failures of workers told. */
import type { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, test } from 'vitest';
import { AbortedError, InternalError } from '../../src/errors.ts';
import { compileKernel, Kernel } from '../../src/kernel/instance.ts';
import { Pool } from '../../src/kernel/pool.ts';
import { followContext } from '../../src/market/committee-result.ts';
import { CommitteeThread } from '../../src/market/committee-thread.ts';
import { exactMarket } from '../../src/market/exact.ts';
import { answerOptions } from '../../src/market/options.ts';
import { RemoteThread } from '../../src/market/remote-thread.ts';
import { Agenda } from '../../src/market/search/agenda.ts';
import { Session } from '../../src/market/search/session.ts';
import { sweepReach } from '../../src/market/search/sweep.ts';
import { settled } from '../../src/market/search/worst.ts';
import { committeesBySize, sweep } from '../../src/market/sweep.ts';
import { finished } from '../../src/steps.ts';
import { families, familyMarket, tableOf } from '../reference/families.ts';
import { hardShapes, hardTable } from '../reference/hard.ts';

/** Counts the workers that it starts. */
class CountingPool extends Pool {
  launched = 0;

  override start(module: string, data: unknown): Worker {
    this.launched++;
    return super.start(module, data);
  }
}

const pools = [1, 2, 3].map((threads) => new CountingPool({ threads }));
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

const never = Number.POSITIVE_INFINITY;
/** Six Bobs whose committees take a while. */
const hard = hardTable(hardShapes.triples!.at(-2)!);

describe('same bytes', () => {
  test.each(families)('%s: a worker answers as this thread does, committee by committee', async (family) => {
    const table = tableOf(familyMarket(family, { states: 9, policies: 3, bobs: 4, levels: 200 }, 9000));
    const market = exactMarket(table);
    const kernel = new Kernel(compileKernel());
    for (const ties of ['strict', 'index'] as const)
      for (const schemes of ['deterministic', 'randomised'] as const) {
        const answer = answerOptions({
          ties,
          schemes,
          runs: 2,
          scope: ['cells', 'table'],
          weights: ['simplex', 'cone'],
        });
        const context = await followContext(kernel, market, answer, 15);
        const limits = { deadline: never, searchDeadline: never };
        const reach = finished(sweepReach(kernel, market));
        const here = new CommitteeThread(kernel, context, { ...limits, ties, reach });
        const there = RemoteThread.start(pools[1]!, { source: { table }, answer, committees: 15, ...limits });
        expect(await there.ready).toBe(true);
        there.begin({ reach });
        const agenda = new Agenda(committeesBySize(4), ties);
        let answered = 0;
        for (let item = await agenda.next(); item; item = await agenda.next()) {
          const { committee } = item;
          const told: unknown[] = [];
          const one = await here.answer(item, (worst) => told.push(worst));
          const other = await there.answer(item, (worst) => {
            told.push(worst);
            agenda.learn(committee, worst);
          });
          expect(told[1]).toEqual(told[0]);
          expect(JSON.stringify(other)).toBe(JSON.stringify(one));
          agenda.done();
          answered++;
        }
        expect(answered).toBe(15);
        here.release();
        there.close();
      }
  });

  test('one, two and three threads print the same sweep', async () => {
    const table = tableOf(familyMarket('anti', { states: 60, policies: 4, bobs: 7, levels: 1000 }, 1));
    const printed: string[] = [];
    for (const pool of pools) {
      const counts: number[] = [];
      const onProgress = (done: number) => counts.push(done);
      printed.push(JSON.stringify(await sweep(table, { pool, method: 'search', onProgress, atLeast: 0.9 })));
      expect(counts).toEqual(Array.from({ length: 127 }, (_, i) => i + 1));
    }
    expect(pools.map(({ launched }) => launched > 0)).toEqual([false, true, true]);
    expect(printed[1]).toBe(printed[0]);
    expect(printed[2]).toBe(printed[0]);
  });
});

describe('stopping', () => {
  test('a signal ends this thread and the others, and the pool stays usable', async () => {
    const pool = new CountingPool({ threads: 2 });
    const controller = new AbortController();
    const running = sweep(hard, { pool, signal: controller.signal });
    const refused = expect(running).rejects.toThrow(AbortedError);
    while (pool.launched === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    controller.abort();
    await refused;
    const small = tableOf(familyMarket('anti', { states: 3, policies: 2, bobs: 2, levels: 5 }, 1));
    expect((await sweep(small, { pool, method: 'search' })).complete).toBe(true);
    await pool.close();
  });

  test('a time limit leaves bounds for every committee', async () => {
    const pool = new CountingPool({ threads: 2 });
    const { complete, committees } = await sweep(hard, { pool, timeLimit: 2, paths: 0 });
    expect(pool.launched).toBe(1);
    expect(complete).toBe(false);
    expect(committees.map(({ bobs }) => bobs.length)).toEqual(committees.map(({ bobs }) => bobs.length).sort());
    expect(committees).toHaveLength(63);
    expect(committees.some(({ lowerBound }) => lowerBound !== undefined)).toBe(true);
    for (const { worst, lowerBound } of committees)
      if (lowerBound) expect(lowerBound.value).toBeLessThanOrEqual(worst.alice.value);
    await pool.close();
  });
});

describe('a worker that fails', () => {
  test('at its start ends the sweep with its error', async () => {
    class Broken extends Pool {
      override start(_module: string, data: unknown): Worker {
        return super.start('market/no-such-module.js', data);
      }
    }
    const pool = new Broken({ threads: 2 });
    await expect(sweep(hard, { pool })).rejects.toThrow(/no-such-module/);
    await pool.close();
  });

  test('by ending ends the sweep as well', async () => {
    class Ending extends Pool {
      override start(module: string, data: unknown): Worker {
        const worker = super.start(module, data);
        worker.on('message', () => void worker.terminate());
        return worker;
      }
    }
    const pool = new Ending({ threads: 2 });
    const running = sweep(hard, { pool });
    await expect(running).rejects.toThrow(InternalError);
    await expect(running).rejects.toThrow('a worker ended before its work');
    await pool.close();
  });
});

describe('the agenda', () => {
  test('gives nothing whose parts are not searched', async () => {
    const agenda = new Agenda(committeesBySize(2), 'strict');
    const [one, two] = [await agenda.next(), await agenda.next()];
    expect([one!.committee, two!.committee]).toEqual([1, 2]);
    const both = agenda.next();
    agenda.learn(1, settled(3, [0]));
    agenda.done();
    agenda.learn(2, settled(1, [1]));
    agenda.done();
    const last = (await both)!;
    expect(last.committee).toBe(3);
    expect([...last.below.keys()].sort()).toEqual([1, 2]);
    const none = agenda.next();
    agenda.done();
    expect(await none).toBeUndefined();
  });
});

test('as many threads as their tables surely fit, at least one', () => {
  const kernel = new Kernel(compileKernel());
  const market = familyMarket('anti', { states: 40, policies: 4, bobs: 4, levels: 1e5 }, 1);
  const fitting = (reach: number, bytes: number) =>
    new Session(kernel, market, reach, { stairs: false }).fitting(bytes);
  // 12 tables of 40 rows with 8 bytes an entry, and 4 Bobs' totals of 16 bytes an entry.
  const own = (reach: number) => 12 * 8 * 40 * reach + 4 * 16 * reach;
  expect(fitting(20_000, 0)).toBe(Math.floor((2.75 * 2 ** 30) / own(20_000)));
  expect(fitting(20_000, 2 ** 33)).toBe(Math.floor(2 ** 33 / own(20_000)));
  expect(fitting(1e6, 0)).toBe(1);
});
