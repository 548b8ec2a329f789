/** Plays every profile of a game, shared over the pool's workers, and reads totals back as exact utilities. */
import Fraction from 'fraction.js';
import { TooLargeError } from '../errors.ts';
import type { Straightforward } from '../kernel/conversation.ts';
import type { Pool } from '../kernel/pool.ts';
import type { IntegerGame } from './integers.ts';

export interface PlayOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly straightforward?: Straightforward | undefined;
  /** Keep the induced distributions as well. */
  readonly induced?: boolean | undefined;
}

/** All profiles' totals, by rank (Bob 1's rule varying slowest). */
export interface Played {
  readonly counts: readonly number[];
  readonly profiles: number;
  /** By player, Alice first: [profile]. Integers, unless Alice plays quantal response. */
  readonly totals: readonly Float64Array[];
  /** [profile × action × state], where asked for. */
  readonly induced: Float64Array;
}

/** Profiles a part: well under 50 ms each for the games that are allowed. */
const PART_SECONDS = 0.02;
/** Steps of the innermost loop a second, measured low. */
const STEPS_A_SECOND = 1e8;
/** Longer runs are refused. */
const MOST_SECONDS = 600;

/** Innermost steps of one profile: features of Alice × message vectors × answers at every round × features × actions. */
function stepsOf({ shared: s, deterministic }: IntegerGame, quantal: boolean): number {
  const all = s.messagesB ** s.bobs;
  const answers = deterministic ? Math.min(all, s.featuresB) : all;
  const branches = (quantal ? 1 : s.messagesA ** s.bobs) * answers;
  return s.featuresA * branches ** s.rounds * s.featuresB * (s.actions + s.bobs + s.states);
}

/**
 * Plays every profile.
 * @throws TooLargeError where it would take longer than ten minutes of one thread, with the estimate.
 */
export async function playAll(game: IntegerGame, pool: Pool, options: PlayOptions = {}): Promise<Played> {
  const { counts } = game;
  const profiles = counts.reduce((product, count) => product * count, 1);
  const shared = { ...game.shared, straightforward: options.straightforward, induced: options.induced };
  const steps = stepsOf(game, options.straightforward !== undefined);
  const seconds = (profiles * steps) / STEPS_A_SECOND;
  if (seconds > MOST_SECONDS)
    throw new TooLargeError(
      `playing ${profiles} profiles would take about ${Math.ceil(seconds / 60)} minutes of one thread: list fewer rules, or use fewer rounds or messages`,
    );
  const size = Math.max(1, Math.min(4096, Math.floor((PART_SECONDS * STEPS_A_SECOND) / steps)));
  const parts = Array.from({ length: Math.ceil(profiles / size) }, (_, i) => ({
    first: i * size,
    count: Math.min(size, profiles - i * size),
  }));
  const players = 1 + game.shared.bobs;
  const totals = Array.from({ length: players }, () => new Float64Array(profiles));
  const cells = game.shared.actions * game.shared.states;
  const induced = new Float64Array(options.induced ? profiles * cells : 0);
  await pool.map('profiles', shared, parts, {
    signal: options.signal,
    seconds,
    onPart(done, result, index) {
      const { first, count } = parts[index]!;
      for (let p = 0; p < count; p++)
        for (let player = 0; player < players; player++)
          totals[player]![first + p] = result.payoffs[p * players + player]!;
      induced.set(result.induced, first * (options.induced ? cells : 0));
      options.onProgress?.(done, parts.length);
    },
  });
  return { counts, profiles, totals, induced };
}

/** An exact total of player `player` (0: Alice) as an expected utility. */
export function utilityOf(game: IntegerGame, player: number, total: number): Fraction {
  return new Fraction(BigInt(total), game.units[player]!);
}

/** Each Bob's rule in the profile of rank `rank`. */
export function rulesOf(counts: readonly number[], rank: number): number[] {
  const rules: number[] = new Array(counts.length);
  for (let bob = counts.length - 1, rest = rank; bob >= 0; bob--) {
    rules[bob] = rest % counts[bob]!;
    rest = Math.floor(rest / counts[bob]!);
  }
  return rules;
}

/** Ranks between two rules of each Bob that follow one another. */
export function strides(counts: readonly number[]): number[] {
  const result: number[] = new Array(counts.length);
  for (let bob = counts.length - 1, stride = 1; bob >= 0; bob--) {
    result[bob] = stride;
    stride *= counts[bob]!;
  }
  return result;
}
