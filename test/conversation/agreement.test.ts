import Fraction from 'fraction.js';
import { expect, test } from 'vitest';
import { agreement, estimationByRound, straightforwardConversation } from '../../src/conversation/agreement.ts';
import type { Game } from '../../src/conversation/game.ts';
import { randomGame } from '../../src/conversation/random.ts';
import { readGame } from '../../src/conversation/read.ts';
import { checkSubstitutes } from '../../src/conversation/substitutes.ts';

/** Alice guesses a number: utility of "yes" is the value of the state, that of "no" the rest. */
function guessing(xA: number, xB: number, value: (a: number, b: number) => number, most = 1): Game {
  const states = [...new Set(Array.from({ length: xA * xB }, (_, i) => value(Math.floor(i / xB), i % xB)))].sort();
  return readGame({
    xA: Array.from({ length: xA }, (_, i) => `${i}`),
    xB: Array.from({ length: xB }, (_, i) => `${i}`),
    y: states.map(String),
    actions: ['yes', 'no'],
    prior: Array.from({ length: xA }, (_, a) =>
      Array.from({ length: xB }, (__, b) => states.map((y) => (y === value(a, b) ? `1/${xA * xB}` : 0))),
    ),
    alice: [states.map((y) => `${y}/${most}`), states.map((y) => `${most - y}/${most}`)],
    bobs: [{ name: 'Bob', utility: [states.map(() => 0), states.map(() => 0)] }],
    messages: { alice: 1, bob: 1 },
    rounds: 1,
  });
}

// Published (Definition 15): Ω = 1..9, event {3, 4}, Alice's cells 123 456 789, Bob's 1234 5678 9.
const aumann = (): Game => {
  const cells = (of: string[]) => (omega: number) => of.findIndex((cell) => cell.includes(`${omega}`));
  const alice = cells(['123', '456', '789']);
  const bob = cells(['1234', '5678', '9']);
  const prior = Array.from({ length: 3 }, () => Array.from({ length: 3 }, () => [0, 0]));
  for (let omega = 1; omega <= 9; omega++) prior[alice(omega)]![bob(omega)]![omega === 3 || omega === 4 ? 1 : 0]! += 1;
  return readGame({
    xA: ['123', '456', '789'],
    xB: ['1234', '5678', '9'],
    y: ['out', 'in'],
    actions: ['in', 'out'],
    prior: prior.map((table) => table.map((row) => row.map((count) => `${count}/9`))),
    alice: [
      [0, 1],
      [1, 0],
    ],
    bobs: [
      {
        name: 'Bob',
        utility: [
          [0, 1],
          [1, 0],
        ],
      },
    ],
    messages: { alice: 1, bob: 1 },
    rounds: 1,
  });
};

test('Aumann’s example: what Alice and Bob say', () => {
  const { traces } = straightforwardConversation(aumann(), 2);
  const said = (xA: number, xB: number) => {
    const trace = traces.find((one) => one.xA === xA && one.xB === xB)!;
    return trace.alice.flatMap((belief, round) => [belief[0]!.toFraction(), trace.bob[round]![0]!.toFraction()]);
  };
  expect(said(0, 0)).toEqual(['1/3', '1/2', '1/3', '1/3']); // omega = 1
  expect(said(1, 0)).toEqual(['1/3', '1/2', '1', '1']); // omega = 4
});

test('rounds to agreement stay below Theorem 3’s', () => {
  const game = aumann();
  const conversation = straightforwardConversation(game);
  const exact = agreement(game, conversation, 0.01, 0.01);
  expect(exact).toMatchObject({ reached: 2, lasting: 2, bound: 6_000_000 });
  expect(agreement(game, conversation, 1, 0.5)).toMatchObject({ reached: 1, lasting: 1, bound: 12 });
  expect(estimationByRound(conversation).at(-1)).toMatchObject({ bound: 0 });
});

// Published: XOR fails (1/4 > 0); OR fails (1/8 > 1/16); copy and sum hold.
test('information substitutes: the published distributions', () => {
  const shown = (game: Game) => {
    const { holds, witness } = checkSubstitutes(game);
    return { holds, sides: witness && [witness.left.toFraction(), witness.right.toFraction()] };
  };
  expect(shown(guessing(2, 2, (a, b) => a ^ b))).toEqual({ holds: false, sides: ['1/4', '0'] });
  expect(shown(guessing(2, 2, (a, b) => a | b))).toEqual({ holds: false, sides: ['1/8', '1/16'] });
  expect(shown(guessing(2, 2, (a, b) => a + b, 2)).holds).toBe(true);
  const copy = readGame({
    ...{ xA: ['0', '1'], xB: ['0', '1'], y: ['0', '1'], actions: ['0', '1'] },
    prior: [
      [
        ['1/2', 0],
        [0, 0],
      ],
      [
        [0, 0],
        [0, '1/2'],
      ],
    ],
    alice: [
      [1, 0],
      [0, 1],
    ],
    bobs: [
      {
        name: 'Bob',
        utility: [
          [1, 0],
          [0, 1],
        ],
      },
    ],
    messages: { alice: 1, bob: 1 },
    rounds: 1,
  });
  expect(shown(copy)).toEqual({ holds: true, sides: null });
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

test('the substitutes check equals the definition', () => {
  let held = 0;
  for (let seed = 1; seed <= 120; seed++) {
    const game = randomGame(seed, { features: 3, states: 2, actions: 2, bobs: 1, messages: 1 });
    const expected = substitutesByDefinition(game);
    expect(checkSubstitutes(game).holds, `seed ${seed}`).toBe(expected);
    if (expected) held++;
  }
  expect(held).toBeGreaterThan(20);
  expect(held).toBeLessThan(110);
});

test('too many rectangles are refused with their number', () => {
  expect(() => checkSubstitutes(guessing(20, 20, (a, b) => (a + b) % 2))).toThrow(/rectangles of up to 400 cells/);
});
