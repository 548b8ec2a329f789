/** Best-response dynamics turn by turn (Definition 16), one order of turns at a time. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { TieRule } from './enumerate.ts';
import { needed, type Profile } from './profile.ts';
import type { Responder } from './responder.ts';

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
  readonly ties: TieRule;
  /** Whether Bobs move to their best profitable deviations, or to the first ones. */
  readonly best: boolean;
  /** How many moves to list, the start among them. */
  readonly listed: number;
  /** Schemes that may be made one by one. */
  readonly most: number;
}

/**
 * Plays until a round passes without a move. It ends: every change of the selected Bob raises the runner-up's total.
 */
export class Play {
  readonly profile: Profile;
  /** The first ones, the start among them; `count` has all. */
  readonly moves: Move[] = [];
  count = 0;
  private readonly responder: Responder;
  private readonly rules: PlayRules;
  private readonly next: Order;
  private order: readonly number[];
  private turn = 0;
  private moved = false;

  constructor(responder: Responder, players: readonly number[], next: Order, rules: PlayRules) {
    const shown = players.map((player) => responder.start(player));
    const alice = players.map((player, place) => responder.total(player, shown[place]!, 0));
    const selected = alice.reduce((one, total, place) => (total > alice[one]! ? place : one), 0);
    this.profile = { players, shown, alice, selected };
    this.responder = responder;
    this.rules = rules;
    this.next = next;
    this.order = next();
    this.note(selected);
  }

  private note(place: number): void {
    if (this.count++ < this.rules.listed) this.moves.push({ place, shown: this.profile.shown[place]! });
  }

  /** At most so many turns. @returns whether it has ended, or has to stop: too many schemes were made one by one */
  run(turns: number): 'ended' | 'stopped' | 'paused' {
    const { profile, responder } = this;
    const { players, shown, alice } = profile;
    const { ties, best, most } = this.rules;
    for (let left = turns; left > 0; left--) {
      if (this.turn === this.order.length) {
        if (!this.moved) return 'ended';
        this.moved = false;
        this.turn = 0;
        this.order = this.next();
      }
      const place = this.order[this.turn++]!;
      const player = players[place]!;
      const least = needed(profile, place, ties);
      const reached = responder.best(player, least);
      const current = responder.total(players[profile.selected]!, shown[profile.selected]!, player);
      if (reached <= current) continue;
      if (responder.made > most) return 'stopped';
      shown[place] = responder.show(player, least, best ? reached : current + 1);
      alice[place] = responder.total(player, shown[place]!, 0);
      profile.selected = place;
      this.moved = true;
      this.note(place);
    }
    return 'paused';
  }
}
