/** Plays profiles of conversation rules on one kernel (assembly/conversation.ts): a rank range a part. */
import { InternalError } from '../errors.ts';
import { DistinctRows } from './distinct.ts';
import { copyOf, f64, i32, type Kernel, type Reservation } from './instance.ts';
import { Status } from './status.ts';
import type { Task } from './tasks.ts';

/** How Alice behaves besides best-responding: straightforward talk and quantal response (Definitions 10 and 11). */
export interface Straightforward {
  /** In 1 per unit of utility, at least 0. */
  readonly lambda: number;
  /** Where each round's belief vectors start, one more entry than rounds. */
  readonly firstBelief: Int32Array;
  /** Belief vectors, one entry an action, in units of utility. */
  readonly beliefs: Float64Array;
}

/** A game in integers, laid out as assembly/game.ts draws it. */
export interface ProfilesShared {
  readonly bobs: number;
  readonly rounds: number;
  readonly featuresA: number;
  readonly featuresB: number;
  readonly states: number;
  readonly actions: number;
  readonly messagesA: number;
  readonly messagesB: number;
  readonly histories: number;
  /** No rule randomises. */
  readonly deterministic: boolean;
  readonly firstHistory: Int32Array;
  readonly prior: Float64Array;
  readonly gain: Float64Array;
  /** The prior summed over y, times the units of gain in one unit of utility. */
  readonly mass: Float64Array;
  readonly firstRule: Int32Array;
  readonly rules: Float64Array;
  /** [rule][x_B][history]: the message, where `deterministic`; else empty. */
  readonly says: Int32Array;
  /** [rule][history]: which messages of Alice's need no try (`marks` in the kernel). */
  readonly marks: Uint8Array;
  /** [rule][x_B]: equal where the rule never tells features apart. */
  readonly kinds: Int32Array;
  /** By Bob: what his rows of weights sum up to. */
  readonly scales: Float64Array;
  /** By round, and after the last: the product of the rules' denominators still to come. */
  readonly growth: Float64Array;
  readonly straightforward?: Straightforward | undefined;
}

/** The profiles of rank first … first + count - 1 (Bob 1's rule varying slowest). */
export interface ProfilesPart {
  readonly first: number;
  readonly count: number;
  /** Give up after this many innermost steps; default: never. */
  readonly most?: number | undefined;
}

export interface ProfilesResult {
  /** By profile: the number of its induced distribution among `distributions`; empty where `most` was too few. */
  readonly ids: Uint32Array;
  /** [distribution × action × state]: those that differ. */
  readonly distributions: Float64Array;
  /** Innermost steps done. */
  readonly steps: number;
}

/** Partitions kept a Bob: all that four features have, and most of what more have in practice. */
const MEMORY = 32;

/** Weight vectors of the last round's search in a game whose rules randomise: one a way to answer, by Bob. */
export function cellCount({ bobs, messagesB }: Pick<ProfilesShared, 'bobs' | 'messagesB'>): number {
  let count = 0;
  for (let bob = 0; bob <= bobs; bob++) count += messagesB ** bob;
  return count;
}

function layout(shared: ProfilesShared) {
  const { bobs, rounds, featuresB, actions, states, messagesB, deterministic, straightforward } = shared;
  const partitions = deterministic ? 1 : 0;
  return {
    header: i32(48),
    firstHistory: copyOf(shared.firstHistory),
    prior: copyOf(shared.prior),
    gain: copyOf(shared.gain),
    mass: copyOf(shared.mass),
    firstRule: copyOf(shared.firstRule),
    rules: copyOf(shared.rules),
    says: copyOf(shared.says),
    marks: copyOf(shared.marks),
    kinds: copyOf(shared.kinds),
    scales: copyOf(shared.scales),
    growth: copyOf(shared.growth),
    firstBelief: copyOf(straightforward?.firstBelief ?? new Int32Array(rounds + 1)),
    beliefs: copyOf(straightforward?.beliefs ?? new Float64Array(0)),
    played: i32(bobs),
    before: i32((rounds + 1) * bobs),
    after: i32(rounds * bobs),
    weights: f64((rounds * bobs + 1) * featuresB),
    induced: f64(actions * states),
    totals: f64(featuresB * actions),
    joint: i32((bobs + 1) * featuresB),
    jointKinds: i32(bobs + 1),
    asked: i32(rounds * bobs),
    chosen: i32(rounds * bobs),
    best: f64(rounds),
    enough: f64(rounds),
    labels: i32((bobs + 1) * featuresB),
    bestLabels: i32(featuresB),
    seen: i32(partitions * (bobs + 1) * MEMORY * featuresB),
    seenCount: i32(bobs + 1),
    pairs: i32(featuresB * Math.max(featuresB, messagesB)),
    // A quantal Alice has no search.
    cells: f64(deterministic || straightforward ? 0 : cellCount(shared) * featuresB),
    firstCell: i32(bobs + 1),
    account: f64(2),
  };
}

type ProfilesLayout = ReturnType<typeof layout>;

export interface ProfilesState {
  readonly shared: ProfilesShared;
  readonly held: Reservation<ProfilesLayout>;
}

function prepare(kernel: Kernel, shared: ProfilesShared): ProfilesState {
  const held = kernel.reserve(layout(shared));
  const { header, ...pointers } = held.at;
  const { bobs, rounds, featuresA, featuresB, states, actions, messagesA, messagesB, histories, deterministic } =
    shared;
  const views = held.views();
  // The field order of the kernel's class `Conversation`: sizes, then the layout's own order.
  views.header.set([
    ...[bobs, rounds, featuresA, featuresB, states, actions, messagesA, messagesB, histories],
    ...[deterministic ? 1 : 0, MEMORY],
    ...Object.values(pointers),
  ]);
  for (let bob = 0; bob <= bobs; bob++)
    views.firstCell[bob] = deterministic ? 0 : cellCount({ bobs: bob - 1, messagesB });
  return { shared, held };
}

function run(kernel: Kernel, { shared, held }: ProfilesState, { first, count, most }: ProfilesPart): ProfilesResult {
  const { actions, states, straightforward } = shared;
  const cells = actions * states;
  return kernel.use({ induced: f64(count * cells) }, (at, view) => {
    const { account } = held.views();
    account.set([0, most ?? Number.POSITIVE_INFINITY]);
    const lambda = straightforward?.lambda ?? -1;
    const status = kernel.call.playProfiles(held.at.header, BigInt(first), count, lambda, at.induced);
    const steps = account[0]!;
    if (status === Status.stalled) return { ids: new Uint32Array(0), distributions: new Float64Array(0), steps };
    if (status !== Status.ok) throw new InternalError(`profiles from ${first} on: kernel status ${status}`);
    const distinct = new DistinctRows(cells);
    return { ids: distinct.addAll(view.induced), distributions: distinct.values, steps };
  });
}

export const profilesTask: Task<ProfilesShared, ProfilesState, ProfilesPart, ProfilesResult> = {
  prepare,
  run,
  dispose: (_kernel, { held }) => held.release(),
};
