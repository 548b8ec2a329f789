/** Plays every profile of a game, shared over the pool's workers, and reads totals back as exact utilities. */
import Fraction from 'fraction.js';
import { TooLargeError } from '../errors.ts';
import { cellCount, type ProfilesPart, type ProfilesShared, type Straightforward } from '../kernel/conversation.ts';
import { DistinctRows } from '../kernel/distinct.ts';
import type { Pool } from '../kernel/pool.ts';
import { type Stop, TimeUpError } from '../pause.ts';
import type { IntegerGame } from './integers.ts';

export interface PlayOptions extends Stop {
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly straightforward?: Straightforward | undefined;
}

/** What each profile leads to. Profiles have ranks, Bob 1's rule varying slowest; many lead to the same outcome. */
export interface Outcomes {
  readonly counts: readonly number[];
  /** By profile: the number of its outcome. */
  readonly ids: Uint32Array;
  /** By player, Alice first: [outcome]. */
  readonly totals: readonly Float64Array[];
}

/** All profiles' outcomes: induced distributions and totals, integers unless Alice plays quantal response. */
export interface Played extends Outcomes {
  readonly profiles: number;
  /** [outcome × action × state] */
  readonly distributions: Float64Array;
}

/** A player's total in the profile of rank `rank`. */
export const totalAt = ({ ids, totals }: Pick<Outcomes, 'ids' | 'totals'>, player: number, rank: number): number =>
  totals[player]![ids[rank]!]!;

/** Parts take about this long: progress and cancelling go by parts. */
const PART_SECONDS = 0.02;
/** Innermost steps of the kernel a second, measured low. */
const STEPS_A_SECOND = 1e8;
/** Longer runs are refused. */
const MOST_SECONDS = 600;
/** Profiles tried first where the most that could be needed is long. */
const TRIED = 32;
/** Doubles that distributions may take, here and in a part. */
const MOST_NUMBERS = 2 ** 27;
const PART_NUMBERS = 2 ** 20;

const ADVICE = 'list fewer rules, or use fewer rounds or messages';

/** The most innermost steps that one profile can take. */
function mostSteps({ shared: s }: IntegerGame, quantal: boolean): number {
  const all = s.messagesB ** s.bobs;
  const answers = s.deterministic ? Math.min(all, s.featuresB) : all;
  const branches = (quantal ? 1 : s.messagesA ** s.bobs) * answers;
  return s.featuresA * branches ** s.rounds * s.featuresB * (s.actions + s.bobs + s.states);
}

/** By Bob: the first of the rules that amount to the same, and which of them each rule is. */
function classesOf({ outlines }: IntegerGame, quantal: boolean): { first: number[]; classOf: Int32Array }[] {
  return outlines.map(({ best, fixed }) => {
    const numbers = new Map<number, number>();
    const first: number[] = [];
    const classOf = (quantal ? fixed : best).map((outline, rule) => {
      const known = numbers.get(outline);
      if (known !== undefined) return known;
      first.push(rule);
      numbers.set(outline, numbers.size);
      return numbers.size - 1;
    });
    return { first, classOf };
  });
}

/** The game in which each Bob has only the rules with the numbers `kept`. */
function restricted(shared: ProfilesShared, kept: readonly (readonly number[])[]): ProfilesShared {
  const rows = kept.flatMap((rules, bob) => rules.map((rule) => shared.firstRule[bob]! + rule));
  const pick = <T extends Float64Array | Int32Array | Uint8Array>(all: T, size: number): T => {
    const picked = all.slice(0, rows.length * size) as T;
    rows.forEach((row, i) => {
      picked.set(all.subarray(row * size, (row + 1) * size), i * size);
    });
    return picked;
  };
  const firstRule = [0];
  for (const rules of kept) firstRule.push(firstRule.at(-1)! + rules.length);
  const { featuresB, histories, messagesB } = shared;
  return {
    ...shared,
    firstRule: Int32Array.from(firstRule),
    rules: pick(shared.rules, featuresB * histories * messagesB),
    says: shared.deterministic ? pick(shared.says, featuresB * histories) : shared.says,
    marks: pick(shared.marks, histories),
    kinds: pick(shared.kinds, featuresB),
  };
}

/** The same game with each Bob's rules of the numbers `kept` only. */
export function onlyRules(game: IntegerGame, kept: readonly (readonly number[])[]): IntegerGame {
  return {
    ...game,
    shared: restricted(game.shared, kept),
    counts: kept.map(({ length }) => length),
    outlines: game.outlines.map(({ best, fixed }, bob) => ({
      best: Int32Array.from(kept[bob]!, (rule) => best[rule]!),
      fixed: Int32Array.from(kept[bob]!, (rule) => fixed[rule]!),
    })),
  };
}

/** Innermost steps of one profile on average, tried on some; refused where all would take too long. */
async function stepsOf(
  game: IntegerGame,
  shared: ProfilesShared,
  profiles: number,
  total: number,
  pool: Pool,
  { signal, deadline }: PlayOptions,
): Promise<number> {
  const quantal = shared.straightforward !== undefined;
  const refuse = (text: string) => {
    throw new TooLargeError(`playing ${total} profiles would take ${text} of one thread: ${ADVICE}`);
  };
  const numbers = shared.deterministic || quantal ? 0 : cellCount(shared) * shared.featuresB;
  if (numbers > MOST_NUMBERS)
    throw new TooLargeError(
      `one profile has up to ${shared.messagesB ** shared.bobs} transcripts a question, too many to hold: use fewer Bobs or messages, or rules that do not randomise`,
    );
  const most = mostSteps(game, quantal);
  const allowed = MOST_SECONDS * STEPS_A_SECOND;
  if (most * profiles <= STEPS_A_SECOND) return most;
  const tried = Math.min(TRIED, profiles);
  const parts = Array.from({ length: tried }, (_, i): ProfilesPart => {
    return { first: Math.floor((i * profiles) / tried), count: 1, most: (2 * allowed) / profiles };
  });
  const { results, complete } = await pool.map('profiles', shared, parts, { signal, deadline, seconds: 0 });
  if (!complete) throw new TimeUpError();
  const steps = results.reduce((sum, result) => sum + result!.steps, 0) / tried;
  const seconds = (steps * profiles) / STEPS_A_SECOND;
  if (results.some((result) => result!.ids.length === 0) || seconds > MOST_SECONDS)
    refuse(`more than ${MOST_SECONDS / 60} minutes`);
  return Math.max(1, steps);
}

/**
 * Plays every profile, rules that amount to the same once.
 * @throws TooLargeError where it would take longer than ten minutes of one thread; TimeUpError past the deadline.
 */
export async function playAll(game: IntegerGame, pool: Pool, options: PlayOptions = {}): Promise<Played> {
  const { counts } = game;
  const quantal = options.straightforward !== undefined;
  const classes = classesOf(game, quantal);
  const kept = classes.map(({ first }) => first);
  const shared = { ...restricted(game.shared, kept), straightforward: options.straightforward };
  const profiles = product(kept.map(({ length }) => length));
  const steps = await stepsOf(game, shared, profiles, product(counts), pool, options);
  const cells = shared.actions * shared.states;
  const size = Math.max(1, Math.min(4096, PART_NUMBERS / cells, (PART_SECONDS * STEPS_A_SECOND) / steps) | 0);
  const parts = Array.from({ length: Math.ceil(profiles / size) }, (_, i) => ({
    first: i * size,
    count: Math.min(size, profiles - i * size),
  }));
  let played = 0;
  const { results, complete } = await pool.map('profiles', shared, parts, {
    signal: options.signal,
    deadline: options.deadline,
    seconds: (profiles * steps) / STEPS_A_SECOND,
    onPart(_done, { ids }) {
      played += ids.length;
      options.onProgress?.(played, profiles);
    },
  });
  if (!complete) throw new TimeUpError();
  // In the order of the parts, whatever finished first: numbers do not depend on the threads.
  const distinct = new DistinctRows(cells);
  const ids = new Uint32Array(profiles);
  results.forEach((result, part) => {
    const numbers = distinct.addAll(result!.distributions);
    result!.ids.forEach((id, i) => {
      ids[part * size + i] = numbers[id]!;
    });
    if (distinct.count * cells > MOST_NUMBERS)
      throw new TooLargeError(`the game has more than ${distinct.count} outcomes, too many to hold: ${ADVICE}`);
  });
  const distributions = distinct.values;
  return {
    counts,
    profiles: product(counts),
    ids: spread(
      ids,
      kept.map(({ length }) => length),
      classes.map(({ classOf }) => classOf),
    ),
    distributions,
    totals: game.utilities.map((utility) => totalsOf(utility, distributions)),
  };
}

const product = (values: readonly number[]): number => values.reduce((all, value) => all * value, 1);

/** The total of each distribution. */
export function totalsOf(utility: Float64Array, distributions: Float64Array): Float64Array {
  const cells = utility.length;
  return Float64Array.from({ length: distributions.length / cells }, (_, id) => {
    let total = 0;
    for (let cell = 0; cell < cells; cell++) total += distributions[id * cells + cell]! * utility[cell]!;
    return total;
  });
}

/** From outcomes by class of rules to outcomes by rule. */
function spread(ids: Uint32Array, classes: readonly number[], classOf: readonly Int32Array[]): Uint32Array {
  const full = product(classOf.map(({ length }) => length));
  if (full === ids.length) return ids;
  const steps = strides(classes);
  const all = new Uint32Array(full);
  let rank = 0;
  const fill = (bob: number, from: number) => {
    const own = classOf[bob]!;
    const step = steps[bob]!;
    if (bob < classOf.length - 1) for (const one of own) fill(bob + 1, from + one * step);
    else for (const one of own) all[rank++] = ids[from + one * step]!;
  };
  fill(0, 0);
  return all;
}

/** An exact total of player `player` (0: Alice) as an expected utility. */
export function utilityOf(game: IntegerGame, player: number, total: number): Fraction {
  return new Fraction(BigInt(total), game.units[player]!);
}

/** Each Bob's rule in the profile of rank `rank`. */
export function rulesOf(counts: readonly number[], rank: number): number[] {
  const rules: number[] = new Array(counts.length);
  for (let bob = counts.length - 1, rest = rank; bob >= 0; bob--) {
    rules[bob] = rest % counts[bob]!;
    rest = Math.floor(rest / counts[bob]!);
  }
  return rules;
}

/** Ranks between two rules of each Bob that follow one another. */
export function strides(counts: readonly number[]): number[] {
  const result: number[] = new Array(counts.length);
  for (let bob = counts.length - 1, stride = 1; bob >= 0; bob--) {
    result[bob] = stride;
    stride *= counts[bob]!;
  }
  return result;
}
