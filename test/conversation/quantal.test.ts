import { afterAll, expect, test } from 'vitest';
import { proposition2 } from '../../src/bounds/quantal.ts';
import { totalAt } from '../../src/conversation/profiles.ts';
import { analyseQuantal } from '../../src/conversation/quantal.ts';
import { randomGame } from '../../src/conversation/random.ts';
import { readGame } from '../../src/conversation/read.ts';
import { silent, strategies } from '../../src/conversation/rules.ts';
import { InputError } from '../../src/errors.ts';
import { Pool } from '../../src/kernel/pool.ts';
import { referenceQuantal } from '../reference/quantal.ts';
import { matchState } from './games.ts';

const pool = new Pool({ threads: 1 });
afterAll(() => pool.close());

// Published: match the state, two states, lambda = ln 3: reveal 3/4, silent 1/2; with C* = silent the profile
// (reveal, silent) has L1 distance 1/2.
test('matching the state at lambda = ln 3', async () => {
  const game = readGame(matchState);
  const revealing = await analyseQuantal(game, game.lambda!, pool);
  expect(revealing.reference.name).toBe('reveal');
  expect(revealing.referenceUtility).toBeCloseTo(3 / 4, 14);
  expect([0, 1, 2, 3].map((rank) => totalAt(revealing.outcomes, 0, rank).toFixed(12))).toEqual(
    [1 / 2, 3 / 4, 3 / 4, 3 / 4].map((value) => value.toFixed(12)),
  );
  expect(revealing.equilibria.count).toBe(3);
  const silence = await analyseQuantal(game, game.lambda!, pool, { reference: silent(game) });
  expect(silence.referenceUtility).toBeCloseTo(1 / 2, 14);
  expect(silence.closeness.largest).toBeCloseTo(1 / 2, 14);
  expect(silence.closeness.violations).toBe(2);
  expect(silence.estimationError).toBeCloseTo(1 / 2, 14);
  expect(proposition2(0.5, 0.25)).toBeCloseTo(Math.exp(0.5) - 1, 14);
});

test('quantal profiles equal the definition', async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const sizes = { features: 3, states: 2, actions: 3, bobs: 2, messages: 2, rules: 2, mixed: true };
    const game = randomGame(seed, sizes);
    const lambda = seed / 10;
    let analysis: Awaited<ReturnType<typeof analyseQuantal>>;
    try {
      analysis = await analyseQuantal(game, lambda, pool);
    } catch (error) {
      // Some games give Alice more beliefs than messages, and say so.
      expect(error).toBeInstanceOf(InputError);
      expect((error as Error).message).toMatch(/straightforward talk needs \$\.messages\.alice to be at least [234]/);
      continue;
    }
    const outcomes = referenceQuantal(game, strategies(game), lambda);
    outcomes.forEach((utilities, rank) => {
      utilities.forEach((utility, player) => {
        expect(totalAt(analysis.outcomes, player, rank)).toBeCloseTo(utility, 11);
      });
    });
  }
});

test('several rounds: with one x_A and one belief the first round adds nothing', async () => {
  const once = readGame(matchState);
  const game = readGame({ ...matchState, rounds: 2, messages: { alice: 3, bob: 2 } });
  const one = await analyseQuantal(once, 2, pool);
  const both = await analyseQuantal(game, 2, pool);
  expect(both.profiles).toBe(one.profiles);
  for (let rank = 0; rank < one.profiles; rank++)
    expect(totalAt(both.outcomes, 0, rank)).toBeCloseTo(totalAt(one.outcomes, 0, rank), 12);
});
