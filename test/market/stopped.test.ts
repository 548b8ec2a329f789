/** What a result says of a committee whose search was stopped before it found anything but Alice's optimum. */
import { afterAll, expect, test } from 'vitest';
import { Pool } from '../../src/kernel/pool.ts';
import { committeeResult, marketContext } from '../../src/market/committee-result.ts';
import { exactMarket } from '../../src/market/exact.ts';
import { answerOptions, type MarketOptions } from '../../src/market/options.ts';
import { readTable } from '../../src/market/read.ts';
import { solve } from '../../src/market/solve.ts';
import { optimalStable } from '../../src/market/stable.ts';
import { finished } from '../../src/steps.ts';

const pool = new Pool({ threads: 1 });
afterAll(() => pool.close());
const table = await readTable('data/tables/synthetic-1.csv');
const market = exactMarket(table);

/** The committee of AI 3 and AI 5: 173/300 with randomising, 27/50 without, and OPT is 173/300. */
async function stopped(options: MarketOptions) {
  const context = await marketContext(pool, market, answerOptions(options));
  const found = { stable: optimalStable(market), complete: false, proved: 0 };
  return finished(committeeResult(context, 0b10100, found, { late: () => false, cut: false }));
}

test('dynamics that end in a worse stable scheme than was found give the worst one known', async () => {
  const { worst, dynamics, lowerBound, stable } = await stopped({});
  expect(dynamics.alice.exact).toBe('27/50');
  expect(worst.alice.exact).toBe('27/50');
  expect(worst).toEqual((await solve(table, { pool, committee: ['AI 3', 'AI 5'] })).worst);
  expect(lowerBound!.value).toBeLessThan(0.54);
  expect(stable).toBeNull();
});

test('over randomised schemes the worst equilibrium is settled: the bound is of the deterministic answer', async () => {
  const result = await stopped({ schemes: 'randomised' });
  const whole = await solve(table, { pool, committee: ['AI 3', 'AI 5'], schemes: 'randomised' });
  expect(result.worst).toEqual(whole.worst);
  expect(result.misalignment).toEqual(whole.misalignment);
  expect('lowerBound' in result).toBe(false);
  expect(result.deterministic!.alice.exact).toBe('27/50');
  expect(result.deterministic!.lowerBound!.value).toBeLessThan(0.54);
});

test('without randomising Alice never looks better than with it, whatever the search had found', async () => {
  const context = await marketContext(pool, market, answerOptions({ schemes: 'randomised' }));
  for (let committee = 1; committee < 32; committee++) {
    const found = { stable: optimalStable(market), complete: false, proved: 0 };
    // No time for dynamics either.
    const result = finished(committeeResult(context, committee, found, { late: () => true, cut: true }));
    expect(result.deterministic!.alice.value).toBeLessThanOrEqual(result.worst.alice.value);
    expect(result.dynamics.unfinished).toBe(true);
  }
});
