/** `hull` as a whole: figures of real scores, orderings that must hold, and what must not change the answer. */
import { existsSync } from 'node:fs';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { afterAll, describe, expect, test } from 'vitest';
import { type HullOptions, hull } from '../../src/hull/hull.ts';
import { readScores, scoresFrom } from '../../src/hull/read.ts';
import type { Scores } from '../../src/hull/scores.ts';
import type { HullResult } from '../../src/index.ts';
import { Pool } from '../../src/kernel/pool.ts';

const one = new Pool({ threads: 1 });
afterAll(() => one.close());

/** Scores 0 … 20 that follow Alice with a shared and an own error. */
function columnsOf(items: number, bobs: number, seed: number): Record<string, number[]> {
  const random = xoroshiro128plus(seed);
  const draw = () => uniformInt(random, 0, 10) + uniformInt(random, 0, 10);
  const alice = Array.from({ length: items }, draw);
  const bias = Array.from({ length: items }, draw);
  const bob = () => alice.map((value, i) => Math.round((2 * value + bias[i]! + 2 * draw()) / 5));
  return { alice, ...Object.fromEntries(Array.from({ length: bobs }, (_, j) => [`b${j}`, bob()])) };
}

const made = (items: number, bobs: number, seed: number) => scoresFrom(columnsOf(items, bobs, seed));
const run = (scores: Scores, options: HullOptions = {}) => hull(scores, { pool: one, permutations: 6, ...options });

/** Both folds hold the same items twice, so that the test fold is the training fold: errors are in-sample. */
function inSample(items: number, bobs: number, seed: number): Scores {
  const twice = Object.entries(columnsOf(items, bobs, seed)).map(([name, values]) => [name, [...values, ...values]]);
  const fold = Array.from({ length: 2 * items }, (_, i) => (i < items ? 'a' : 'b'));
  return scoresFrom({ ...Object.fromEntries(twice), fold }, { foldColumn: 'fold' });
}

/** Curves of single orders. */
const paths = async (scores: Scores, count: number, seed: number) => {
  const random = xoroshiro128plus(seed);
  const orders = Array.from({ length: count }, () => {
    const order = Int32Array.from({ length: scores.bobs.length }, (_, i) => i);
    for (let i = order.length - 1; i > 0; i--) {
      const j = uniformInt(random, 0, i);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order;
  });
  return Promise.all(orders.map((order) => run(scores, { orders: [order] })));
};

const TINY = 1e-12;
const near = (a: number, b: number) => expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-9 * Math.max(Math.abs(a), 1e-6));

describe('in-sample', () => {
  test.each([1, 2, 3, 4])(
    'NNLS <= simplex <= min(best, average), and both fall along a permutation (%d)',
    async (seed) => {
      for (const { curve } of await paths(inSample(40, 12, seed), 4, seed)) {
        curve.forEach(({ best, average, nnls, simplex }, i) => {
          expect(nnls.mse).toBeLessThanOrEqual(simplex.mse + TINY);
          expect(simplex.mse).toBeLessThanOrEqual(Math.min(best.mse, average.mse) + TINY);
          if (i === 0) return;
          expect(nnls.mse).toBeLessThanOrEqual(curve[i - 1]!.nnls.mse + TINY);
          expect(simplex.mse).toBeLessThanOrEqual(curve[i - 1]!.simplex.mse + TINY);
        });
      }
    },
  );
});

test('K = N has standard deviation exactly 0, K = 1 has one weight', async () => {
  const { curve, checks } = await run(made(60, 9, 5));
  expect(curve).toHaveLength(9);
  const last = curve.at(-1)!;
  expect([last.best.std, last.average.std, last.nnls.std, last.simplex.std]).toEqual([0, 0, 0, 0]);
  expect([last.nnls.nonzeroStd, last.simplex.nonzeroStd]).toEqual([0, 0]);
  expect(curve[0]!.simplex.nonzero).toBe(1);
  expect(curve[0]!.simplex.mse).toBe(curve[0]!.best.mse);
  expect(checks).toMatchObject({ fits: 6 * 9 * 5 * 2, refitted: 0, unverified: 0 });
  expect(checks.residual).toBeLessThan(1e-9);
});

test('the last point does not depend on the order at all', async () => {
  const scores = made(60, 9, 6);
  const all = await Promise.all([7, 8].map((seed) => run(scores, { seed: 1, orders: [shuffled(9, seed)] })));
  const second = all.map(({ curve }) => curve.at(-1)!);
  expect(second[0]).toEqual(second[1]);
});

function shuffled(n: number, seed: number): Int32Array {
  const random = xoroshiro128plus(seed);
  return Int32Array.from(
    Array.from({ length: n }, (_, i) => [i, uniformInt(random, 0, 1e6)] as const)
      .sort((a, b) => a[1] - b[1])
      .map(([i]) => i),
  );
}

test('threads change nothing, to the last bit', async () => {
  const scores = made(400, 40, 7);
  const results: HullResult[] = [];
  for (const threads of [1, 2, 8]) results.push(await hull(scores, { threads, permutations: 40 }));
  const sampled = await Promise.all([1, 2].map((threads) => hull(scores, { threads, subsets: { sample: 20 } })));
  expect(JSON.stringify(results[1])).toBe(JSON.stringify(results[0]));
  expect(JSON.stringify(results[2])).toBe(JSON.stringify(results[0]));
  expect(JSON.stringify(sampled[1])).toBe(JSON.stringify(sampled[0]));
});

test('renamed and rearranged Bobs give the same curve where the orders are rearranged with them', async () => {
  const columns = columnsOf(50, 6, 8);
  const { alice, ...bobs } = columns;
  const turned = Object.fromEntries([
    ['alice', alice!],
    ...Object.entries(bobs)
      .reverse()
      .map(([name, v]) => [`x${name}`, v]),
  ]);
  const orders = [Int32Array.of(3, 1, 0, 5, 4, 2)];
  const a = await run(scoresFrom(columns), { orders });
  const b = await run(scoresFrom(turned), { orders: orders.map((order) => order.map((bob) => 5 - bob)) });
  a.curve.forEach((point, i) => {
    for (const line of ['best', 'average', 'nnls', 'simplex'] as const) near(point[line].mse, b.curve[i]![line].mse);
  });
});

test('a duplicated Bob changes no error, and the weights are said not to be unique', async () => {
  const columns = columnsOf(50, 5, 9);
  const orders = [Int32Array.of(0, 1, 2, 3, 4)];
  const a = await run(scoresFrom(columns), { orders });
  const b = await run(scoresFrom({ ...columns, again: columns.b0! }), { orders: [Int32Array.of(0, 1, 2, 3, 4, 5)] });
  a.curve.forEach((point, i) => {
    near(point.nnls.mse, b.curve[i]!.nnls.mse);
    near(point.simplex.mse, b.curve[i]!.simplex.mse);
  });
  near(b.curve[5]!.nnls.mse, b.curve[4]!.nnls.mse);
  near(b.curve[5]!.simplex.mse, b.curve[4]!.simplex.mse);
  expect(a.unique).toEqual({ nnls: true, simplex: true });
  expect(b.unique).toEqual({ nnls: false, simplex: false });
  expect(b.checks.notUnique.nnls).toBeGreaterThan(0);
});

test('all subsets: the mean over subsets of each size, as single fits give it', async () => {
  const scores = made(30, 4, 10);
  const { curve, orders } = await run(scores, { subsets: 'all' });
  expect(orders).toBe(0);
  expect(curve.map(({ sets }) => sets)).toEqual([4, 6, 4, 1]);
  const pairs: number[] = [];
  for (let i = 0; i < 4; i++)
    for (let j = i + 1; j < 4; j++) {
      const rest = [0, 1, 2, 3].filter((bob) => bob !== i && bob !== j);
      const path = await run(scores, { orders: [Int32Array.of(i, j, ...rest)] });
      pairs.push(path.curve[1]!.nnls.mse);
    }
  near(curve[1]!.nnls.mse, pairs.reduce((sum, mse) => sum + mse, 0) / 6);
  // All of every size are drawn where the sample is large enough.
  const drawn = await run(scores, { subsets: { sample: 1000 } });
  drawn.curve.forEach((point, i) => {
    near(point.simplex.mse, curve[i]!.simplex.mse);
    near(point.simplex.std, curve[i]!.simplex.std);
  });
});

test('several targets: mean over humans and its standard error', async () => {
  const { alice, ...bobs } = columnsOf(30, 4, 11);
  const other = alice!.map((value, i) => (i % 3 === 0 ? 20 - value : value));
  const [a, b] = await Promise.all(
    [alice!, other].map((target) => run(scoresFrom({ ...bobs, alice: target }), { subsets: 'all' })),
  );
  const both = await run(scoresFrom({ ...bobs, h1: alice!, h2: other }, { targets: ['h*'] }), { subsets: 'all' });
  both.curve.forEach(({ nnls }, i) => {
    const [x, y] = [a!.curve[i]!.nnls.mse, b!.curve[i]!.nnls.mse];
    near(nnls.mse, (x + y) / 2);
    // Sample standard deviation |x - y| / sqrt 2, over sqrt 2.
    near(nnls.se!, Math.abs(x - y) / 2);
  });
});

test('columns that only the data can tell apart are refitted by QR', async () => {
  const base = columnsOf(30, 3, 12);
  const opposite = base.alice!.map((value, i) => 1e5 * (i % 2 === 0 ? 1 : -1) * (1 + i) + value);
  const same = opposite.map((value, i) => -value + base.alice![i]! + base.b0![i]! * 0.1);
  const { checks, curve } = await run(scoresFrom({ ...base, opposite, same }), { permutations: 3 });
  expect(checks.refitted).toBeGreaterThan(0);
  expect(checks.unverified).toBe(0);
  // Their sum is nearly Alice's double.
  expect(curve.at(-1)!.nnls.mse).toBeLessThan(1);
});

test('scores of the largest and the smallest size that is read are fitted as any others', async () => {
  const columns = columnsOf(30, 4, 17);
  const times = (size: number) =>
    Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values.map((v) => (v / 32) * size)]));
  const { curve } = await run(scoresFrom(times(1)), { permutations: 2 });
  const last = curve.at(-1)!;
  for (const size of [2 ** 232, 2 ** -226]) {
    const scaled = await run(scoresFrom(times(size)), { permutations: 2 });
    near(scaled.curve.at(-1)!.nnls.mse / size ** 2, last.nnls.mse);
    near(scaled.curve.at(-1)!.simplex.mse / size ** 2, last.simplex.mse);
    expect(scaled.checks).toMatchObject({ refitted: 0, unverified: 0 });
  }
});

test('more Bobs than items, a zero Bob and a constant one', async () => {
  const columns = columnsOf(6, 10, 13);
  const zero = columns.alice!.map(() => 0);
  const five = columns.alice!.map(() => 5);
  const { curve, checks } = await run(scoresFrom({ ...columns, zero, five }), { folds: 3 });
  expect(curve).toHaveLength(12);
  for (const { nnls } of curve) expect(Number.isFinite(nnls.mse)).toBe(true);
  expect(checks.unverified).toBe(0);
});

test('a time limit leaves an answer that says it is incomplete; a signal stops', async () => {
  const scores = made(60, 60, 14);
  const result = await hull(scores, { threads: 1, permutations: 5_000, timeLimit: 0.3 });
  expect(result.complete).toBe(false);
  expect(result.curve.at(-1)!.k).toBe(60);
  expect(result.curve.at(-1)!.sets).toBeLessThan(5_000);
  await expect(hull(scores, { threads: 1, permutations: 5_000, signal: AbortSignal.timeout(100) })).rejects.toThrow(
    'stopped',
  );
});

test.each<[HullOptions, string]>([
  [{ folds: 1 }, 'folds must be a whole number of at least 2, got 1'],
  [{ folds: 31 }, 'items must be at least as many as folds, got 30 for 31 folds'],
  [{ permutations: 0 }, 'permutations must be a whole number from 1 to 1000000, got 0'],
  [{ seed: -1 }, 'seed must be a whole number from 0 to 4294967295, got -1'],
  [{ subsets: { sample: 0.5 } }, 'subsets: sample must be a whole number from 1 to 1000000, got 0.5'],
  [{ orders: [Int32Array.of(0, 1, 1)] }, 'orders: number 1 must be a permutation of 0 … 2, got 0,1,1'],
  [{ timeLimit: -1 }, 'timeLimit must be a number of seconds above 0, got -1'],
])('refused: %j', async (options, message) => {
  await expect(run(made(30, 3, 15), options)).rejects.toThrow(message);
});

test('too many subsets are refused with an estimate', async () => {
  await expect(run(made(30, 30, 16), { subsets: 'all' })).rejects.toThrow(/2\^30 - 1 subsets.*sample:N/);
});

const real = '../shared/data/llm-judge/relevance.csv';
if (!existsSync(real)) console.warn(`skipped: hull on real scores (${real} is absent)`);

describe.skipIf(!existsSync(real))('real scores (LLMJudge)', () => {
  test('random rows: NNLS .0766, simplex .0776, average .0805, best .0998, about 14 and 17 weights', async () => {
    const scores = await readScores(real, { scale: [0, 3] });
    expect(scores).toMatchObject({ items: 4423 });
    expect(scores.bobs).toHaveLength(33);
    const last = (await run(scores, { permutations: 2 })).curve.at(-1)!;
    expect(Math.abs(last.nnls.mse - 0.0766)).toBeLessThan(0.0005);
    expect(Math.abs(last.simplex.mse - 0.0776)).toBeLessThan(0.0005);
    expect(Math.abs(last.average.mse - 0.0805)).toBeLessThan(0.0001);
    expect(Math.abs(last.best.mse - 0.0998)).toBeLessThan(0.0001);
    expect(Math.abs(last.nnls.nonzero - 14)).toBeLessThan(1);
    expect(Math.abs(last.simplex.nonzero - 17)).toBeLessThan(2);
  });

  test('grouped by query the simple average wins', async () => {
    const scores = await readScores(real, { scale: [0, 3], groupColumn: 'group' });
    expect(scores.groups!.names).toHaveLength(25);
    const last = (await run(scores, { permutations: 2 })).curve.at(-1)!;
    expect(last.average.mse).toBeLessThan(last.nnls.mse);
    expect(last.nnls.mse).toBeLessThan(last.simplex.mse);
    expect(Math.abs(last.average.mse - 0.0806)).toBeLessThan(0.001);
    expect(Math.abs(last.nnls.mse - 0.083)).toBeLessThan(0.001);
    expect(Math.abs(last.simplex.mse - 0.0845)).toBeLessThan(0.001);
  });
});
