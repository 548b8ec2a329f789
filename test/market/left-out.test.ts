/** A question about stable schemes that is too long leaves a reading out and marks the result; it refuses nothing. */
import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { TooLargeError } from '../../src/errors.ts';
import { Pool } from '../../src/kernel/pool.ts';
import { committeeResult, marketContext } from '../../src/market/committee-result.ts';
import { exactMarket } from '../../src/market/exact.ts';
import { answerOptions } from '../../src/market/options.ts';
import { optimalStable, type StableQuestions } from '../../src/market/stable.ts';
import { parseTable } from '../../src/market/table.ts';
import { Clock, finished } from '../../src/steps.ts';

const pool = new Pool({ threads: 1 });
afterAll(() => pool.close());

test('readings that ask too much are missing, the others stand, and the result says that it is not complete', async () => {
  const text = readFileSync(new URL('../../data/tables/synthetic-2.csv', import.meta.url), 'utf8');
  const market = exactMarket(parseTable(text));
  const answer = answerOptions({ scope: ['cells', 'schemes', 'table'], runs: 1 });
  const context = await marketContext(pool, market, answer);
  const refuse = (): never => {
    throw new TooLargeError('too long');
  };
  const asks: StableQuestions = { usedCells: new Set([0]), uses: refuse, largest: refuse };
  const stable = { ...optimalStable(market), cells: null, rows: null, asks };
  const clock = new Clock({});
  const found = { stable, complete: true, proved: stable.alice };
  const result = finished(committeeResult(context, 0b11111, found, clock));
  expect(result.misalignment.map(({ scope }) => scope)).toEqual(['table']);
  expect(clock.cut).toBe(true);
  expect(result.lowerBound).toEqual(result.worst.alice);
});
