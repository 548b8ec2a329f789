import { expect, test } from 'vitest';
import { solve } from '../../src/market/solve.ts';
import { sweep } from '../../src/market/sweep.ts';
import { parseTable } from '../../src/market/table.ts';
import { familyMarket } from '../reference/families.ts';

const market = familyMarket('bias95', { states: 24, policies: 4, bobs: 3, levels: 500 }, 77);
const lines = market.firstCell.slice(1).flatMap((end, s) =>
  Array.from({ length: end - market.firstCell[s]! }, (_, p) => {
    const cell = market.firstCell[s]! + p;
    return [`s${s}`, `p${p}`, ...market.gains.map((column) => column[cell]!)].join(',');
  }),
);
const table = parseTable(['state,policy,alice,A,B,C', ...lines].join('\n'));
const options = { method: 'search', threads: 1, runs: 1, paths: 0 } as const;

test('stopped early: bounds on both sides of the answer, and nothing claimed that is not proved', async () => {
  const exact = await solve(table, options);
  expect(exact.complete).toBe(true);
  expect(exact.lowerBound).toBeUndefined();
  const early = await solve(table, { ...options, timeLimit: 1e-6 });
  expect(early.complete).toBe(false);
  expect(early.lowerBound!.value).toBeLessThanOrEqual(exact.worst.alice.value);
  expect(early.worst.alice.value).toBeGreaterThanOrEqual(exact.worst.alice.value);
  expect(early.stable).toBeNull();
  expect(early.misalignment).toEqual([]);
});

test('a sweep stopped early says so, and settles single Bobs all the same', async () => {
  const early = await sweep(table, { ...options, timeLimit: 1e-6, atLeast: 1 });
  const exact = await sweep(table, { ...options, atLeast: 1 });
  expect(early.complete).toBe(false);
  exact.committees.forEach(({ bobs, worst }, i) => {
    if (bobs.length === 1) expect(early.committees[i]!.worst).toEqual(worst);
    expect(early.committees[i]!.worst.alice.value).toBeGreaterThanOrEqual(worst.alice.value);
  });
});

test('a fired signal ends the search', async () => {
  const controller = new AbortController();
  controller.abort();
  await expect(solve(table, { ...options, signal: controller.signal })).rejects.toThrow();
});

test('refused: a method that there is not', async () => {
  // @ts-expect-error: not a method.
  await expect(solve(table, { method: 'guess' })).rejects.toThrow('method must be one of auto, enumerate, search');
});
