/** Best-response dynamics turn by turn (Definition 16), one order of turns at a time. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Steps } from '../steps.ts';
import type { TieRule } from './enumerate.ts';
import { needed, type Profile, type ShownSchemes } from './profile.ts';

/** Gives the Bobs' places in the committee in the order of the next round's turns; valid until the next call. */
export type Order = () => readonly number[];

/** Orders drawn anew each round; a seed and the number of a run fix them. */
export function randomOrder(places: readonly number[], seed: number, run: number): Order {
  const generator = xoroshiro128plus(Math.imul(seed, 0x9e3779b1) ^ run);
  const order = [...places];
  return () => {
    for (let i = 0; i < order.length; i++) order[i] = places[i]!;
    for (let i = order.length - 1; i > 0; i--) {
      const j = uniformInt(generator, 0, i);
      const other = order[i]!;
      order[i] = order[j]!;
      order[j] = other;
    }
    return order;
  };
}

/** The Bob at `place` in the committee shows scheme number `shown` and is selected. */
export interface Move {
  readonly place: number;
  readonly shown: number;
}

export interface PlayRules {
  /** By place: the player. */
  readonly players: readonly number[];
  readonly ties: TieRule;
  readonly late: () => boolean;
}

export interface Trajectory {
  /** The first ones, the start among them, and how many there were. */
  readonly moves: readonly Move[];
  readonly count: number;
  readonly end: Profile;
  /** False where time or work ran out: `end` is then the profile so far. */
  readonly ended: boolean;
}

/** Where a Bob has no profitable deviation, and where too many schemes were made already to find one. */
export const NONE = -1;
export const GIVEN_UP = -2;

/** Makes schemes one by one, and numbers them. */
export interface SchemeMaker extends ShownSchemes {
  /** The player's monopoly scheme. */
  start(player: number): Steps<number>;
  /** The scheme to which he moves where it must leave Alice at least `alice` and him more than `current`, or NONE, or GIVEN_UP. */
  deviation(player: number, alice: number, current: number): Steps<number>;
}

/** The place of the Bob whom Alice selects at the start, given what each offers her. */
export function firstSelected(alice: readonly number[]): number {
  return alice.reduce((one, total, place) => (total > alice[one]! ? place : one), 0);
}

/** Plays until a round passes without a move. It ends: every change of the selected Bob raises the runner-up's total. */
export function* play(
  schemes: SchemeMaker,
  { players, ties, late }: PlayRules,
  next: Order,
  listed: number,
): Steps<Trajectory> {
  const shown: number[] = [];
  for (const player of players) shown.push(yield* schemes.start(player));
  const alice = players.map((player, place) => schemes.total(player, shown[place]!, 0));
  const profile = { players, shown, alice, selected: firstSelected(alice) };
  const moves: Move[] = [];
  let count = 0;
  const note = (place: number) => {
    if (count++ < listed) moves.push({ place, shown: shown[place]! });
  };
  const trajectory = (ended: boolean) => ({ moves, count, end: profile, ended });
  note(profile.selected);
  for (let moved = true; moved; ) {
    moved = false;
    for (const place of next()) {
      yield;
      if (late()) return trajectory(false);
      const player = players[place]!;
      const current = schemes.total(players[profile.selected]!, shown[profile.selected]!, player);
      const found = yield* schemes.deviation(player, needed(profile, place, ties), current);
      if (found === GIVEN_UP) return trajectory(false);
      if (found === NONE) continue;
      shown[place] = found;
      alice[place] = schemes.total(player, found, 0);
      profile.selected = place;
      moved = true;
      note(place);
    }
  }
  return trajectory(true);
}
