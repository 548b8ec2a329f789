import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, test } from 'vitest';
import { type LinearProgram, linearSolver } from '../../src/lp/program.ts';

const solver = await linearSolver();
const open = Number.NEGATIVE_INFINITY;

/** 6 variables, 12 rows `a·x <= 1` with coefficients in [0, 1): bounded and feasible at 0. */
function random(seed: number): LinearProgram {
  const generator = xoroshiro128plus(seed);
  const next = () => (generator.next() >>> 0) / 2 ** 32;
  const dense = Array.from({ length: 12 * 6 }, next);
  return {
    sense: 'maximise',
    objective: Array.from({ length: 6 }, next),
    rows: { lower: Array(12).fill(open), upper: Array(12).fill(1), coefficients: { dense } },
  };
}

describe('linear programs', () => {
  test('the example of the doc comment', () => {
    const solution = solver.solve({
      sense: 'maximise',
      objective: [3, 2],
      rows: { lower: [open], upper: [4], coefficients: { dense: [1, 1] } },
    });
    expect(solution.status).toBe('optimal');
    expect(solution.value).toBe(12);
    expect([...solution.x]).toEqual([4, 0]);
    expect([...solution.duals]).toEqual([3]);
    expect(solution.variableStatus).toEqual(['basic', 'lower']);
    expect(solution.rowStatus).toEqual(['upper']);
  });

  test('strong duality and complementary slackness hold on random programs', () => {
    for (let seed = 0; seed < 50; seed++) {
      const { status, value, duals, activity, x, reducedCosts } = solver.solve(random(seed));
      expect(status).toBe('optimal');
      expect(duals.reduce((sum, dual) => sum + dual, 0)).toBeCloseTo(value, 9);
      duals.forEach((dual, row) => {
        expect(dual).toBeGreaterThanOrEqual(-1e-12);
        expect(dual * (1 - activity[row]!)).toBeCloseTo(0, 9);
      });
      reducedCosts.forEach((cost, j) => {
        expect(cost).toBeLessThanOrEqual(1e-12);
        expect(cost * x[j]!).toBeCloseTo(0, 9);
      });
    }
  });

  test('an answer does not depend on what was solved before', () => {
    const first = solver.solve(random(3));
    for (let seed = 10; seed < 20; seed++) solver.solve(random(seed));
    expect(solver.solve(random(3))).toEqual(first);
  });

  test('sparse rows give the answer of dense rows', () => {
    const lower = [1, open];
    const upper = [Number.POSITIVE_INFINITY, 3];
    const dense = solver.solve({
      objective: [1, 1, 0],
      rows: { lower, upper, coefficients: { dense: [1, 0, 2, 0, 0, 1] } },
      upper: [9, 9, 0.25],
    });
    const coefficients = { starts: [0, 2, 3], columns: [0, 2, 2], values: [1, 2, 1] };
    expect(solver.solve({ objective: [1, 1, 0], rows: { lower, upper, coefficients }, upper: [9, 9, 0.25] })).toEqual(
      dense,
    );
    expect(dense.value).toBe(0.5);
  });

  test('infeasible and unbounded programs say so', () => {
    const rows = { lower: [2], upper: [Number.POSITIVE_INFINITY], coefficients: { dense: [1] } };
    expect(solver.solve({ objective: [1], upper: [1], rows }).status).toBe('infeasible');
    expect(solver.solve({ objective: [1], sense: 'maximise', rows }).status).toBe('unbounded');
  });

  test('rows added to an open program are the rows of the whole program', () => {
    const whole = random(5);
    const { dense } = whole.rows.coefficients as { dense: number[] };
    const part = (from: number, to: number) => ({
      lower: Array(to - from).fill(open),
      upper: Array(to - from).fill(1),
      coefficients: { dense: dense.slice(6 * from, 6 * to) },
    });
    const opened = solver.open({ ...whole, upper: Array(6).fill(10), rows: part(0, 4) });
    opened.solve();
    opened.addRows(part(4, 12));
    expect(opened.solve().value).toBeCloseTo(solver.solve(whole).value, 12);
    opened.dispose();
  });

  test('a program without rows is optimal at its bounds', () => {
    const rows = { lower: [], upper: [], coefficients: { dense: [] } };
    expect(solver.solve({ objective: [1, 2], lower: [3, 4], rows }).value).toBe(11);
  });
});
