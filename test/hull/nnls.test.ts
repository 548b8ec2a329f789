/** NNLS and simplex kernels against the exact oracle: every prefix of random and degenerate columns, in both builds. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, test } from 'vitest';
import { upTo } from '../../src/hull/folds.ts';
import { fitColumns } from '../../src/hull/refit.ts';
import type { FitsShared } from '../../src/kernel/fits.ts';
import type { KernelBuild } from '../../src/kernel/instance.ts';
import { Pool } from '../../src/kernel/pool.ts';
import { exactObjective } from '../reference/nnls.ts';

const random = xoroshiro128plus(20260723);
const whole = (least: number, most: number) => uniformInt(random, least, most);

interface Case {
  readonly kind: string;
  readonly columns: number[][];
  readonly target: number[];
}

/** Integer columns, some of them spoiled in the way that `kind` names. */
function makeCase(kind: string): Case {
  const bobs = whole(1, 6);
  const items = kind === 'more Bobs than items' ? whole(1, 3) : whole(4, 12);
  const least = kind === 'signed' ? -9 : 0;
  const column = () => Array.from({ length: items }, () => whole(least, 9));
  const columns = Array.from({ length: bobs }, column);
  const any = () => columns[whole(0, bobs - 1)]!;
  const place = whole(0, bobs - 1);
  if (kind === 'duplicated') columns[place] = [...any()];
  if (kind === 'zero') columns[place] = new Array<number>(items).fill(0);
  if (kind === 'constant') columns[place] = new Array<number>(items).fill(whole(1, 9));
  if (kind === 'collinear') columns[place] = any().map((value) => 3 * value);
  if (kind === 'nearly collinear') columns[place] = any().map((value) => 1000 * value + whole(0, 1));
  if (kind === 'opposite') columns[place] = any().map((value) => -value);
  const target = kind === 'in the cone' ? any().map((value, i) => 2 * value + columns[0]![i]!) : column();
  if (kind === 'zero target') target.fill(0);
  return { kind, columns, target };
}

const kinds = [
  'plain',
  'signed',
  'duplicated',
  'zero',
  'constant',
  'collinear',
  'nearly collinear',
  'opposite',
  'more Bobs than items',
  'in the cone',
  'zero target',
];
const cases = kinds.flatMap((kind) => Array.from({ length: 50 }, () => makeCase(kind)));

const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);

/** A problem whose test fold is its training fold: the kernel's MSE is then the objective. */
function inSample({ columns, target }: Case): FitsShared {
  const gram = Float64Array.from(columns.flatMap((a) => columns.map((b) => dot(a, b))));
  const b = Float64Array.from(columns, (a) => dot(a, target));
  const yy = Float64Array.of(dot(target, target));
  return {
    bobs: columns.length,
    folds: 1,
    targets: 1,
    items: Float64Array.of(1),
    gram,
    b,
    yy,
    testGram: gram,
    testB: b,
    testYy: yy,
  };
}

/** 1e-9 of the objective; of |y|² where the fit is all but perfect. */
const within = (exact: number, yy: number) => 1e-9 * Math.max(exact, 1e-4 * yy, 1e-30);

test('there are at least 500 cases', () => {
  expect(cases.length).toBeGreaterThanOrEqual(500);
});

describe.each<KernelBuild>(['release', 'scalar', 'debug'])('%s build', (build) => {
  test('every prefix has the exact objective and a small KKT residual', async () => {
    const pool = new Pool({ threads: 1, build });
    let refitted = 0;
    for (const one of cases) {
      const shared = inSample(one);
      const n = shared.bobs;
      const part = { target: 0, orders: [upTo(n)], least: 1, firstFold: 0, lastFold: 1 };
      const { results } = await pool.map('prefixes', shared, [part]);
      const { means, failed, residual } = results[0]!;
      expect(residual).toBeLessThan(1e-9);
      for (let k = 1; k <= n; k++) {
        const exact = [false, true].map((simplex) => exactObjective(one.columns.slice(0, k), one.target, simplex));
        for (const [which, value] of exact.entries()) {
          if (failed.some(({ set, simplex }) => set === k - 1 && simplex === (which === 1))) {
            refitted++;
            continue;
          }
          const mse = means[(k - 1) * 6 + 2 + which]!;
          expect(Math.abs(mse - value), `${one.kind} k=${k}`).toBeLessThanOrEqual(within(value, shared.yy[0]!));
        }
      }
    }
    // The data has no cancellation worth the name: the Gram matrices settle nearly everything.
    expect(refitted).toBeLessThan(60);
    await pool.close();
  });
});

test('the fit on the data has the exact objective too, and an objective below 1e-9 of scale in its KKT conditions', () => {
  for (const one of cases) {
    const columns = one.columns.map((column) => Float64Array.from(column));
    for (const simplex of [false, true]) {
      const { weights, residual } = fitColumns(columns, Float64Array.from(one.target), simplex);
      expect(residual).toBeLessThan(1e-9);
      const fitted = one.target.map((_, i) => columns.reduce((sum, x, j) => sum + weights[j]! * x[i]!, 0));
      const squares = one.target.reduce((sum, y, i) => sum + (y - fitted[i]!) ** 2, 0);
      const exact = exactObjective(one.columns, one.target, simplex);
      expect(Math.abs(squares - exact), one.kind).toBeLessThanOrEqual(within(exact, dot(one.target, one.target)));
      if (simplex) expect(weights.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 12);
    }
  }
});

test('columns that differ in the sixth digit are told apart on the data', () => {
  for (let repeat = 0; repeat < 20; repeat++) {
    const base = Array.from({ length: 6 }, () => whole(1, 9));
    const columns = Array.from({ length: 3 }, (_, j) =>
      base.map((value) => (j === 1 ? -1 : 1) * 1e5 * value + whole(-5, 5)),
    );
    const target = base.map((value) => value + whole(-3, 3));
    for (const simplex of [false, true]) {
      const { weights } = fitColumns(
        columns.map((x) => Float64Array.from(x)),
        Float64Array.from(target),
        simplex,
      );
      const squares = target.reduce(
        (sum, y, i) => sum + (y - columns.reduce((f, x, j) => f + weights[j]! * x[i]!, 0)) ** 2,
        0,
      );
      const exact = exactObjective(columns, target, simplex);
      // Scores of size 1e6 with weights of size 1 cancel: rounding of 1e-10 an item is left.
      expect(Math.abs(squares - exact)).toBeLessThanOrEqual(1e-7 * Math.max(exact, 1));
    }
  }
});

/** 20 to 70 columns around a common bias, some of them copies, zero, constant or sums of two others: many enter and leave. */
function makeLarge(): Case {
  const [bobs, items] = [whole(20, 70), whole(30, 90)];
  const target = Array.from({ length: items }, () => whole(0, 30));
  const bias = target.map(() => whole(-8, 8));
  const columns = Array.from({ length: bobs }, () => target.map((y, i) => y + bias[i]! + whole(-9, 9)));
  const any = () => columns[whole(0, bobs - 1)]!;
  for (let spoiled = 0; spoiled < 6; spoiled++) {
    const [a, b] = [any(), any()];
    columns[whole(0, bobs - 1)] = [[...a], a.map(() => 0), a.map(() => 15), a.map((x, i) => x + b[i]!)][whole(0, 3)]!;
  }
  return { kind: 'large', columns, target };
}

test.each<KernelBuild>(['release', 'scalar', 'debug'])(
  '%s build: dozens of Bobs, some dependent, agree with the fit on the data',
  async (build) => {
    const pool = new Pool({ threads: 1, build });
    for (let repeat = 0; repeat < 6; repeat++) {
      const one = makeLarge();
      const shared = inSample(one);
      const n = shared.bobs;
      const { results } = await pool.map('prefixes', shared, [
        { target: 0, orders: [upTo(n)], least: 1, firstFold: 0, lastFold: 1 },
      ]);
      const { means, failed, residual } = results[0]!;
      expect(failed).toEqual([]);
      expect(residual).toBeLessThan(1e-9);
      const [columns, target] = [one.columns.map((x) => Float64Array.from(x)), Float64Array.from(one.target)];
      const objective = (weights: Float64Array) =>
        one.target.reduce((sum, y, i) => sum + (y - weights.reduce((f, w, j) => f + w * columns[j]![i]!, 0)) ** 2, 0);
      for (const k of [2, 9, Math.floor(n / 2), n])
        for (const [which, simplex] of [false, true].entries()) {
          const again = fitColumns(columns.slice(0, k), target, simplex);
          expect(again.residual).toBeLessThan(1e-9);
          const expected = objective(again.weights);
          const difference = Math.abs(means[(k - 1) * 6 + 2 + which]! - expected);
          expect(difference, `${k} of ${n}`).toBeLessThanOrEqual(within(expected, shared.yy[0]!));
        }
    }
    await pool.close();
  },
);

test('subsets agree with prefixes of each subset, and every root gives the same', async () => {
  const pool = new Pool({ threads: 1 });
  for (const one of cases.filter(({ columns }) => columns.length >= 3).slice(0, 60)) {
    const shared = inSample(one);
    const n = shared.bobs;
    const all = (await pool.map('subsets', shared, [{ target: 0, root: [], from: 0 }])).results[0]!;
    const half = (await pool.map('subsets', shared, [{ target: 0, root: [1], from: 2 }])).results[0]!;
    for (let mask = 1; mask < 2 ** n; mask++) {
      const members = upTo(n).filter((j) => (mask >> j) & 1);
      const { results } = await pool.map('prefixes', shared, [
        { target: 0, orders: [members], least: members.length, firstFold: 0, lastFold: 1 },
      ]);
      const alone = results[0]!.means;
      for (let m = 0; m < 4; m++)
        expect(Math.abs(alone[m]! - all.means[6 * mask + m]!)).toBeLessThanOrEqual(
          1e-9 * Math.max(alone[m]!, 1e-3 * shared.yy[0]!),
        );
      if ((mask & 3) === 2)
        for (let m = 0; m < 4; m++)
          expect(Math.abs(alone[m]! - half.means[6 * (mask >> 2) + m]!)).toBeLessThanOrEqual(
            1e-9 * Math.max(alone[m]!, 1e-3 * shared.yy[0]!),
          );
    }
  }
  await pool.close();
});
