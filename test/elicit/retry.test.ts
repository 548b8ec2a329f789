/** Waiting: Retry-After in all its forms, jitter within its bounds, pauses and pace; budgets that are never passed. */
import { expect, test } from 'vitest';
import { Budget, cost, NOTHING, passed } from '../../src/elicit/budget.ts';
import { backoff, Pace, retryAfter, sleep } from '../../src/elicit/retry.ts';

const never = new AbortController().signal;
const now = Date.parse('2026-03-01T12:00:00Z');

test.each([
  [{ 'retry-after': '7' }, 7],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after': 'Sun, 01 Mar 2026 12:00:30 GMT' }, 30],
  [{ 'retry-after': 'Sunday, 01-Mar-26 12:00:30 GMT' }, 30],
  [{ 'retry-after': 'Sun, 01 Mar 2026 11:00:00 GMT' }, 0],
  [{ 'retry-after-ms': '250' }, 0.25],
  [{ 'retry-after-ms': '250', 'retry-after': '7' }, 0.25],
  [{ 'retry-after': 'Sun Mar  1 12:00:30 2026' }, 30],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': 'in 5' }, undefined],
  [{ 'retry-after': '-5' }, undefined],
  [{}, undefined],
])('%j means %d s', (headers, seconds) => {
  expect(retryAfter(new Headers(headers as Record<string, string>), now)).toBe(seconds);
});

test('waits double up to the longest, of which a random half', () => {
  for (const random of [() => 0, () => 0.5, () => 0.999]) {
    const waits = Array.from({ length: 8 }, (_, attempt) => backoff(attempt, 1, 60, random));
    for (const [attempt, wait] of waits.entries()) {
      const full = Math.min(60, 2 ** attempt);
      expect(wait).toBeGreaterThanOrEqual(full / 2);
      expect(wait).toBeLessThan(full);
    }
  }
});

test('a pause holds everybody, and an interruption ends all waiting', async () => {
  const pace = new Pace(undefined);
  const began = performance.now();
  pace.hold(0.05);
  await Promise.all([pace.turn(never), pace.turn(never)]);
  expect(performance.now() - began).toBeGreaterThanOrEqual(50);

  const interrupted = new AbortController();
  pace.hold(1000);
  const waiting = Promise.all([pace.turn(interrupted.signal), sleep(1000, interrupted.signal)]);
  interrupted.abort();
  await waiting;
});

test('requests per minute are spaced out', async () => {
  const pace = new Pace(6000);
  const began = performance.now();
  await Promise.all(Array.from({ length: 6 }, () => pace.turn(never)));
  expect(performance.now() - began).toBeGreaterThan(49.99);
});

const prices = { input: 1, output: 10 };

test('limits are inclusive, and each is named', () => {
  const spent = { requests: 10, input: 600_000, output: 40_000 };
  expect(cost(prices, spent)).toBe(1);
  expect(cost(undefined, spent)).toBeUndefined();
  expect(passed({ limits: { requests: 10, tokens: 640_000, cost: 1 }, prices }, spent)).toBeUndefined();
  expect(passed({ limits: { requests: 9 }, prices }, spent)).toBe('limits.requests (9)');
  expect(passed({ limits: { tokens: 639_999 }, prices }, spent)).toBe('limits.tokens (639999)');
  expect(passed({ limits: { cost: 0.99 }, prices }, spent)).toBe('limits.cost (0.99)');
});

test('a budget is never passed, waits for what is in flight, and then says which limit it was', async () => {
  const budget = new Budget({ limits: { tokens: 100 }, prices: undefined }, { ...NOTHING, input: 10 });
  const bound = { requests: 1, input: 30, output: 10 };
  const actual = { requests: 1, input: 8, output: 2 };
  let most = 0;
  let taken = 0;
  const limits = await Promise.all(
    Array.from({ length: 30 }, async () => {
      const limit = await budget.reserve(bound);
      if (limit !== undefined) return limit;
      taken++;
      await sleep(0.001, never);
      budget.settle(bound, actual);
      most = Math.max(most, budget.spent.input + budget.spent.output);
      return undefined;
    }),
  );
  // 10 at first and 10 a request: the sixth reservation of 40 beside 50 spent still fits, one beside 70 does not.
  expect(taken).toBe(6);
  expect(most).toBe(70);
  expect(new Set(limits)).toEqual(new Set([undefined, 'limits.tokens (100)']));
});
