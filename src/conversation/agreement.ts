/**
 * Straightforward conversation of Alice with one Bob on an unbounded message set (Definition 10, section 4.3): each
 * message splits what both know in public, a rectangle of feature sets, until nothing is left to learn. Exact.
 */
import Fraction from 'fraction.js';
import { InputError } from '../errors.ts';
import { featureMass, type Game, gains, largest, sum, zero } from './game.ts';

/** One pair of features: what Alice and Bob say in each round, as belief vectors. */
export interface Trace {
  readonly xA: number;
  readonly xB: number;
  readonly probability: Fraction;
  /** By round: her message. */
  readonly alice: readonly (readonly Fraction[])[];
  /** By round: his answer. */
  readonly bob: readonly (readonly Fraction[])[];
  /** By round: her belief after his answer, mu(x_A, transcript). */
  readonly after: readonly (readonly Fraction[])[];
  /** E[u_A(a, y) | x_A, x_B]. */
  readonly truth: readonly Fraction[];
}

/** All pairs of features with positive probability, through as many rounds as change anything, and one more. */
export interface Conversation {
  readonly rounds: number;
  readonly traces: readonly Trace[];
}

/** More pairs of features than this are refused. */
const MOST_PAIRS = 20_000;

interface Open {
  readonly xA: number;
  readonly xB: number;
  alice: Fraction[][];
  bob: Fraction[][];
  after: Fraction[][];
}

/** Groups `items` by `key`, in order of first appearance. */
function grouped<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return [...groups.values()];
}

/** Tables of P(x_A, x_B) and of E[u_A] · P(x_A, x_B), made once. */
class Beliefs {
  readonly masses: Fraction[][];
  readonly totals: ReturnType<typeof gains>;

  constructor(game: Game) {
    this.masses = game.xA.map((_, a) => game.xB.map((__, b) => featureMass(game, a, b)));
    this.totals = gains(game);
  }

  /** E[u_A(action, y) | x_A in `as`, x_B in `bs`], by action. */
  given(as: readonly number[], bs: readonly number[]): Fraction[] {
    const mass = sum(as.flatMap((a) => bs.map((b) => this.masses[a]![b]!)));
    return this.totals[0]![0]!.map((_, action) =>
      sum(as.flatMap((a) => bs.map((b) => this.totals[a]![b]![action]!))).div(mass),
    );
  }
}

const text = (belief: readonly Fraction[]): string => belief.map((value) => value.toFraction()).join();
const distinct = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);

/**
 * Runs the conversation for every pair of features.
 * @param rounds run this many; default: until a whole round changes nothing in public.
 */
export function straightforwardConversation(game: Game, rounds?: number): Conversation {
  if (game.xA.length * game.xB.length > MOST_PAIRS)
    throw new InputError(
      `straightforward conversation is traced for at most ${MOST_PAIRS} pairs of features, got ${game.xA.length * game.xB.length}`,
    );
  const beliefs = new Beliefs(game);
  let cells: Open[][] = [
    game.xA.flatMap((_, xA) =>
      game.xB.flatMap((__, xB): Open[] =>
        beliefs.masses[xA]![xB]!.equals(0) ? [] : [{ xA, xB, alice: [], bob: [], after: [] }],
      ),
    ),
  ];
  let done = 0;
  for (let stable = false; rounds === undefined ? !stable : done < rounds; done++) {
    const next = cells.flatMap((cell) => speak(cell, beliefs));
    stable = next.length === cells.length;
    cells = next;
  }
  const traces = cells
    .flat()
    .sort((p, q) => p.xA - q.xA || p.xB - q.xB)
    .map((open) => ({
      ...open,
      probability: beliefs.masses[open.xA]![open.xB]!,
      truth: beliefs.given([open.xA], [open.xB]),
    }));
  return { rounds: done, traces };
}

/** One round inside one public event: the events that the two messages split it into. */
function speak(cell: readonly Open[], beliefs: Beliefs): Open[][] {
  const bs = distinct(cell.map(({ xB }) => xB));
  const hers = new Map(distinct(cell.map(({ xA }) => xA)).map((a) => [a, beliefs.given([a], bs)]));
  for (const open of cell) open.alice.push(hers.get(open.xA)!);
  return grouped(cell, ({ xA }) => text(hers.get(xA)!)).flatMap((heard) => {
    const as = distinct(heard.map(({ xA }) => xA));
    const his = new Map(distinct(heard.map(({ xB }) => xB)).map((b) => [b, beliefs.given(as, [b])]));
    for (const open of heard) open.bob.push(his.get(open.xB)!);
    const events = grouped(heard, ({ xB }) => text(his.get(xB)!));
    for (const event of events) {
      const left = distinct(event.map(({ xB }) => xB));
      const after = new Map(distinct(event.map(({ xA }) => xA)).map((a) => [a, beliefs.given([a], left)]));
      for (const open of event) open.after.push(after.get(open.xA)!);
    }
    return events;
  });
}

/** L-infinity distance of two belief vectors. */
export function distance(a: readonly Fraction[], b: readonly Fraction[]): Fraction {
  return largest(a.map((value, i) => value.sub(b[i]!).abs()));
}

/** Rounds to zeta-agreement (Definition 15), measured, against Theorem 3's K. */
export interface Agreement {
  readonly zeta: number;
  readonly failure: number;
  /** The first round by which agreement has been reached with probability at least 1 - failure. */
  readonly reached: number;
  /** The first round from which on it holds in every round with at least that probability. */
  readonly lasting: number;
  /** 3 |A| / (zeta² · failure), rounded up. */
  readonly bound: number;
}

/**
 * @param zeta largest belief difference that counts as agreement, at least 0
 * @param failure probability allowed to disagree, between 0 and 1
 */
export function agreement(game: Game, conversation: Conversation, zeta: number, failure: number): Agreement {
  const most = new Fraction(zeta);
  const wanted = new Fraction(1).sub(failure);
  const { traces, rounds } = conversation;
  const agreed = traces.map(({ alice, bob }) => alice.map((belief, round) => distance(belief, bob[round]!).lte(most)));
  const share = (holds: (trace: number) => boolean) =>
    sum(traces.map(({ probability }, i) => (holds(i) ? probability : zero))).gte(wanted);
  // Once nothing is left to learn the beliefs are common knowledge, and equal (Aumann): the last round agrees.
  let reached = 1;
  while (reached < rounds && !share((i) => agreed[i]!.slice(0, reached).includes(true))) reached++;
  let lasting = rounds;
  while (lasting > 1 && share((i) => agreed[i]![lasting - 2]!)) lasting--;
  return { zeta, failure, reached, lasting, bound: Math.ceil((3 * game.actions.length) / (zeta * zeta * failure)) };
}

/** One round of Theorem 4: the largest disagreement, and the largest error of Alice's belief after it. */
export interface EstimationRound {
  readonly round: number;
  readonly disagreement: Fraction;
  readonly error: Fraction;
  /** 10 · disagreement^(1/3). */
  readonly bound: number;
}

/** Disagreement and error left by round (Theorem 4): max over pairs of features with positive probability. */
export function estimationByRound({ traces, rounds }: Conversation): EstimationRound[] {
  return Array.from({ length: rounds }, (_, round) => {
    const disagreement = largest(traces.map(({ alice, bob }) => distance(alice[round]!, bob[round]!)));
    const error = largest(traces.map(({ after, truth }) => distance(after[round]!, truth)));
    return { round: round + 1, disagreement, error, bound: 10 * Math.cbrt(disagreement.valueOf()) };
  });
}
