/** From a committee's stable schemes to what results say of it: worst equilibrium, misalignment, dynamics. */
import { TooLargeError } from '../errors.ts';
import { exactly } from '../exact/utility.ts';
import type { Kernel } from '../kernel/instance.ts';
import type { Pool } from '../kernel/pool.ts';
import type { LinearSolver } from '../lp/program.ts';
import { Clock, type ClockOptions, type Steps, unless } from '../steps.ts';
import { type ObedientAnswers, obedientAnswers } from './bayes/answers.ts';
import { committeeBobs } from './committee.ts';
import { misalignmentByCuts } from './cutting-planes.ts';
import { type DeviationAnswers, Deviations } from './deviations.ts';
import { dynamicsSteps } from './dynamics.ts';
import type { CommitteeMask, Market } from './market.ts';
import { misalignmentSolver, misalignmentSteps, printedMisalignment } from './misalignment.ts';
import type { Method } from './options.ts';
import { randomisedSteps } from './randomised.ts';
import type { AnswerOptions, CommitteeResult, Dynamics, Misalignment, WorstEquilibrium } from './results.ts';
import { schemeNames, totalsOf, utilityOf } from './scheme.ts';
import type { Searched } from './search/answers.ts';
import { cellSet, type MixedWorst, type StableSchemes } from './stable.ts';

/** What the answers of one market's committees have in common. */
export interface MarketContext {
  readonly kernel: Kernel;
  readonly market: Market;
  readonly deviations: DeviationAnswers;
  /** With the receiver `bayes`. */
  readonly obedient: ObedientAnswers | undefined;
  readonly answer: AnswerOptions;
  /** Number of committees that the result has. */
  readonly committees: number;
  /** HiGHS, where some misalignment is asked for and the market is large. */
  readonly solver: LinearSolver | undefined;
}

/** @throws InputError, TooLargeError as `obedientAnswers`, with the receiver `bayes`; release its answers then. */
export async function marketContext(
  pool: Pool,
  market: Market,
  answer: AnswerOptions,
  { method, committees = 1 }: { readonly method?: Method | undefined; readonly committees?: number } = {},
): Promise<MarketContext> {
  const context = await followContext(pool.local, market, answer, committees);
  if (answer.receiver === 'follow') return context;
  const obedient = await obedientAnswers(pool, market, answer, method);
  return { ...context, obedient, deviations: obedient.deviations };
}

/** The same with the receiver `follow`, on one kernel. */
export async function followContext(
  kernel: Kernel,
  market: Market,
  answer: AnswerOptions,
  committees: number,
): Promise<MarketContext> {
  const wanted = answer.scope.length > 0 && answer.weights.length > 0;
  return {
    kernel,
    market,
    obedient: undefined,
    deviations: new Deviations(kernel, market),
    answer,
    committees,
    solver: wanted ? await misalignmentSolver(market) : undefined,
  };
}

function worstEquilibrium(
  market: Market,
  committee: CommitteeMask,
  { scheme }: Pick<StableSchemes, 'scheme'>,
): WorstEquilibrium {
  const totals = totalsOf(market, scheme);
  const utility = (player: number) => exactly(utilityOf(market, player, totals[player]!));
  return {
    alice: utility(0),
    bobs: Object.fromEntries(committeeBobs(committee).map((bob) => [market.bobs[bob]!, utility(bob + 1)])),
    scheme: schemeNames(market, scheme),
  };
}

/** The misalignment under every reading that can be had: up to where it is late, without those that ask too much. */
function* readings(
  context: MarketContext,
  committee: CommitteeMask,
  stable: StableSchemes,
  clock: Pausing,
): Steps<Misalignment[]> {
  const { market, answer, solver } = context;
  const { cells, rows, asks } = stable;
  const evidence = {
    cells,
    rows: rows ?? undefined,
    separate: asks && ((...question: Parameters<typeof asks.largest>) => asks.largest(...question)),
  };
  // Without a proof of what is stable there is no such program, except over the whole table.
  const unknown = { cells: cells === null && !asks, schemes: rows === null && !asks, table: false };
  const wanted = answer.scope
    .filter((scope) => !unknown[scope])
    .flatMap((scope) => answer.weights.map((weights) => ({ scope, weights })));
  const found: Misalignment[] = [];
  for (const reading of wanted) {
    const steps =
      reading.scope === 'cells' && cells === null && asks
        ? misalignmentByCuts(market, committee, reading.weights, asks, solver)
        : misalignmentSteps(market, committee, reading, evidence, solver);
    try {
      const exact = yield* unless(clock.late, steps);
      if (exact) found.push(printedMisalignment(market, exact));
    } catch (error) {
      // A question about stable schemes whose search is too long leaves this reading out, not the whole answer.
      if (!(error instanceof TooLargeError)) throw error;
      clock.cut = true;
    }
  }
  return found;
}

/** Best-response dynamics; unfinished where a best deviation among obedient schemes was not to be had. */
function* moves(context: MarketContext, committee: CommitteeMask, late: () => boolean): Steps<Dynamics> {
  const { market, deviations, obedient, answer, committees } = context;
  if (obedient) obedient.deviations.late = late;
  const found = yield* dynamicsSteps(market, committee, deviations, { ...answer, committees, late });
  if (obedient?.deviations.exact !== false) return found;
  return { ...found, nash: false, unfinished: true, range: { ...found.range, nash: 0 } };
}

/** With the receiver `follow` some worst equilibrium over randomised schemes names one policy a state for sure. */
function* unmixedWorst(
  { kernel, market }: MarketContext,
  committee: CommitteeMask,
  stable: StableSchemes,
  ties: AnswerOptions['ties'],
): Steps<{ worst: WorstEquilibrium; rows: StableSchemes }> {
  const players = committeeBobs(committee).map((bob) => bob + 1);
  const found = yield* randomisedSteps(kernel, market, players, ties);
  const worst = worstEquilibrium(market, committee, found);
  const probabilities = found.scheme.map((policy, s) => ({ [market.policies[s]![policy]!]: '1' }));
  return { worst: { ...worst, probabilities }, rows: { ...stable, cells: cellSet(found.cells) } };
}

/** With the receiver `bayes` it may have to mix. */
function mixedWorst(
  market: Market,
  committee: CommitteeMask,
  stable: StableSchemes,
  mixed: MixedWorst,
  complete: boolean,
) {
  const { totals } = mixed;
  const utility = (player: number) => exactly(market.base[player]!.add(market.unit[player]!.mul(totals[player]!)));
  const probabilities = market.policies.map((own, s) =>
    Object.fromEntries(
      own.flatMap((policy, p) => {
        const probability = mixed.probabilities[market.firstCell[s]! + p]!;
        return probability.n === 0n ? [] : [[policy, probability.toFraction()]];
      }),
    ),
  );
  const sure = probabilities.every((own) => Object.keys(own).length === 1);
  const worst: WorstEquilibrium = {
    alice: utility(0),
    bobs: Object.fromEntries(committeeBobs(committee).map((bob) => [market.bobs[bob]!, utility(bob + 1)])),
    scheme: sure ? probabilities.map((own) => Object.keys(own)[0]!) : [],
    probabilities,
  };
  return { worst, rows: { ...stable, cells: complete ? mixed.cells : null, asks: undefined } };
}

/** What is found out about a committee; `complete` is false where a time limit came first. */
export type Found = Pick<Searched, 'stable' | 'complete'> & Partial<Pick<Searched, 'proved'>>;

/** A committee's part of a result, and what the whole of it needs to know. Plain data. */
export interface CommitteeAnswer {
  readonly result: CommitteeResult;
  /** Whether nothing was left out. */
  readonly complete: boolean;
  /** Whether the worst equilibrium, without mixing, is proved. */
  readonly searched: boolean;
  /** No equilibrium leaves Alice less than this total of gains, as far as known. */
  readonly proved: number;
}

/** @throws AbortedError */
export async function committeeAnswer(
  context: MarketContext,
  committee: CommitteeMask,
  found: Found,
  options: ClockOptions,
): Promise<CommitteeAnswer> {
  const clock = new Clock(options);
  const result = await clock.run(committeeResult(context, committee, found, clock));
  const { complete, proved = 0 } = found;
  return { result, complete: complete && !clock.cut, searched: complete, proved };
}

/** Says when it is late; `cut` is set where something was left out. */
type Pausing = Pick<Clock, 'late' | 'cut'>;

/** Everything that a result says of one committee. @param clock says when to leave out what takes longer */
export function* committeeResult(
  context: MarketContext,
  committee: CommitteeMask,
  found: Found,
  clock: Pausing,
): Steps<CommitteeResult> {
  const result = yield* known(context, committee, found, clock);
  if ((found.complete && !clock.cut) || found.proved === undefined) return result;
  const lowerBound = exactly(utilityOf(context.market, 0, found.proved));
  // What was searched for are deterministic schemes; over randomised ones the worst is settled at once.
  if (result.deterministic && context.answer.receiver === 'follow')
    return { ...result, deterministic: { ...result.deterministic, lowerBound } };
  return { ...result, lowerBound };
}

/**
 * Where a search was stopped early, other parts of the answer may have found stable schemes that are worse for Alice: the
 * worst of all. Where it was not, the one that it found.
 */
function worstOf(found: WorstEquilibrium, ...others: readonly (WorstEquilibrium | undefined)[]): WorstEquilibrium {
  return others.reduce<WorstEquilibrium>(
    (worst, one) => (one && one.alice.value < worst.alice.value ? one : worst),
    found,
  );
}

/** The scheme in which dynamics ended, which is stable; undefined where they did not, or it is not listed. */
function endOf(market: Market, committee: CommitteeMask, { steps, omitted, unfinished }: Dynamics) {
  if (unfinished || omitted) return undefined;
  const scheme = steps.at(-1)!.scheme.map((policy, s) => market.policies[s]!.indexOf(policy));
  return worstEquilibrium(market, committee, { scheme });
}

function* known(
  context: MarketContext,
  committee: CommitteeMask,
  { stable: found, complete }: Found,
  clock: Pausing,
): Steps<CommitteeResult> {
  const { market, answer } = context;
  // A count that is not finished is no count, and what is known of a part proves no misalignment.
  const stable = complete ? found : { ...found, count: null, cells: null, rows: null, asks: undefined };
  const count = stable.count === null ? null : { count: String(stable.count) };
  if (answer.schemes === 'randomised') {
    const { worst, rows } = stable.mixed
      ? mixedWorst(market, committee, stable, stable.mixed, complete)
      : yield* unmixedWorst(context, committee, stable, answer.ties);
    const misalignment = yield* readings(context, committee, rows, clock);
    const dynamics = yield* moves(context, committee, clock.late);
    // The comparison comes last: where time runs out, it is what is left out.
    const plain = yield* readings(context, committee, stable, clock);
    // With the receiver `follow` the worst over randomised schemes does not mix, and is stable without mixing too.
    const { probabilities: _, ...unmixed } = worst;
    const known = [endOf(market, committee, dynamics), stable.mixed ? undefined : unmixed];
    return {
      worst,
      deterministic: { ...worstOf(worstEquilibrium(market, committee, stable), ...known), misalignment: plain },
      stable: count,
      misalignment,
      dynamics,
    };
  }
  const misalignment = yield* readings(context, committee, stable, clock);
  const dynamics = yield* moves(context, committee, clock.late);
  const worst = worstOf(worstEquilibrium(market, committee, stable), endOf(market, committee, dynamics));
  return { worst, stable: count, misalignment, dynamics };
}
