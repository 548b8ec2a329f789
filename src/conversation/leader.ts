/** One Bob alone with Alice: what each rule brings every player, and the aligned leader's best rule (Definition 8). */
import Fraction from 'fraction.js';
import type { Straightforward } from '../kernel/conversation.ts';
import type { Pool } from '../kernel/pool.ts';
import type { Stop } from '../pause.ts';
import { firstBest, type Game, type Rule } from './game.ts';
import { type IntegerGame, integerGame } from './integers.ts';
import { playAll, totalAt, totalsOf } from './profiles.ts';
import { allRules, commonRules, deterministicRules, reveal, strategies } from './rules.ts';

/** The same game with one Bob, whose strategies are `rules`. */
export function aloneGame(game: Game, rules: readonly Rule[]): Game {
  return { ...game, bobs: [{ name: 'alone', utility: game.alice, rules }] };
}

/** Outcomes of conversations with a single Bob, by rule. */
export interface Alone {
  readonly game: IntegerGame;
  /** By rule: the number of its outcome. */
  readonly ids: Uint32Array;
  /** By player of the full game, Alice first: [outcome], totals in `unit`s of that player. */
  readonly totals: readonly Float64Array[];
}

export interface AloneOptions extends Stop {
  readonly straightforward?: Straightforward | undefined;
}

/** Plays every rule of `rules` alone against Alice. */
export async function playAlone(
  game: Game,
  integers: IntegerGame,
  rules: readonly Rule[],
  pool: Pool,
  options: AloneOptions = {},
): Promise<Alone> {
  const alone = integerGame(aloneGame(game, rules), [rules]);
  const { ids, distributions } = await playAll(alone, pool, options);
  return { game: alone, ids, totals: integers.utilities.map((utility) => totalsOf(utility, distributions)) };
}

export interface AlignedLeader {
  readonly rule: Rule;
  /** U_A(C*). */
  readonly utility: Fraction;
  /** `all`: the best of all rules; `listed`: the best of those that some Bob has, all being too many. */
  readonly over: 'all' | 'listed';
  /** Every Bob has the rule among his strategies. */
  readonly common: boolean;
}

/** More deterministic rules than this are not searched for the aligned leader's. */
const MOST_LEADER_RULES = 2 ** 16;

/**
 * The aligned leader's rule: of those with the largest Alice utility the first, rules that every Bob has before others,
 * then in the order of the lists and by rank. Deterministic rules suffice for the maximum: Alice's best-response
 * utility is convex in the leader's mixed strategy.
 */
export async function alignedLeader(game: Game, pool: Pool, options: AloneOptions = {}): Promise<AlignedLeader> {
  const listed = [...new Set(strategies(game).flat())];
  const all = deterministicRules(game) <= BigInt(MOST_LEADER_RULES);
  const isCommon = commonRules(game);
  const shared = listed.filter(isCommon);
  const sharedSet = new Set(shared);
  const nobody = game.bobs.every(({ rules }) => rules !== 'all');
  const candidates = [
    ...shared,
    ...listed.filter((rule) => !sharedSet.has(rule)),
    ...(all && nobody ? allRules(game) : []),
    // With a message for each x_B nothing brings more than saying it.
    ...(!all && game.messages.bob >= game.xB.length ? [reveal(game)] : []),
  ];
  const integers = integerGame(aloneGame(game, candidates), [candidates]);
  const played = await playAll(integers, pool, options);
  const total = (i: number) => totalAt(played, 0, i);
  let best = 0;
  for (let i = 1; i < candidates.length; i++) if (total(i) > total(best)) best = i;
  const rule = candidates[best]!;
  const utility = new Fraction(BigInt(total(best)), integers.units[0]!);
  return {
    rule,
    utility,
    over: all || utility.equals(firstBest(game)) ? 'all' : 'listed',
    common: isCommon(rule),
  };
}
