/** Signals and time limits, on markets that no search outruns. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { AbortedError } from '../../src/errors.ts';
import { Pool } from '../../src/kernel/pool.ts';
import { solve } from '../../src/market/solve.ts';
import { sweep } from '../../src/market/sweep.ts';
import { parseTable } from '../../src/market/table.ts';
import { endlessShape, hardShapes, hardTable } from '../reference/hard.ts';

const pool = new Pool({ threads: 1 });
afterAll(() => pool.close());

const hard = hardTable(endlessShape);
/** 63 committees, some of which take longer than the limit below. */
const long = hardTable(hardShapes.triples!.at(-2)!);
const movielens = parseTable(readFileSync(new URL('../../data/tables/movielens.csv', import.meta.url), 'utf8'));
/** More runs of dynamics than anybody waits for. */
const endless = { runs: 1_000_000, scope: [], pool } as const;

describe('a signal', () => {
  test('ends a search that has no end in sight, and leaves the pool usable', async () => {
    const controller = new AbortController();
    let seen = 0;
    const onProgress = () => {
      seen++;
      controller.abort();
    };
    const running = solve(hard, { pool, signal: controller.signal, onProgress });
    await expect(running).rejects.toThrow(AbortedError);
    expect(seen).toBeGreaterThan(0);
    expect((await solve(movielens, { pool, runs: 1 })).worst.alice.exact).toBe('17/20');
  });

  test.each(['enumerate', 'search'] as const)('ends dynamics, method %s', async (method) => {
    for (const compute of [solve, sweep]) {
      const running = compute(movielens, { ...endless, method, signal: AbortSignal.timeout(200) });
      await expect(running).rejects.toThrow(AbortedError);
    }
  });

  test('that has fired before the start ends a search', async () => {
    const running = sweep(hard, { pool, signal: AbortSignal.abort() });
    await expect(running).rejects.toThrow(AbortedError);
  });
});

describe('a time limit', () => {
  test('on a search: both bounds, nothing that is not proved', async () => {
    const notes: string[] = [];
    const onProgress = (_done: number, _total: number, note = '') => notes.push(note);
    const result = await solve(hard, { pool, timeLimit: 1, scope: ['cells', 'schemes'], onProgress });
    expect(result).toMatchObject({ complete: false, stable: null, misalignment: [] });
    expect(result.lowerBound!.value).toBeLessThan(result.worst.alice.value);
    expect(result.worst.alice.value).toBeLessThanOrEqual(result.optimum.alice.value);
    // The end of dynamics is an equilibrium; where time ran out before the end, it says so.
    const { alice, unfinished } = result.dynamics;
    if (!unfinished) expect(alice.value).toBeGreaterThanOrEqual(result.lowerBound!.value);
    expect(notes.at(-1)).toMatch(/^worst from [\d.]+ to [\d.]+, gap [\d.]+$/);
  });

  test('on a sweep: every committee is there, the undecided ones with bounds', async () => {
    const { complete, committees } = await sweep(long, { pool, timeLimit: 0.2, paths: 0 });
    expect(complete).toBe(false);
    expect(committees).toHaveLength(63);
    expect(committees.some(({ lowerBound }) => lowerBound !== undefined)).toBe(true);
    for (const { worst, lowerBound } of committees)
      if (lowerBound) expect(lowerBound.value).toBeLessThanOrEqual(worst.alice.value);
  });

  test.each(['enumerate', 'search'] as const)('on dynamics, method %s: the runs that were', async (method) => {
    const result = await solve(movielens, { ...endless, method, timeLimit: 0.5 });
    expect(result).toMatchObject({ complete: false, stable: { count: '2' } });
    expect(result.lowerBound).toEqual(result.worst.alice);
    expect(result.dynamics.unfinished).toBeUndefined();
    expect(result.dynamics.range.runs).toBeLessThan(2_000_004);
  });

  test('before dynamics began: the start alone, marked', async () => {
    const { dynamics, misalignment, complete } = await solve(movielens, { pool, timeLimit: 1e-9 });
    expect({ complete, misalignment }).toEqual({ complete: false, misalignment: [] });
    expect(dynamics).toMatchObject({ unfinished: true, nash: false, range: { runs: 1, nash: 0 } });
    expect(dynamics.steps).toHaveLength(1);
    expect(dynamics.steps[0]).toMatchObject({ bob: dynamics.selected, alice: dynamics.alice });
  });
});
