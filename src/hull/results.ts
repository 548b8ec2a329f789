/** The result of `hull`: plain data, the same bytes for the same input and options whatever the threads. */

/** Mean over sets (and targets) of the mean over folds of the test MSE; `std` is the population's, over sets. */
import type { FoldsBy } from './folds.ts';
import type { Dropped } from './missing.ts';
export interface SetError {
  readonly mse: number;
  readonly std: number;
  /** Standard error of the mean over targets, where there are several. */
  readonly se?: number;
}

export interface FitError extends SetError {
  /** Weights above 1e-6: mean over sets and folds, and standard deviation over sets. */
  readonly nonzero: number;
  readonly nonzeroStd: number;
  readonly nonzeroSe?: number;
}

/** Section 6's four lines at K Bobs. */
export interface CurvePoint {
  readonly k: number;
  /** Sets of K Bobs that were fitted. */
  readonly sets: number;
  readonly best: SetError;
  readonly average: SetError;
  readonly nnls: FitError;
  readonly simplex: FitError;
  /** Definition 1 over all items, for the file's first K Bobs; where asked for. */
  readonly epsilon?: EpsilonPoint;
}

/** Sup-norm distances max |Σ w U + c - u_A| over all items with the best offset c; means over targets. */
export interface EpsilonPoint {
  /** The smallest there is, over w >= 0 and over the simplex: Definition 1's epsilon. */
  readonly cone: number;
  readonly simplexLeast: number;
  /** What the weights of the two least-squares fits to all items reach. */
  readonly nnls: number;
  readonly simplex: number;
}

/** What a Bob carries when all take part: over folds (and targets). */
export interface BobWeight {
  readonly bob: string;
  readonly nnls: { readonly mean: number; readonly std: number; readonly folds: readonly number[] };
  readonly simplex: { readonly mean: number; readonly std: number; readonly folds: readonly number[] };
}

export interface HullResult {
  readonly kind: 'hull';
  readonly version: string;
  readonly complete: boolean;
  readonly arithmetic: 'double';
  readonly options: {
    readonly seed: number;
    readonly sets: 'permutations' | 'orders' | 'all' | 'sample';
    readonly foldsBy: FoldsBy;
    readonly scale?: readonly [number, number];
    /** Where items that lack a score were to be left out. */
    readonly missing?: 'drop-item';
  };
  readonly items: number;
  /** What was left out; only with `missing: drop-item`. */
  readonly dropped?: Dropped;
  readonly bobs: readonly string[];
  readonly targets: readonly string[];
  readonly folds: number;
  readonly foldItems: readonly number[];
  /** Permutations that were followed; 0 for subsets. */
  readonly orders: number;
  readonly curve: readonly CurvePoint[];
  /** Of all Bobs together, largest NNLS weight first. */
  readonly weights: readonly BobWeight[];
  /** Whether those weights are the only optimal ones in every fold (of every target). */
  readonly unique: { readonly nnls: boolean; readonly simplex: boolean };
  readonly checks: {
    /** Fits made, of both kinds: sets × folds × targets × 2. */
    readonly fits: number;
    /** Those whose KKT conditions could not be had from Gram matrices and were fitted on the data by QR … */
    readonly refitted: number;
    /** … and those of them that hold to more than 1e-9 of scale even so. */
    readonly unverified: number;
    /** Largest KKT residual, relative to scale. */
    readonly residual: number;
    /** Fits whose weights may not be the only optimal ones (the errors are the same). */
    readonly notUnique: { readonly nnls: number; readonly simplex: number };
  };
}
