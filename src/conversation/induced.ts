/**
 * The identical-induced-distribution condition (Definition 9) and its approximate form (Definition 13): what happens to
 * the joint distribution of action and state when one Bob or another switches to a reference rule.
 */
import type { Straightforward } from '../kernel/conversation.ts';
import type { Pool } from '../kernel/pool.ts';
import type { Game, Rule } from './game.ts';
import { type IntegerGame, integerGame } from './integers.ts';
import { playAll, rulesOf, strides } from './profiles.ts';

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

interface Deviations {
  /** By Bob: [profile in which he has one rule, the reference, × action × state], in integers. */
  readonly induced: readonly Float64Array[];
  readonly counts: readonly (readonly number[])[];
  /** An entry divided by this is a probability. */
  readonly mass: number;
  readonly alice: { readonly min: number; readonly max: number };
}

async function deviations(
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
  const only = lists.map((_, bob) =>
    restrict(
      integers,
      lists.map((rules, other) => (other === bob ? [rules.length, rules.length + 1] : [0, rules.length])),
    ),
  );
  const induced: Float64Array[] = [];
  const alice = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
  const unit = Number(integers.units[0]!);
  for (const one of only) {
    const played = await playAll(one, pool, { ...options, induced: true });
    induced.push(played.induced);
    for (const total of played.totals[0]!) {
      alice.min = Math.min(alice.min, total / unit);
      alice.max = Math.max(alice.max, total / unit);
    }
  }
  return { induced, counts: only.map(({ counts }) => counts), mass: Number(integers.mass), alice };
}

/** The game in which each Bob has his rules from `kept[bob][0]` up to, not including, `kept[bob][1]`. */
function restrict(integers: IntegerGame, kept: readonly (readonly number[])[]): IntegerGame {
  const { shared } = integers;
  const stride = shared.featuresB * shared.histories * shared.messagesB;
  const parts = kept.map(([from, to], bob) => {
    const first = shared.firstRule[bob]!;
    return shared.rules.subarray((first + from!) * stride, (first + to!) * stride);
  });
  const rules = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
  const firstRule = [0];
  for (const part of parts) {
    rules.set(part, firstRule.at(-1)! * stride);
    firstRule.push(firstRule.at(-1)! + part.length / stride);
  }
  return {
    ...integers,
    counts: kept.map(([from, to]) => to! - from!),
    shared: { ...shared, rules, firstRule: Int32Array.from(firstRule) },
  };
}

export interface InducedOptions {
  readonly signal?: AbortSignal | undefined;
  /** Alice's straightforward talk and quantal response in place of her best response. */
  readonly straightforward?: Straightforward | undefined;
}

/**
 * Compares, for every profile, the distributions induced by each Bob's deviation to `reference`.
 * @param tolerance L1 distances up to this are none: 0 where Alice best-responds, since entries are then integers.
 */
export async function checkInduced(
  game: Game,
  lists: readonly (readonly Rule[])[],
  reference: Rule,
  pool: Pool,
  options: InducedOptions = {},
  tolerance = 0,
): Promise<InducedCheck> {
  const counts = lists.map((rules) => rules.length);
  const profiles = counts.reduce((product, count) => product * count, 1);
  const cells = game.actions.length * game.y.length;
  const { induced, counts: deviated, mass, alice } = await deviations(game, lists, reference, pool, options);
  const steps = deviated.map(strides);
  const at = (bob: number, rules: readonly number[]) =>
    rules.reduce((rank, rule, other) => rank + (other === bob ? 0 : rule * steps[bob]![other]!), 0) * cells;
  const piece = (bob: number, start: number) => induced[bob]!.slice(start, start + cells).map((value) => value / mass);
  let violations = 0;
  let largest = 0;
  let first: Separation | null = null;
  let farthest: Separation | null = null;
  const starts: number[] = lists.map(() => 0);
  for (let profile = 0; profile < profiles; profile++) {
    const rules = rulesOf(counts, profile);
    for (const bob of starts.keys()) starts[bob] = at(bob, rules);
    let violated = false;
    for (let i = 0; i < starts.length; i++)
      for (let j = i + 1; j < starts.length; j++) {
        const distance = apart(induced[i]!, starts[i]!, induced[j]!, starts[j]!, cells) / mass;
        if (distance <= tolerance) continue;
        violated = true;
        if (first && distance <= largest) continue;
        const separation: Separation = {
          profile,
          bobs: [i, j],
          distributions: [piece(i, starts[i]!), piece(j, starts[j]!)],
        };
        first ??= separation;
        if (distance > largest) {
          largest = distance;
          farthest = separation;
        }
      }
    if (violated) violations++;
  }
  return { violations, first, largest, farthest, alice };
}

function apart(a: Float64Array, atA: number, b: Float64Array, atB: number, cells: number): number {
  let distance = 0;
  for (let cell = 0; cell < cells; cell++) distance += Math.abs(a[atA + cell]! - b[atB + cell]!);
  return distance;
}
