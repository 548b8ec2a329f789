import Fraction from 'fraction.js';
import { afterAll, expect, test } from 'vitest';
import { randomGame } from '../../src/conversation/random.ts';
import { readGame } from '../../src/conversation/read.ts';
import { strategies } from '../../src/conversation/rules.ts';
import { analyseSelection } from '../../src/conversation/selection.ts';
import { Pool } from '../../src/kernel/pool.ts';
import { referenceOutcome } from '../reference/conversation.ts';
import { aligned } from './games.ts';

const pool = new Pool({ threads: 1 });
afterAll(() => pool.close());

// Definition 17 as it reads: the selected Bob's outcome for everybody, every deviation tried.
test('selection equilibria equal the definition', async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const game = randomGame(seed, { features: 2, states: 2, actions: 2, bobs: 3, messages: 2, rules: 3, mixed: true });
    const lists = strategies(game);
    const alone = lists.map((rules) =>
      rules.map((rule) => {
        const one = { ...game, bobs: [game.bobs[0]!] };
        const { induced, alice } = referenceOutcome(one, [rule]);
        const expected = (utility: typeof game.alice) =>
          induced
            .flatMap((row, a) => row.map((p, y) => p.mul(utility[a]![y]!)))
            .reduce((x, y) => x.add(y), new Fraction(0));
        return { alice, bobs: game.bobs.map(({ utility }) => expected(utility)) };
      }),
    );
    let profiles: number[][] = [[]];
    for (const rules of lists) profiles = profiles.flatMap((profile) => rules.map((_, rule) => [...profile, rule]));
    const select = (profile: readonly number[]) => {
      let best = 0;
      profile.forEach((rule, bob) => {
        if (alone[bob]![rule]!.alice.gt(alone[best]![profile[best]!]!.alice)) best = bob;
      });
      return { bob: best, ...alone[best]![profile[best]!]! };
    };
    const equilibria = profiles.flatMap((profile, rank) =>
      game.bobs.every((_, bob) =>
        lists[bob]!.every((__, rule) =>
          select(profile.map((other, i) => (i === bob ? rule : other))).bobs[bob]!.lte(select(profile).bobs[bob]!),
        ),
      )
        ? [rank]
        : [],
    );
    const analysis = await analyseSelection(game, pool);
    expect(
      [...analysis.equilibria.marks].flatMap((mark, rank) => (mark ? [rank] : [])),
      `seed ${seed}`,
    ).toEqual(equilibria);
    profiles.forEach((profile, rank) => {
      const { bob, alice } = select(profile);
      expect(analysis.selected[rank]).toBe(bob);
      expect(analysis.utility(0, rank).equals(alice)).toBe(true);
    });
  }
});

test('XOR with cancelling biases: every selection equilibrium gives Alice 1', async () => {
  const { equilibria, utility } = await analyseSelection(readGame(aligned), pool);
  expect(equilibria.count).toBeGreaterThan(0);
  expect(utility(0, equilibria.worst!).toFraction()).toBe('1');
});
