/** One Bob alone with Alice: what each rule brings every player, and the aligned leader's best rule (Definition 8). */
import Fraction from 'fraction.js';
import type { Straightforward } from '../kernel/conversation.ts';
import type { Pool } from '../kernel/pool.ts';
import type { Game, Rule } from './game.ts';
import { type IntegerGame, integerGame } from './integers.ts';
import { playAll } from './profiles.ts';
import { allRules, deterministicRules, sameRule, strategies } from './rules.ts';

/** The same game with one Bob, whose strategies are `rules`. */
export function aloneGame(game: Game, rules: readonly Rule[]): Game {
  return { ...game, bobs: [{ name: 'alone', utility: game.alice, rules }] };
}

/** Outcomes of conversations with a single Bob, by rule. */
export interface Alone {
  readonly rules: readonly Rule[];
  readonly game: IntegerGame;
  /** By player of the full game, Alice first: [rule], totals in `unit`s of that player. */
  readonly totals: readonly Float64Array[];
  readonly induced: Float64Array;
}

export interface AloneOptions {
  readonly signal?: AbortSignal | undefined;
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
  const { induced } = await playAll(alone, pool, { ...options, induced: true });
  const cells = game.actions.length * game.y.length;
  const { utility } = integers.shared;
  const totals = Array.from({ length: 1 + game.bobs.length }, (_, player) =>
    Float64Array.from(rules, (__, rule) => {
      let total = 0;
      for (let cell = 0; cell < cells; cell++) total += induced[rule * cells + cell]! * utility[player * cells + cell]!;
      return total;
    }),
  );
  return { rules, game: alone, totals, induced };
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

const common = (game: Game, rule: Rule): boolean =>
  game.bobs.every(({ rules }) =>
    rules === 'all'
      ? rule.says.every((entry) => typeof entry === 'number')
      : rules.some((one) => sameRule(one, rule, game.messages.bob)),
  );

/**
 * The aligned leader's rule: of those with the largest Alice utility the first, rules that every Bob has before others,
 * then in the order of the lists and by rank. Deterministic rules suffice for the maximum: Alice's best-response
 * utility is convex in the leader's mixed strategy.
 */
export async function alignedLeader(game: Game, pool: Pool, options: AloneOptions = {}): Promise<AlignedLeader> {
  const lists = strategies(game);
  const listed = [...new Set(lists.flat())];
  const over = deterministicRules(game) <= BigInt(MOST_LEADER_RULES) ? 'all' : 'listed';
  const candidates = [
    ...listed.filter((rule) => common(game, rule)),
    ...listed.filter((rule) => !common(game, rule)),
    ...(over === 'all' && game.bobs.every(({ rules }) => rules !== 'all') ? allRules(game) : []),
  ];
  const integers = integerGame(aloneGame(game, candidates), [candidates]);
  const { totals } = await playAll(integers, pool, { signal: options.signal });
  const best = totals[0]!.reduce((high, total, i) => (total > totals[0]![high]! ? i : high), 0);
  const rule = candidates[best]!;
  return {
    rule,
    utility: new Fraction(BigInt(totals[0]![best]!), integers.units[0]!),
    over,
    common: common(game, rule),
  };
}
