/** From a committee's stable schemes to what results say of it: worst equilibrium, misalignment, dynamics. */
import { exactly } from '../exact/utility.ts';
import type { Pool } from '../kernel/pool.ts';
import type { LinearSolver } from '../lp/program.ts';
import { type ObedientAnswers, obedientAnswers } from './bayes/answers.ts';
import { committeeBobs } from './committee.ts';
import { misalignmentByCuts } from './cutting-planes.ts';
import { type DeviationAnswers, Deviations } from './deviations.ts';
import { dynamics } from './dynamics.ts';
import type { CommitteeMask, Market } from './market.ts';
import { misalignment, misalignmentSolver, printedMisalignment } from './misalignment.ts';
import type { Method } from './options.ts';
import { randomisedStable } from './randomised.ts';
import type { AnswerOptions, CommitteeResult, Dynamics, Misalignment, WorstEquilibrium } from './results.ts';
import { schemeNames, totalsOf, utilityOf } from './scheme.ts';
import { cellSet, type MixedWorst, type StableSchemes } from './stable.ts';

/** What the answers of one market's committees have in common. */
export interface MarketContext {
  readonly market: Market;
  readonly deviations: DeviationAnswers;
  /** With the receiver `bayes`. */
  readonly obedient: ObedientAnswers | undefined;
  readonly answer: AnswerOptions;
  /** HiGHS, where some misalignment is asked for and the market is large. */
  readonly solver: LinearSolver | undefined;
}

/** @throws InputError, TooLargeError as `obedientAnswers`, with the receiver `bayes`; release its answers then. */
export async function marketContext(
  pool: Pool,
  market: Market,
  answer: AnswerOptions,
  method?: Method | undefined,
): Promise<MarketContext> {
  const wanted = answer.scope.length > 0 && answer.weights.length > 0;
  const obedient = answer.receiver === 'bayes' ? await obedientAnswers(pool, market, answer, method) : undefined;
  return {
    market,
    obedient,
    deviations: obedient?.deviations ?? new Deviations(pool.local, market),
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

function readings(context: MarketContext, committee: CommitteeMask, stable: StableSchemes): Misalignment[] {
  const { market, answer, solver } = context;
  const { cells, rows, asks } = stable;
  const evidence = {
    cells,
    rows: rows ?? undefined,
    separate: asks && ((...question: Parameters<typeof asks.largest>) => asks.largest(...question)),
  };
  // Without a proof of what is stable there is no such program, except over the whole table.
  const unknown = { cells: cells === null && !asks, schemes: rows === null && !asks, table: false };
  return answer.scope
    .filter((scope) => !unknown[scope])
    .flatMap((scope) =>
      answer.weights.map((weights) =>
        printedMisalignment(
          market,
          scope === 'cells' && cells === null && asks
            ? misalignmentByCuts(market, committee, weights, asks, solver)
            : misalignment(market, committee, { scope, weights }, evidence, solver),
        ),
      ),
    );
}

/** Best-response dynamics; unfinished where a best deviation among obedient schemes was not to be had. */
function moves({ market, deviations, obedient, answer }: MarketContext, committee: CommitteeMask): Dynamics {
  const found = dynamics(market, committee, deviations, answer);
  if (obedient?.deviations.exact !== false) return found;
  return { ...found, nash: false, unfinished: true, range: { ...found.range, nash: 0 } };
}

/** With the receiver `follow` some worst equilibrium over randomised schemes names one policy a state for sure. */
function unmixedWorst(market: Market, committee: CommitteeMask, stable: StableSchemes, ties: AnswerOptions['ties']) {
  const players = committeeBobs(committee).map((bob) => bob + 1);
  const found = randomisedStable(market, players, ties);
  const worst = worstEquilibrium(market, committee, found);
  const probabilities = found.scheme.map((policy, s) => ({ [market.policies[s]![policy]!]: '1' }));
  return { worst: { ...worst, probabilities }, rows: { ...stable, cells: cellSet(found.cells) } };
}

/** With the receiver `bayes` it may have to mix. */
function mixedWorst(market: Market, committee: CommitteeMask, stable: StableSchemes, mixed: MixedWorst) {
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
  return { worst, rows: { ...stable, cells: mixed.cells, asks: undefined } };
}

/** Everything that a result says of one committee. */
export function committeeResult(
  context: MarketContext,
  committee: CommitteeMask,
  stable: StableSchemes,
): CommitteeResult {
  const { market, answer } = context;
  if (answer.schemes === 'randomised') {
    const { worst, rows } = stable.mixed
      ? mixedWorst(market, committee, stable, stable.mixed)
      : unmixedWorst(market, committee, stable, answer.ties);
    return {
      worst,
      deterministic: worstEquilibrium(market, committee, stable),
      stable: stable.count === null ? null : { count: String(stable.count) },
      misalignment: readings(context, committee, rows),
      dynamics: moves(context, committee),
    };
  }
  return {
    worst: worstEquilibrium(market, committee, stable),
    stable: stable.count === null ? null : { count: String(stable.count) },
    misalignment: readings(context, committee, stable),
    dynamics: moves(context, committee),
  };
}
