/** Conversation rules by rank and by name, and how many there are. */
import type Fraction from 'fraction.js';
import { TooLargeError } from '../errors.ts';
import { type Game, historyCount, one, type Rule, zero } from './game.ts';

/** More profiles than this are refused: 10^6 take about a minute at worst. */
export const MOST_PROFILES = 2 ** 20;
/** Weights in the rules' tables of all Bobs: 64 megabytes. */
export const MOST_WEIGHTS = 2 ** 23;

/** Number of all deterministic rules: one message for each of a Bob's features and each history. */
export function deterministicRules(game: Game): bigint {
  return BigInt(game.messages.bob) ** BigInt(game.xB.length * historyCount(game));
}

/**
 * Every deterministic rule, by rank: its messages are the digits of the rank, the first feature and history counting
 * most. A rule's name is `#` and its messages, features separated by `/`, or `silent` and `reveal` where it is one.
 */
export function allRules(game: Game): Rule[] {
  const { xB, messages } = game;
  const histories = historyCount(game);
  const digits = xB.length * histories;
  const count = Number(deterministicRules(game));
  return Array.from({ length: count }, (_, rank) => {
    const says: number[] = new Array(digits);
    for (let at = digits - 1, rest = rank; at >= 0; at--) {
      says[at] = rest % messages.bob;
      rest = Math.floor(rest / messages.bob);
    }
    return { name: nameOf(says, histories, messages.bob), says };
  });
}

function nameOf(says: readonly number[], histories: number, messages: number): string {
  if (says.every((message) => message === 0)) return 'silent';
  if (says.length > histories && says.every((message, at) => message === Math.floor(at / histories))) return 'reveal';
  const parts: string[] = [];
  for (let at = 0; at < says.length; at += histories)
    parts.push(says.slice(at, at + histories).join(messages > 10 ? '.' : ''));
  return `#${parts.join('/')}`;
}

/** The rule that answers x_B by `entry[x_B]` whatever was said before. */
export function always(game: Game, name: string, entry: readonly (number | readonly Fraction[])[]): Rule {
  const histories = historyCount(game);
  return { name, says: entry.flatMap((says) => new Array<typeof says>(histories).fill(says)) };
}

export const silent = (game: Game): Rule =>
  always(
    game,
    'silent',
    game.xB.map(() => 0),
  );

/** Says x_B. @throws RangeError where there are fewer messages than features. */
export function reveal(game: Game): Rule {
  if (game.messages.bob < game.xB.length) throw new RangeError('fewer messages than features');
  return always(
    game,
    'reveal',
    game.xB.map((_, x) => x),
  );
}

/** Probability of each message. */
export function distributionOf(says: number | readonly Fraction[], messages: number): readonly Fraction[] {
  if (typeof says !== 'number') return says;
  return Array.from({ length: messages }, (_, message) => (message === says ? one : zero));
}

/** What a rule says, as text: the same for rules that say the same, whatever their names. */
export const spoken = ({ says }: Rule): string =>
  says
    .map((entry) => {
      if (typeof entry === 'number') return `${entry}`;
      const certain = entry.findIndex((p) => p.equals(1));
      return certain >= 0 ? `${certain}` : entry.map((p) => p.toFraction()).join('+');
    })
    .join();

/** Tells of a rule whether every Bob has one that says the same. */
export function commonRules({ bobs }: Game): (rule: Rule) => boolean {
  const known = new Map<readonly Rule[], ReadonlySet<string>>();
  let all = false;
  for (const { rules } of bobs) {
    if (rules === 'all') all = true;
    else if (!known.has(rules)) known.set(rules, new Set(rules.map(spoken)));
  }
  const sets = [...known.values()];
  return (rule) => {
    const says = spoken(rule);
    return !(all && says.includes('+')) && sets.every((set) => set.has(says));
  };
}

/** Number of profiles, before any is built. */
export function profileCount(game: Game): bigint {
  const all = deterministicRules(game);
  return game.bobs.reduce((product, { rules }) => product * (rules === 'all' ? all : BigInt(rules.length)), 1n);
}

/** A count in digits, or in powers of two where those would fill a screen. */
function readable(count: bigint): string {
  const bits = count.toString(16).length * 4;
  return bits <= 256 ? `${count}` : `about 2^${bits}`;
}

/**
 * Each Bob's strategies as lists.
 * @throws TooLargeError where there are more profiles than can be played, with their count.
 */
export function strategies(game: Game): (readonly Rule[])[] {
  const profiles = profileCount(game);
  const advice = 'list the rules to consider under "rules", or use fewer rounds, messages or features';
  if (profiles > BigInt(MOST_PROFILES))
    throw new TooLargeError(`the game has ${readable(profiles)} profiles, more than ${MOST_PROFILES}: ${advice}`);
  const entries = game.xB.length * historyCount(game) * game.messages.bob;
  const total = game.bobs.reduce(
    (count, { rules }) => count + (rules === 'all' ? Number(deterministicRules(game)) : rules.length),
    0,
  );
  if (total * entries > MOST_WEIGHTS)
    throw new TooLargeError(`the rules' tables have ${total * entries} entries, more than ${MOST_WEIGHTS}: ${advice}`);
  let every: Rule[] | undefined;
  return game.bobs.map(({ rules }) => {
    if (rules !== 'all') return rules;
    every ??= allRules(game);
    return every;
  });
}
