/** Options and arguments of `solve` and `sweep` that break a rule, as a caller without types may give them. */
import { afterAll, describe, expect, test } from 'vitest';
import { AbortedError, InputError } from '../../src/errors.ts';
import { Pool } from '../../src/kernel/pool.ts';
import { solve } from '../../src/market/solve.ts';
import { sweep } from '../../src/market/sweep.ts';
import { parseTable } from '../../src/market/table.ts';

const table = parseTable('state,policy,alice,A,B\nrain,stay,0.5,1,0\nrain,go,1,0.25,1\n');
const pool = new Pool({ threads: 1 });
afterAll(() => pool.close());

/** Calls as JavaScript would. */
const call = (compute: typeof solve | typeof sweep, ...args: readonly unknown[]): Promise<unknown> =>
  Reflect.apply(compute, undefined, args);

describe.each([
  ['solve', solve],
  ['sweep', sweep],
] as const)('%s refuses', (_, compute) => {
  test.each([
    [{ ties: 'loose' }, 'ties must be one of strict, index, got "loose"'],
    [{ receiver: 1 }, 'receiver must be one of follow, bayes, got 1'],
    [{ schemes: 'mixed' }, 'schemes must be one of deterministic, randomised, got "mixed"'],
    [{ scope: 'cells' }, 'scope must be a list of cells, schemes, table, got "cells"'],
    [{ scope: ['rows'] }, 'scope must be one of cells, schemes, table, got "rows"'],
    [{ weights: ['ball'] }, 'weights must be one of simplex, cone, got "ball"'],
    [{ method: 'guess' }, 'method must be one of auto, enumerate, search, got "guess"'],
    [{ order: 'any' }, 'order must be one of round-robin, random, got "any"'],
    [{ deviation: 'worse' }, 'deviation must be one of best, better, got "worse"'],
    [{ runs: 1.5 }, 'runs must be a whole number from 1 to 1000000, got 1.5'],
    [{ seed: -1 }, 'seed must be a whole number from 0 to 4294967295, got -1'],
    [{ round: 41 }, 'round must be a whole number from 0 to 40, got 41'],
    [{ timeLimit: Number.NaN }, 'timeLimit must be a number of seconds above 0, got NaN'],
    [{ pool: undefined, threads: 0 }, 'threads must be a whole number from 1 to 1024, got 0'],
    [{ schemes: 'randomised', scope: ['schemes'] }, 'scope schemes is over deterministic schemes'],
  ])('%j', async (options, message) => {
    const refusal = await call(compute, table, { pool, ...options }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(InputError);
    expect((refusal as Error).message).toContain(message);
  });

  test.each([undefined, null, 'state,policy', { rows: [] }])('the table %j', async (given) => {
    await expect(call(compute, given)).rejects.toThrow(
      /^table must be what readTable, parseTable or tableFromRows return, got (undefined|null|"state,policy"|an object)$/,
    );
  });

  test('a signal that has fired', async () => {
    await expect(compute(table, { pool, signal: AbortSignal.abort() })).rejects.toThrow(AbortedError);
  });
});

test('a text that is none', () => {
  expect(() => Reflect.apply(parseTable, undefined, [5])).toThrow('table must be a text, got 5');
});

test('no scope, no misalignment; a choice named twice counts once', async () => {
  expect((await solve(table, { pool, scope: [] })).misalignment).toEqual([]);
  const { options, misalignment } = await solve(table, { pool, scope: ['cells', 'cells'], weights: ['cone', 'cone'] });
  expect(options).toMatchObject({ scope: ['cells'], weights: ['cone'] });
  expect(misalignment).toHaveLength(1);
});
