/**
 * What a Bob shows when it is his turn in best-response dynamics: his best profitable deviation, or the profitable one
 * of lowest rank. From tables of all best responses where there are any, else scheme by scheme.
 */
import { TooLargeError } from '../errors.ts';
import type { Extreme } from '../kernel/responses.ts';
import type { Steps } from '../steps.ts';
import type { DeviationAnswers } from './deviations.ts';
import type { Market, Scheme } from './market.ts';
import type { ShownSchemes } from './profile.ts';
import type { ResponseTables } from './response-tables.ts';
import { totalsOf } from './scheme.ts';

/** Schemes that players show are numbered, for each player by himself. */
export interface Responder extends ShownSchemes {
  /** Schemes made one by one so far. */
  readonly made: number;
  /** Turns between two breaths. */
  readonly turns: number;
  /** Makes what the players' answers need. @returns false where that is too much */
  prepare(players: readonly number[]): Steps<boolean>;
  /** The player's monopoly scheme. */
  start(player: number): number;
  /** A scheme that leaves Alice at least `alice` and him at least `own`. */
  show(player: number, alice: number, own: number): number;
  /** The schemes of the player with these numbers. */
  schemes(player: number, shown: readonly number[]): Steps<Scheme[]>;
}

/** @param best whether Bobs move to best deviations, or to the first ones that are profitable */
export function responder(market: Market, deviations: DeviationAnswers, best: boolean, rank: Extreme): Responder {
  const tables = best ? deviations.responses : undefined;
  return tables ? new FromTables(tables, market, rank) : new OneByOne(market, deviations, rank);
}

class FromTables implements Responder {
  readonly made = 0;
  readonly turns = 2 ** 14;
  private readonly tables: ResponseTables;
  private readonly most: number;
  private readonly players: number;
  /** Where the totals of the rank begin among those of a response. */
  private readonly half: number;
  /** By player: the response to each deficit, and totals by response (kernel/responses.ts). */
  private readonly at: Int32Array[] = [];
  private readonly totals: Int32Array[] = [];

  constructor(tables: ResponseTables, { most, gains }: Market, rank: Extreme) {
    this.tables = tables;
    this.most = most[0]!;
    this.players = gains.length;
    this.half = rank === 'lowest' ? 0 : gains.length;
  }

  *prepare(players: readonly number[]): Steps<boolean> {
    yield* this.tables.prepare(players);
    for (const player of players) {
      const { at, totals } = this.tables.of(player);
      this.at[player] = at;
      this.totals[player] = totals;
    }
    return true;
  }

  /** Beyond the table's reach not all: as much as his monopoly scheme gives is shown already by who might ask. */
  best(player: number, alice: number): number {
    if (alice > this.most) return -1;
    return this.total(player, this.show(player, alice), player);
  }

  total(player: number, shown: number, of: number): number {
    return this.totals[player]![2 * this.players * shown + this.half + of]!;
  }

  start(player: number): number {
    return this.totals[player]!.length / (2 * this.players) - 1;
  }

  show(player: number, alice: number): number {
    const at = this.at[player]!;
    return at[Math.min(this.most - alice, at.length - 1)]!;
  }

  schemes(player: number, shown: readonly number[]): Steps<Scheme[]> {
    return this.tables.schemes(player, shown);
  }
}

/** A scheme that was the answer for some Alice total stays it up to its own. */
interface Known {
  readonly alice: number;
  readonly shown: number;
}

class OneByOne implements Responder {
  readonly turns = 1;
  made = 0;
  private readonly market: Market;
  private readonly deviations: DeviationAnswers;
  private readonly rank: Extreme;
  /** By player, by number: totals by player. */
  private readonly shown: (readonly number[])[][];
  /** By player: answers by what he is to have. */
  private readonly known: Map<number, Known[]>[];

  constructor(market: Market, deviations: DeviationAnswers, rank: Extreme) {
    this.market = market;
    this.deviations = deviations;
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

  best(player: number, alice: number): number {
    return this.deviations.best(player, alice);
  }

  total(player: number, shown: number, of: number): number {
    return this.shown[player]![shown]![of]!;
  }

  start(player: number): number {
    return this.show(player, 0, this.best(player, 0));
  }

  show(player: number, alice: number, own: number): number {
    const before = this.known[player]!.get(own) ?? [];
    const known = before.find((one) => one.alice <= alice && alice <= this.total(player, one.shown, 0));
    if (known) return known.shown;
    this.made++;
    const scheme = this.deviations.scheme(player, alice, own, this.rank)!;
    const shown = this.shown[player]!.push(totalsOf(this.market, scheme)) - 1;
    this.known[player]!.set(own, [...before, { alice, shown }]);
    return shown;
  }

  *schemes(player: number, shown: readonly number[]): Steps<Scheme[]> {
    const schemes: Scheme[] = [];
    for (const one of shown) {
      const [alice, own] = [this.total(player, one, 0), this.total(player, one, player)];
      schemes.push(this.deviations.scheme(player, alice, own, this.rank)!);
      yield;
    }
    return schemes;
  }
}
