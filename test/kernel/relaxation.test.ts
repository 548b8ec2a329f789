import { beforeAll, expect, test } from 'vitest';
import { compileKernel, Kernel } from '../../src/kernel/instance.ts';
import { Relaxation } from '../../src/kernel/relaxation.ts';
import { type LinearSolver, linearSolver } from '../../src/lp/program.ts';
import { losses, monopolyDeficit } from '../../src/market/search/deficits.ts';
import { finished } from '../../src/steps.ts';
import { type Point, referenceAt, referenceEnvelope } from '../reference/envelope.ts';
import { type FamilyMarket, type FamilyShape, families, familyMarket } from '../reference/families.ts';
import { listSchemes, stableSchemes } from '../reference/stability.ts';

const kernels = (['release', 'scalar', 'debug'] as const).map((build) => new Kernel(compileKernel(build)));
let solver: LinearSolver;
beforeAll(async () => {
  solver = await linearSolver();
});

const shapes: FamilyShape[] = [
  { states: 1, policies: 1, bobs: 2, levels: 5 },
  { states: 3, policies: 3, bobs: 2, levels: 3 },
  { states: 8, policies: 4, bobs: 3, levels: 1000 },
  { states: 25, policies: 3, bobs: 7, levels: 100 },
  { states: 12, policies: 5, bobs: 5, levels: 1e9 },
];

function relaxed<R>(kernel: Kernel, market: FamilyMarket, use: (relaxation: Relaxation, loss: Float64Array) => R): R {
  const loss = losses(market);
  const { firstCell, gains, most } = market;
  const relaxation = new Relaxation(kernel, { firstCell, loss, gains: gains.slice(1), most: most.slice(1) });
  try {
    return use(relaxation, loss);
  } finally {
    relaxation.release();
  }
}

/** The largest t such that mixed schemes with a deficit of at most d leave every Bob his threshold and t of his most. */
function relaxationValue(
  { firstCell, gains, most }: FamilyMarket,
  loss: Float64Array,
  d: number,
  aim: number[],
): number {
  const [states, cells, bobs] = [firstCell.length - 1, loss.length, gains.length - 1];
  const rows: number[][] = Array.from({ length: states }, (_, s) =>
    Array.from({ length: cells + 1 }, (_, cell) => (cell >= firstCell[s]! && cell < firstCell[s + 1]! ? 1 : 0)),
  );
  const unit = Math.max(1, d);
  rows.push([...[...loss].map((own) => own / unit), 0]);
  const scale = most.map((own) => Math.max(1, own));
  for (let bob = 1; bob <= bobs; bob++) rows.push([...[...gains[bob]!].map((own) => own / scale[bob]!), -1]);
  const open = Number.POSITIVE_INFINITY;
  const ones = Array.from({ length: states }, () => 1);
  const { status, value } = solver.solve({
    sense: 'maximise',
    objective: [...new Array(cells).fill(0), 1],
    lower: [...new Array(cells).fill(0), -open],
    rows: {
      lower: [...ones, -open, ...aim.map((own, j) => own / scale[j + 1]!)],
      upper: [...ones, d / unit, ...aim.map(() => open)],
      coefficients: { dense: rows.flat() },
    },
  });
  expect(status).toBe('optimal');
  return value;
}

/** The market of the states from `first` on. */
function from(market: FamilyMarket, first: number): FamilyMarket {
  const begin = market.firstCell[first]!;
  const firstCell = market.firstCell.slice(first).map((cell) => cell - begin);
  return { ...market, firstCell, gains: market.gains.map((row) => row.subarray(begin)) };
}

/** The market without the cells that add more than d to the deficit, and what the others add. */
function within({ firstCell, gains, ...market }: FamilyMarket, loss: Float64Array, d: number) {
  const kept = (row: Float64Array) => row.filter((_, cell) => loss[cell]! <= d);
  const before = firstCell.map((end) => loss.subarray(0, end).filter((own) => own <= d).length);
  return { market: { ...market, firstCell: before, gains: gains.map(kept) }, loss: kept(loss) };
}

/** What the corners prove of every Bob's threshold at d. */
function proved(lines: readonly Point[][], d: number): number[] {
  return lines.map((line) => Number(line.filter(([deficit]) => deficit < BigInt(d)).at(-1)![1]));
}

test.each(families)('%s: weights are duals of the linear relaxation, the same in every build', (family) => {
  for (const [seed, shape] of shapes.entries()) {
    const market = familyMarket(family, shape, 40 + seed);
    const { most } = market;
    const bobs = most.slice(1).map((_, j) => j);
    for (const first of [0, 1, (market.firstCell.length - 1) >> 1]) {
      // What is left after the first states.
      const rest = from(market, first);
      const { firstCell, gains } = rest;
      const loss = losses(rest);
      const lines = gains.slice(1).map((gain) => referenceEnvelope(firstCell, loss, gain));
      const reach = Math.min(...bobs.map((bob) => monopolyDeficit(rest, loss, bob + 1)));
      for (const d of new Set([1, Math.ceil(reach / 3), reach].filter((own) => own > 0))) {
        const aim = proved(lines, d);
        const [found, ...others] = kernels.map((kernel) =>
          relaxed(kernel, market, (relaxation) => finished(relaxation.weights(bobs, d, aim, first))),
        );
        for (const other of others) expect(other).toEqual(found);
        const { shares } = found!;
        expect(shares.reduce((sum, own) => sum + own, 0)).toBeCloseTo(1, 12);
        expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
        // In whole numbers, so that the envelope of the weighted sum is exact.
        const whole = shares.map((own, j) => Math.round((own * 2 ** 48) / Math.max(1, most[j + 1]!)));
        const { market: near, loss: nearLoss } = within(rest, loss, d);
        const value = [...nearLoss].map((_, cell) =>
          whole.reduce((sum, own, j) => sum + own * near.gains[j + 1]![cell]!, 0),
        );
        const [total, one] = referenceAt(referenceEnvelope(near.firstCell, nearLoss, value), BigInt(d));
        const needed = whole.reduce((sum, own, j) => sum + own * aim[j]!, 0);
        const bound = (Number(total) / Number(one) - needed) / 2 ** 48;
        const best = relaxationValue(near, nearLoss, d, aim);
        const label = JSON.stringify({ family, shape, first, d, bound, best });
        expect(found!.bound, label).toBeGreaterThan(best - 1e-5);
        expect(found!.bound, label).toBeLessThan(best + 2e-3 * Math.abs(best) + 1e-5);
        expect(bound, label).toBeGreaterThan(best - 1e-5);
        expect(bound, label).toBeLessThan(best + 2e-3 * Math.abs(best) + 1e-5);
      }
    }
  }
});

/** Deficits and totals of a Bob that no smaller deficit beats, deficits rising. */
function frontier({ firstCell }: FamilyMarket, loss: Float64Array, gain: Float64Array): (readonly [number, number])[] {
  let all: (readonly [number, number])[] = [[0, 0]];
  for (let s = 0; s + 1 < firstCell.length; s++) {
    const sums: (readonly [number, number])[] = [];
    for (let cell = firstCell[s]!; cell < firstCell[s + 1]!; cell++)
      for (const [deficit, total] of all) sums.push([deficit + loss[cell]!, total + gain[cell]!]);
    sums.sort(([d, v], [e, w]) => d - e || w - v);
    all = [];
    for (const sum of sums) if (sum[1] > (all.at(-1)?.[1] ?? -1)) all.push(sum);
  }
  return all;
}

test.each(families)('%s: the window proves what linear programs with exact thresholds prove', (family) => {
  let looked = 0;
  for (const [seed, shape] of shapes.entries()) {
    const market = familyMarket(family, shape, 60 + seed);
    const loss = losses(market);
    const bobs = market.gains.slice(1).map((_, j) => j);
    const reach = Math.min(...bobs.map((bob) => monopolyDeficit(market, loss, bob + 1)));
    if (reach === 0) continue;
    const lines = market.gains.slice(1).map((gain) => referenceEnvelope(market.firstCell, loss, gain));
    const exact = market.gains.slice(1).map((gain) => frontier(market, loss, gain));
    const thresholds = (d: number) => exact.map((own) => own.findLast(([deficit]) => deficit < d)![1]);
    const [window, ...others] = kernels.map((kernel) =>
      relaxed(kernel, market, (relaxation) => finished(relaxation.window(bobs, reach))),
    );
    for (const other of others) expect(other).toBe(window);
    const label = JSON.stringify({ family, shape, reach, window });
    const above = [reach, window! + 1, ...lines.flat().map(([deficit]) => Number(deficit))];
    for (const d of new Set(above.filter((own) => own > window! && own <= reach))) {
      expect(relaxationValue(market, loss, d, thresholds(d)), `${label} ${d}`).toBeLessThan(1e-7);
      looked++;
    }
    // Corners alone do not prove more.
    const ends = [...new Set(above)].sort((a, b) => b - a).filter((end) => end > 0 && end <= reach);
    const corners = ends.find((d) => relaxationValue(market, loss, d, proved(lines, d)) > -1e-7) ?? 0;
    expect(window!, label).toBeLessThanOrEqual(corners);
    looked++;
  }
  expect(looked).toBeGreaterThan(1);
});

test.each(families)('%s: no stable scheme lies below the window, whatever the committee', (family) => {
  for (let seed = 0; seed < 40; seed++) {
    const shape = { states: 2 + (seed % 3), policies: 3, bobs: 3, levels: [2, 5, 30, 2 ** 45][seed % 4]! };
    const market = familyMarket(family, shape, 500 + seed);
    const all = listSchemes(market);
    relaxed(kernels[seed % 3]!, market, (relaxation, loss) => {
      for (const players of [
        [1, 2],
        [1, 3],
        [2, 3],
        [1, 2, 3],
      ]) {
        const reach = Math.min(...players.map((player) => monopolyDeficit(market, loss, player)));
        const bobs = players.map((player) => player - 1);
        const window = reach > 0 ? finished(relaxation.window(bobs, reach)) : 0;
        for (const ties of ['strict', 'index'] as const)
          for (const { totals } of stableSchemes(all, players, ties))
            expect(market.most[0]! - totals[0]!, JSON.stringify({ family, seed, players })).toBeLessThanOrEqual(window);
      }
    });
  }
});

test('a market larger than one call of the kernel takes gives way, and gives its memory back', () => {
  const market = familyMarket('bias75', { states: 20_000, policies: 4, bobs: 3, levels: 100 }, 1);
  const kernel = kernels[0]!;
  const loss = losses(market);
  const reach = Math.min(...[1, 2, 3].map((player) => monopolyDeficit(market, loss, player)));
  let before = 0;
  for (let run = 0; run < 3; run++) {
    const yields = relaxed(kernel, market, (relaxation) => {
      let count = 0;
      for (const _ of relaxation.window([0, 1, 2], reach)) count++;
      // Left in the middle, too.
      relaxation.window([0, 2], reach).return(0);
      return count;
    });
    expect(yields).toBeGreaterThan(5);
    if (run > 0) expect(kernel.memoryBytes).toBe(before);
    before = kernel.memoryBytes;
  }
});
