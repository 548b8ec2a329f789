/** The paper's three tables (Tables 1, 2 and 3, Appendix D) against answers computed independently with exact rationals. */
import { expect, test } from 'vitest';
import { Pool } from '../../src/kernel/pool.ts';
import { readTable } from '../../src/market/read.ts';
import type { SweepResult } from '../../src/market/results.ts';
import { solve } from '../../src/market/solve.ts';
import { type SweepOptions, sweep } from '../../src/market/sweep.ts';
import type { UtilityTable } from '../../src/market/table.ts';

interface Answers {
  readonly schemes: string;
  readonly optimum: string;
  /** Means over the committees of size 1, 2, … */
  readonly strict: readonly number[];
  readonly index: readonly number[];
  readonly cellsCone: readonly number[];
  readonly schemesSimplex: readonly number[];
  /** Sums over the committees of each size. */
  readonly stable: readonly number[];
  /** Of the full market. */
  readonly tableSimplex: number;
  readonly tableCone: number;
}

const ANSWERS: Record<string, Answers> = {
  'synthetic-1': {
    schemes: '27',
    optimum: '173/300',
    strict: [0.549133, 0.5704, 0.576333, 0.576667, 0.576667],
    index: [0.549133, 0.5704, 0.576333, 0.576667, 0.576667],
    stable: [6, 16, 11, 5, 1],
    cellsCone: [0.034, 0.01485, 0.002917, 0, 0],
    schemesSimplex: [0.110433, 0.0198, 0.001, 0, 0],
    tableSimplex: 0.000227,
    tableCone: 0.000198,
  },
  'synthetic-2': {
    schemes: '64',
    optimum: '23/25',
    strict: [0.672, 0.836, 0.864, 0.892, 0.92],
    index: [0.672, 0.836, 0.864, 0.892, 0.92],
    stable: [5, 38, 25, 8, 1],
    cellsCone: [0.274, 0.07, 0.063, 0.042, 0],
    schemesSimplex: [0.374, 0.222, 0.148, 0.074, 0],
    tableSimplex: 0.418333,
    tableCone: 0.41,
  },
  movielens: {
    schemes: '729',
    optimum: '17/20',
    strict: [0.843611, 0.846889, 0.8485, 0.849333, 0.849722, 0.85],
    index: [0.843611, 0.847333, 0.849083, 0.849889, 0.85, 0.85],
    stable: [10, 93, 75, 41, 14, 2],
    cellsCone: [0.026849, 0.01886, 0.014389, 0.011585, 0.010059, 0.009574],
    schemesSimplex: [0.010833, 0.004867, 0.001958, 0.000706, 0.000264, 0],
    tableSimplex: 0.025,
    tableCone: 0.020919,
  },
};

const ALL_READINGS = { scope: ['cells', 'schemes', 'table'], weights: ['simplex', 'cone'] } as const;
const pool = new Pool({ threads: 1 });
const swept = async (name: string, options: SweepOptions = {}) =>
  sweep(await readTable(`data/tables/${name}.csv`), { pool, ...options });

function bySize(result: SweepResult, value: (committee: SweepResult['committees'][number]) => number): number[][] {
  return result.market.bobs.map((_, i) => result.committees.filter(({ bobs }) => bobs.length === i + 1).map(value));
}
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const means = (sizes: readonly (readonly number[])[]) =>
  sizes.map((values) => Number((sum(values) / values.length).toFixed(6)));
const epsilon = (scope: string, weights: string) => (committee: SweepResult['committees'][number]) =>
  committee.misalignment.find((reading) => reading.scope === scope && reading.weights === weights)!.epsilon;

test.each(Object.entries(ANSWERS))('%s: every committee, every reading', async (name, answers) => {
  const result = await swept(name, ALL_READINGS);
  expect(result.complete).toBe(true);
  expect(result.schemes).toBe(answers.schemes);
  expect(result.optimum.alice.exact).toBe(answers.optimum);
  expect(result.committees).toHaveLength(2 ** result.market.bobs.length - 1);
  expect(means(bySize(result, ({ worst }) => worst.alice.value))).toEqual(answers.strict);
  expect(bySize(result, ({ stable }) => Number(stable!.count)).map(sum)).toEqual(answers.stable);
  expect(means(bySize(result, epsilon('cells', 'cone')))).toEqual(answers.cellsCone);
  expect(means(bySize(result, epsilon('schemes', 'simplex')))).toEqual(answers.schemesSimplex);
  const everyone = result.committees.at(-1)!;
  expect(Number(epsilon('table', 'simplex')(everyone).toFixed(6))).toBe(answers.tableSimplex);
  expect(Number(epsilon('table', 'cone')(everyone).toFixed(6))).toBe(answers.tableCone);
  for (const { worst, misalignment } of result.committees)
    for (const { bound } of misalignment) expect(worst.alice.value).toBeGreaterThanOrEqual(bound - 1e-15);
});

test.each(Object.entries(ANSWERS))('%s: ties index', async (name, { index }) => {
  const result = await swept(name, { ties: 'index', scope: [] });
  expect(means(bySize(result, ({ worst }) => worst.alice.value))).toEqual(index);
});

test('with cells and cone two committees of synthetic-2 meet the bound of Theorem 6 at epsilon > 0', async () => {
  const { committees } = await swept('synthetic-2');
  const tight = committees.filter(
    ({ worst, misalignment: [reading] }) => reading!.epsilon > 0 && worst.alice.value === reading!.bound,
  );
  expect(tight.map(({ bobs, worst, misalignment: [reading] }) => [bobs, reading!.epsilon, worst.alice.exact])).toEqual([
    [['AI 5'], 0.07, '39/50'],
    [['AI 4', 'AI 5'], 0.07, '39/50'],
  ]);
});

test.each([
  ['synthetic-1', [0.5683, 0.5723, 0.5733, 0.5767]],
  ['synthetic-2', [0.8267, 0.8733, 0.92]],
])('%s: best-response dynamics of the full market', async (name, levels) => {
  const { dynamics } = await solve(await readTable(`data/tables/${name}.csv`), { pool });
  expect(dynamics.steps.map(({ alice }) => Number(alice.value.toFixed(4)))).toEqual(levels);
  expect(dynamics.nash).toBe(true);
});

test('a committee solved alone is what it is in the sweep', async () => {
  const table = await readTable('data/tables/movielens.csv');
  const { committees } = await swept('movielens', ALL_READINGS);
  for (const { bobs, ...rest } of committees.filter((_, i) => i % 7 === 3)) {
    const alone = await solve(table, { committee: bobs, pool, ...ALL_READINGS });
    expect(alone).toMatchObject(rest);
    expect(alone.options.committee).toEqual(bobs);
  }
});

test('plain doubles get V_min of MovieLens wrong: for 3 committees as a sum over 6, for 6 as a sum of sixths', async () => {
  const table = await readTable('data/tables/movielens.csv');
  const exact = await sweep(table, { pool, paths: 0, scope: [] });
  const sixths = (utilities: readonly number[]) => utilities.reduce((sum, utility) => sum + utility / 6, 0);
  const over6 = (utilities: readonly number[]) => utilities.reduce((sum, utility) => sum + utility, 0) / 6;
  expect(wrongInDoubles(table, exact, over6)).toBe(3);
  expect(wrongInDoubles(table, exact, sixths)).toBe(6);
});

/** How many committees have another worst equilibrium where expected utilities are doubles, compared as they are. */
function wrongInDoubles(table: UtilityTable, exact: SweepResult, expected: (utilities: readonly number[]) => number) {
  const firstCell = table.policies.map((_, s) =>
    table.policies.slice(0, s).reduce((sum, { length }) => sum + length, 0),
  );
  const schemes = table.policies.reduce<number[][]>(
    (some, { length }, s) => some.flatMap((cells) => Array.from({ length }, (_, i) => [...cells, firstCell[s]! + i])),
    [[]],
  );
  const along = table.utilities.map((column) =>
    schemes.map((cells) => expected(cells.map((cell) => Number(column[cell])))),
  );
  const alice = along[0]!;
  const blocked = along.map((own) =>
    own.map((mine, f) => own.some((other, g) => other > mine && alice[g]! > alice[f]!)),
  );
  return exact.committees.filter(({ bobs, worst }) => {
    const players = bobs.map((bob) => table.bobs.indexOf(bob) + 1);
    const best = Math.max(...along[players[0]!]!);
    const stable = (f: number) =>
      players.length === 1 ? along[players[0]!]![f] === best : players.every((player) => !blocked[player]![f]);
    const least = Math.min(...alice.filter((_, f) => stable(f)));
    return Math.abs(least - worst.alice.value) > 1e-9;
  }).length;
}
