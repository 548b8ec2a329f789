import { describe, expect, test } from 'vitest';
import { compileKernel, Kernel } from '../../src/kernel/instance.ts';
import { Pool } from '../../src/kernel/pool.ts';
import { Deviations, type Extreme } from '../../src/market/deviations.ts';
import { type DynamicsOptions, dynamics } from '../../src/market/dynamics.ts';
import { exactMarket } from '../../src/market/exact.ts';
import { readTable } from '../../src/market/read.ts';
import { schemeNames } from '../../src/market/scheme.ts';
import { solve } from '../../src/market/solve.ts';
import { parseTable } from '../../src/market/table.ts';
import { play } from '../reference/dynamics.ts';
import { families, familyMarket, wholeMarket } from '../reference/families.ts';
import { allCommittees, expected, referenceMarket, worst } from '../reference/market.ts';
import { randomTable } from '../reference/tables.ts';

const kernels = (['release', 'scalar', 'debug'] as const).map((build) => new Kernel(compileKernel(build)));
const kernel = kernels[0]!;
const maskOf = (bobs: readonly number[]) => bobs.reduce((mask, bob) => mask | (1 << bob), 0);

async function paperTable(name: string) {
  const table = await readTable(`data/tables/${name}.csv`);
  const market = exactMarket(table);
  return { table, market, deviations: new Deviations(kernel, market) };
}

test('a scheme that was shown is listed as it was, also where nobody would find it again', () => {
  const market = wholeMarket(familyMarket('anti', { states: 4, policies: 3, bobs: 3, levels: 9 }, 5));
  const usual = new Deviations(kernel, market);
  const asked = new Set<string>();
  const once = {
    best: (player: number, alice: number) => usual.best(player, alice),
    scheme(player: number, alice: number, bob: number, rank?: Extreme) {
      const question = [player, alice, bob, rank].join();
      if (asked.has(question)) return null;
      asked.add(question);
      return usual.scheme(player, alice, bob, rank);
    },
  };
  const options = { runs: 0, ties: 'strict' } as const;
  expect(dynamics(market, 0b111, once, options).steps).toEqual(dynamics(market, 0b111, usual, options).steps);
});

describe('the paper’s tables', () => {
  test('synthetic-2: Bob 1’s AHH .8267, Bob 2’s ABH .8733, Bob 3’s ABC .92', async () => {
    const { market, deviations } = await paperTable('synthetic-2');
    const { steps, alice, selected, nash, range } = dynamics(market, 0b11111, deviations);
    expect(steps.map(({ bob, scheme, alice: { exact } }) => [bob, scheme.join(''), exact])).toEqual([
      ['AI 1', 'AHH', '62/75'],
      ['AI 2', 'ABH', '131/150'],
      ['AI 3', 'ABC', '23/25'],
    ]);
    expect([alice.exact, selected, nash]).toEqual(['23/25', 'AI 3', true]);
    expect(range).toMatchObject({ runs: 44, nash: 44 });
  });

  test('synthetic-1: .5683, .5723, .5733, .5767', async () => {
    const { market, deviations } = await paperTable('synthetic-1');
    const { steps } = dynamics(market, 0b11111, deviations);
    expect(steps.map(({ alice }) => alice.value.toFixed(4))).toEqual(['0.5683', '0.5723', '0.5733', '0.5767']);
  });

  // The published interval: 14 to 28 of the 63 committees, over orders and ties.
  test('movielens: committees that end above V_min', async () => {
    const { table, market, deviations } = await paperTable('movielens');
    const reference = referenceMarket(table);
    const above = { always: 0, here: 0, sometimes: 0 };
    for (const committee of allCommittees(6)) {
      const vmin = expected(reference, worst(reference, committee, 'strict'), 0);
      const { alice, range } = dynamics(market, maskOf(committee), deviations);
      if (vmin.lt(range.min.exact)) above.always++;
      if (vmin.lt(alice.exact)) above.here++;
      if (vmin.lt(range.max.exact)) above.sometimes++;
    }
    expect(above).toEqual({ always: 14, here: 23, sometimes: 28 });
  });
});

const rules = (['strict', 'index'] as const).flatMap((ties) =>
  (['best', 'better'] as const).map((deviation) => ({ ties, deviation })),
);

describe.each(rules)('ties $ties, deviation $deviation', (rule) => {
  test('every step is that of the literal simulation, and so is the Nash check', () => {
    let moves = 0;
    for (let seed = 0; seed < 60; seed++) {
      // Full-sized tables of the families in which Bobs have reasons to move, and small ones of all families.
      const full = { states: 4, policies: 3, bobs: 4, exact: true };
      const random =
        seed < 30
          ? randomTable(seed, full, (['coarse', 'independent'] as const)[seed % 2])
          : randomTable(seed, { ...full, exact: false });
      const table = parseTable(random.csv);
      const market = exactMarket(table);
      const reference = referenceMarket(table);
      const deviations = new Deviations(kernel, market);
      for (const committee of allCommittees(market.bobs.length)) {
        const wanted = play(reference, committee, rule);
        const found = dynamics(market, maskOf(committee), deviations, { ...rule, runs: 1 });
        const where = `seed ${seed}, committee ${committee}`;
        expect(found.steps.length, where).toBe(wanted.steps.length);
        expect(found.steps, where).toEqual(
          wanted.steps.map(({ bob, scheme }) => ({
            bob: market.bobs[bob],
            scheme: schemeNames(market, scheme.policies),
            alice: { value: expect.any(Number), exact: expected(reference, scheme, 0).toFraction() },
          })),
        );
        expect(found.selected, where).toBe(market.bobs[wanted.selected]);
        expect(found.nash, where).toBe(wanted.nash);
        if (found.handover) expect(found.nash, where).toBe(false);
        moves += found.steps.length - 1;
      }
    }
    expect(moves).toBeGreaterThan(100);
  });

  test('the end is no worse for Alice than V_min, in every run', () => {
    for (let seed = 200; seed < 260; seed++) {
      const table = parseTable(randomTable(seed, { states: 4, policies: 3, bobs: 4 }).csv);
      const market = exactMarket(table);
      const reference = referenceMarket(table);
      const deviations = new Deviations(kernel, market);
      for (const committee of allCommittees(market.bobs.length)) {
        // Definition 16 selects any lower index at equality; V_min's rule `index` only the committee's lowest: it is below.
        const vmin = expected(reference, worst(reference, committee, rule.ties), 0);
        const { range, alice } = dynamics(market, maskOf(committee), deviations, { ...rule, order: 'random', runs: 3 });
        expect(vmin.lte(range.min.exact), `seed ${seed}, committee ${committee}`).toBe(true);
        expect(range.min.value).toBeLessThanOrEqual(alice.value);
        expect(range.max.value).toBeGreaterThanOrEqual(alice.value);
        expect(range.runs).toBe(10);
      }
    }
  });
});

test('a seed fixes the random orders, and another gives others', async () => {
  const { market, deviations } = await paperTable('movielens');
  const run = (options: DynamicsOptions) =>
    Array.from({ length: 63 }, (_, i) => dynamics(market, i + 1, deviations, { order: 'random', ...options }).steps);
  expect(run({ seed: 7 })).toEqual(run({ seed: 7 }));
  expect(run({ seed: 7 })).not.toEqual(run({ seed: 8 }));
});

test('one Bob stays with his monopoly scheme', () => {
  const market = exactMarket(parseTable('state,policy,alice,B\nrain,stay,0,1\nrain,go,1,1\n'));
  const { steps, range, nash } = dynamics(market, 1, new Deviations(kernel, market));
  expect(steps).toEqual([{ bob: 'B', scheme: ['stay'], alice: { value: 0, exact: '0' } }]);
  expect(nash).toBe(true);
  // Both policies are best for him: the tie decides over everything that Alice gets.
  expect([range.min.exact, range.max.exact]).toEqual(['0', '1']);
});

describe.each(families)('%s', (family) => {
  test('tables of best responses give what single questions give, past enumeration', () => {
    for (const levels of [2, 30, 1000])
      for (const ties of ['strict', 'index'] as const) {
        const market = wholeMarket(familyMarket(family, { states: 14, policies: 4, bobs: 4, levels }, 80 + levels));
        const tables = new Deviations(kernels[levels % kernels.length]!, market);
        expect(tables.responses).toBeDefined();
        const single = { best: tables.best.bind(tables), scheme: tables.scheme.bind(tables) };
        for (const committee of [0b11, 0b1111])
          expect(dynamics(market, committee, tables, { ties, runs: 3 })).toEqual(
            dynamics(market, committee, single, { ties, runs: 3 }),
          );
      }
  });
});

test('tables that threads make beside the search give the same result', async () => {
  /** Starts its threads however small the work. */
  class Eager extends Pool {
    override pays(): boolean {
      return true;
    }
  }
  await using pool = new Eager({ threads: 2 });
  let mapped = 0;
  const map = pool.map.bind(pool);
  pool.map = (task, ...rest) => {
    if (task === 'responses') mapped++;
    return map(task, ...rest);
  };
  for (let seed = 0; seed < 4; seed++) {
    const table = parseTable(randomTable(seed, { states: 6, policies: 4, bobs: 3, exact: true }).csv);
    for (const ties of ['strict', 'index'] as const) {
      const options = { ties, method: 'search' } as const;
      expect(await solve(table, { ...options, pool })).toEqual(await solve(table, { ...options, threads: 1 }));
    }
  }
  expect(mapped).toBe(8);
});

test('more moves than a result can list are counted', () => {
  const market = wholeMarket(familyMarket('anti', { states: 150, policies: 3, bobs: 3, levels: 300 }, 1));
  const { steps, omitted, unfinished, alice, nash } = dynamics(market, 0b111, new Deviations(kernel, market), {
    runs: 1,
  });
  expect(steps).toHaveLength(Math.floor(2 ** 16 / 150));
  expect(omitted).toBeGreaterThan(0);
  expect(unfinished).toBeUndefined();
  expect(nash).toBe(true);
  expect(alice.value).toBeGreaterThan(steps.at(-1)!.alice.value);
});
