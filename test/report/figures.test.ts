import { expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import type { SolveResult } from '../../src/market/results.ts';
import { dynamicsByMisalignment } from '../../src/report/figures/dynamics-by-misalignment.ts';
import { growthPaths } from '../../src/report/figures/growth-paths.ts';
import { utilityDomain } from '../../src/report/figures/plot.ts';
import { committeePoints, short, shortExact } from '../../src/report/figures/points.ts';
import { drawSolve } from '../../src/report/figures/solve.ts';
import { drawSweep, sweepFigures } from '../../src/report/figures/sweep.ts';
import { worstByMisalignment } from '../../src/report/figures/worst-by-misalignment.ts';
import { renderSvg } from '../../src/report/render.ts';
import { sweepRows } from '../../src/report/sweep-rows.ts';
import { madeUpSweep } from './sweep-result.ts';

const bobsOf = (count: number) => Array.from({ length: count }, (_, i) => `Bob ${i + 1}`);
const PATHS = [
  [1, 3, 7],
  [2, 3, 7],
  [2, 6, 7],
];
/** Three Bobs: the pairs coincide with each other, everything larger is perfect; dynamics do better for Bob 1 alone. */
function threeBobs(mask: number) {
  if (mask === 7) return { worst: 1, dynamics: 1, epsilon: 0 };
  if ([3, 5, 6].includes(mask)) return { worst: 0.75, dynamics: 0.75, epsilon: 0.125 };
  return { worst: 0.25 + mask / 16, dynamics: mask === 1 ? 0.5 : 0.25 + mask / 16, epsilon: 0.25 };
}
const three = madeUpSweep(bobsOf(3), 1, threeBobs, PATHS);
/** The same over randomised schemes; deterministic ones are worse for the pairs, at a larger epsilon. */
function mixedBobs(mask: number) {
  const { worst, dynamics, epsilon } = threeBobs(mask);
  return [3, 5, 6].includes(mask)
    ? { worst, epsilon, dynamics: 0.5, plain: { worst: 0.5, epsilon: 0.25 } }
    : { worst, epsilon, dynamics, plain: { worst, epsilon } };
}
const mixed = madeUpSweep(bobsOf(3), 1, mixedBobs, PATHS);

/** Marks drawn with the shape of each legend left out: paths inside the plots' own point groups. */
function marks(svg: string, kind: 'symbol' | 'rule' | 'line'): number {
  const groups = [...svg.matchAll(new RegExp(`<g class="mark-${kind} role-mark[^"]*"[^>]*[^/]>([\\s\\S]*?)</g>`, 'g'))];
  return groups.reduce((sum, [, inside]) => sum + (inside!.match(/<(path|line) /g)?.length ?? 0), 0);
}

/** The texts of all legends, in order. */
function legends(svg: string): string[] {
  const labels = [...svg.matchAll(/<g class="mark-text role-legend-label[^>]*>([\s\S]*?)<\/g>/g)];
  return labels.flatMap(([, inside]) => [...inside!.matchAll(/<text[^>]*>([^<]*)/g)].map(([, text]) => text!));
}

test('committees of one size on one place are one marker that says how many and which', () => {
  const points = committeePoints(three);
  expect(points.map(({ k, count }) => [k, count])).toEqual([
    [1, 1],
    [1, 1],
    [1, 1],
    [2, 3],
    [3, 1],
  ]);
  expect(points[3]!.committees).toBe('Bob 1, Bob 2 · Bob 1, Bob 3 · Bob 2, Bob 3');
  expect(points[3]).toMatchObject({ epsilon: 0.125, worst: 0.75, worstText: '0.75', boundText: '0.75' });
});

test('epsilons that differ in their last digits only are one place', () => {
  const result = madeUpSweep(bobsOf(2), 1, (mask) => ({
    worst: 0.5,
    dynamics: 1,
    epsilon: mask === 1 ? 0.1 : 0.1 + 1e-13,
  }));
  expect(committeePoints(result).map(({ count }) => count)).toEqual([2, 1]);
});

test('Figure 5 has one marker a place and two lines', async () => {
  const svg = await renderSvg(worstByMisalignment(three));
  expect(marks(svg, 'symbol')).toBe(5);
  expect(marks(svg, 'line')).toBe(2);
  expect(svg).toContain('OPT = 1');
});

test('Figure 6 has an outlined and a solid marker a place, and a link only where they differ', async () => {
  const svg = await renderSvg(dynamicsByMisalignment(three));
  expect(marks(svg, 'symbol')).toBe(10);
  expect(marks(svg, 'rule')).toBe(1);
  expect(svg).toContain('>difference<');
  const same = madeUpSweep(bobsOf(2), 1, () => ({ worst: 1, dynamics: 1, epsilon: 0.1 }));
  expect(await renderSvg(dynamicsByMisalignment(same))).not.toContain('>difference<');
});

test('Figure 7 has one line for paths that take the same values, and their mean', async () => {
  const svg = await renderSvg(growthPaths(three));
  // Two distinct paths, the mean and OPT; stops: two sizes of 1, one of 2, one of 3; three means.
  expect(marks(svg, 'line')).toBe(4);
  expect(marks(svg, 'symbol')).toBe(4 + 3);
  const spec = growthPaths(three);
  expect(JSON.stringify(spec)).toContain(JSON.stringify({ k: 1, mean: (0.3125 + 0.375 + 0.375) / 3 }).slice(0, -1));
});

test('randomised: deterministic worst equilibria stand beside in Figure 5, barred and linked where apart', async () => {
  const points = committeePoints(mixed);
  expect(points.map(({ k, apart, plainWorst, plainEpsilon }) => [k, apart, plainWorst, plainEpsilon])).toEqual([
    ...[1, 2, 4].map((mask) => [1, false, 0.25 + mask / 16, 0.25]),
    [2, true, 0.5, 0.25],
    [3, false, 1, 0],
  ]);
  const svg = await renderSvg(worstByMisalignment(mixed));
  // Five markers as before; for the pairs, which are one, an outline, a bar and a link.
  expect(marks(svg, 'symbol')).toBe(5 + 2);
  expect(marks(svg, 'rule')).toBe(1);
  expect(legends(svg)).toEqual(expect.arrayContaining(['V_min, randomised', 'V_min, deterministic', 'same committee']));
  expect(legends(await renderSvg(worstByMisalignment(three))).join()).not.toMatch(/randomised|same committee/);
});

test('randomised: Figure 6 links dynamics with the deterministic worst equilibrium', async () => {
  const svg = await renderSvg(dynamicsByMisalignment(mixed));
  expect(marks(svg, 'symbol')).toBe(10 + 2);
  // The pairs end where their deterministic worst equilibrium is: the links are of Bob 1 alone and of the two answers.
  expect(marks(svg, 'rule')).toBe(2);
  expect(legends(svg)).toEqual([
    ...['OPT = 1', 'difference', 'same committee', 'V_min, randomised', 'V_min, deterministic', 'end of dynamics'],
    ...['1', '2', '3'],
  ]);
});

test('randomised: Figure 7 has both kinds of paths and both means, one of them dashed', async () => {
  const svg = await renderSvg(growthPaths(mixed));
  // OPT; two distinct paths and their mean, twice; stops and means as before, twice.
  expect(marks(svg, 'line')).toBe(1 + 2 * 3);
  expect(marks(svg, 'symbol')).toBe(2 * (4 + 3));
  expect(legends(svg)).toEqual(['OPT = 1', '3 random paths', 'mean, randomised', 'mean, deterministic']);
  const spec = JSON.stringify(growthPaths(mixed));
  expect(spec).toContain('{"k":2,"mean":0.75,');
  expect(spec).toContain('{"k":2,"mean":0.5,');
  // Two paths, the mean and its line in the legend.
  expect(svg.match(/stroke-dasharray="6,3"/g)).toHaveLength(4);
  expect(await renderSvg(growthPaths(three))).not.toContain('stroke-dasharray="6,3"');
});

test('a reading that some committees lack, where time ran out, is never taken for another', () => {
  const [first, ...others] = three.committees;
  const table = { ...first!.misalignment[0]!, scope: 'table', epsilon: 0.5, bound: 0 } as const;
  const cut = {
    ...three,
    complete: false,
    options: { ...three.options, scope: ['cells', 'table'] as const },
    committees: [
      { ...first!, misalignment: [table] },
      ...others.map((one) => ({ ...one, misalignment: [...one.misalignment, table] })),
    ],
  };
  expect(committeePoints(cut, 0).map(({ count }) => count)).toEqual([1, 1, 3, 1]);
  expect(committeePoints(cut, 1).every(({ epsilon }) => epsilon === 0.5)).toBe(true);
  const { columns, rows } = sweepRows(cut);
  const at = columns.indexOf('epsilon_cells_cone');
  expect(rows.map((row) => row[at])).toEqual([null, ...others.map(({ misalignment }) => misalignment[0]!.epsilon)]);
  expect(new Set(rows.map((row) => row[columns.indexOf('epsilon_table_cone')]))).toEqual(new Set([0.5]));
  expect(rows.every((row) => row.length === columns.length)).toBe(true);
});

test.each([1, 2, 7, 12])('figures of %i Bobs compile without a warning', async (count) => {
  const all = 2 ** count - 1;
  const size = (mask: number) => mask.toString(2).replaceAll('0', '').length;
  const result = madeUpSweep(
    bobsOf(count),
    1,
    (mask) => ({ worst: 1 - 1 / size(mask), dynamics: 1, epsilon: 1 / size(mask) + (mask % 97) / 1000 }),
    [Array.from({ length: count }, (_, i) => 2 ** (i + 1) - 1)],
  );
  expect(result.committees).toHaveLength(all);
  const figures = sweepFigures(result);
  expect(figures.map(({ name }) => name)).toEqual(['figure-5', 'figure-6', 'figure-7']);
  for (const { plot } of figures) expect(await renderSvg(plot)).not.toMatch(/NaN|Infinity|undefined/);
});

test('twenty Bobs, a million committees: marks are gathered on a grid', () => {
  const few = madeUpSweep(bobsOf(13), 1, (mask) => ({ worst: mask / 2 ** 14, dynamics: 1, epsilon: mask / 2 ** 13 }));
  const points = committeePoints(few);
  expect(points.length).toBeLessThan(13 * 101);
  expect(points.reduce((sum, { count }) => sum + count, 0)).toBe(2 ** 13 - 1);
});

test.each([0, 1, -3, 1e6])('all ties at %d, epsilon all zero: still a picture', async (value) => {
  const result = madeUpSweep(bobsOf(2), value, () => ({ worst: value, dynamics: value, epsilon: 0 }), [[1, 3]]);
  for (const { plot } of sweepFigures(result)) expect(await renderSvg(plot)).not.toMatch(/NaN|Infinity|undefined/);
  const [low, high] = utilityDomain([value, value]);
  expect(low).toBeLessThan(value);
  expect(high).toBeGreaterThan(value);
});

test('a sweep without misalignment has only Figure 7, without anything none', async () => {
  const bare = { ...three, committees: three.committees.map((committee) => ({ ...committee, misalignment: [] })) };
  expect(sweepFigures(bare).map(({ name }) => name)).toEqual(['figure-7']);
  await expect(drawSweep({ ...bare, paths: [] }, 'svg', '')).rejects.toThrow(InputError);
});

test('--plot: one SVG with all figures, a page with each, the same bytes every time', async () => {
  const svg = await drawSweep(three, 'svg', 'Three');
  expect(svg.match(/<svg/g)).toHaveLength(1);
  expect(marks(svg, 'symbol')).toBe(5 + 10 + 7);
  expect(await drawSweep(three, 'svg', 'Three')).toBe(svg);
  const page = await drawSweep(three, 'html', 'Three');
  expect(page.match(/class="plot"/g)).toHaveLength(3);
  expect(await drawSweep(three, 'html', 'Three')).toBe(page);
});

test('a sweep that was stopped early says so', async () => {
  expect(await drawSweep({ ...three, complete: false }, 'svg', 'Three')).toContain('(stopped early)');
  expect(await drawSweep(three, 'svg', 'Three')).not.toContain('stopped');
});

test('names with markup reach the pointer as they are and the page as text', async () => {
  const names = ['</script><script>', '__proto__', '"quoted", and \'so\''];
  const page = await drawSweep(
    madeUpSweep(names, 1, () => ({ worst: 0, dynamics: 1, epsilon: 0.5 })),
    'html',
    names.join(),
  );
  expect(page.match(/<script/g)).toHaveLength(3);
  const json = /id="figures">([\s\S]*?)<\/script>/.exec(page)![1]!;
  expect(JSON.parse(json)).toHaveLength(2);
  expect(json).toContain('__proto__');
});

test('one market: a step for every move', async () => {
  const { committees, optimum, market, options } = three;
  const worst = committees[0]!;
  const steps = [0.25, 0.5, 1].map((value) => ({
    bob: 'Bob 1',
    scheme: ['A'],
    alice: { value, exact: String(value) },
  }));
  const result: SolveResult = {
    ...worst,
    kind: 'solve',
    version: '0',
    complete: true,
    arithmetic: 'exact',
    options: { ...options, committee: ['Bob 1'] },
    market,
    schemes: '1',
    optimum,
    dynamics: { ...worst.dynamics, steps },
  };
  const svg = await drawSolve(result, 'svg', 'One');
  expect(marks(svg, 'symbol')).toBe(3);
  expect(svg).toContain('OPT = 1');
  expect(await drawSolve({ ...result, misalignment: [], dynamics: worst.dynamics }, 'html', 'One')).toContain(
    '<figure>',
  );
  const { deterministic } = mixed.committees[2]!;
  const both = await drawSolve({ ...result, deterministic: deterministic! }, 'svg', 'One');
  expect(legends(both)).toEqual([
    ...['V_min, randomised = 0.3125', 'V_min, deterministic = 0.5'],
    ...['OPT − 2ε, randomised = 0.5', 'OPT − 2ε, deterministic = 0.5', 'OPT = 1', 'dynamics'],
  ]);
});

test('numbers as a reader wants them', () => {
  expect(short(0.1 + 0.2)).toBe('0.3');
  expect(shortExact({ value: 173 / 300, exact: '173/300' })).toBe('0.576667 (173/300)');
  expect(shortExact({ value: 0.92, exact: '23/25' })).toBe('0.92');
});
