import Fraction from 'fraction.js';
import { expect, test } from 'vitest';
import { agreementLevel, estimationError, roundsNeeded } from '../../src/bounds/agreement.ts';
import { theorem2, theorem6 } from '../../src/bounds/alignment.ts';
import { agentsNeeded, cellFailure, exactFailure, simulateFailure, unionBound } from '../../src/bounds/noise.ts';
import { corollary1, corollary2, lemma1, proposition2, quantalResponse } from '../../src/bounds/quantal.ts';
import { minimise } from '../../src/bounds/search.ts';
import { corollary3, roundsForLoss, theorem5 } from '../../src/bounds/substitutes.ts';
import { AbortedError } from '../../src/errors.ts';

const coin = { values: [new Fraction(0), new Fraction(1)], probabilities: [new Fraction(1, 2), new Fraction(1, 2)] };
const tenth = new Fraction('0.1');

// Appendix A, published: 3 actions, 3 states, epsilon .1, delta .05: k = 295; exact failure for Bernoulli(1/2) cells
// .411 %, Hoeffding's union bound 4.93 %.
test('Proposition 3 on nine fair coins', async () => {
  expect(agentsNeeded(3, 3, 0.1, 0.05)).toBe(295);
  expect(unionBound(3, 3, 0.1, 295)).toBeCloseTo(0.0493, 4);
  const cells = Array.from({ length: 9 }, () => coin);
  const exact = exactFailure(cells, tenth, 295);
  expect(exact).toBeCloseTo(0.00411, 5);
  const { runs, interval } = await simulateFailure(cells, tenth, 295, 4000, 1);
  expect(runs).toBe(4000);
  expect(interval[0]).toBeLessThan(exact);
  expect(interval[1]).toBeGreaterThan(exact);
  expect(interval[1] - interval[0]).toBeLessThan(0.01);
});

test('a long simulation gives way to an abort', async () => {
  const cells = Array.from({ length: 9 }, () => coin);
  const controller = new AbortController();
  const { signal } = controller;
  const running = simulateFailure(cells, tenth, 295, 1e7, 1, { signal, onProgress: () => controller.abort() });
  await expect(running).rejects.toThrow(AbortedError);
});

test('one cell’s failure is a binomial tail, and the threshold itself does not fail', () => {
  // Ten coins: |mean - 1/2| > 1/10 leaves out 4, 5 and 6 heads.
  const inside = (210 + 252 + 210) / 1024;
  expect(cellFailure(coin, tenth, 10)).toBeCloseTo(1 - inside, 14);
  const dice = {
    values: [1, 2, 3].map((value) => new Fraction(value, 4)),
    probabilities: [new Fraction(1, 4), new Fraction(1, 2), new Fraction(1, 4)],
  };
  // Two agents: sums 2 … 6 quarters with probabilities 1, 4, 6, 4, 1 sixteenths; the mean is 1/2.
  expect(cellFailure(dice, new Fraction(1, 8), 2)).toBeCloseTo(2 / 16, 14);
  expect(cellFailure(dice, new Fraction(1, 9), 2)).toBeCloseTo(10 / 16, 14);
});

test('quantal response: Lemma 1’s bound is not reached, Corollary 2 bounds Proposition 2', () => {
  expect(lemma1(2, 10)).toBeCloseTo(Math.log(2) / 10, 15);
  expect([...quantalResponse([0, 1], Math.log(3))]).toEqual([expect.closeTo(1 / 4, 14), expect.closeTo(3 / 4, 14)]);
  expect(corollary2(1, 0.3)).toBeNull();
  for (let error = 0.001; error <= 0.25; error += 0.01)
    expect(proposition2(1, error)).toBeLessThanOrEqual(corollary2(1, error)!);
  expect(corollary1(1, 0.1, 0.2)).toBeCloseTo(Math.exp(0.4) - 0.8, 14);
});

test('Theorems 2, 3, 4 and 6', () => {
  expect(theorem2(0.9, 0.05, 0.1).value).toBeCloseTo(0.7, 15);
  expect(theorem2(0.5, 0.2, 0.1)).toMatchObject({ vacuous: true });
  expect(theorem6(0.9, 0.05)).toMatchObject({ vacuous: false });
  expect(roundsNeeded(2, 0.1, 0.5)).toBe(1200);
  expect(agreementLevel(2, 1200, 0.5)).toBeCloseTo(0.1, 15);
  expect(estimationError(0.001)).toBeCloseTo(1, 14);
});

// Decision 11: with two actions a loss below 1 needs K near 1.3e16.
test('Theorem 5 is vacuous at realistic K', () => {
  const needed = roundsForLoss(2, 1);
  expect(needed / 1.3e16).toBeGreaterThan(0.95);
  expect(needed / 1.3e16).toBeLessThan(1.05);
  expect(theorem5({ actions: 2, rounds: 1e6 }).bound.vacuous).toBe(true);
  expect(theorem5({ actions: 2, rounds: 1e20 }).bound.vacuous).toBe(false);
});

test('the best parameters are no worse than any on a grid, and Corollary 3 is never better than Theorem 5', () => {
  for (const rounds of [1e12, 1e17, 1e22]) {
    const best = theorem5({ actions: 3, rounds }).loss.total;
    const linear = corollary3({ actions: 3, rounds }).loss;
    expect(linear.total).toBeGreaterThanOrEqual(best - 1e-12);
    expect(linear.lambda * estimationError(linear.zeta)).toBeLessThanOrEqual(1 / 4 + 1e-12);
    for (let lambda = 0.01; lambda < 1e4; lambda *= 1.7)
      for (let failure = 1e-6; failure < 1; failure *= 2.1)
        expect(theorem5({ actions: 3, rounds, lambda, failure }).loss.total).toBeGreaterThanOrEqual(best - 1e-9);
  }
});

test('minimise finds the bottom of a bowl on a logarithmic scale', () => {
  expect(minimise((x) => (Math.log(x) - 2) ** 2, 1e-6, 1e9)).toBeCloseTo(Math.exp(2), 6);
});
