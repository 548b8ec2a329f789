/** What solving a market says, as it is printed: the JSON results of `solve` and `sweep` (their types, no code). */
import type { Exact } from '../exact/utility.ts';

/** `exact`, or the decimals that the table was rounded to on request: `rounded:2`. */
export type Arithmetic = 'exact' | `rounded:${number}`;

/** Alice's largest total, and the first scheme that reaches it: one policy name a state. */
export interface Optimum {
  readonly alice: Exact;
  readonly scheme: readonly string[];
}

/** The worst equilibrium: V_min and every Bob's utility in it. */
export interface Worst {
  readonly alice: Exact;
  readonly bobs: Readonly<Record<string, Exact>>;
  readonly scheme: readonly string[];
}

/** One reading of the misalignment (Remark 5): the smallest epsilon, its weights and offset, and OPT - 2 epsilon. */
export interface MisalignmentResult {
  readonly scope: 'cells' | 'schemes' | 'table';
  readonly weights: 'simplex' | 'cone';
  readonly epsilon: number;
  readonly w: Readonly<Record<string, number>>;
  readonly offset: number;
  readonly bound: number;
}

/** A move of best-response dynamics: `bob` takes `scheme`, which gives Alice `alice`. The first step is the start. */
export interface DynamicsStep {
  readonly bob: string;
  readonly scheme: readonly string[];
  readonly alice: Exact;
}

export interface DynamicsResult {
  readonly alice: Exact;
  /** The Bob whose scheme Alice takes at the end. */
  readonly selected: string;
  readonly steps: readonly DynamicsStep[];
  /** Alice at the end over orders and ties of `runs` runs. */
  readonly range: { readonly min: Exact; readonly max: Exact; readonly runs: number };
}

/** Everything about one committee. */
export interface CommitteeResult {
  readonly bobs: readonly string[];
  readonly worst: Worst;
  /** Number of stable schemes, or null where the method does not count. */
  readonly stable: { readonly count: string } | null;
  readonly misalignment: readonly MisalignmentResult[];
  readonly dynamics: DynamicsResult;
}

/** A growing market: a committee of 1, 2, … Bobs and its V_min (Figure 7). */
export type GrowthPath = readonly { readonly bobs: readonly string[]; readonly alice: Exact }[];

interface ResultHead {
  readonly version: string;
  /** False where a limit ended the run early. */
  readonly complete: boolean;
  readonly arithmetic: Arithmetic;
  /** The options that decide the answer. */
  readonly options: Readonly<Record<string, unknown>>;
}

export interface SweepResult extends ResultHead {
  readonly kind: 'sweep';
  readonly optimum: Optimum;
  readonly committees: readonly CommitteeResult[];
  readonly paths: readonly GrowthPath[];
}

export interface SolveResult extends ResultHead, Omit<CommitteeResult, 'bobs'> {
  readonly kind: 'solve';
  readonly market: { readonly states: number; readonly policies: readonly number[]; readonly bobs: readonly string[] };
  /** Number of schemes, a decimal string. */
  readonly schemes: string;
  readonly optimum: Optimum;
  /** What is proved about V_min where a search ended early. */
  readonly lowerBound?: Exact;
}
