/** A finite conversation game (section 2): features, states, prior, utilities, messages, rounds and the Bobs' rules. */
import Fraction from 'fraction.js';

/**
 * A Bob's conversation rule (Definition 3): what he says for each of his features and each private history. Entry
 * x_B · histories + history is a message, or a distribution over messages. Histories are numbered as in `historyCount`.
 */
export interface Rule {
  readonly name: string;
  readonly says: readonly (number | readonly Fraction[])[];
}

export interface Bob {
  readonly name: string;
  /** [action][y] */
  readonly utility: readonly (readonly Fraction[])[];
  /** His strategies: a list, or every deterministic rule. */
  readonly rules: readonly Rule[] | 'all';
}

export interface Game {
  readonly xA: readonly string[];
  readonly xB: readonly string[];
  readonly y: readonly string[];
  readonly actions: readonly string[];
  /** [x_A][x_B][y], summing to 1. */
  readonly prior: readonly (readonly (readonly Fraction[])[])[];
  /** Alice's utility, [action][y]. */
  readonly alice: readonly (readonly Fraction[])[];
  readonly bobs: readonly Bob[];
  /** Sizes of Alice's and of each Bob's message set. */
  readonly messages: { readonly alice: number; readonly bob: number };
  /** R, at least 1: in each, Alice speaks to every Bob and each answers. */
  readonly rounds: number;
  /** Quantal response, where asked for. */
  readonly lambda?: number | undefined;
}

export const zero = new Fraction(0);
export const one = new Fraction(1);

export function sum(values: Iterable<Fraction>): Fraction {
  let total = zero;
  for (const value of values) total = total.add(value);
  return total;
}

/**
 * Private histories that end with Alice's message, of round `round` (from 0): her and the Bob's messages in the order
 * spoken, the first varying slowest.
 */
export function historiesOfRound({ messages }: Game, round: number): number {
  return messages.alice ** (round + 1) * messages.bob ** round;
}

/** Number of the first history of each round, rounds one after the other; the last entry is the count of all. */
export function firstHistories(game: Game): number[] {
  const first = [0];
  for (let round = 0; round < game.rounds; round++) first.push(first[round]! + historiesOfRound(game, round));
  return first;
}

/** How many histories a rule answers. */
export const historyCount = (game: Game): number => firstHistories(game)[game.rounds]!;

/** P(x_A, x_B). */
export function featureMass({ prior }: Game, xA: number, xB: number): Fraction {
  return sum(prior[xA]![xB]!);
}

const knownGains = new WeakMap<Game['alice'], { prior: Game['prior']; gains: Fraction[][][] }>();

/** E[u_A(action, y) | x_A, x_B] · P(x_A, x_B), by [x_A][x_B][action]; made once for a prior and a utility. */
export function gains({ prior, alice }: Pick<Game, 'prior' | 'alice'>): readonly (readonly (readonly Fraction[])[])[] {
  const known = knownGains.get(alice);
  if (known && known.prior === prior) return known.gains;
  const made = prior.map((row) =>
    row.map((states) =>
      alice.map((utility) =>
        sum(states.flatMap((p, y) => (p.equals(0) || utility[y]!.equals(0) ? [] : [p.mul(utility[y]!)]))),
      ),
    ),
  );
  knownGains.set(alice, { prior, gains: made });
  return made;
}

/** Alice's first-best utility (Definition 2): what she gets where she sees x_A and x_B. */
export function firstBest(game: Game): Fraction {
  return sum(gains(game).flatMap((row) => row.map((values) => largest(values))));
}

/** Alice's utility where nobody speaks. */
export function silentUtility(game: Game): Fraction {
  return sum(gains(game).map((row) => largest(game.actions.map((_, a) => sum(row.map((values) => values[a]!))))));
}

/** The largest of non-empty `values`. */
export function largest(values: readonly Fraction[]): Fraction {
  return values.reduce((high, value) => (value.gt(high) ? value : high));
}
