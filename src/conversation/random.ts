/** Seeded random games for checking theorems: small integers, so that ties and zero probabilities are common. */
import Fraction from 'fraction.js';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type Game, historyCount, type Rule, zero } from './game.ts';

/** Largest sizes; the smallest are 1 (2 for actions). `exact` fixes them. */
export interface GameSizes {
  readonly features: number;
  readonly states: number;
  readonly actions: number;
  readonly bobs: number;
  readonly messages: number;
  readonly rounds?: number | undefined;
  /** List this many random rules a Bob in place of all deterministic ones; `mixed` lets them randomise. */
  readonly rules?: number | undefined;
  readonly mixed?: boolean | undefined;
  readonly exact?: boolean | undefined;
  /** Alice's utility is the average of the Bobs': epsilon 0, where the theorems promise most. */
  readonly aligned?: boolean | undefined;
}

/** Whole numbers from `least` to `most`, and picks, from a seed. */
export class Draws {
  private readonly generator;

  constructor(seed: number) {
    this.generator = xoroshiro128plus(Math.imul(seed, 0x9e3779b1));
    // The first draws of neighbouring seeds are much alike.
    for (let i = 0; i < 32; i++) this.generator.next();
  }

  whole(least: number, most: number): number {
    return uniformInt(this.generator, least, most);
  }

  /** `size` probabilities that sum to 1, with denominators of at most 4·size. */
  distribution(size: number): Fraction[] {
    const weights = Array.from({ length: size }, () => this.whole(0, 4));
    weights[this.whole(0, size - 1)]! += 1;
    const total = weights.reduce((all, weight) => all + weight, 0);
    return weights.map((weight) => new Fraction(weight, total));
  }

  /** Utilities in [0, 1] in steps of 1/steps. */
  utility(actions: number, states: number, steps: number): Fraction[][] {
    return Array.from({ length: actions }, () =>
      Array.from({ length: states }, () => new Fraction(this.whole(0, steps), steps)),
    );
  }
}

/** A random game, the same for the same seed and sizes. */
export function randomGame(seed: number, sizes: GameSizes): Game {
  const draws = new Draws(seed);
  const size = (least: number, most: number) => (sizes.exact ? most : draws.whole(least, most));
  const names = (count: number) => Array.from({ length: count }, (_, i) => `${i}`);
  const xA = names(size(1, sizes.features));
  const xB = names(size(1, sizes.features));
  const y = names(size(1, sizes.states));
  const actions = names(size(2, sizes.actions));
  const bobCount = size(1, sizes.bobs);
  const flat = draws.distribution(xA.length * xB.length * y.length);
  const prior = xA.map((_, a) =>
    xB.map((__, b) => flat.slice((a * xB.length + b) * y.length, (a * xB.length + b + 1) * y.length)),
  );
  const utilities = Array.from({ length: bobCount }, () => draws.utility(actions.length, y.length, 4));
  const own = draws.utility(actions.length, y.length, 4);
  const alice = sizes.aligned ? average(utilities) : own;
  const game: Game = {
    ...{ xA, xB, y, actions, prior, alice },
    bobs: [],
    messages: { alice: size(1, sizes.messages), bob: size(1, sizes.messages) },
    rounds: sizes.rounds ?? 1,
  };
  const { rules } = sizes;
  return {
    ...game,
    bobs: utilities.map((utility, i) => ({
      name: `Bob ${i + 1}`,
      utility,
      rules: rules === undefined ? 'all' : randomRules(game, draws, rules, sizes.mixed === true),
    })),
  };
}

function average(utilities: readonly (readonly (readonly Fraction[])[])[]): Fraction[][] {
  return utilities[0]!.map((row, a) =>
    row.map((_, y) => utilities.reduce((all, one) => all.add(one[a]![y]!), zero).div(utilities.length)),
  );
}

function randomRules(game: Game, draws: Draws, count: number, mixed: boolean): Rule[] {
  const entries = game.xB.length * historyCount(game);
  return Array.from({ length: count }, (_, i) => ({
    name: `rule ${i}`,
    says: Array.from({ length: entries }, () =>
      mixed && draws.whole(0, 1) === 1 ? coarse(draws, game.messages.bob) : draws.whole(0, game.messages.bob - 1),
    ),
  }));
}

/** A distribution in halves, so that products over Bobs and rounds keep small denominators. */
function coarse(draws: Draws, size: number): Fraction[] {
  const result = Array.from({ length: size }, () => zero);
  for (let half = 0; half < 2; half++) {
    const at = draws.whole(0, size - 1);
    result[at] = result[at]!.add(new Fraction(1, 2));
  }
  return result;
}
