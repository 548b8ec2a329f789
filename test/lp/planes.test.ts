import { expect, test } from 'vitest';
import { cutDown } from '../../src/lp/planes.ts';
import { random } from '../reference/families.ts';

/** The value of a game that row players minimise: the smallest maximum over the columns, by fictitious play's bounds. */
function bounds(columns: readonly (readonly number[])[], rounds: number): [number, number] {
  const n = columns[0]!.length;
  const played = columns.map(() => 0);
  const sums = columns.map(() => 0);
  const costs = Array.from({ length: n }, () => 0);
  let [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 1; round <= rounds; round++) {
    const own = costs.indexOf(Math.min(...costs));
    columns.forEach((column, c) => {
      sums[c]! += column[own]!;
    });
    const most = Math.max(...sums);
    const answer = sums.indexOf(most);
    played[answer]!++;
    columns[answer]!.forEach((value, i) => {
      costs[i]! += value;
    });
    high = Math.min(high, most / round);
    low = Math.max(low, Math.min(...costs) / round);
  }
  return [low, high];
}

test('the minimum of a largest linear function over a simplex lies between what fictitious play proves', () => {
  for (let seed = 0; seed < 60; seed++) {
    const next = random(seed);
    const n = 2 + (seed % 5);
    const columns = Array.from({ length: 2 + (seed % 9) }, () => Array.from({ length: n }, () => next() * 2 - 1));
    // Variables: the maximum, then the shares of all but the first.
    const first = { coefficients: Float64Array.from([0, ...Array(n - 1).fill(-1)]), bound: -1 };
    const x = cutDown(
      [-2, ...Array(n - 1).fill(0)],
      [first],
      (at) => {
        const others = Array.from(at.subarray(1));
        const shares = [1 - others.reduce((a, b) => a + b, 0), ...others];
        const values = columns.map((column) => column.reduce((sum, value, i) => sum + shares[i]! * value, 0));
        const worst = columns[values.indexOf(Math.max(...values))]!;
        const coefficients = Float64Array.from(at, (_, i) => (i === 0 ? 1 : worst[0]! - worst[i]!));
        return { coefficients, bound: worst[0]! };
      },
      200,
    );
    const [low, high] = bounds(columns, 4000);
    expect(x[0], `seed ${seed}`).toBeGreaterThanOrEqual(low - 1e-8);
    expect(x[0], `seed ${seed}`).toBeLessThanOrEqual(high + 1e-8);
    expect(high - low).toBeLessThan(0.1);
  }
});
