/** The results of `solve` and `sweep`: plain data, the same bytes for the same input and options. */
import type { Exact } from '../exact/utility.ts';

/** Which rows the misalignment programme is over (Remark 5; `table`: Definition 1). */
export type Scope = 'cells' | 'schemes' | 'table';
/** `simplex`: weights sum to 1; `cone`: weights >= 0. */
export type WeightSet = 'simplex' | 'cone';

/** One reading of the misalignment score; `bound` is OPT - 2·epsilon (Theorem 6). */
export interface Misalignment {
  readonly scope: Scope;
  readonly weights: WeightSet;
  readonly epsilon: number;
  /** By Bob of the committee. */
  readonly w: Readonly<Record<string, number>>;
  readonly offset: number;
  readonly bound: number;
}

export interface DynamicsStep {
  readonly bob: string;
  /** The scheme he moves to: policy names, one a state. */
  readonly scheme: readonly string[];
  /** Alice's expected utility once she has chosen again. */
  readonly alice: Exact;
}

/** Best-response dynamics of one committee (section 7.1). */
export interface Dynamics {
  /** Alice's expected utility at the end. */
  readonly alice: Exact;
  /** The Bob selected at the end. */
  readonly selected: string;
  /** The first step is the Bob selected at the start, with his monopoly scheme. */
  readonly steps: readonly DynamicsStep[];
  /** How many more moves there were, where they are too many to list (2^16 policy names a result). */
  readonly omitted?: number;
  /** Present where a time limit, or too many moves, came first: `alice` and `selected` are then as far as known. */
  readonly unfinished?: true;
  /** Whether the end is a Nash equilibrium of the whole profile (Definition 17). */
  readonly nash: boolean;
  /** Where the selected Bob would gain by showing something worse: who is selected then. */
  readonly handover?: { readonly bob: string; readonly selected: string };
  /**
   * Alice's end utility over orders (the table's, its reverse, random ones) and ties between equally good schemes (to
   * the lowest rank, to the highest): `runs` runs in all, of which `nash` ended in a Nash equilibrium.
   */
  readonly range: { readonly min: Exact; readonly max: Exact; readonly runs: number; readonly nash: number };
}

/** The worst equilibrium for Alice. */
export interface WorstEquilibrium {
  readonly alice: Exact;
  readonly bobs: Readonly<Record<string, Exact>>;
  /** The lowest-ranked such scheme: policy names, one a state. Empty where it mixes: see `probabilities`. */
  readonly scheme: readonly string[];
  /**
   * With randomised schemes: by state, the probability of each policy that has one. With the receiver `follow` some
   * worst equilibrium always names one policy a state for sure, and it is the one shown.
   */
  readonly probabilities?: readonly Readonly<Record<string, string>>[];
}

/** The answer over deterministic schemes, beside the one over randomised ones. */
export interface DeterministicAnswer extends WorstEquilibrium {
  /** Over the cells that stable deterministic schemes use: its bound is the one that holds for them. */
  readonly misalignment: readonly Misalignment[];
  /** Where the search for it was stopped early: no deterministic equilibrium leaves Alice less. */
  readonly lowerBound?: Exact;
}

/** What is known of one committee. */
export interface CommitteeResult {
  readonly worst: WorstEquilibrium;
  /** Where a search was stopped early: no equilibrium leaves Alice less. */
  readonly lowerBound?: Exact;
  /** With randomised schemes, for comparison: the worst equilibrium over deterministic ones, and their misalignment. */
  readonly deterministic?: DeterministicAnswer;
  /**
   * Number of stable schemes, a decimal string; null where the method does not count. With randomised schemes there is
   * no such number, and this is the number of deterministic ones.
   */
  readonly stable: { readonly count: string } | null;
  readonly misalignment: readonly Misalignment[];
  readonly dynamics: Dynamics;
}

/** The options that decide an answer. */
export interface AnswerOptions {
  readonly ties: 'strict' | 'index';
  readonly receiver: 'follow' | 'bayes';
  readonly schemes: 'deterministic' | 'randomised';
  readonly scope: readonly Scope[];
  readonly weights: readonly WeightSet[];
  readonly order: 'round-robin' | 'random';
  readonly deviation: 'best' | 'better';
  readonly runs: number;
  readonly seed: number;
}

/** How likely the Bobs see what in which state: by state, by observation, reduced fractions; pairs left out: 0. */
export type ObservationTable = Readonly<Record<string, Readonly<Record<string, string>>>>;

interface ObservedOptions {
  /** Present where Bobs had noisy observations: `market.states` are then what they observe. */
  readonly observations?: ObservationTable;
}

interface Result {
  readonly version: string;
  /** False where a time limit came first: `worst` is then the best known, not proved. */
  readonly complete: boolean;
  /** `exact`, or `rounded:D` where utilities were rounded to D decimals on request. */
  readonly arithmetic: string;
}

export interface SolveResult extends Result, CommitteeResult {
  readonly kind: 'solve';
  readonly options: AnswerOptions & ObservedOptions & { readonly committee: readonly string[] };
  readonly market: {
    /** The table's states, or what the Bobs observe of them. */
    readonly states: readonly string[];
    readonly policies: readonly (readonly string[])[];
    readonly bobs: readonly string[];
  };
  /** Number of schemes, a decimal string. */
  readonly schemes: string;
  readonly optimum: { readonly alice: Exact; readonly scheme: readonly string[] };
}

/** A step of a growth path (Figure 7): the market so far and V_min. */
export interface PathStep {
  readonly bobs: readonly string[];
  readonly alice: Exact;
}

/** The smallest committees that guarantee Alice a share of OPT; none where even all Bobs do not. */
export interface Minimal {
  readonly share: number;
  /** share · OPT: what Alice gets at least in every equilibrium of those committees. */
  readonly alice: Exact;
  /** No proper part of any of them is enough, as far as is decided. */
  readonly committees: readonly (readonly string[])[];
  /** Present where time ran out: how many other committees may be enough, and then take the place of some listed. */
  readonly undecided?: number;
}

export interface SweepResult extends Result {
  readonly kind: 'sweep';
  readonly options: AnswerOptions & ObservedOptions & { readonly paths: number };
  readonly market: SolveResult['market'];
  readonly schemes: string;
  readonly optimum: SolveResult['optimum'];
  /** By size, then in the table's order. */
  readonly committees: readonly (CommitteeResult & { readonly bobs: readonly string[] })[];
  readonly paths: readonly (readonly PathStep[])[];
  /** Where asked for. */
  readonly minimal?: Minimal;
}
