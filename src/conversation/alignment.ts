/** How well a weighted combination of the Bobs' utilities fits Alice's on every (action, state): Definition 1, exactly. */
import type Fraction from 'fraction.js';
import { alignment } from '../align/program.ts';
import { wholeNumbers } from '../align/rows.ts';
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
  const players = [{ name: 'alice', utility: game.alice }, ...game.bobs].map(({ name, utility }) =>
    wholeNumbers(utility.flat(), name),
  );
  const rows = players[0]!.whole.map((_, cell) => Float64Array.from(players, ({ whole }) => whole[cell]!));
  const { epsilon, w, offset } = alignment(
    { base: players.map(({ base }) => base), unit: players.map(({ unit }) => unit), upper: rows, lower: rows },
    game.bobs.map((_, bob) => bob + 1),
    weights,
  );
  return { weights, epsilon, w, offset };
}
