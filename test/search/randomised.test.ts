import { readFileSync } from 'node:fs';
import Fraction from 'fraction.js';
import { beforeAll, expect, test } from 'vitest';
import { compileKernel, Kernel } from '../../src/kernel/instance.ts';
import { type LinearSolver, linearSolver } from '../../src/lp/program.ts';
import { exactMarket } from '../../src/market/exact.ts';
import { randomisedStable } from '../../src/market/randomised.ts';
import { utilityOf } from '../../src/market/scheme.ts';
import { losses } from '../../src/market/search/deficits.ts';
import { solve } from '../../src/market/solve.ts';
import { sweep } from '../../src/market/sweep.ts';
import { parseTable } from '../../src/market/table.ts';
import { families, familyMarket } from '../reference/families.ts';
import { type Listed, listSchemes, stableSchemes, worstOf } from '../reference/stability.ts';

const kernel = new Kernel(compileKernel());
let solver: LinearSolver;
beforeAll(async () => {
  solver = await linearSolver();
});

const committees = (bobs: number) =>
  Array.from({ length: 2 ** bobs - 1 }, (_, i) =>
    Array.from({ length: bobs }, (_, j) => j + 1).filter((player) => ((i + 1) >> (player - 1)) & 1),
  );

// spec: the published means of V_min over committees of each size, randomised schemes.
test.each([
  ['synthetic-1', ['.549133', '.576233', '.576667', '.576667', '.576667']],
  ['synthetic-2', ['.672', '.836', '.864', '.892', '.92']],
  ['movielens', ['.843611', '.847667', '.8495', '.85', '.85', '.85']],
])('%s: the known means', (name, means) => {
  const market = exactMarket(
    parseTable(readFileSync(new URL(`../../data/tables/${name}.csv`, import.meta.url), 'utf8')),
  );
  means.forEach((mean, i) => {
    const values = committees(market.bobs.length)
      .filter((players) => players.length === i + 1)
      .map((players) => {
        const { deficit } = randomisedStable(kernel, market, players, 'strict');
        return utilityOf(market, 0, market.most[0]! - deficit);
      });
    const sum = values.reduce((total, value) => total.add(value), new Fraction(0));
    expect(sum.div(values.length).valueOf()).toBeCloseTo(Number(mean), 6);
  });
});

/** max{U_j : deficit <= d} over mixtures of all schemes, by linear programming. */
function best(all: readonly Listed[], optimum: number, player: number, d: number): number {
  const { value } = solver.solve({
    sense: 'maximise',
    objective: all.map(({ totals }) => totals[player]!),
    rows: {
      lower: [1, Number.NEGATIVE_INFINITY],
      upper: [1, d],
      coefficients: { dense: [...all.map(() => 1), ...all.map(({ totals }) => optimum - totals[0]!)] },
    },
  });
  return value;
}

/** The largest deficit in [from, to] of a mixture with every U_j on F_j, linear there; -1 where there is none. */
function largestDeficit(all: readonly Listed[], optimum: number, players: readonly number[], from: number, to: number) {
  const deficit = all.map(({ totals }) => optimum - totals[0]!);
  const bobs = players.map((player) => {
    const [low, high] = [best(all, optimum, player, from), best(all, optimum, player, to)];
    const slope = (high - low) / (to - from);
    return { row: all.map(({ totals }, i) => totals[player]! - slope * deficit[i]!), least: low - slope * from - 1e-7 };
  });
  const solved = solver.solve({
    sense: 'maximise',
    objective: deficit,
    rows: {
      lower: [1, from, ...bobs.map(({ least }) => least)],
      upper: [1, to, ...bobs.map(() => Number.POSITIVE_INFINITY)],
      coefficients: { dense: [...all.map(() => 1), ...deficit, ...bobs.flatMap(({ row }) => row)] },
    },
  });
  return solved.status === 'optimal' ? solved.value : -1;
}

test.each(families)('%s: linear programs over mixtures of all schemes find the same worst equilibrium', (family) => {
  for (let seed = 4000; seed < 4012; seed++) {
    const shape = { states: 2 + (seed % 2), policies: 2 + (seed % 2), bobs: 2, levels: [3, 12, 60][seed % 3]! };
    const market = familyMarket(family, shape, seed);
    const all = listSchemes(market);
    const optimum = market.most[0]!;
    const { deficit, scheme, cells } = randomisedStable(kernel, market, [1, 2], 'strict');
    const ends = [...new Set(all.map(({ totals }) => optimum - totals[0]!))].sort((a, b) => a - b);
    let worst = 0;
    // Between neighbouring deficits of schemes every F_j is linear: its corners are schemes.
    for (let i = 1; i < ends.length; i++)
      worst = Math.max(worst, largestDeficit(all, optimum, [1, 2], ends[i - 1]!, ends[i]!));
    expect(deficit, JSON.stringify({ family, seed })).toBeCloseTo(worst, 4);
    // The witness: its deficit is the one claimed, and each Bob is on his F_j.
    const used = scheme.map((policy, s) => market.firstCell[s]! + policy);
    const total = (value: Float64Array) => used.reduce((sum, cell) => sum + value[cell]!, 0);
    expect(total(losses(market))).toBe(deficit);
    if (deficit > 0)
      for (const player of [1, 2])
        expect(total(market.gains[player]!)).toBeCloseTo(best(all, optimum, player, deficit), 6);
    expect(used.every((cell) => cells.has(cell))).toBe(true);
  }
});

test('one Bob: as with deterministic schemes', () => {
  for (let seed = 4100; seed < 4140; seed++) {
    const market = familyMarket('bias75', { states: 3, policies: 3, bobs: 1, levels: 4 }, seed);
    const stable = stableSchemes(listSchemes(market), [1], 'strict');
    expect(market.most[0]! - randomisedStable(kernel, market, [1], 'strict').deficit).toBe(worstOf(stable).totals[0]);
  }
});

test('both answers side by side; randomising never hurts Alice here', async () => {
  const table = parseTable(readFileSync(new URL('../../data/tables/synthetic-1.csv', import.meta.url), 'utf8'));
  const committees = await sweep(table, { schemes: 'randomised', threads: 1, paths: 0, runs: 1, atLeast: 1 });
  const plain = await sweep(table, { threads: 1, paths: 0, runs: 1 });
  committees.committees.forEach(({ worst, deterministic, misalignment }, i) => {
    const { worst: alone, misalignment: theirs } = plain.committees[i]!;
    expect(deterministic).toEqual({ ...alone, misalignment: theirs });
    expect(worst.alice.value).toBeGreaterThanOrEqual(deterministic!.alice.value);
    expect(worst.alice.value).toBeGreaterThanOrEqual(misalignment[0]!.bound - 1e-9);
    expect(worst.probabilities).toEqual(worst.scheme.map((policy) => ({ [policy]: '1' })));
  });
  await expect(solve(table, { schemes: 'randomised', scope: ['schemes'] })).rejects.toThrow('deterministic schemes');
});
