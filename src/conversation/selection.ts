/**
 * Best-AI selection on general conversation rules (Definitions 16 and 17): Alice talks to the one Bob whose rule brings
 * her most, the lowest index on ties, and Theorem 6 bounds her worst equilibrium.
 */
import Fraction from 'fraction.js';
import type { Pool } from '../kernel/pool.ts';
import { type Equilibria, pureEquilibria } from './equilibria.ts';
import type { Game, Rule } from './game.ts';
import { integerGame } from './integers.ts';
import { playAlone } from './leader.ts';
import { rulesOf } from './profiles.ts';
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
export async function analyseSelection(
  game: Game,
  pool: Pool,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<SelectionAnalysis> {
  const lists = strategies(game);
  const counts = lists.map((rules) => rules.length);
  const rules = [...new Set(lists.flat())];
  const numbers = new Map(rules.map((rule, i) => [rule, i]));
  const played = lists.map((list) => list.map((rule) => numbers.get(rule)!));
  const integers = integerGame(game, lists);
  const { totals, game: alone } = await playAlone(game, integers, rules, pool, options);
  const profiles = counts.reduce((product, count) => product * count, 1);
  const selected = lists.length > 256 ? new Uint16Array(profiles) : new Uint8Array(profiles);
  const chosen = new Int32Array(profiles);
  for (let profile = 0; profile < profiles; profile++) {
    let best = -1;
    rulesOf(counts, profile).forEach((rule, bob) => {
      const number = played[bob]![rule]!;
      if (best >= 0 && totals[0]![number]! <= totals[0]![best]!) return;
      best = number;
      selected[profile] = bob;
    });
    chosen[profile] = best;
  }
  const byProfile = totals.map((values) => Float64Array.from(chosen, (rule) => values[rule]!));
  return {
    ...{ lists, counts, selected },
    equilibria: pureEquilibria(counts, byProfile[0]!, byProfile.slice(1)),
    utility: (player, profile) =>
      new Fraction(BigInt(byProfile[player]![profile]!), alone.mass * (integers.units[player]! / integers.mass)),
  };
}
