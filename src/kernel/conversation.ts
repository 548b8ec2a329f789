/** Plays profiles of conversation rules on one kernel (assembly/conversation.ts): a rank range a part. */
import { InternalError } from '../errors.ts';
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

/** A game in integers, laid out as assembly/conversation.ts draws it. */
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
  readonly firstHistory: Int32Array;
  readonly prior: Float64Array;
  readonly gain: Float64Array;
  /** The prior summed over y, times the units of gain in one unit of utility. */
  readonly mass: Float64Array;
  /** The largest gain over actions, by [x_A][x_B]. */
  readonly most: Float64Array;
  /** By round, and after the last: the product of the rules' denominators still to come. */
  readonly growth: Float64Array;
  readonly utility: Float64Array;
  readonly firstRule: Int32Array;
  readonly rules: Float64Array;
  readonly straightforward?: Straightforward | undefined;
  /** Return the induced distributions too. */
  readonly induced?: boolean | undefined;
}

/** The profiles of rank first … first + count - 1 (Bob 1's rule varying slowest). */
export interface ProfilesPart {
  readonly first: number;
  readonly count: number;
}

export interface ProfilesResult {
  /** count × (1 + bobs): Alice's and the Bobs' totals. */
  readonly payoffs: Float64Array;
  /** count × actions × states: the induced distributions; empty unless asked for. */
  readonly induced: Float64Array;
}

export type ProfilesLayout = Record<
  | 'firstHistory'
  | 'prior'
  | 'gain'
  | 'utility'
  | 'firstRule'
  | 'rules'
  | 'played'
  | 'before'
  | 'after'
  | 'weights'
  | 'distribution'
  | 'mass'
  | 'firstBelief'
  | 'beliefs'
  | 'work'
  | 'most'
  | 'growth'
  | 'header',
  ReturnType<typeof copyOf>
>;

export interface ProfilesState {
  readonly shared: ProfilesShared;
  readonly held: Reservation<ProfilesLayout>;
}

function layout(shared: ProfilesShared): ProfilesLayout {
  const { bobs, rounds, featuresB, actions, states, straightforward } = shared;
  return {
    firstHistory: copyOf(shared.firstHistory),
    prior: copyOf(shared.prior),
    gain: copyOf(shared.gain),
    utility: copyOf(shared.utility),
    firstRule: copyOf(shared.firstRule),
    rules: copyOf(shared.rules),
    played: i32(bobs),
    before: i32((rounds + 1) * bobs),
    after: i32(rounds * bobs),
    weights: f64((rounds * bobs + 1) * featuresB),
    distribution: f64(actions * states),
    mass: copyOf(shared.mass),
    firstBelief: copyOf(straightforward?.firstBelief ?? new Int32Array(rounds + 1)),
    beliefs: copyOf(straightforward?.beliefs ?? new Float64Array(0)),
    work: f64(actions),
    most: copyOf(shared.most),
    growth: copyOf(shared.growth),
    header: i32(32),
  };
}

function prepare(kernel: Kernel, shared: ProfilesShared): ProfilesState {
  const held = kernel.reserve(layout(shared));
  const { at } = held;
  const { bobs, rounds, featuresA, featuresB, states, actions, messagesA, messagesB, histories } = shared;
  // The field order of the kernel's class `Conversation`.
  (held.views().header as Int32Array).set([
    ...[bobs, rounds, featuresA, featuresB, states, actions, messagesA, messagesB, histories, messagesA ** bobs],
    ...[at.firstHistory, at.prior, at.gain, at.utility, at.firstRule, at.rules, at.played, at.before, at.after],
    ...[at.weights, at.distribution, at.mass, at.firstBelief, at.beliefs, at.work, at.most, at.growth],
  ]);
  return { shared, held };
}

function run(kernel: Kernel, { shared, held }: ProfilesState, { first, count }: ProfilesPart): ProfilesResult {
  const { bobs, actions, states, straightforward, induced } = shared;
  const sizes = { payoffs: f64(count * (1 + bobs)), induced: f64(induced ? count * actions * states : 0) };
  return kernel.use(sizes, (at, view) => {
    const lambda = straightforward?.lambda ?? -1;
    const out = induced ? at.induced : 0;
    const status = kernel.call.playProfiles(held.at.header, BigInt(first), count, lambda, at.payoffs, out);
    if (status !== Status.ok) throw new InternalError(`profiles from ${first} on: kernel status ${status}`);
    return { payoffs: view.payoffs.slice(), induced: view.induced.slice() };
  });
}

export const profilesTask: Task<ProfilesShared, ProfilesState, ProfilesPart, ProfilesResult> = {
  prepare,
  run,
  dispose: (_kernel, { held }) => held.release(),
};
