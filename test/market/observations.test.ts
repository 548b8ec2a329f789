import { readFileSync } from 'node:fs';
import Fraction from 'fraction.js';
import { expect, test } from 'vitest';
import { inDoubles, integers } from '../../src/align/rows.ts';
import { linearSolver } from '../../src/lp/program.ts';
import { exactMarket } from '../../src/market/exact.ts';
import { observedMarket, parseObservations } from '../../src/market/observations.ts';
import { totalsOf, utilityOf } from '../../src/market/scheme.ts';
import { solve } from '../../src/market/solve.ts';
import { parseTable } from '../../src/market/table.ts';
import { epsilonOf } from '../reference/misalignment.ts';

const table = parseTable(readFileSync(new URL('../../data/tables/synthetic-2.csv', import.meta.url), 'utf8'));
const observations = (rows: readonly (readonly [string, string, string])[]) =>
  parseObservations(['state,observation,probability', ...rows.map((row) => row.join(','))].join('\n'));

test('seeing the states themselves changes nothing but their names', async () => {
  const clear = observations(table.states.map((state) => [state, `saw ${state}`, '1']));
  const [plain, seen] = [await solve(table, { threads: 1 }), await solve(table, { threads: 1, observations: clear })];
  expect(seen.worst).toEqual(plain.worst);
  expect(seen.misalignment).toEqual(plain.misalignment);
  expect(seen.market.states).toEqual(table.states.map((state) => `saw ${state}`));
});

test('expected utilities are conditional expectations, exactly', () => {
  const noisy = observations(
    table.states.flatMap((state, y) => [
      [state, 'low', y === 0 ? '0.7' : '0.25'] as const,
      [state, 'high', y === 0 ? '0.3' : '0.75'] as const,
    ]),
  );
  const market = observedMarket(table, noisy);
  const exact = exactMarket(table);
  const policies = table.policies[0]!.length;
  for (let scheme = 0; scheme < policies ** 2; scheme++) {
    const chosen = [Math.floor(scheme / policies), scheme % policies];
    const totals = totalsOf(market, chosen);
    totals.forEach((total, player) => {
      // Sum over states and observations of P(y) P(x | y) u(y, policy shown at x).
      let expected = new Fraction(0);
      table.states.forEach((state, y) => {
        noisy.observations.forEach((x, i) => {
          const share = new Fraction(noisy.probability.get(state)!.get(x)!, noisy.one);
          const cell = y * policies + chosen[i]!;
          expected = expected.add(exact.prior[y]!.mul(share).mul(exact.exactUtilities[player]![cell]!));
        });
      });
      expect(utilityOf(market, player, total).toFraction()).toBe(expected.toFraction());
    });
  }
  // Less to go by is never better for Alice.
  const best = (one: typeof market) => utilityOf(one, 0, one.most[0]!).valueOf();
  expect(best(market)).toBeLessThanOrEqual(best(exact));
});

test('conditional expectations with no small common unit: misalignment is that of the doubles', async () => {
  const seven = Array.from({ length: 7 }, (_, y) => `s${y}`);
  const values = (y: number, p: number) => [0, 1, 2].map((who) => ((37 * y + 91 * p + 53 * who) % 1009) / 1000);
  const rows = seven.flatMap((state, y) => ['p', 'q'].map((policy, p) => [state, policy, ...values(y, p)].join()));
  const fine = parseTable(['state,policy,alice,A,B', ...rows].join('\n'));
  const chances = (y: number) => [0, 1, 2, 3, 4].map((x) => 0.05 + ((13 * y * y + 29 * x * y + 7 * x) % 101) / 1000);
  const seen = observations(
    seven.flatMap((state, y) => {
      const own = chances(y);
      const rest = 1 - own.reduce((a, b) => a + b, 0);
      return [...own, rest].map((chance, x) => [state, `x${x}`, chance.toFixed(3)] as const);
    }),
  );
  const { exactUtilities } = observedMarket(fine, seen);
  expect(exactUtilities.map((column) => inDoubles(integers(column).whole))).toContain(false);
  const { misalignment } = await solve(fine, { observations: seen, scope: ['cells', 'table'], weights: ['simplex'] });
  const table = exactUtilities[0]!.map((_, cell) => exactUtilities.map((column) => column[cell]!.valueOf()));
  const [cells, all] = misalignment;
  expect(all?.epsilon).toBeCloseTo(epsilonOf(await linearSolver(), { upper: table, lower: table }, 'simplex'), 9);
  expect(cells?.epsilon).toBeLessThanOrEqual(all!.epsilon);
});

test.each([
  ['state,seen,probability\nS1,x,1', 'must have the columns state,observation,probability'],
  ['state,observation,probability\nS1,x,0.5\nS1,y,0.4', 'probabilities of state "S1" must sum to 1, got 9/10'],
  ['state,observation,probability\nS1,x,0.5\nS1,x,0.5', 'must have observation "x" only once'],
  ['state,observation,probability\nS1,x,-1\nS1,y,2', 'must be >= 0, got "-1"'],
])('refuses %j', (text, message) => {
  expect(() => parseObservations(text)).toThrow(message);
});

test('refuses states that do not fit the table', () => {
  const first = table.states[0]!;
  expect(() => observedMarket(table, observations([[first, 'x', '1']]))).toThrow('must have state');
  const all = table.states.map((state) => [state, 'x', '1'] as const);
  expect(() => observedMarket(table, observations([...all, ['elsewhere', 'x', '1']]))).toThrow('must be one of');
});
