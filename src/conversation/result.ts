/** What `market-alignment game` shows of a game that was analysed, in names and exact numbers. */
import type Fraction from 'fraction.js';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { InputError } from '../errors.ts';
import { type Exact, exactly } from '../exact/utility.ts';
import type { WeightSet } from '../market/results.ts';
import { VERSION } from '../version.ts';
import { firstBest, type Game, largest, type Rule, silentUtility } from './game.ts';
import type { Separation } from './induced.ts';
import { type Part, refusable } from './part.ts';
import { rulesOf, totalAt, utilityOf } from './profiles.ts';
import { deterministicRules, profileCount, spoken } from './rules.ts';
import { namedRules, type SolvedGame, type SolveGameOptions } from './solve.ts';
import { expected, playProfile, sampleTranscripts, type Transcript } from './transcripts.ts';

/** More transcripts than this are not listed. */
const MOST_TRANSCRIPTS = 1000;

/** One way a conversation ends, in names. */
export interface ShownTranscript {
  readonly xA: string;
  /** By Bob: Alice's and his messages in turn. */
  readonly messages: readonly (readonly number[])[];
  readonly probability: Exact;
  readonly belief: readonly Exact[];
  readonly action: string;
}

/** Definition 1 over all (action, state) pairs under one reading of the weights. */
export interface GameMisalignment {
  readonly scope: 'table';
  readonly weights: WeightSet;
  readonly epsilon: Exact;
  readonly w: Record<string, Exact>;
  readonly offset: Exact;
  /** U_A(C*) - 2 epsilon. */
  readonly bound: Exact;
}

/** Theorem 1 on one game; it applies where its condition holds and every Bob can switch to C*. */
export interface Theorem1 {
  readonly applies: boolean;
  /** The better of the readings: the theorem holds whatever the weights sum to (Remark 2). */
  readonly bound: Exact;
  /** Alice's worst equilibrium less the bound; null without an equilibrium. */
  readonly slack: Exact | null;
  readonly holds: boolean | null;
}

/** One profile in full. */
export interface ShownProfile {
  readonly rules: readonly string[];
  readonly alice: Exact;
  readonly bobs: Record<string, Exact>;
  /** P(action, y). */
  readonly induced: readonly (readonly Exact[])[];
  readonly transcriptCount: number;
  /** The first 1,000 of them. */
  readonly transcripts: readonly ShownTranscript[];
}

export interface GameResult {
  readonly kind: 'game';
  readonly version: string;
  /** False where the time limit came before some part. */
  readonly complete: boolean;
  readonly arithmetic: 'exact';
  readonly options: Record<string, unknown>;
  readonly players: readonly string[];
  /** OPT (Definition 2). */
  readonly optimum: Exact;
  /** Alice's utility without any talk. */
  readonly silent: Exact;
  /** U_A(C*) (Definition 8), the rule, and over which rules it is best. */
  readonly alignedLeader: Exact & { readonly rule: string; readonly over: 'all' | 'listed' };
  readonly profiles: number;
  readonly strategies: Record<string, number>;
  readonly equilibria: {
    readonly count: number;
    readonly alice: { readonly min: Exact; readonly max: Exact } | null;
    readonly worst: readonly string[] | null;
    readonly best: readonly string[] | null;
  };
  readonly identicalInducedDistribution: {
    readonly reference: string;
    readonly violations: number;
    readonly example?: ReturnType<typeof shownSeparation>;
    /** Proposition 1's premise: alone, the reference lets Alice reach OPT. */
    readonly referenceReachesOptimum: boolean;
  };
  readonly misalignment: readonly GameMisalignment[];
  readonly theorem1: Theorem1;
  /** `--profile`, or the worst equilibrium; null without one. */
  readonly profile: Part<ShownProfile> | null;
  readonly sample?: readonly {
    xA: string;
    xB: string;
    y: string;
    messages: readonly (readonly number[])[];
    action: string;
  }[];
}

export const namesOf = ({ lists, played }: SolvedGame, rank: number): string[] =>
  rulesOf(played.counts, rank).map((rule, bob) => lists[bob]![rule]!.name);

export function shownSeparation(solved: SolvedGame, { profile, bobs, distributions }: Separation) {
  const { game } = solved;
  return {
    profile: namesOf(solved, profile),
    bobs: bobs.map((bob) => game.bobs[bob]!.name),
    distributions: distributions.map((all) =>
      game.actions.map((_, a) => Array.from(all.subarray(a * game.y.length, (a + 1) * game.y.length))),
    ),
  };
}

/** U_A(C*) - 2 epsilon at the smallest epsilon of the readings. */
export const theorem1Bound = ({ leader, alignments }: Pick<SolvedGame, 'leader' | 'alignments'>): Fraction =>
  largest(alignments.map(({ epsilon }) => leader.utility.sub(epsilon.mul(2))));

export function misalignments({ game, alignments, leader }: SolvedGame): GameMisalignment[] {
  return alignments.map(({ weights, epsilon, w, offset }) => ({
    scope: 'table',
    weights,
    epsilon: exactly(epsilon),
    w: Object.fromEntries(game.bobs.map(({ name }, bob) => [name, exactly(w[bob]!)])),
    offset: exactly(offset),
    bound: exactly(leader.utility.sub(epsilon.mul(2))),
  }));
}

export function theorem1({ game, equilibria, ...solved }: SolvedGame): Theorem1 {
  const bound = theorem1Bound(solved);
  const worst = equilibria.worst === null ? null : aliceAt(solved, equilibria.worst);
  const { leader, reference, induced } = solved;
  return {
    applies: induced.violations === 0 && leader.common && spoken(leader.rule) === spoken(reference),
    bound: exactly(bound),
    slack: worst && exactly(worst.sub(bound)),
    holds: worst?.gte(bound) ?? null,
  };
}

const aliceAt = ({ integers, played }: Pick<SolvedGame, 'integers' | 'played'>, rank: number): Fraction =>
  utilityOf(integers, 0, totalAt(played, 0, rank));

function shownTranscript(game: Game, { xA, histories, probability, belief, action }: Transcript): ShownTranscript {
  return {
    xA: game.xA[xA]!,
    messages: histories,
    probability: exactly(probability),
    belief: belief.map(exactly),
    action: game.actions[action]!,
  };
}

/** The rules of the profile to show: the one asked for, or the worst equilibrium. */
function profileRules({ game, lists, played, equilibria }: SolvedGame, { profile }: SolveGameOptions): Rule[] | null {
  if (profile !== undefined) return namedRules(game, lists, profile);
  if (equilibria.worst === null) return null;
  return rulesOf(played.counts, equilibria.worst).map((rule, bob) => lists[bob]![rule]!);
}

/** One profile in full, or why not. */
function shownProfile(game: Game, rules: readonly Rule[]): Part<ShownProfile> {
  return refusable(() => {
    const { transcripts, induced } = playProfile(game, rules);
    return {
      rules: rules.map(({ name }) => name),
      alice: exactly(expected(game.alice, induced)),
      bobs: Object.fromEntries(game.bobs.map(({ name, utility }) => [name, exactly(expected(utility, induced))])),
      induced: induced.map((row) => row.map(exactly)),
      transcriptCount: transcripts.length,
      transcripts: transcripts.slice(0, MOST_TRANSCRIPTS).map((transcript) => shownTranscript(game, transcript)),
    };
  });
}

/** What is known of a game before it is played. */
export function gameFacts(game: Game) {
  return {
    kind: 'game' as const,
    version: VERSION,
    arithmetic: 'exact' as const,
    players: ['Alice', ...game.bobs.map(({ name }) => name)],
    optimum: exactly(firstBest(game)),
    silent: exactly(silentUtility(game)),
    profiles: Number(profileCount(game)),
    strategies: Object.fromEntries(
      game.bobs.map(({ name, rules }) => [name, rules === 'all' ? Number(deterministicRules(game)) : rules.length]),
    ),
  };
}

/** Sections 2 and 3 as a result. */
export function gameResult(solved: SolvedGame, options: SolveGameOptions = {}): GameResult {
  const { game, equilibria, leader, reference, induced } = solved;
  const rules = profileRules(solved, options);
  if (rules === null && options.sample !== undefined)
    throw new InputError('--sample needs a profile: the game has no pure equilibrium, name one with --profile');
  const at = (rank: number) => exactly(aliceAt(solved, rank));
  return {
    ...gameFacts(game),
    complete: true,
    options: { ties: 'lexicographic', reference: reference.name, profile: rules?.map(({ name }) => name) ?? null },
    alignedLeader: { ...exactly(leader.utility), rule: leader.rule.name, over: leader.over },
    equilibria: {
      count: equilibria.count,
      alice: equilibria.count === 0 ? null : { min: at(equilibria.worst!), max: at(equilibria.best!) },
      worst: equilibria.worst === null ? null : namesOf(solved, equilibria.worst),
      best: equilibria.best === null ? null : namesOf(solved, equilibria.best),
    },
    identicalInducedDistribution: {
      reference: reference.name,
      violations: induced.violations,
      ...(induced.first && { example: shownSeparation(solved, induced.first) }),
      referenceReachesOptimum: solved.referenceUtility.equals(firstBest(game)),
    },
    misalignment: misalignments(solved),
    theorem1: theorem1(solved),
    profile: rules && shownProfile(game, rules),
    ...(rules && options.sample !== undefined && { sample: drawn(game, rules, options.sample, options.seed ?? 1) }),
  };
}

function drawn(game: Game, rules: readonly Rule[], count: number, seed: number) {
  const generator = xoroshiro128plus(seed);
  return sampleTranscripts(game, rules, count, () => uniformFloat64(generator)).map(
    ({ xA, xB, y, histories, action }) => ({
      xA: game.xA[xA]!,
      xB: game.xB[xB]!,
      y: game.y[y]!,
      messages: histories,
      action: game.actions[action]!,
    }),
  );
}
