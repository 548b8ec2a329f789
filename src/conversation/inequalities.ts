/** The theorems about games on random small instances: competition, selection, quantal response, agreement. */
import { corollary1, proposition2 } from '../bounds/quantal.ts';
import { theorem5 } from '../bounds/substitutes.ts';
import { type Trial, Trials } from '../bounds/trials.ts';
import type { Pool } from '../kernel/pool.ts';
import { agreement, estimationByRound, straightforwardConversation } from './agreement.ts';
import { firstBest, type Game, one, zero } from './game.ts';
import { totalAt } from './profiles.ts';
import { analyseQuantal, type QuantalAnalysis } from './quantal.ts';
import { randomGame } from './random.ts';
import { theorem1, theorem1Bound } from './result.ts';
import { analyseSelection } from './selection.ts';
import { analyseGame } from './solve.ts';
import { checkSubstitutes } from './substitutes.ts';

export interface GameTrials {
  readonly trials: readonly Trial[];
  /** By name, the first instance where a step of the paper fails: its seed and what was found. */
  readonly failures: readonly Failure[];
}

/** An instance on which something that the paper says does not hold. */
export interface Failure {
  readonly what: string;
  readonly seed: number;
  readonly game: Game;
  readonly values: Readonly<Record<string, number | string>>;
}

/** Keeps, for each claim, the instance that breaks it most. */
class Failures {
  private readonly worst = new Map<string, { failure: Failure; size: number }>();

  add(failure: Failure, size: number): void {
    const known = this.worst.get(failure.what);
    if (!known || size > known.size) this.worst.set(failure.what, { failure, size });
  }

  get list(): Failure[] {
    return [...this.worst.values()].map(({ failure }) => failure);
  }
}

const seedName = (seed: number) => () => `seed ${seed}`;

/** Game number `seed` of the competition trials: few rules each, which every Bob shares, half of them aligned. */
export function competitionGame(seed: number): Game {
  const sizes = { features: 2, states: 2, actions: 3, bobs: 3, messages: 2 };
  const game = randomGame(seed, { ...sizes, rules: 4, aligned: seed % 2 === 0 });
  // One list for all: every Bob can switch to the aligned leader's rule.
  return { ...game, bobs: game.bobs.map((bob) => ({ ...bob, rules: game.bobs[0]!.rules })) };
}

/** Theorems 1 and 6 and Proposition 1, in exact arithmetic. */
export async function tryCompetition(instances: number, pool: Pool): Promise<GameTrials> {
  const premise = new Trials('Theorem 1', 'worst equilibrium ≥ U_A(C*) − 2ε where Definition 9 holds', 0);
  const selection = new Trials('Theorem 6', 'worst selection equilibrium ≥ U_A(C*) − 2ε', 0);
  const failures = new Failures();
  let [applied, selected, seed] = [0, 0, 0];
  while (applied < instances || selected < instances) {
    seed++;
    const game = competitionGame(seed);
    const solved = await analyseGame(game, pool);
    const { applies, slack } = theorem1(solved);
    // Where Alice's utility is in the hull, and where talk is of no use, the bound says little.
    const misaligned = solved.alignments.every(({ epsilon }) => epsilon.gt(0));
    const reaches = solved.referenceUtility.equals(firstBest(game));
    if (applies && slack && solved.leader.common) {
      applied++;
      premise.add(slack.value, seedName(seed), misaligned);
    }
    if (reaches && solved.induced.violations > 0)
      failures.add(
        {
          what: 'Proposition 1: C* reaches OPT, yet deviations to it induce different distributions',
          ...{ seed, game },
          values: { violations: solved.induced.violations, profiles: solved.played.profiles },
        },
        solved.induced.violations / solved.played.profiles,
      );
    const { equilibria, utility } = await analyseSelection(game, pool);
    if (equilibria.worst === null || !solved.leader.common) continue;
    selected++;
    selection.add(utility(0, equilibria.worst).sub(theorem1Bound(solved)).valueOf(), seedName(seed), misaligned);
  }
  return { trials: [premise.result, selection.result], failures: failures.list };
}

/** Game number `seed` of the quantal trials: Alice has a message for every belief; in every third she matches the state. */
export function quantalGame(seed: number): Game {
  const game = randomGame(seed, {
    ...{ features: 3, states: 3, actions: 3, bobs: 2, messages: 3 },
    ...{ rules: 3, aligned: seed % 2 === 0, exact: true },
  });
  const matching = game.alice.map((row, a) => row.map((_, y) => (a === y ? one : zero)));
  return {
    ...game,
    ...(seed % 3 === 0 && { alice: matching }),
    bobs: game.bobs.map((bob) => ({
      ...bob,
      ...(seed % 6 === 0 && { utility: matching }),
      rules: game.bobs[0]!.rules,
    })),
  };
}

const LAMBDAS = [0.3, 1, 3, 10, 30] as const;

/** Theorems 2 and 5, Proposition 2, Corollary 1 and Lemma 1 on games with a quantal Alice. */
export async function tryQuantal(instances: number, pool: Pool): Promise<GameTrials> {
  const t = {
    theorem2: new Trials('Theorem 2', 'worst quantal equilibrium ≥ U_A(C*) − 2ε − δ, δ in L1'),
    variation: new Trials('Theorem 2, total variation', 'the same with δ in total variation'),
    theorem5: new Trials('Theorem 5', 'worst quantal equilibrium ≥ its bound at K = R (vacuous here)'),
    proposition2: new Trials('Proposition 2', 'δ ≤ e^(4λε_u) − 1, δ in L1'),
    l1: new Trials('Corollary 1, L1', 'δ ≤ e^(4λε_u) − 1 + ρ, δ in L1'),
    tv: new Trials('Corollary 1, total variation', 'the same with δ in total variation'),
  };
  const failures = new Failures();
  /** Theorem 5's by lambda: these games have the same actions and rounds. */
  const losses = new Map<number, number>();
  for (let seed = 1; seed <= instances; seed++) {
    const game = quantalGame(seed);
    const lambda = LAMBDAS[seed % LAMBDAS.length]!;
    const analysis = await analyseQuantal(game, lambda, pool);
    const { theorem2, closeness, estimationError, equilibria, outcomes } = analysis;
    const name = () => `seed ${seed}, λ = ${lambda}`;
    t.proposition2.add(proposition2(lambda, estimationError) - closeness.largest, name, closeness.largest > 0);
    if (theorem2.slack !== null) {
      const telling = closeness.largest > 0 || theorem2.reading.epsilon.gt(0);
      t.theorem2.add(theorem2.slack, name, telling);
      t.variation.add(theorem2.slackTotalVariation!, name, telling);
      const loss =
        losses.get(lambda) ?? theorem5({ actions: game.actions.length, rounds: game.rounds, lambda }).loss.total;
      losses.set(lambda, loss);
      const bound = firstBest(game).valueOf() - loss - 2 * theorem2.reading.epsilon.valueOf();
      t.theorem5.add(totalAt(outcomes, 0, equilibria.worst!) - bound, name);
    }
    tryCorollary1(analysis, game, seed, t, failures);
    lastStep(analysis, game, seed, failures);
  }
  return { trials: Object.values(t).map(({ result }) => result), failures: failures.list };
}

/** Every level of accuracy that the reference reaches on part of the prior, with the probability rho of the rest. */
function tryCorollary1(
  { lambda, closeness, reference, ends }: QuantalAnalysis,
  game: Game,
  seed: number,
  { l1, tv }: { l1: Trials; tv: Trials },
  failures: Failures,
): void {
  let slacks = { l1: Number.POSITIVE_INFINITY, tv: Number.POSITIVE_INFINITY };
  for (const { error } of ends) {
    const rho = ends.reduce((all, other) => (other.error > error + 1e-12 ? all + other.probability : all), 0);
    const bound = corollary1(lambda, error, rho);
    slacks = {
      l1: Math.min(slacks.l1, bound - closeness.largest),
      tv: Math.min(slacks.tv, bound - closeness.largest / 2),
    };
    const found = (what: string, distance: number) => {
      if (bound - distance < -1e-9)
        failures.add(
          { what, seed, game, values: { lambda, error, rho, bound, distance, reference: reference.name } },
          distance - bound,
        );
    };
    found('Corollary 1 with δ in L1, as Definition 13 has it', closeness.largest);
    found('Corollary 1 with δ in total variation, as its proof has it', closeness.largest / 2);
  }
  const name = () => `seed ${seed}, λ = ${lambda}`;
  l1.add(slacks.l1, name, closeness.largest > 0);
  tv.add(slacks.tv, name, closeness.largest > 0);
}

/** Theorem 2's last step takes Alice's utility when a Bob deviates to C* for her utility with C* alone. */
function lastStep(
  { deviation, referenceUtility, lambda, reference, theorem2 }: QuantalAnalysis,
  game: Game,
  seed: number,
  failures: Failures,
): void {
  const short = referenceUtility - deviation.min;
  const values = { lambda, alone: referenceUtility, deviation: deviation.min, reference: reference.name };
  if (short > 1e-9)
    failures.add(
      { what: 'Theorem 2’s last step: E[u_A] after a deviation falls below U_A(C*)', seed, game, values },
      short,
    );
  if (theorem2.slack !== null && theorem2.slack < -1e-9)
    failures.add(
      { what: 'Theorem 2 itself', seed, game, values: { ...values, bound: theorem2.bound, slack: theorem2.slack } },
      -theorem2.slack,
    );
}

/** Game number `seed` of the agreement trials. */
export const agreementGame = (seed: number): Game =>
  randomGame(seed, { features: 3, states: 2, actions: 2, bobs: 1, messages: 1, exact: seed % 2 === 0 });

const ZETAS = [0.3, 0.1, 0.03] as const;

/** Theorem 3 on any distribution, Theorem 4 where information substitutes hold. */
export async function tryAgreement(instances: number): Promise<GameTrials> {
  const rounds = new Trials('Theorem 3', 'rounds to ζ-agreement ≤ 3|A| / (ζ²·delta_conv)');
  const error = new Trials('Theorem 4', 'error after ζ-agreement ≤ 10 ζ^(1/3) under information substitutes');
  let held = 0;
  for (let seed = 1; seed <= instances || held < instances; seed++) {
    const game = agreementGame(seed);
    const conversation = straightforwardConversation(game);
    if (seed <= instances)
      for (const zeta of ZETAS) {
        const { lasting, bound } = agreement(game, conversation, zeta, 0.1);
        rounds.add(bound - lasting, () => `seed ${seed}, ζ = ${zeta}: ${lasting} rounds`);
      }
    if (held >= instances || !(await checkSubstitutes(game, { upToFirst: true })).holds) continue;
    held++;
    for (const one of estimationByRound(conversation))
      error.add(one.bound - one.error.valueOf(), () => `seed ${seed}, round ${one.round}`, one.bound > 0);
  }
  return { trials: [rounds.result, error.result], failures: [] };
}
