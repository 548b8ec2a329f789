/** How well a weighted combination of the Bobs' utilities fits Alice's on every (action, state): Definition 1, exactly. */
import type Fraction from 'fraction.js';
import { wholeNumbers } from '../market/alignment-rows.ts';
import { alignment } from '../market/misalignment.ts';
import type { WeightSet } from '../market/results.ts';
import type { Game } from './game.ts';

export interface GameAlignment {
  readonly weights: WeightSet;
  readonly epsilon: Fraction;
  readonly w: readonly Fraction[];
  readonly offset: Fraction;
}

/** The smallest epsilon over all pairs of action and state: scope `table`, weights on the simplex or in the cone. */
export function gameAlignment(game: Pick<Game, 'alice' | 'bobs'>, weights: WeightSet = 'simplex'): GameAlignment {
  const players = [game.alice, ...game.bobs.map(({ utility }) => utility)].map((utility) =>
    wholeNumbers(utility.flat()),
  );
  const rows = players[0]!.whole.map((_, cell) => Float64Array.from(players, ({ whole }) => whole[cell]!));
  const solved = alignment(
    { base: players.map(({ base }) => base), unit: players.map(({ unit }) => unit), upper: rows, lower: rows },
    game.bobs.map((_, bob) => bob + 1),
    weights,
  );
  return { weights, ...solved };
}
