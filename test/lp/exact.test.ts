import Fraction from 'fraction.js';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, test } from 'vitest';
import { type ExactLinearProgram, solveExactly } from '../../src/lp/exact.ts';
import { linearSolver } from '../../src/lp/program.ts';

const solver = await linearSolver();
const f = (text: string | number) => new Fraction(text);
const row = (coefficients: (string | number)[], lower: string | number | null, upper: string | number | null) => ({
  coefficients: coefficients.map(f),
  lower: lower === null ? null : f(lower),
  upper: upper === null ? null : f(upper),
});

test('an optimum that no double holds', () => {
  const rows = [row([3, 1], null, 1), row([1, 3], null, 1)];
  const { exact } = solveExactly({ sense: 'maximise', objective: [f(1), f('1/3')], rows }, solver);
  expect(exact!.value.toFraction()).toBe('1/3');
  const both = solveExactly({ sense: 'maximise', objective: [f(1), f(1)], rows }, solver).exact!;
  expect([both.value, ...both.x].map((one) => one.toFraction())).toEqual(['1/2', '1/4', '1/4']);
});

test('equalities, free variables, bounds on both sides', () => {
  const program: ExactLinearProgram = {
    objective: [f(1), f(2), f(0)],
    lower: [null, f('-1/3'), f(0)],
    upper: [null, f('2/7'), f(5)],
    rows: [row([1, 1, 1], '1/3', '1/3'), row([1, 0, -1], '-1/7', null)],
  };
  const { exact, approximate } = solveExactly(program, solver);
  expect(exact!.value.valueOf()).toBeCloseTo(approximate.value, 9);
  // x = z - 1/7 at least, x + y + z = 1/3; y as low as it goes.
  expect(exact!.x.map((one) => one.toFraction())).toEqual(['11/42', '-1/3', '17/42']);
});

test('random programs: certified, equal to the doubles, feasible', () => {
  const generator = xoroshiro128plus(11);
  const draw = (from: number, to: number) => uniformInt(generator, from, to);
  for (let i = 0; i < 60; i++) {
    const n = draw(1, 7);
    const rows = Array.from({ length: draw(1, 12) }, () =>
      row(
        Array.from({ length: n }, () => `${draw(-3, 9)}/${draw(1, 9)}`),
        null,
        draw(1, 20),
      ),
    );
    const objective = Array.from({ length: n }, () => f(`${draw(-9, 9)}/7`));
    const upper = Array.from({ length: n }, () => f(draw(1, 10)));
    const { status, exact, approximate } = solveExactly({ sense: 'maximise', objective, upper, rows }, solver);
    expect(status).toBe('optimal');
    expect(exact!.value.valueOf()).toBeCloseTo(approximate.value, 7);
    for (const { coefficients, upper: most } of rows)
      expect(coefficients.reduce((sum, a, j) => sum.add(a.mul(exact!.x[j]!)), f(0)).lte(most!)).toBe(true);
  }
});

test('what has no optimum has no exact one', () => {
  const rows = [row([1], 2, null)];
  expect(solveExactly({ sense: 'maximise', objective: [f(1)], rows }, solver)).toMatchObject({
    status: 'unbounded',
    exact: null,
  });
  expect(solveExactly({ objective: [f(1)], upper: [f(1)], rows }, solver)).toMatchObject({
    status: 'infeasible',
    exact: null,
  });
});
