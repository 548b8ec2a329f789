/** Stable schemes are counted, not listed: the same numbers as an independent count, however many there are. */
import { afterAll, describe, expect, test } from 'vitest';
import { SchemeCounter } from '../../src/kernel/count.ts';
import { compileKernel, Kernel } from '../../src/kernel/instance.ts';
import { Pool } from '../../src/kernel/pool.ts';
import { enumerateOne } from '../../src/market/enumerate.ts';
import { searchOne } from '../../src/market/search/answers.ts';
import { CommitteeSearch } from '../../src/market/search/committee.ts';
import { losses } from '../../src/market/search/deficits.ts';
import { Session } from '../../src/market/search/session.ts';
import { finished } from '../../src/steps.ts';
import { type FamilyMarket, families, familyMarket, wholeMarket } from '../reference/families.ts';
import { countStable, distribution } from '../reference/totals.ts';

const kernels = (['release', 'scalar', 'debug'] as const).map((build) => new Kernel(compileKernel(build)));
const pool = new Pool({ threads: 1 });
afterAll(() => pool.close());

function committee(market: FamilyMarket, ties: 'strict' | 'index', kernel = kernels[0]!, stairs = false) {
  const players = market.gains.slice(1).map((_, j) => j + 1);
  const most = losses(market).reduce((sum, loss) => sum + loss, 0);
  const session = new Session(kernel, market, most, { stairs });
  const search = new CommitteeSearch(session, players, ties, most);
  const worst = finished(search.worst()).found;
  const release = () => {
    search.release();
    session.release();
  };
  return { search, worst, release };
}

describe.each(families)('%s', (family) => {
  // Ties make counts explode: 5^20 schemes with utilities 0 and 1.
  test.each([
    { states: 20, policies: 5, bobs: 2, levels: 1 },
    { states: 9, policies: 3, bobs: 3, levels: 1 },
    { states: 10, policies: 3, bobs: 2, levels: 2 },
  ])('$states states, $policies policies, $bobs Bobs, utilities 0 to $levels', (shape) => {
    // Weighted states have many more totals: too many for the slow count.
    if (family === 'prior') shape = { ...shape, states: Math.ceil(shape.states / 2) };
    let most = 0n;
    for (let seed = 5000; seed < 5002; seed++) {
      const market = familyMarket(family, shape, seed);
      const players = market.gains.slice(1).map((_, j) => j + 1);
      const all = distribution(market);
      for (const ties of ['strict', 'index'] as const) {
        const expected = countStable(all, players, ties);
        for (const stairs of [false, true]) {
          const { search, worst, release } = committee(market, ties, kernels[seed % kernels.length], stairs);
          expect(finished(search.count(worst)).count, JSON.stringify({ seed, ties, stairs })).toBe(expected);
          release();
        }
        if (expected > most) most = expected;
      }
    }
    expect(most).toBeGreaterThan(1n);
  });

  test('search and enumeration agree on count, cells and worst scheme where both can run', async () => {
    for (const levels of [1, 12]) {
      const market = wholeMarket(familyMarket(family, { states: 8, policies: 4, bobs: 3, levels }, 6000 + levels));
      for (const ties of ['strict', 'index'] as const) {
        const { stable: listed } = await enumerateOne(pool, market, { ties, rows: false });
        await searchOne(pool, market, { ties }, ({ stable }) => {
          const { alice, scheme, count, cells } = stable;
          expect({ alice, scheme, count, cells }).toEqual({
            alice: listed?.alice,
            scheme: listed?.scheme,
            count: listed?.count,
            cells: listed?.cells,
          });
        });
      }
    }
  });

  test('the same number and cells with little memory: layers taken in chunks', () => {
    const market = familyMarket(family, { states: 14, policies: 3, bobs: 2, levels: 3 }, 7000);
    const { search, worst, release } = committee(market, 'strict');
    const whole = finished(search.count(worst));
    const cells = new Set(search.optimal.cells.flat());
    let sum = search.optimal.count;
    const { levels } = search;
    const counter = new SchemeCounter(levels.search, 2000);
    for (const d of levels.candidates.filter((one) => one <= worst)) {
      const work = { left: Number.POSITIVE_INFINITY };
      sum += finished(counter.count(d, levels.thresholds(d), work, (cell) => cells.add(cell)))!;
    }
    expect(sum).toBe(whole.count);
    expect([...cells].sort()).toEqual([...whole.cells].sort());
    counter.release();
    release();
  });
});

test('a market beyond enumeration whose count is too much work has none, and says so', () => {
  const market = familyMarket('bias95', { states: 200, policies: 4, bobs: 2, levels: 1000 }, 1);
  const { search, worst, release } = committee(market, 'strict');
  expect(worst).toBeGreaterThan(0);
  expect(finished(search.count(worst)).count).toBeNull();
  release();
});
