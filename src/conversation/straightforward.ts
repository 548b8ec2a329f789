/**
 * Straightforward talk on finite message sets (Definition 10): Alice's message is the number of her belief vector among
 * all those that she can hold at that round in any profile of the game, in ascending order. With as many messages as
 * vectors nothing is lost.
 */
import { InputError, TooLargeError } from '../errors.ts';
import type { ProfilesShared } from '../kernel/conversation.ts';
import { Pause, type Stop } from '../pause.ts';
import type { Game, Rule } from './game.ts';
import { integerGame } from './integers.ts';
import { rulesOf } from './profiles.ts';

/** Belief vectors by round, ascending; in units of utility. */
export type Beliefs = readonly (readonly Float64Array[])[];

/** A moment of a straightforward conversation: before Alice speaks in `round`, or at the end. */
export interface Moment {
  readonly xA: number;
  readonly round: number;
  /** Weight of each x_B given the messages so far. */
  readonly weights: Float64Array;
  /** Alice's belief vector. */
  readonly belief: Float64Array;
}

/** Profiles explored to number the beliefs of later rounds, which takes far longer than the first round's. */
const MOST_EXPLORED = 20_000;

/** Two belief vectors in ascending order. */
export function compareBeliefs(a: Float64Array, b: Float64Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}

function beliefAt(shared: ProfilesShared, xA: number, weights: Float64Array): Float64Array | null {
  const { featuresB, actions, gain, mass } = shared;
  let all = 0;
  const totals = new Float64Array(actions);
  for (let x = 0; x < featuresB; x++) {
    const cell = xA * featuresB + x;
    all += weights[x]! * mass[cell]!;
    for (let a = 0; a < actions; a++) totals[a]! += weights[x]! * gain[cell * actions + a]!;
  }
  return all === 0 ? null : totals.map((total) => total / all);
}

/**
 * Every moment of the conversations of one profile, up to `rounds` rounds.
 * @param rules each Bob's rule, counted over all Bobs' lists
 */
export function* moments(shared: ProfilesShared, rules: readonly number[], beliefs: Beliefs, rounds: number) {
  const { featuresA, featuresB, messagesA, messagesB, histories, firstHistory, rules: table } = shared;
  function* from(xA: number, round: number, weights: Float64Array, before: readonly number[]): Generator<Moment> {
    const belief = beliefAt(shared, xA, weights);
    if (!belief) return;
    yield { xA, round, weights, belief };
    if (round === rounds) return;
    const message = beliefs[round]!.findIndex((one) => compareBeliefs(one, belief) === 0);
    const after = before.map((history) => history * messagesA + message);
    let open = [{ weights, next: [] as number[] }];
    rules.forEach((rule, bob) => {
      open = open.flatMap(({ weights: now, next }) =>
        Array.from({ length: messagesB }, (_, answer) => ({
          weights: now.map((weight, x) => {
            const row = (rule * featuresB + x) * histories + firstHistory[round]! + after[bob]!;
            return weight * table[row * messagesB + answer]!;
          }),
          next: [...next, after[bob]! * messagesB + answer],
        })).filter((one) => one.weights.some((weight) => weight > 0)),
      );
    });
    for (const one of open) yield* from(xA, round + 1, one.weights, one.next);
  }
  const start = rules.map(() => 0);
  for (let xA = 0; xA < featuresA; xA++) yield* from(xA, 0, new Float64Array(featuresB).fill(1), start);
}

/**
 * Numbers Alice's beliefs over all profiles of `lists`, and over each rule of `alone` with one Bob.
 * @throws InputError where a round has more beliefs than Alice has messages.
 * @throws TooLargeError where several rounds and many profiles would have to be explored.
 */
export async function numberBeliefs(
  game: Game,
  lists: readonly (readonly Rule[])[],
  alone: readonly Rule[],
  stop: Stop = {},
): Promise<Beliefs> {
  const all = integerGame(game, lists).shared;
  const single = integerGame({ ...game, bobs: [{ name: 'alone', utility: game.alice, rules: alone }] }, [alone]).shared;
  const counts = lists.map((rules) => rules.length);
  const profiles = counts.reduce((product, count) => product * count, 1);
  if (game.rounds > 1 && profiles > MOST_EXPLORED)
    throw new TooLargeError(
      `straightforward talk of ${game.rounds} rounds is explored for at most ${MOST_EXPLORED} profiles, the game has ${profiles}: list fewer rules`,
    );
  const pause = new Pause(stop);
  const beliefs: Float64Array[][] = [];
  for (let round = 0; round < game.rounds; round++) {
    const found = new Map<string, Float64Array>();
    const visit = (shared: ProfilesShared, rules: readonly number[]) => {
      for (const moment of moments(shared, rules, beliefs, round))
        if (moment.round === round) found.set(moment.belief.join(), moment.belief);
    };
    // Before anybody has spoken, beliefs are the same in every profile.
    for (let rank = 0; rank < (round === 0 ? 1 : profiles); rank++) {
      if (pause.due) await pause.breathe();
      visit(
        all,
        rulesOf(counts, rank).map((rule, bob) => all.firstRule[bob]! + rule),
      );
    }
    if (round > 0) for (const rule of alone.keys()) visit(single, [rule]);
    if (found.size > game.messages.alice)
      throw new InputError(
        `straightforward talk needs $.messages.alice to be at least ${found.size}, Alice's possible beliefs in round ${round + 1}, got ${game.messages.alice}`,
      );
    beliefs.push([...found.values()].sort(compareBeliefs));
  }
  return beliefs;
}

/** The beliefs as the kernel reads them. */
export function packedBeliefs(beliefs: Beliefs, lambda: number) {
  const firstBelief = [0];
  for (const round of beliefs) firstBelief.push(firstBelief.at(-1)! + round.length);
  return {
    lambda,
    firstBelief: Int32Array.from(firstBelief),
    beliefs: Float64Array.from(beliefs.flat().flatMap((belief) => [...belief])),
  };
}
