/** A game back into the JSON that `readGame` reads, fractions as strings. */
import type Fraction from 'fraction.js';
import { givenThing } from '../input/given.ts';
import { firstHistories, type Game, type Rule } from './game.ts';

const text = (value: Fraction): string => value.toFraction();
const table = (rows: readonly (readonly Fraction[])[]): string[][] => rows.map((row) => row.map(text));

function ruleJson(game: Game, { name, says }: Rule) {
  const first = firstHistories(game);
  const histories = first[game.rounds]!;
  return {
    name,
    rounds: game.xB.map((_, x) =>
      Array.from({ length: game.rounds }, (__, round) =>
        says
          .slice(x * histories + first[round]!, x * histories + first[round + 1]!)
          .map((entry) => (typeof entry === 'number' ? entry : entry.map(text))),
      ),
    ),
  };
}

/**
 * The game as a value for `JSON.stringify`; `readGame` gives the same game again.
 * @example
 * const match = [[1, 0], [0, 1]];
 * const names = { xA: ['-'], xB: ['0', '1'], y: ['0', '1'], actions: ['0', '1'], prior: [[['1/2', 0], [0, '1/2']]] };
 * const rest = { bobs: [{ name: 'B', utility: match }], messages: { alice: 1, bob: 2 }, rounds: 1 };
 * const game = readGame({ ...names, alice: match, ...rest });
 * gameJson(readGame(gameJson(game))).xB // ['0', '1']
 */
export function gameJson(game: Game) {
  givenThing(game, 'xA', 'game must be what readGame or parseGame return');
  const { xA, xB, y, actions, prior, alice, bobs, messages, rounds, lambda } = game;
  return {
    ...{ xA, xB, y, actions },
    prior: prior.map(table),
    alice: table(alice),
    bobs: bobs.map(({ name, utility, rules }) => ({
      name,
      utility: table(utility),
      rules: rules === 'all' ? rules : rules.map((rule) => ruleJson(game, rule)),
    })),
    ...{ messages, rounds },
    ...(lambda !== undefined && { lambda }),
  };
}
