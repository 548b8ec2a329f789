/**
 * Best-AI selection on general conversation rules (Definitions 16 and 17): Alice talks to the one Bob whose rule brings
 * her most, the lowest index on ties, and Theorem 6 bounds her worst equilibrium.
 */
import Fraction from 'fraction.js';
import type { Pool } from '../kernel/pool.ts';
import type { Stop } from '../pause.ts';
import { type Equilibria, pureEquilibria } from './equilibria.ts';
import type { Game, Rule } from './game.ts';
import { integerGame } from './integers.ts';
import { playAlone } from './leader.ts';
import { type Outcomes, totalAt } from './profiles.ts';
import { strategies } from './rules.ts';

export interface SelectionAnalysis {
  readonly lists: readonly (readonly Rule[])[];
  readonly counts: readonly number[];
  readonly equilibria: Equilibria;
  /** By profile: the selected Bob. */
  readonly selected: Uint8Array | Uint16Array;
  /** Expected utility of a player (0: Alice) in a profile. */
  utility(player: number, profile: number): Fraction;
}

/** Plays every profile of the selection game: each rule is played once, alone. */
export async function analyseSelection(game: Game, pool: Pool, options: Stop = {}): Promise<SelectionAnalysis> {
  const lists = strategies(game);
  const counts = lists.map((rules) => rules.length);
  const rules = [...new Set(lists.flat())];
  const numbers = new Map(rules.map((rule, i) => [rule, i]));
  const integers = integerGame(game, lists);
  const alone = await playAlone(game, integers, rules, pool, options);
  const outcomes = lists.map((list) => Uint32Array.from(list, (rule) => alone.ids[numbers.get(rule)!]!));
  const profiles = counts.reduce((product, count) => product * count, 1);
  const selected = lists.length > 256 ? new Uint16Array(profiles) : new Uint8Array(profiles);
  const ids = new Uint32Array(profiles);
  const alice = alone.totals[0]!;
  let profile = 0;
  /** The Bobs before `bob` have chosen; `best` is whom Alice would select among them, and `id` what he leads to. */
  const choose = (bob: number, best: number, id: number): void => {
    if (bob === lists.length) {
      selected[profile] = best;
      ids[profile++] = id;
      return;
    }
    for (const own of outcomes[bob]!)
      if (bob === 0 || alice[own]! > alice[id]!) choose(bob + 1, bob, own);
      else choose(bob + 1, best, id);
  };
  choose(0, 0, 0);
  const made: Outcomes = { counts, ids, totals: alone.totals };
  return {
    ...{ lists, counts, selected },
    equilibria: pureEquilibria(made),
    utility: (player, profile) =>
      new Fraction(BigInt(totalAt(made, player, profile)), alone.game.mass * (integers.units[player]! / integers.mass)),
  };
}
