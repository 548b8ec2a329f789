/**
 * What a Bob shows when it is his turn in best-response dynamics: his best profitable deviation, or the profitable one
 * of lowest rank. From tables of all best responses where there are any, else scheme by scheme.
 */
import { TooLargeError } from '../errors.ts';
import { answered, type Steps } from '../steps.ts';
import type { DeviationAnswers, Extreme } from './deviations.ts';
import type { Market, Scheme } from './market.ts';
import type { Shown } from './profile.ts';
import { totalsOf } from './scheme.ts';

/** Answers by what the Bob is to have; from `alice` up to the Alice total of the scheme found it stays the one meant. */
type Known = Map<number, { readonly alice: number; readonly shown: Shown }[]>;

export class Responder {
  readonly rank: Extreme;
  /** Schemes made one by one so far. */
  made = 0;
  /** Turns between two breaths. */
  readonly turns: number;
  private readonly market: Market;
  private readonly deviations: DeviationAnswers;
  private readonly known: Known[] = [];
  private readonly tables: DeviationAnswers['responses'];

  /** @param best whether Bobs move to best deviations, or to the first ones that are profitable */
  constructor(market: Market, deviations: DeviationAnswers, best: boolean, rank: Extreme) {
    this.market = market;
    this.deviations = deviations;
    this.rank = rank;
    this.tables = best ? deviations.responses : undefined;
    this.turns = this.tables ? 2 ** 14 : 1;
  }

  /** Makes what the players' answers need. @returns false where that is too much */
  *prepare(players: readonly number[]): Steps<boolean> {
    try {
      for (const player of players) {
        if (this.tables) yield* this.tables.prepare(player, this.rank);
        else if (this.deviations.prepare) yield* this.deviations.prepare(player);
      }
      return true;
    } catch (error) {
      if (error instanceof TooLargeError) return false;
      throw error;
    }
  }

  /** The most that the player can get while Alice gets at least `alice`; -1 where no scheme gives her as much. */
  best(player: number, alice: number): number | Steps<number> {
    return (this.tables ?? this.deviations).best(player, alice);
  }

  /** A scheme that leaves Alice at least `alice` and him at least `own`; from tables `own` is the most. */
  show(player: number, alice: number, own: number): Shown | Steps<Shown> {
    return this.tables ? this.tables.shown(player, alice, this.rank) : this.make(player, alice, own);
  }

  private *make(player: number, alice: number, own: number): Steps<Shown> {
    this.known[player] ??= new Map();
    const before = this.known[player].get(own) ?? [];
    const known = before.find((one) => one.alice <= alice && alice <= one.shown.totals[0]!);
    if (known) return known.shown;
    this.made++;
    const scheme = (yield* answered(this.deviations.scheme(player, alice, own, this.rank)))!;
    const shown = { totals: totalsOf(this.market, scheme) };
    this.known[player].set(own, [...before, { alice, shown }]);
    return shown;
  }

  /** The schemes that the player showed, given their totals. */
  *schemes(player: number, shown: readonly Shown[]): Steps<Scheme[]> {
    // What was found for some Alice total is found for its own as well.
    if (this.tables)
      return yield* this.tables.schemes(
        player,
        shown.map(({ totals }) => totals[0]!),
      );
    const schemes: Scheme[] = [];
    for (const { totals } of shown) {
      schemes.push((yield* answered(this.deviations.scheme(player, totals[0]!, totals[player]!, this.rank)))!);
      yield;
    }
    return schemes;
  }
}
