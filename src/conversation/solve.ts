/** The whole analysis of a game by sections 2 and 3. */
import Fraction from 'fraction.js';
import { InputError } from '../errors.ts';
import { show, showAll } from '../input/show.ts';
import type { Pool } from '../kernel/pool.ts';
import { check, type Stop } from '../pause.ts';
import { type GameAlignment, gameAlignment } from './alignment.ts';
import { type Equilibria, pureEquilibria } from './equilibria.ts';
import type { Game, Rule } from './game.ts';
import { checkInduced, type InducedCheck } from './induced.ts';
import { type IntegerGame, integerGame } from './integers.ts';
import { type AlignedLeader, alignedLeader, playAlone } from './leader.ts';
import { type Played, playAll, totalAt } from './profiles.ts';
import { strategies } from './rules.ts';

export interface SolveGameOptions extends Stop {
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** The reference rule of Definition 9, by name; default: the aligned leader's. */
  readonly reference?: string | undefined;
  /** The profile to show in full, a rule's name a Bob; default: the worst equilibrium. */
  readonly profile?: readonly string[] | undefined;
  /** Transcripts to draw from that profile. */
  readonly sample?: number | undefined;
  readonly seed?: number | undefined;
}

/** A game with its strategies listed and every profile played. */
export interface SolvedGame {
  readonly game: Game;
  readonly lists: readonly (readonly Rule[])[];
  readonly integers: IntegerGame;
  readonly played: Played;
  readonly equilibria: Equilibria;
  readonly leader: AlignedLeader;
  readonly reference: Rule;
  /** U_A(reference), talking to it alone. */
  readonly referenceUtility: Fraction;
  readonly induced: InducedCheck;
  /** Weights on the simplex, then in the cone (Remark 2). */
  readonly alignments: readonly GameAlignment[];
}

/** The rule called `name` among the strategies of `bob`, or of any Bob. @throws InputError where there is none. */
export function ruleNamed(lists: readonly (readonly Rule[])[], name: string, what: string): Rule {
  const rules = [...new Set(lists.flat())];
  const found = rules.find((rule) => rule.name === name);
  if (found) return found;
  throw new InputError(
    `${what} must be the name of a rule, got ${show(name)} (there are ${showAll(rules.map((rule) => rule.name))})`,
  );
}

/**
 * Plays the whole game.
 * @throws TooLargeError, with the count, where there are too many profiles; InputError for unknown rule names;
 * TimeUpError past the deadline.
 */
export async function analyseGame(game: Game, pool: Pool, options: SolveGameOptions = {}): Promise<SolvedGame> {
  const { signal, deadline, onProgress } = options;
  const stop = { signal, deadline };
  const lists = strategies(game);
  check(stop);
  if (options.profile) namedRules(game, lists, options.profile);
  const integers = integerGame(game, lists);
  const leader = await alignedLeader(game, pool, stop);
  const reference =
    options.reference === undefined
      ? leader.rule
      : ruleNamed([...lists, [leader.rule]], options.reference, '--reference');
  const played = await playAll(integers, pool, { ...stop, onProgress });
  check(stop);
  const equilibria = pureEquilibria(played);
  const alone = await playAlone(game, integers, [reference], pool, stop);
  return {
    ...{ game, lists, integers, played, equilibria, leader, reference },
    referenceUtility: new Fraction(
      BigInt(totalAt(alone, 0, 0)),
      alone.game.mass * (integers.units[0]! / integers.mass),
    ),
    induced: await checkInduced(game, lists, reference, { integers, played }, pool, stop),
    alignments: [gameAlignment(game, 'simplex'), gameAlignment(game, 'cone')],
  };
}

/** A rule a Bob, by name. @throws InputError for a wrong number of names or an unknown one. */
export function namedRules(game: Game, lists: readonly (readonly Rule[])[], profile: readonly string[]): Rule[] {
  if (profile.length !== game.bobs.length)
    throw new InputError(`--profile must name a rule for each of ${game.bobs.length} Bobs, got ${profile.length}`);
  return profile.map((name, bob) => ruleNamed([lists[bob]!], name, `--profile, ${show(game.bobs[bob]!.name)},`));
}
