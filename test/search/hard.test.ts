/** Markets built to be hard: small ones against listing every scheme, large ones against what is known of them. */
import { expect, test } from 'vitest';
import { compileKernel, Kernel } from '../../src/kernel/instance.ts';
import { Status } from '../../src/kernel/status.ts';
import { exactMarket } from '../../src/market/exact.ts';
import { searchWorst } from '../../src/market/search/committee.ts';
import { totalOf } from '../../src/market/search/deficits.ts';
import { CommitteeLevels } from '../../src/market/search/levels.ts';
import { Session } from '../../src/market/search/session.ts';
import { byRank, byStakes, Thorough } from '../../src/market/search/thorough.ts';
import { finished } from '../../src/steps.ts';
import { type FamilyMarket, families, familyMarket } from '../reference/families.ts';
import { type HardShape, hardShapes, hardTable } from '../reference/hard.ts';
import { listSchemes, stableSchemes, worstOf } from '../reference/stability.ts';

const kernels = (['release', 'scalar', 'debug'] as const).map((build) => new Kernel(compileKernel(build)));
const everybody = ({ gains }: Pick<FamilyMarket, 'gains'>) => gains.slice(1).map((_, j) => j + 1);
const kinds = Object.entries(hardShapes);

/** The shape with so few states and policies that its schemes can be listed. */
const small = (shape: HardShape, seed: number): HardShape => ({
  ...shape,
  groups: Math.min(shape.groups, 2),
  states: 2 + (seed % 3),
  policies: 2 + (seed % 2),
});

/** Small hard markets and those of all families. */
function markets(count: number): FamilyMarket[] {
  const hard = kinds.flatMap(([, shapes]) =>
    Array.from({ length: count }, (_, seed) =>
      exactMarket(hardTable(small(shapes[seed % shapes.length]!, seed), seed), {}),
    ),
  );
  const shape = (seed: number) => ({ states: 3, policies: 3, bobs: 2 + (seed % 2), levels: [3, 20, 1000][seed % 3]! });
  const others = families.flatMap((family) =>
    Array.from({ length: count }, (_, seed) => familyMarket(family, shape(seed), seed)),
  );
  return [...hard, ...others];
}

test.each(kinds)('%s: search equals listing every scheme, both tie rules', (_kind, shapes) => {
  for (let seed = 0; seed < 60; seed++) {
    const shape = small(shapes[seed % shapes.length]!, seed);
    const market = exactMarket(hardTable(shape, seed), {});
    const all = listSchemes(market);
    for (const ties of ['strict', 'index'] as const) {
      const expected = worstOf(stableSchemes(all, everybody(market), ties));
      const steps = searchWorst(kernels[seed % 3]!, market, everybody(market), { ties, stairs: seed % 5 === 0 });
      const found = finished(steps);
      const label = JSON.stringify({ shape, seed, ties });
      expect(found, label).toMatchObject({ complete: true, found: found.possible });
      expect(found.scheme, label).toEqual(expected.scheme);
    }
  }
});

test.each([
  ['opposed pairs', [47, 66, 105, 34, 179, 57]],
  ['two Bobs, wide windows', [11, 32, 9]],
] as const)('%s: settled', (kind, deficits) => {
  const found = hardShapes[kind]!.map((shape) => {
    const market = exactMarket(hardTable(shape), {});
    return finished(searchWorst(kernels[0]!, market, everybody(market), { ties: 'strict' }));
  });
  expect(found.map((one) => one.found)).toEqual(deficits);
  expect(found.every(({ complete }) => complete)).toBe(true);
});

/** Every scheme in order of rank, with the Bobs' totals. */
function listed(market: FamilyMarket) {
  const all = listSchemes(market);
  const best = Math.max(...all.map(({ totals }) => totals[0]!));
  return all.map(({ scheme, totals: [alice, ...totals] }) => ({ scheme, totals, deficit: best - alice! }));
}

/** Runs to the end in small pieces, learning on the way; the cells' policies of the first scheme, or null. */
function first(search: Thorough, d: number, completions: number): readonly number[] | null {
  finished(search.begin(d, completions));
  for (let pieces = 0; ; pieces++) {
    const status = search.search.run(3);
    if (status !== Status.paused) return status === Status.found ? search.scheme() : null;
    if (pieces % 7 === 3 && finished(search.learn())) finished(search.begin(d, completions));
  }
}

test('a thorough search of single levels finds what listing finds, by rank the first scheme', () => {
  let compared = 0;
  let inhabited = 0;
  for (const [index, market] of markets(12).entries()) {
    const players = everybody(market);
    const all = listed(market);
    const reach = Math.max(...all.map(({ deficit }) => deficit));
    const session = new Session(kernels[index % 3]!, market, reach, index % 4 === 0 ? { stairs: true } : {});
    const levels = new CommitteeLevels(session, players, 'strict', reach);
    const byRanks = finished(Thorough.open(levels, byRank(levels), reach));
    const stakes = finished(Thorough.open(levels, byStakes(levels, reach), reach));
    for (const d of levels.candidates.slice(0, 40)) {
      const stable = all.filter(({ deficit, totals }) => deficit === d && levels.meets(d, totals));
      for (const completions of [0, 4, 64]) {
        const label = JSON.stringify({ index, d, completions });
        expect(first(byRanks, d, completions), label).toEqual(stable[0]?.scheme ?? null);
        const any = first(stakes, d, completions);
        expect(any !== null, label).toBe(stable.length > 0);
        if (any) {
          expect(totalOf(market, any, session.loss), label).toBe(d);
          const totals = players.map((player) => totalOf(market, any, market.gains[player]!));
          expect(levels.meets(d, totals), label).toBe(true);
          inhabited++;
        }
        compared++;
      }
    }
    for (const one of [byRanks, stakes, levels, session]) one.release();
  }
  expect(compared).toBeGreaterThan(2000);
  expect(inhabited).toBeGreaterThan(100);
});
