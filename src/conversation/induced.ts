/**
 * The identical-induced-distribution condition (Definition 9) and its approximate form (Definition 13): what happens to
 * the joint distribution of action and state when one Bob or another switches to a reference rule.
 */
import type { Straightforward } from '../kernel/conversation.ts';
import { DistinctRows } from '../kernel/distinct.ts';
import type { Pool } from '../kernel/pool.ts';
import type { Stop } from '../pause.ts';
import type { Game, Rule } from './game.ts';
import { type IntegerGame, integerGame } from './integers.ts';
import { onlyRules, type Played, playAll, strides, totalsOf } from './profiles.ts';
import { spoken } from './rules.ts';

/** Where two deviations to the reference lead apart; distributions are [action × state] and sum to 1. */
export interface Separation {
  readonly profile: number;
  readonly bobs: readonly [number, number];
  readonly distributions: readonly [Float64Array, Float64Array];
}

export interface InducedCheck {
  /** Profiles in which some two Bobs' deviations induce different distributions. */
  readonly violations: number;
  readonly first: Separation | null;
  /** Largest L1 distance over profiles and pairs; half of it is the total variation distance. */
  readonly largest: number;
  readonly farthest: Separation | null;
  /** Alice's expected utility over all deviations of one Bob to the reference. */
  readonly alice: { readonly min: number; readonly max: number };
}

/** What every profile leads to once a Bob has switched to the reference, by Bob. */
interface Deviations {
  /** By Bob: the outcome's number by the rank of the profile, in steps of `steps`; his own rule does not matter. */
  readonly ids: readonly Uint32Array[];
  readonly steps: readonly (readonly number[])[];
  /** What to add to that rank: where the reference stands in his list. */
  readonly offsets: readonly number[];
  /** [outcome × action × state] in integers; divided by `mass` probabilities. */
  readonly distributions: Float64Array;
  readonly mass: number;
  /** Alice's expected utility by outcome. */
  readonly alice: Float64Array;
}

export interface InducedOptions extends Stop {
  /** Alice's straightforward talk and quantal response in place of her best response. */
  readonly straightforward?: Straightforward | undefined;
}

/** Where every Bob has the reference the deviations are profiles that have been played. */
function among(lists: readonly (readonly Rule[])[], reference: Rule, { integers, played }: Base): Deviations | null {
  const says = spoken(reference);
  const at = lists.map((rules) => rules.findIndex((rule) => rule === reference || spoken(rule) === says));
  if (at.includes(-1)) return null;
  const steps = strides(played.counts);
  return {
    ids: lists.map(() => played.ids),
    steps: lists.map((_, bob) => steps.map((step, other) => (other === bob ? 0 : step))),
    offsets: at.map((rule, bob) => rule * steps[bob]!),
    distributions: played.distributions,
    mass: Number(integers.mass),
    alice: played.totals[0]!.map((total) => total / Number(integers.units[0]!)),
  };
}

/** Elsewhere they are played, one Bob after the other having only the reference. */
async function apart(
  game: Game,
  lists: readonly (readonly Rule[])[],
  reference: Rule,
  pool: Pool,
  options: InducedOptions,
): Promise<Deviations> {
  // The reference joins every list before fractions become integers, so that denominators agree between Bobs.
  const integers = integerGame(
    game,
    lists.map((rules) => [...rules, reference]),
  );
  const distinct = new DistinctRows(game.actions.length * game.y.length);
  const ids: Uint32Array[] = [];
  const steps: number[][] = [];
  for (const bob of lists.keys()) {
    const kept = lists.map((rules, other) => (other === bob ? [rules.length] : [...rules.keys()]));
    const played = await playAll(onlyRules(integers, kept), pool, options);
    const numbers = distinct.addAll(played.distributions);
    ids.push(played.ids.map((id) => numbers[id]!));
    steps.push(strides(played.counts).map((step, other) => (other === bob ? 0 : step)));
  }
  const distributions = distinct.values;
  const unit = Number(integers.units[0]!);
  return {
    ...{ ids, steps, distributions },
    offsets: lists.map(() => 0),
    mass: Number(integers.mass),
    alice: totalsOf(integers.utilities[0]!, distributions).map((total) => total / unit),
  };
}

/** The profiles as played, and the integers that they were played in. */
export interface Base {
  readonly integers: IntegerGame;
  readonly played: Played;
}

/**
 * Compares, for every profile, the distributions induced by each Bob's deviation to `reference`.
 * @param base the game of `lists` as played, Alice behaving in the same way
 * @param tolerance L1 distances up to this are none: 0 where Alice best-responds, since entries are then integers.
 */
export async function checkInduced(
  game: Game,
  lists: readonly (readonly Rule[])[],
  reference: Rule,
  base: Base,
  pool: Pool,
  options: InducedOptions = {},
  tolerance = 0,
): Promise<InducedCheck> {
  const made = among(lists, reference, base) ?? (await apart(game, lists, reference, pool, options));
  return compared(
    lists.map((rules) => rules.length),
    made,
    tolerance,
    options.straightforward !== undefined,
  );
}

/** @param farthest look for the largest distance over all pairs, not only for the first */
function compared(counts: readonly number[], made: Deviations, tolerance: number, farthest: boolean): InducedCheck {
  const { ids, steps, offsets, distributions, mass } = made;
  const bobs = counts.length;
  const cells = distributions.length / made.alice.length;
  const piece = (id: number) => distributions.slice(id * cells, (id + 1) * cells).map((value) => value / mass);
  const distance = (a: number, b: number) => {
    let sum = 0;
    for (let cell = 0; cell < cells; cell++)
      sum += Math.abs(distributions[a * cells + cell]! - distributions[b * cells + cell]!);
    return sum / mass;
  };
  const alice = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
  const largest = { value: 0, at: null as Separation | null };
  let first: Separation | null = null;
  let violations = 0;
  const profiles = counts.reduce((all, count) => all * count, 1);
  const rules = counts.map(() => 0);
  const ranks = [...offsets];
  const now = new Uint32Array(bobs);
  for (let profile = 0; profile < profiles; profile++) {
    if (profile > 0) advance(counts, rules, ranks, steps);
    let same = true;
    for (let bob = 0; bob < bobs; bob++) {
      const id = ids[bob]![ranks[bob]!]!;
      now[bob] = id;
      const utility = made.alice[id]!;
      if (utility < alice.min) alice.min = utility;
      if (utility > alice.max) alice.max = utility;
      if (id !== now[0]) same = false;
    }
    if (same) continue;
    let violated = false;
    for (let i = 0; i < bobs && !(violated && !farthest); i++)
      for (let j = i + 1; j < bobs; j++) {
        if (now[i] === now[j]) continue;
        if (!farthest && first) {
          violated = true;
          break;
        }
        const value = distance(now[i]!, now[j]!);
        if (value <= tolerance) continue;
        violated = true;
        if (first && value <= largest.value) continue;
        const at: Separation = { profile, bobs: [i, j], distributions: [piece(now[i]!), piece(now[j]!)] };
        first ??= at;
        if (value > largest.value) Object.assign(largest, { value, at });
      }
    if (violated) violations++;
  }
  return { violations, first, largest: largest.value, farthest: largest.at, alice };
}

/** The next profile in the order of ranks: each Bob's rule, and each deviation's rank. */
function advance(counts: readonly number[], rules: number[], ranks: number[], steps: Deviations['steps']): void {
  for (let bob = counts.length - 1; bob >= 0; bob--) {
    const next = rules[bob]! + 1 < counts[bob]! ? rules[bob]! + 1 : 0;
    const moved = next - rules[bob]!;
    rules[bob] = next;
    for (let other = 0; other < ranks.length; other++) ranks[other]! += moved * steps[other]![bob]!;
    if (next > 0) return;
  }
}
