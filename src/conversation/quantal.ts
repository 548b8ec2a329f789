/**
 * Bounded rationality (section 4.2): quantal-response equilibria (Definition 12), the closeness delta of a reference rule
 * (Definition 13), and Theorem 2, Proposition 2 and Corollary 1 against the truth. Probabilities are exponentials, so
 * totals are doubles: gains up to TOLERANCE are none, and the gains nearest to it are reported.
 */
import type { Pool } from '../kernel/pool.ts';
import type { Stop } from '../pause.ts';
import { type GameAlignment, gameAlignment } from './alignment.ts';
import { type Equilibria, pureEquilibria } from './equilibria.ts';
import { type Game, gains, type Rule, sum } from './game.ts';
import { checkInduced, type InducedCheck } from './induced.ts';
import { integerGame } from './integers.ts';
import { aloneGame, playAlone } from './leader.ts';
import { type Outcomes, playAll, rulesOf, totalAt } from './profiles.ts';
import { commonRules, strategies } from './rules.ts';
import { type Beliefs, moments, numberBeliefs, packedBeliefs } from './straightforward.ts';

/** In units of utility: a thousand times what rounding leaves in sums of a few hundred terms. */
export const TOLERANCE = 1e-12;

export interface QuantalOptions extends Stop {
  /** Default: the rule that alone brings a quantal Alice most, rules that every Bob has before others. */
  readonly reference?: Rule | undefined;
}

export interface QuantalAnalysis {
  readonly lambda: number;
  readonly lists: readonly (readonly Rule[])[];
  readonly profiles: number;
  /** What each profile leads to; totals are expected utilities. */
  readonly outcomes: Outcomes;
  readonly equilibria: Equilibria;
  readonly reference: Rule;
  /** U_A(C*): Alice's utility with the reference alone. */
  readonly referenceUtility: number;
  /** `largest` is delta in L1; half of it in total variation. */
  readonly closeness: InducedCheck;
  /** Alice's utility when some Bob deviates to the reference, over all profiles. Theorem 2's proof takes it for U_A(C*). */
  readonly deviation: { readonly min: number; readonly max: number };
  /** Largest error of Alice's final beliefs, talking to the reference alone: epsilon_u of Proposition 2. */
  readonly estimationError: number;
  /** The error of every possible end of that talk, with its probability. */
  readonly ends: readonly EstimationOutcome[];
  readonly theorem2: Theorem2;
}

export interface Theorem2 {
  readonly reading: GameAlignment;
  /** U_A(C*) - 2 epsilon - delta, delta in L1 as printed, times the weights' sum (Remark 2). */
  readonly bound: number;
  /** The same with delta in total variation, which suffices for utilities in [0, 1]. */
  readonly boundTotalVariation: number;
  /** Alice's worst equilibrium less `bound`. */
  readonly slack: number | null;
  readonly slackTotalVariation: number | null;
}

/** Analyses a game whose Alice talks straightforwardly and decides by quantal response. */
export async function analyseQuantal(
  game: Game,
  lambda: number,
  pool: Pool,
  options: QuantalOptions = {},
): Promise<QuantalAnalysis> {
  const { signal, deadline } = options;
  const stop = { signal, deadline };
  const lists = strategies(game);
  const integers = integerGame(game, lists);
  const listed = [...new Set(lists.flat())];
  const isCommon = commonRules(game);
  const candidates = options.reference
    ? [options.reference]
    : [...listed.filter(isCommon), ...listed.filter((rule) => !isCommon(rule))];
  const beliefs = await numberBeliefs(
    game,
    lists.map((rules) => [...rules, ...(options.reference ? [options.reference] : [])]),
    candidates,
    stop,
  );
  const straightforward = packedBeliefs(beliefs, lambda);
  const played = await playAll(integers, pool, { ...stop, straightforward });
  const outcomes: Outcomes = {
    ...played,
    totals: played.totals.map((totals, player) => totals.map((total) => total / Number(integers.units[player]!))),
  };
  const equilibria = pureEquilibria(outcomes, TOLERANCE);
  const alone = await playAlone(game, integers, candidates, pool, { ...stop, straightforward });
  const unit = Number(alone.game.mass * (integers.units[0]! / integers.mass));
  const aloneUtility = Float64Array.from(candidates, (_, rule) => totalAt(alone, 0, rule) / unit);
  const best = aloneUtility.reduce((high, value, i) => (value > aloneUtility[high]! + TOLERANCE ? i : high), 0);
  const reference = candidates[best]!;
  const ends = estimationErrors(game, reference, beliefs);
  const talk = { ...stop, straightforward };
  const closeness = await checkInduced(game, lists, reference, { integers, played }, pool, talk, TOLERANCE);
  return {
    ...{ lambda, lists, outcomes, equilibria, reference, closeness },
    profiles: played.profiles,
    referenceUtility: aloneUtility[best]!,
    deviation: closeness.alice,
    estimationError: ends.reduce((most, { error }) => Math.max(most, error), 0),
    ends,
    theorem2: theorem2(game, aloneUtility[best]!, closeness.largest, equilibria, outcomes),
  };
}

function theorem2(game: Game, reference: number, delta: number, { worst }: Equilibria, outcomes: Outcomes): Theorem2 {
  const readings = (['simplex', 'cone'] as const).map((weights) => {
    const reading = gameAlignment(game, weights);
    const scale = sum(reading.w).valueOf();
    const aligned = reference - 2 * reading.epsilon.valueOf();
    return { reading, bound: aligned - scale * delta, boundTotalVariation: aligned - (scale * delta) / 2 };
  });
  const chosen = readings.reduce((high, one) => (one.bound > high.bound ? one : high));
  const least = worst === null ? null : totalAt(outcomes, 0, worst);
  return {
    ...chosen,
    slack: least === null ? null : least - chosen.bound,
    slackTotalVariation: least === null ? null : least - chosen.boundTotalVariation,
  };
}

/** The error of Alice's final beliefs for one pair of features and one end of talk with the reference alone. */
export interface EstimationOutcome {
  readonly error: number;
  readonly probability: number;
}

/** |mu(x_A, transcript) - E[u_A | x_A, x_B]|, the largest over actions, for every possible end of talk with `rule`. */
export function estimationErrors(game: Game, rule: Rule, beliefs: Beliefs): EstimationOutcome[] {
  const { shared } = integerGame(aloneGame(game, [rule]), [[rule]]);
  const utilities = gains(game);
  const outcomes: EstimationOutcome[] = [];
  // A transcript's weight of x_B is its probability times the rule's denominators.
  const scale = shared.growth[0]!;
  for (const { xA, round, weights, belief } of moments(shared, [0], beliefs, game.rounds)) {
    if (round < game.rounds) continue;
    weights.forEach((weight, xB) => {
      const both = sum(game.prior[xA]![xB]!);
      if (weight === 0 || both.equals(0)) return;
      const errors = utilities[xA]![xB]!.map((total, a) => Math.abs(belief[a]! - total.div(both).valueOf()));
      outcomes.push({ error: Math.max(...errors), probability: (weight / scale) * both.valueOf() });
    });
  }
  return outcomes;
}

/** Each Bob's rule in a profile, by name. */
export const quantalNames = ({ lists, outcomes }: QuantalAnalysis, rank: number): string[] =>
  rulesOf(outcomes.counts, rank).map((rule, bob) => lists[bob]![rule]!.name);
