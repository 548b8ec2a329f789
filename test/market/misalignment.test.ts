import Fraction from 'fraction.js';
import { describe, expect, test } from 'vitest';
import { linearSolver } from '../../src/lp/program.ts';
import { exactMarket } from '../../src/market/exact.ts';
import { misalignment, printedMisalignment, type Reading, type StableEvidence } from '../../src/market/misalignment.ts';
import { readTable } from '../../src/market/read.ts';
import { totalsOf, utilityOf } from '../../src/market/scheme.ts';
import { parseTable, type UtilityTable } from '../../src/market/table.ts';
import {
  allCommittees,
  cellsUsed,
  expected,
  type ListedScheme,
  optimum,
  referenceMarket,
  stable,
  worst,
} from '../reference/market.ts';
import { epsilonOf, sides } from '../reference/misalignment.ts';
import { randomTable } from '../reference/tables.ts';

const solver = await linearSolver();
const readings = (['cells', 'schemes', 'table'] as const).flatMap((scope) =>
  (['simplex', 'cone'] as const).map((weights): Reading => ({ scope, weights })),
);
const maskOf = (bobs: readonly number[]) => bobs.reduce((mask, bob) => mask | (1 << bob), 0);

/** A table's market, solved by the oracle: every committee with its evidence. */
function solved(table: UtilityTable) {
  const market = exactMarket(table);
  const reference = referenceMarket(table);
  const committees = allCommittees(market.bobs.length).map((bobs) => {
    const schemes = stable(reference, bobs, 'strict');
    return {
      bobs,
      mask: maskOf(bobs),
      schemes,
      evidence: evidenceOf(schemes),
      vmin: expected(reference, worst(reference, bobs, 'strict'), 0),
    };
  });
  function evidenceOf(schemes: readonly ListedScheme[]) {
    const cells = cellsUsed(reference, schemes).reduce(
      (set, used, cell) => (used ? set | (1n << BigInt(cell)) : set),
      0n,
    );
    return { cells, rows: schemes.map(({ policies }) => Float64Array.from(totalsOf(market, policies))) };
  }
  return { table, market, reference, committees };
}
const paper = async (name: string) => solved(await readTable(`data/tables/${name}.csv`));

// Mean epsilon over the committees of size 1, 2, … and, for the full market, the two of Definition 1.
const published = {
  'synthetic-1': {
    cells: [0.034, 0.01485, 0.002917, 0, 0],
    schemes: [0.110433, 0.0198, 0.001, 0, 0],
    full: [0.000227, 0.000198],
    tight: [],
  },
  'synthetic-2': {
    cells: [0.274, 0.07, 0.063, 0.042, 0],
    schemes: [0.374, 0.222, 0.148, 0.074, 0],
    full: [0.418333, 0.41],
    tight: ['5: 39/50', '4,5: 39/50'],
  },
  movielens: {
    cells: [0.026849, 0.01886, 0.014389, 0.011585, 0.010059, 0.009574],
    schemes: [0.010833, 0.004867, 0.001958, 0.000706, 0.000264, 0],
    full: [0.025, 0.020919],
    tight: [],
  },
};

describe.each(Object.entries(published))('%s', (name, answers) => {
  test('mean epsilon by committee size, and Definition 1 on the full market', async () => {
    const { market, committees } = await paper(name);
    const means = (reading: Reading) =>
      answers.cells.map((_, i) => {
        const sized = committees.filter(({ bobs }) => bobs.length === i + 1);
        const sum = sized.reduce(
          (total, { mask, evidence }) => total.add(misalignment(market, mask, reading, evidence).epsilon),
          new Fraction(0),
        );
        return Number(sum.div(sized.length).valueOf().toFixed(6));
      });
    expect(means({ scope: 'cells', weights: 'cone' })).toEqual(answers.cells);
    expect(means({ scope: 'schemes', weights: 'simplex' })).toEqual(answers.schemes);
    const full = (['simplex', 'cone'] as const).map((weights) =>
      misalignment(market, 2 ** market.bobs.length - 1, { scope: 'table', weights }, {}).epsilon.valueOf(),
    );
    expect(full.map((epsilon) => Number(epsilon.toFixed(6)))).toEqual(answers.full);
  });

  test('Theorem 6 holds exactly for every committee and reading, and is met where the paper says', async () => {
    const { market, committees } = await paper(name);
    const met: string[] = [];
    for (const { bobs, mask, evidence, vmin } of committees)
      for (const reading of readings) {
        const { epsilon, bound } = misalignment(market, mask, reading, evidence);
        expect(vmin.gte(bound)).toBe(true);
        if (reading.scope === 'cells' && reading.weights === 'cone' && epsilon.gt(0) && vmin.equals(bound))
          met.push(`${bobs.map((bob) => bob + 1)}: ${vmin.toFraction()}`);
      }
    expect(met).toEqual(answers.tight);
  });

  test('HiGHS’s basis or none, all stable schemes or their maximum on demand: the same bytes', async () => {
    const { market, committees } = await paper(name);
    for (const { mask, evidence } of committees)
      for (const reading of readings) {
        const print = (given: StableEvidence, highs?: typeof solver) =>
          JSON.stringify(printedMisalignment(market, misalignment(market, mask, reading, given, highs)));
        const plain = print(evidence);
        expect(print(evidence, solver)).toBe(plain);
        expect(print({ ...evidence, rows: evidence.rows.toReversed() })).toBe(plain);
        const separate: StableEvidence['separate'] = (players, weights, aliceWeight) => {
          const value = (row: Float64Array) =>
            players.reduce((sum, p, i) => sum + weights[i]! * BigInt(row[p]!), -aliceWeight * BigInt(row[0]!));
          return evidence.rows.reduce((best, row) => (value(row) > value(best) ? row : best));
        };
        expect(print({ cells: evidence.cells, separate })).toBe(plain);
        expect(print({ cells: evidence.cells, rows: evidence.rows.slice(0, 1), separate }, solver)).toBe(plain);
      }
  });
});

test('random tables: the optimum of the unfiltered program, feasible weights, Theorem 6, exactly', () => {
  let positive = 0;
  for (let seed = 0; seed < 100; seed++) {
    const { table, market, reference, committees } = solved(
      parseTable(randomTable(seed, { states: 3, policies: 3, bobs: 4 }).csv),
    );
    const opt = expected(reference, optimum(reference), 0);
    for (const { bobs, mask, schemes, evidence, vmin } of committees)
      for (const reading of readings) {
        const found = misalignment(market, mask, reading, evidence);
        const where = `seed ${seed}, committee ${bobs}, ${reading.scope}/${reading.weights}`;
        const rows = sides(table, reference, bobs, schemes, reading.scope);
        const scale = Math.max(1, ...table.utilities.flat().map((text) => Math.abs(Number(text))));
        expect(
          Math.abs(found.epsilon.valueOf() - epsilonOf(solver, rows, reading.weights)) / scale,
          where,
        ).toBeLessThan(1e-7);
        expect(found.bound.equals(opt.sub(found.epsilon.mul(2))), where).toBe(true);
        expect(vmin.gte(found.bound), where).toBe(true);
        const w = [...found.w.values()];
        expect(
          w.every((weight) => weight.gte(0)),
          where,
        ).toBe(true);
        if (reading.weights === 'simplex')
          expect(w.reduce((sum, weight) => sum.add(weight), new Fraction(0)).equals(1), where).toBe(true);
        if (reading.scope === 'schemes')
          for (const { totals } of schemes) {
            const weighted = w.reduce(
              (sum, weight, i) => sum.add(weight.mul(utility(bobs[i]! + 1, totals))),
              found.offset,
            );
            expect(weighted.sub(utility(0, totals)).lte(found.epsilon), where).toBe(true);
          }
        if (found.epsilon.gt(0)) positive++;
      }
    function utility(player: number, totals: readonly bigint[]) {
      return reference.unit.mul(new Fraction(totals[player]!));
    }
  }
  expect(positive).toBeGreaterThan(500);
});

test('scaling a Bob changes nothing on the cone; a duplicate changes no epsilon; another Bob never raises it', async () => {
  const table = await readTable('data/tables/movielens.csv');
  const times = (text: string) => `${Math.round(Number(text) * 100) * 7}e-2`;
  const scaled = exactMarket({
    ...table,
    utilities: table.utilities.map((column, p) => (p === 2 ? column.map(times) : column)),
  });
  const doubled = exactMarket({
    ...table,
    bobs: [...table.bobs, 'Copy'],
    utilities: [...table.utilities, table.utilities[3]!],
  });
  const market = exactMarket(table);
  for (const weights of ['simplex', 'cone'] as const) {
    const reading = { scope: 'table', weights } as const;
    const epsilon = (of: typeof market, mask: number) => misalignment(of, mask, reading, {}).epsilon;
    for (let mask = 1; mask < 64; mask++) {
      const own = epsilon(market, mask);
      if (weights === 'cone') expect(epsilon(scaled, mask).equals(own)).toBe(true);
      if (mask & 4) expect(epsilon(doubled, mask | 64).equals(own)).toBe(true);
      for (let bob = 0; bob < 6; bob++) expect(epsilon(market, mask | (1 << bob)).lte(own)).toBe(true);
    }
  }
});

test('Appendix B’s shape: weights (1, 1) on the cone; on the simplex half of each, and epsilon 1/4', () => {
  // Two Bobs whose sum is Alice's utility.
  const table =
    'state,policy,alice,A,B\nguilty,convict,1,1,0\nguilty,acquit,0,0,0\ninnocent,convict,0,0,0\ninnocent,acquit,1,0,1\n';
  const market = exactMarket(parseTable(table));
  const cone = misalignment(market, 3, { scope: 'table', weights: 'cone' }, {});
  expect(printedMisalignment(market, cone)).toEqual({
    scope: 'table',
    weights: 'cone',
    epsilon: 0,
    w: { A: 1, B: 1 },
    offset: 0,
    bound: 1,
  });
  const simplex = misalignment(market, 3, { scope: 'table', weights: 'simplex' }, {});
  expect([simplex.epsilon.toFraction(), [...simplex.w.values()].map((w) => w.toFraction())]).toEqual([
    '1/4',
    ['1/2', '1/2'],
  ]);
  expect(utilityOf(market, 0, market.most[0]!).toFraction()).toBe('1');
});
