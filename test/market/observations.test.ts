import { readFileSync } from 'node:fs';
import Fraction from 'fraction.js';
import { expect, test } from 'vitest';
import { inDoubles, integers } from '../../src/align/rows.ts';
import { linearSolver } from '../../src/lp/program.ts';
import { exactMarket } from '../../src/market/exact.ts';
import { observedMarket, parseObservations } from '../../src/market/observations.ts';
import { totalsOf, utilityOf } from '../../src/market/scheme.ts';
import { solve } from '../../src/market/solve.ts';
import { sweep } from '../../src/market/sweep.ts';
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

test('results record the table of observations, in the order of the table’s states, whatever the order of its rows', async () => {
  const rows = [
    ['S3', 'clear', '1'],
    ['S1', 'dim', '0.50'],
    ['S1', 'clear', '0.5'],
    ['S2', 'dim', '1'],
    ['S2', 'clear', '0'],
  ] as const;
  const record = { S1: { clear: '1/2', dim: '1/2' }, S2: { dim: '1' }, S3: { clear: '1' } };
  const options = { threads: 1, paths: 1, runs: 1 };
  const one = await sweep(table, { ...options, observations: observations(rows) });
  expect(one.options.observations).toEqual(record);
  expect(JSON.stringify(one.options.observations)).toBe(JSON.stringify(record));
  expect(one.market.states).toEqual(['clear', 'dim']);
  // The observations' own order is what counts.
  const moved = [rows[0], rows[3], rows[4], rows[2], rows[1]].map((row) => row!);
  expect(JSON.stringify(await sweep(table, { ...options, observations: observations(moved) }))).toBe(
    JSON.stringify(one),
  );
  expect((await solve(table, { threads: 1, observations: observations(rows) })).options.observations).toEqual(record);
  expect('observations' in (await solve(table, { threads: 1 })).options).toBe(false);
});

test('randomised schemes and obedience over observations: what the table written out by hand gives', async () => {
  const noisy = observations(
    table.states.flatMap((state, y) => [
      [state, 'low', y === 0 ? '0.75' : '0.25'] as const,
      [state, 'high', y === 0 ? '0.25' : '0.75'] as const,
    ]),
  );
  const market = observedMarket(table, noisy);
  const policies = table.policies[0]!;
  const cells = market.states.flatMap((x, i) =>
    policies.map((policy, p) => [
      ...[x, policy, market.prior[i]!.mul(12).toFraction()],
      ...market.exactUtilities.map((column) => {
        // P(x) are twelfths, utilities hundredths: whole numbers.
        return column[i * policies.length + p]!.mul(market.prior[i]!).mul(1200).toFraction();
      }),
    ]),
  );
  expect(cells.every((row) => row.slice(3).every((text) => /^\d+$/.test(String(text))))).toBe(true);
  // P(x) is in the utilities already: states of equal weight make the same game.
  const header = ['state', 'policy', 'prior', 'alice', ...table.bobs];
  const written = parseTable(
    [header, ...cells.map((row) => [...row.slice(0, 2), '1', ...row.slice(3)])].map((row) => row.join(',')).join('\n'),
  );
  for (const rules of [
    { schemes: 'randomised' },
    { receiver: 'bayes' },
    { receiver: 'bayes', schemes: 'randomised' },
  ] as const) {
    const own = await sweep(table, { ...rules, observations: noisy, threads: 1, paths: 1, runs: 2 });
    const byHand = await sweep(written, { ...rules, threads: 1, paths: 1, runs: 2 });
    expect(own.committees.map(({ worst }) => [worst.scheme, worst.probabilities])).toEqual(
      byHand.committees.map(({ worst }) => [worst.scheme, worst.probabilities]),
    );
    expect(own.committees.map(({ stable }) => stable)).toEqual(byHand.committees.map(({ stable }) => stable));
    // By hand each of the two states weighs a half, and utilities are 1200 · P(x) times as large.
    own.committees.forEach(({ worst }, i) => {
      expect(new Fraction(worst.alice.exact).mul(600).toFraction()).toBe(byHand.committees[i]!.worst.alice.exact);
    });
  }
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
  expect(() => observedMarket(table, observations([...all, [first, 'never', '0']]))).toThrow(
    'observation "never" must happen in some state',
  );
  const apart = parseTable('state,policy,alice,B\ns,a,1,0\ns,b,0,1\nt,a,1,0\nt,c,0,1\n', { name: 'apart.csv' });
  const both = observations([
    ['s', 'x', '1'],
    ['t', 'x', '1'],
  ]);
  expect(() => observedMarket(apart, both)).toThrow(
    'apart.csv: with observations every state must have the policies of the first in its order, "a", "b"; state "t" has "a", "c"',
  );
});
