import Fraction from 'fraction.js';
import { expect, test } from 'vitest';
import { agreement, estimationByRound, straightforwardConversation } from '../../src/conversation/agreement.ts';
import type { Game } from '../../src/conversation/game.ts';
import { randomGame } from '../../src/conversation/random.ts';
import { readGame } from '../../src/conversation/read.ts';
import { checkSubstitutes } from '../../src/conversation/substitutes.ts';
import { AbortedError } from '../../src/errors.ts';
import { aumann, gameFile } from './games.ts';

/** Alice guesses whether x_A + x_B is even. */
const parity = (size: number): Game =>
  readGame({
    ...aumann,
    xA: Array.from({ length: size }, (_, i) => `${i}`),
    xB: Array.from({ length: size }, (_, i) => `${i}`),
    prior: Array.from({ length: size }, (_, a) =>
      Array.from({ length: size }, (__, b) => [0, 1].map((y) => (y === (a + b) % 2 ? `1/${size * size}` : 0))),
    ),
  });

// Published (Definition 15): Ω = 1..9, event {3, 4}, Alice's cells 123 456 789, Bob's 1234 5678 9.
test('Aumann’s example: what Alice and Bob say', () => {
  const { traces } = straightforwardConversation(readGame(aumann), 2);
  const said = (xA: number, xB: number) => {
    const trace = traces.find((one) => one.xA === xA && one.xB === xB)!;
    return trace.alice.flatMap((belief, round) => [belief[0]!.toFraction(), trace.bob[round]![0]!.toFraction()]);
  };
  expect(said(0, 0)).toEqual(['1/3', '1/2', '1/3', '1/3']); // omega = 1
  expect(said(1, 0)).toEqual(['1/3', '1/2', '1', '1']); // omega = 4
});

test('rounds to agreement stay below Theorem 3’s', () => {
  const game = readGame(aumann);
  const conversation = straightforwardConversation(game);
  const exact = agreement(game, conversation, 0.01, 0.01);
  expect(exact).toMatchObject({ reached: 2, lasting: 2, bound: 6_000_000 });
  expect(agreement(game, conversation, 1, 0.5)).toMatchObject({ reached: 1, lasting: 1, bound: 12 });
  expect(estimationByRound(conversation).at(-1)).toMatchObject({ bound: 0 });
});

// Published: XOR fails (1/4 > 0); OR fails (1/8 > 1/16); copy and sum hold.
test('information substitutes: the published distributions', async () => {
  const shown = async (game: Game) => {
    const { holds, witness } = await checkSubstitutes(game);
    return { holds, sides: witness && [witness.left.toFraction(), witness.right.toFraction()] };
  };
  expect(await shown(readGame(gameFile('substitutes-xor')))).toEqual({ holds: false, sides: ['1/4', '0'] });
  expect(await shown(readGame(gameFile('substitutes-or')))).toEqual({ holds: false, sides: ['1/8', '1/16'] });
  expect((await shown(readGame(gameFile('substitutes-sum')))).holds).toBe(true);
  expect(await shown(readGame(gameFile('substitutes-copy')))).toEqual({ holds: true, sides: null });
});

/** Both sides of Definition 14's prose as mean squared errors over (x_A, x_B, y), term by term. */
function substitutesByDefinition(game: Game): boolean {
  const subsets = (n: number) =>
    Array.from({ length: 2 ** n - 1 }, (_, m) =>
      Array.from({ length: n }, (__, i) => i).filter((i) => ((m + 1) >> i) & 1),
    );
  const expectation = (as: number[], bs: number[], of: (a: number, b: number, y: number) => Fraction) => {
    let [mass, total] = [new Fraction(0), new Fraction(0)];
    for (const a of as)
      for (const b of bs)
        game.prior[a]![b]!.forEach((p, y) => {
          mass = mass.add(p);
          if (!p.equals(0)) total = total.add(p.mul(of(a, b, y)));
        });
    return mass.equals(0) ? null : total.div(mass);
  };
  return game.alice.every((utility) =>
    subsets(game.xA.length).every((as) =>
      subsets(game.xB.length).every((bs) => {
        const mean = (a: number[], b: number[]) => expectation(a, b, (_, __, y) => utility[y]!);
        const mse = (knows: (a: number, b: number) => [number[], number[]]) =>
          expectation(as, bs, (a, b, y) => utility[y]!.sub(mean(...knows(a, b))!).pow(2)!);
        const [none, onlyB] = [mse(() => [as, bs]), mse((_, b) => [as, [b]])];
        if (!none) return true;
        const [both, onlyA] = [mse((a, b) => [[a], [b]]), mse((a) => [[a], bs])];
        return onlyB!.sub(both!).lte(none.sub(onlyA!));
      }),
    ),
  );
}

test('the substitutes check equals the definition', async () => {
  let held = 0;
  for (let seed = 1; seed <= 120; seed++) {
    const game = randomGame(seed, { features: 3, states: 2, actions: 2, bobs: 1, messages: 1 });
    const expected = substitutesByDefinition(game);
    expect((await checkSubstitutes(game)).holds, `seed ${seed}`).toBe(expected);
    if (expected) held++;
  }
  expect(held).toBeGreaterThan(20);
  expect(held).toBeLessThan(110);
});

test('violations of large games are counted in doubles, and the check gives way to an abort', async () => {
  const { holds, checked, violations, witness } = await checkSubstitutes(parity(7));
  expect({ holds, checked }).toEqual({ holds: false, checked: 2 * 120 * 120 });
  expect(violations).toBeGreaterThan(1000);
  expect(witness!.left.gt(witness!.right)).toBe(true);
  // Of all rectangles none is worse than the pairs: 1/4 against 0.
  expect(witness!.left.sub(witness!.right).toFraction()).toBe('1/4');
  const controller = new AbortController();
  controller.abort();
  await expect(checkSubstitutes(parity(8), { signal: controller.signal })).rejects.toThrow(AbortedError);
});

test('too many rectangles are refused with their number', async () => {
  await expect(checkSubstitutes(parity(20))).rejects.toThrow(/rectangles of up to 400 cells/);
});
