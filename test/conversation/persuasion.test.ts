import { expect, test } from 'vitest';
import { firstBest } from '../../src/conversation/game.ts';
import { analyseOblivious, combinedUtility } from '../../src/conversation/persuasion.ts';
import { randomGame } from '../../src/conversation/random.ts';
import { readGame } from '../../src/conversation/read.ts';
import { courtroom } from './games.ts';

// Appendix B, published: prosecutor 5/3 by saying nothing, defence 1 with x = 1/2, Alice 5/3, first best 2; other optima
// of the prosecutor give Alice 7/4 and more; deterministic schemes give her 2.
test('the courtroom: oblivious senders leave Alice below first best', async () => {
  const game = readGame(courtroom);
  expect(firstBest(game).toFraction()).toBe('2');
  const { bobs, alice, aliceAtLeast } = await analyseOblivious(game);
  const [prosecutor, defence] = bobs;
  expect(prosecutor!.utility.toFraction()).toBe('5/3');
  expect(prosecutor!.linearProgram).toBeCloseTo(5 / 3, 9);
  expect(defence!.utility.toFraction()).toBe('1');
  expect(defence!.linearProgram).toBeCloseTo(1, 9);
  const shown = (schemes: typeof defence) =>
    schemes!.optima.map((scheme) => scheme.map((row) => row.map((p) => p.toFraction())));
  // Rows guilty, innocent; columns the two signals.
  expect(shown(defence)).toEqual([
    [
      ['1/2', '1/2'],
      ['1', '0'],
    ],
  ]);
  const silence = [
    ['1', '0'],
    ['1', '0'],
  ];
  expect(shown(prosecutor)).toContainEqual(silence);
  expect(prosecutor!.optima.length).toBeGreaterThan(1);
  expect(alice.min.toFraction()).toBe('5/3');
  expect(alice.max.gte('7/4')).toBe(true);
  expect(aliceAtLeast.toFraction()).toBe('5/3');
  const saying =
    prosecutor!.optima[shown(prosecutor).findIndex((one) => JSON.stringify(one) === JSON.stringify(silence))]!;
  expect(combinedUtility(game, [saying, defence!.optima[0]!]).toFraction()).toBe('5/3');
});

test('the courtroom with deterministic schemes: first best', async () => {
  const { bobs, alice } = await analyseOblivious(readGame(courtroom), { deterministic: true });
  expect(bobs.map(({ utility }) => utility.toFraction())).toEqual(['5/3', '2/3']);
  expect([alice.min.toFraction(), alice.max.toFraction()]).toEqual(['2', '2']);
});

test('optima are obedient, reach the linear program’s value, and bound Alice between one signal and first best', async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const game = randomGame(seed, { features: 2, states: 3, actions: 3, bobs: 2, messages: 2 });
    const { bobs, alice, aliceAtLeast } = await analyseOblivious(game);
    for (const { utility, linearProgram, optima } of bobs) {
      expect(linearProgram).toBeCloseTo(utility.valueOf(), 8);
      expect(optima.length).toBeGreaterThan(0);
    }
    expect(alice.min.gte(aliceAtLeast)).toBe(true);
    expect(alice.max.lte(firstBest(game))).toBe(true);
  }
});
