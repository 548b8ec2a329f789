/** From a committee's stable schemes to what results say of it: worst equilibrium, misalignment, dynamics. */
import { exactly } from '../exact/utility.ts';
import type { Pool } from '../kernel/pool.ts';
import type { LinearSolver } from '../lp/program.ts';
import { type Clock, type Steps, unless } from '../steps.ts';
import { committeeBobs } from './committee.ts';
import { misalignmentByCuts } from './cutting-planes.ts';
import { type DeviationAnswers, Deviations } from './deviations.ts';
import { dynamicsSteps } from './dynamics.ts';
import type { CommitteeMask, Market } from './market.ts';
import { misalignmentSolver, misalignmentSteps, printedMisalignment } from './misalignment.ts';
import { ObedientSchemes } from './obedient.ts';
import { randomisedSteps } from './randomised.ts';
import type { AnswerOptions, CommitteeResult, Misalignment, WorstEquilibrium } from './results.ts';
import { schemeNames, totalsOf, utilityOf } from './scheme.ts';
import type { Searched } from './search/answers.ts';
import { cellSet, type StableSchemes } from './stable.ts';

/** What the answers of one market's committees have in common. */
export interface MarketContext {
  readonly market: Market;
  readonly deviations: DeviationAnswers;
  /** With the receiver `bayes`. */
  readonly obedient: ObedientSchemes | undefined;
  readonly answer: AnswerOptions;
  /** HiGHS, where some misalignment is asked for and the market is large. */
  readonly solver: LinearSolver | undefined;
}

export async function marketContext(pool: Pool, market: Market, answer: AnswerOptions): Promise<MarketContext> {
  const wanted = answer.scope.length > 0 && answer.weights.length > 0;
  const obedient = answer.receiver === 'bayes' ? new ObedientSchemes(market) : undefined;
  return {
    market,
    obedient,
    deviations: obedient ?? new Deviations(pool.local, market),
    answer,
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

/** The misalignment under every reading that can be had, up to where `late` says so. */
function* readings(
  context: MarketContext,
  committee: CommitteeMask,
  stable: StableSchemes,
  late: () => boolean,
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
    const exact = yield* unless(late, steps);
    if (exact) found.push(printedMisalignment(market, exact));
  }
  return found;
}

/** Some worst equilibrium over randomised schemes always names one policy a state for sure. */
function withProbabilities(worst: WorstEquilibrium): WorstEquilibrium {
  return { ...worst, probabilities: worst.scheme.map((policy) => ({ [policy]: '1' })) };
}

/** What is found out about a committee; `complete` is false where a time limit came first. */
export type Found = Pick<Searched, 'stable' | 'complete'> & Partial<Pick<Searched, 'proved'>>;

/** Everything that a result says of one committee. @param clock says when to leave out what takes longer */
export function* committeeResult(
  context: MarketContext,
  committee: CommitteeMask,
  found: Found,
  clock: Pick<Clock, 'late' | 'cut'>,
): Steps<CommitteeResult> {
  const result = yield* known(context, committee, found, clock.late);
  if ((found.complete && !clock.cut) || found.proved === undefined) return result;
  return { ...result, lowerBound: exactly(utilityOf(context.market, 0, found.proved)) };
}

function* known(
  context: MarketContext,
  committee: CommitteeMask,
  { stable: found, complete }: Found,
  late: () => boolean,
): Steps<CommitteeResult> {
  const { market, deviations, answer } = context;
  // A count that is not finished is no count, and what is known of a part proves no misalignment.
  const stable = complete ? found : { ...found, count: null, cells: null, rows: null, asks: undefined };
  const count = stable.count === null ? null : { count: String(stable.count) };
  const moves = () => dynamicsSteps(market, committee, deviations, { ...answer, late });
  if (answer.schemes === 'randomised') {
    const players = committeeBobs(committee).map((bob) => bob + 1);
    const mixed = yield* randomisedSteps(market, players, answer.ties);
    return {
      worst: withProbabilities(worstEquilibrium(market, committee, mixed)),
      deterministic: worstEquilibrium(market, committee, stable),
      stable: count,
      misalignment: yield* readings(context, committee, { ...stable, cells: cellSet(mixed.cells) }, late),
      dynamics: yield* moves(),
    };
  }
  return {
    worst: worstEquilibrium(market, committee, stable),
    stable: count,
    misalignment: yield* readings(context, committee, stable, late),
    dynamics: yield* moves(),
  };
}
