/** Everything that `market-alignment game` prints: sections 2 and 3, then bounded rationality, agreement, selection and
 * oblivious senders, each refused on its own where it is too large. */
import { corollary1, corollary2, lemma1, proposition2 } from '../bounds/quantal.ts';
import { type Exact, exactly } from '../exact/utility.ts';
import { givenObject, givenThing } from '../input/given.ts';
import type { Pool } from '../kernel/pool.ts';
import { check, TIME_UP, TimeUpError } from '../pause.ts';
import { agreement, estimationByRound, straightforwardConversation } from './agreement.ts';
import type { Game } from './game.ts';
import { type Part, refusableLater } from './part.ts';
import { analyseOblivious } from './persuasion.ts';
import { rulesOf, totalAt } from './profiles.ts';
import { analyseQuantal, type QuantalAnalysis, quantalNames, TOLERANCE } from './quantal.ts';
import { type GameResult, gameFacts, gameResult, shownSeparation, theorem1Bound } from './result.ts';
import { analyseSelection } from './selection.ts';
import { analyseGame, type SolvedGame, type SolveGameOptions } from './solve.ts';
import { checkSubstitutes } from './substitutes.ts';

export interface AnswerOptions extends SolveGameOptions {
  readonly lambda?: number | undefined;
  /** Agreement levels to report. */
  readonly zeta?: readonly number[] | undefined;
  /** Probability allowed to disagree (Theorem 3). */
  readonly failure?: number | undefined;
}

export interface GameAnswer extends GameResult {
  /** Section 4.2; only with a lambda. Doubles: gains up to `tolerance` are none. */
  readonly quantal?: Part<Awaited<ReturnType<typeof quantalPart>>>;
  readonly agreement: Part<ReturnType<typeof agreementPart>>;
  readonly informationSubstitutes: Part<Awaited<ReturnType<typeof substitutesPart>>>;
  readonly selection: Part<Awaited<ReturnType<typeof selectionPart>>>;
  readonly oblivious: Part<Awaited<ReturnType<typeof obliviousPart>>>;
}

export const ZETAS = [0.5, 0.2, 0.1, 0.05, 0.01] as const;

async function quantalPart(solved: SolvedGame, lambda: number, pool: Pool, options: AnswerOptions) {
  const { signal, deadline } = options;
  const reference = options.reference === undefined ? undefined : solved.reference;
  const analysis = await analyseQuantal(solved.game, lambda, pool, { signal, deadline, reference });
  const { equilibria, outcomes, theorem2, closeness, estimationError } = analysis;
  const at = (rank: number | null) => (rank === null ? null : totalAt(outcomes, 0, rank));
  return {
    arithmetic: 'double' as const,
    tolerance: TOLERANCE,
    lambda,
    /** The gains nearest to the tolerance on either side: comparisons are clear where they are far from it. */
    nearestGains: { within: equilibria.within, beyond: Number.isFinite(equilibria.beyond) ? equilibria.beyond : null },
    equilibria: {
      count: equilibria.count,
      alice: equilibria.count === 0 ? null : { min: at(equilibria.worst)!, max: at(equilibria.best)! },
      worst: equilibria.worst === null ? null : quantalNames(analysis, equilibria.worst),
    },
    reference: { rule: analysis.reference.name, alice: analysis.referenceUtility },
    /** delta of Definition 13, over all profiles and pairs of Bobs. */
    closeness: {
      l1: closeness.largest,
      totalVariation: closeness.largest / 2,
      ...(closeness.farthest && { example: shownSeparation(solved, closeness.farthest) }),
    },
    /** Alice's utility when a Bob deviates to the reference: Theorem 2's proof takes it for the reference's alone. */
    deviation: {
      ...analysis.deviation,
      gap: Math.max(
        analysis.deviation.max - analysis.referenceUtility,
        analysis.referenceUtility - analysis.deviation.min,
      ),
    },
    estimationError,
    proposition2: proposition2(lambda, estimationError),
    corollary1: corollary1Part(analysis),
    /** Null where lambda times the error exceeds 1/4. */
    corollary2: corollary2(lambda, estimationError),
    lemma1: lemma1(solved.game.actions.length, lambda),
    theorem2: {
      weights: theorem2.reading.weights,
      epsilon: exactly(theorem2.reading.epsilon),
      bound: theorem2.bound,
      vacuous: theorem2.bound <= 0,
      slack: theorem2.slack,
      boundTotalVariation: theorem2.boundTotalVariation,
      slackTotalVariation: theorem2.slackTotalVariation,
    },
  };
}

/** Corollary 1 at the level of accuracy that makes its bound smallest, against delta in both distances. */
function corollary1Part({ lambda, ends, closeness }: QuantalAnalysis) {
  const levels = ends.map(({ error }) => {
    const rho = ends.reduce((all, other) => (other.error > error + 1e-12 ? all + other.probability : all), 0);
    return { error, rho, bound: corollary1(lambda, error, rho) };
  });
  const best = levels.reduce((least, one) => (one.bound < least.bound ? one : least));
  return {
    ...best,
    holdsL1: closeness.largest <= best.bound + TOLERANCE,
    holdsTotalVariation: closeness.largest / 2 <= best.bound + TOLERANCE,
  };
}

/** More traces than this are not listed. */
const MOST_TRACES = 64;

function agreementPart(game: Game, { zeta = ZETAS, failure = 0.1 }: AnswerOptions) {
  const conversation = straightforwardConversation(game);
  const exact = (belief: Parameters<typeof exactly>[0][]): Exact[] => belief.map(exactly);
  return {
    rounds: conversation.rounds,
    levels: zeta.map((level) => agreement(game, conversation, level, failure)),
    error: estimationByRound(conversation).map(({ round, disagreement, error, bound }) => ({
      round,
      disagreement: exactly(disagreement),
      error: exactly(error),
      theorem4: bound,
    })),
    traces: conversation.traces.slice(0, MOST_TRACES).map((trace) => ({
      xA: game.xA[trace.xA]!,
      xB: game.xB[trace.xB]!,
      probability: exactly(trace.probability),
      alice: trace.alice.map((belief) => exact([...belief])),
      bob: trace.bob.map((belief) => exact([...belief])),
    })),
  };
}

async function substitutesPart(game: Game, { signal, deadline }: AnswerOptions) {
  const { holds, checked, violations, witness } = await checkSubstitutes(game, { signal, deadline });
  return {
    holds,
    checked,
    violations,
    ...(witness && {
      witness: {
        action: game.actions[witness.action]!,
        a: witness.a.map((x) => game.xA[x]!),
        b: witness.b.map((x) => game.xB[x]!),
        left: exactly(witness.left),
        right: exactly(witness.right),
      },
    }),
  };
}

async function selectionPart(solved: SolvedGame, pool: Pool, { signal, deadline }: AnswerOptions) {
  const { game, leader } = solved;
  const { equilibria, utility, counts, lists, selected } = await analyseSelection(game, pool, { signal, deadline });
  const bound = theorem1Bound(solved);
  const { worst, best, count } = equilibria;
  const slack = worst === null ? null : utility(0, worst).sub(bound);
  return {
    equilibria: {
      count,
      alice: worst === null ? null : { min: exactly(utility(0, worst)), max: exactly(utility(0, best!)) },
      worst: worst === null ? null : rulesOf(counts, worst).map((rule, bob) => lists[bob]![rule]!.name),
      selected: worst === null ? null : game.bobs[selected[worst]!]!.name,
    },
    /** Theorem 6 applies where every Bob can switch to C*. */
    theorem6: {
      applies: leader.common,
      bound: exactly(bound),
      slack: slack && exactly(slack),
      holds: slack?.gte(0) ?? null,
    },
  };
}

async function obliviousPart(game: Game, { signal, deadline }: AnswerOptions) {
  const { bobs, alice, aliceAtLeast } = await analyseOblivious(game, { signal, deadline });
  return {
    bobs: bobs.map(({ name, utility, linearProgram, optima }) => ({
      name,
      utility: exactly(utility),
      linearProgram,
      optima: optima.map((scheme) => scheme.map((row) => row.map((p) => p.toFraction()))),
    })),
    alice: { min: exactly(alice.min), max: exactly(alice.max), over: alice.whole ? 'all' : 'first' },
    aliceAtLeast: exactly(aliceAtLeast),
  };
}

/** What is known where the time limit came before the profiles were played: the facts that need no play. */
export type StoppedAnswer = Pick<
  GameResult,
  'kind' | 'version' | 'arithmetic' | 'players' | 'optimum' | 'silent' | 'profiles' | 'strategies'
> & {
  readonly complete: false;
  readonly options: Record<string, unknown>;
  readonly refused: string;
};

export type Answered = { readonly answer: GameAnswer; readonly solved: SolvedGame };
export type Stopped = { readonly answer: StoppedAnswer; readonly solved: null };

/**
 * Solves a game: every section of the paper that it is small enough for.
 * @param options a `deadline` (on the clock of `performance.now()`, in ms) stops early: the answer then is not
 * `complete`, and the parts that it came before say so under `refused`
 * @throws TooLargeError where it has more than 2^20 profiles, with the count; InputError for unknown rule names;
 * AbortedError once `signal` fires.
 * @example
 * const game = readGame({
 *   xA: ['-'], xB: ['0', '1'], y: ['0', '1'], actions: ['0', '1'],
 *   prior: [[['1/2', 0], [0, '1/2']]],
 *   alice: [[1, 0], [0, 1]],
 *   bobs: [{ name: 'Bob', utility: [[1, 1], [0, 0]] }],
 *   messages: { alice: 1, bob: 2 },
 *   rounds: 1,
 * });
 * const pool = new Pool();
 * const { answer } = await solveGame(game, pool);
 * await pool.close();
 * answer.optimum.exact; // '1'
 * answer.equilibria.alice?.min.exact; // '1/2'
 */
export function solveGame(
  game: Game,
  pool: Pool,
  options?: AnswerOptions & { readonly deadline?: undefined },
): Promise<Answered>;
export function solveGame(game: Game, pool: Pool, options: AnswerOptions): Promise<Answered | Stopped>;
export async function solveGame(game: Game, pool: Pool, options: AnswerOptions = {}): Promise<Answered | Stopped> {
  givenThing(game, 'xA', 'game must be what readGame or parseGame return');
  givenThing(pool, 'local', 'pool must be a Pool');
  givenObject(options);
  const { zeta = ZETAS, failure = 0.1, sample, seed = 1 } = options;
  const lambda = options.lambda ?? game.lambda;
  const chosen = { lambda: lambda ?? null, zeta, failure, ...(sample !== undefined && { sample, seed }) };
  let solved: SolvedGame;
  try {
    solved = await analyseGame(game, pool, options);
  } catch (error) {
    if (!(error instanceof TimeUpError)) throw error;
    return { answer: { ...gameFacts(game), complete: false, options: chosen, refused: error.message }, solved: null };
  }
  const result = gameResult(solved, options);
  const part = <T>(work: () => T | Promise<T>): Promise<Part<T>> =>
    refusableLater(async () => {
      check(options);
      return work();
    });
  const answer: GameAnswer = {
    ...result,
    options: { ...result.options, ...chosen },
    ...(lambda !== undefined && { quantal: await part(() => quantalPart(solved, lambda, pool, options)) }),
    agreement: await part(() => agreementPart(game, options)),
    informationSubstitutes: await part(() => substitutesPart(game, options)),
    selection: await part(() => selectionPart(solved, pool, options)),
    oblivious: await part(() => obliviousPart(game, options)),
  };
  const late = Object.values(answer).some(isLate);
  return { answer: { ...answer, complete: !late }, solved };
}

/** Whether a part was left out for want of time. */
const isLate = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'refused' in value && value.refused === TIME_UP;
