/**
 * What a Bob shows when it is his turn in best-response dynamics: his best profitable deviation, or the profitable one
 * of lowest rank. From tables of all best responses where there are any, else scheme by scheme.
 */
import { TooLargeError } from '../errors.ts';
import { TableGame } from '../kernel/play.ts';
import type { Extreme } from '../kernel/responses.ts';
import { answered, type Steps } from '../steps.ts';
import type { DeviationAnswers } from './deviations.ts';
import type { Market, Scheme } from './market.ts';
import {
  firstSelected,
  GIVEN_UP,
  NONE,
  type Order,
  type PlayRules,
  play,
  type SchemeMaker,
  type Trajectory,
} from './play.ts';
import type { ShownSchemes } from './profile.ts';
import type { ResponseTables } from './response-tables.ts';
import { totalsOf } from './scheme.ts';

/** Schemes that players show are numbered, for each player by himself. */
export interface Responder extends ShownSchemes {
  /** Makes what the players' answers need. @returns false where that is too much */
  prepare(players: readonly number[]): Steps<boolean>;
  /** Plays until a round passes without a move, or until `late` says so. */
  play(rules: PlayRules, next: Order, listed: number): Steps<Trajectory>;
  /** The schemes of the player with these numbers. */
  schemes(player: number, shown: readonly number[]): Steps<Scheme[]>;
  release(): void;
}

/** @param best whether Bobs move to best deviations, or to the first ones that are profitable */
export function responder(market: Market, deviations: DeviationAnswers, best: boolean, rank: Extreme): Responder {
  const tables = best ? deviations.responses : undefined;
  return tables ? new FromTables(tables, market, rank) : new OneByOne(market, deviations, best, rank);
}

class FromTables implements Responder {
  private readonly tables: ResponseTables;
  private readonly most: number;
  private readonly players: number;
  /** Where the totals of the rank begin among those of a response. */
  private readonly from: number;
  private game: TableGame | undefined;

  constructor(tables: ResponseTables, { most, gains }: Market, rank: Extreme) {
    this.tables = tables;
    this.most = most[0]!;
    this.players = gains.length;
    this.from = rank === 'lowest' ? 0 : gains.length;
  }

  *prepare(players: readonly number[]): Steps<boolean> {
    yield* this.tables.prepare(players);
    return true;
  }

  /** Beyond the table's reach not all: as much as his monopoly scheme gives is shown already by who might ask. */
  best(player: number, alice: number): number {
    if (alice > this.most) return -1;
    const { at } = this.tables.of(player);
    return this.total(player, at[Math.min(this.most - alice, at.length - 1)]!, player);
  }

  total(player: number, shown: number, of: number): number {
    return this.tables.of(player).totals[2 * this.players * shown + this.from + of]!;
  }

  *play({ players, ties, late }: PlayRules, next: Order, listed: number): Steps<Trajectory> {
    const size = 2 * this.players;
    const { from } = this;
    const tables = players.map((player) => this.tables.of(player));
    // The monopoly scheme is the last of a player's responses.
    const shown = tables.map(({ totals }) => totals.length / size - 1);
    const alice = players.map((player, place) => this.total(player, shown[place]!, 0));
    const selected = firstSelected(alice);
    const shape = { players, tables, size, most: this.most, index: ties === 'index' };
    this.game ??= new TableGame(this.tables.kernel, shape);
    const played = yield* this.game.play({ shown, selected, from }, next, Math.max(0, listed - 1), late);
    const moves = [{ place: selected, shown: shown[selected]! }];
    for (let i = 0; i < played.moves.length; i += 2)
      moves.push({ place: played.moves[i]!, shown: played.moves[i + 1]! });
    const end = { players, shown: played.shown, alice: played.alice, selected: played.selected };
    return { moves: moves.slice(0, listed), count: played.count + 1, end, ended: played.ended };
  }

  schemes(player: number, shown: readonly number[]): Steps<Scheme[]> {
    return this.tables.schemes(player, shown);
  }

  release(): void {
    this.game?.release();
    this.game = undefined;
  }
}

/** A scheme that was the answer for some Alice total stays it up to its own. */
interface Known {
  readonly alice: number;
  readonly shown: number;
}

/** Schemes that are made one by one, times states. */
const MOST_WORK = 2 ** 22;

class OneByOne implements Responder, SchemeMaker {
  private made = 0;
  private readonly market: Market;
  private readonly deviations: DeviationAnswers;
  private readonly bestOnes: boolean;
  private readonly rank: Extreme;
  /** By player, by number: the scheme, and its totals by player. */
  private readonly shown: { readonly scheme: Scheme; readonly totals: readonly number[] }[][];
  /** By player: answers by what he is to have. */
  private readonly known: Map<number, Known[]>[];

  constructor(market: Market, deviations: DeviationAnswers, best: boolean, rank: Extreme) {
    this.market = market;
    this.deviations = deviations;
    this.bestOnes = best;
    this.rank = rank;
    this.shown = market.gains.map(() => []);
    this.known = market.gains.map(() => new Map());
  }

  *prepare(players: readonly number[]): Steps<boolean> {
    try {
      if (this.deviations.prepare) for (const player of players) yield* this.deviations.prepare(player);
      return true;
    } catch (error) {
      if (error instanceof TooLargeError) return false;
      throw error;
    }
  }

  best(player: number, alice: number): number | Steps<number> {
    return this.deviations.best(player, alice);
  }

  total(player: number, shown: number, of: number): number {
    return this.shown[player]![shown]!.totals[of]!;
  }

  play(rules: PlayRules, next: Order, listed: number): Steps<Trajectory> {
    return play(this, rules, next, listed);
  }

  *start(player: number): Steps<number> {
    return yield* this.show(player, 0, yield* answered(this.best(player, 0)));
  }

  *deviation(player: number, alice: number, current: number): Steps<number> {
    const most = yield* answered(this.best(player, alice));
    if (most <= current) return NONE;
    if (this.made * this.market.states.length > MOST_WORK) return GIVEN_UP;
    return yield* this.show(player, alice, this.bestOnes ? most : current + 1);
  }

  /** A scheme that leaves Alice at least `alice` and him at least `own`. */
  private *show(player: number, alice: number, own: number): Steps<number> {
    const before = this.known[player]!.get(own) ?? [];
    const known = before.find((one) => one.alice <= alice && alice <= this.total(player, one.shown, 0));
    if (known) return known.shown;
    this.made++;
    const scheme = (yield* answered(this.deviations.scheme(player, alice, own, this.rank)))!;
    const shown = this.shown[player]!.push({ scheme, totals: totalsOf(this.market, scheme) }) - 1;
    this.known[player]!.set(own, [...before, { alice, shown }]);
    return shown;
  }

  *schemes(player: number, shown: readonly number[]): Steps<Scheme[]> {
    yield;
    return shown.map((one) => this.shown[player]![one]!.scheme);
  }

  release(): void {}
}
