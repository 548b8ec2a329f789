/** Score matrices: what is known of one, and how the columns of its file are read. */
import type { ScoreMatrix } from './matrix.ts';
import type { Dropped, MissingPolicy } from './missing.ts';

/** How the columns of a score file are read. */
export interface ScoreOptions {
  /** Target columns; a name that ends in * stands for all columns that begin so. Default: `alice`. */
  readonly targets?: readonly string[] | undefined;
  /** The Bobs' columns, likewise. Default: all others but item, group, fold and question. */
  readonly bobs?: readonly string[] | undefined;
  /** Scores lie in [a, b] and are mapped to [0, 1]. Default: as given. */
  readonly scale?: readonly [number, number] | undefined;
  /** Names of items; each may occur once. Default: the column `item` where there is one. */
  readonly itemColumn?: string | undefined;
  /** A group never straddles folds. */
  readonly groupColumn?: string | undefined;
  /** Items with the same entry form a fold. */
  readonly foldColumn?: string | undefined;
  /** Rows with the same entry are the options of one question: scaled by 1/sqrt(their number), kept in one fold. */
  readonly questionColumn?: string | undefined;
  /** For a long file, with a row a score: the column that says whose score it is … */
  readonly raterColumn?: string | undefined;
  /** … and the column that holds it. */
  readonly scoreColumn?: string | undefined;
  /** What becomes of items that lack a score. Default: the file is refused, with their count. */
  readonly missing?: MissingPolicy | undefined;
}

/** Entries of a column as numbers, in the order of first appearance. */
export interface Labels {
  readonly of: Int32Array;
  readonly names: readonly string[];
}

/** A score matrix with what its file says of folds. */
export interface Scores extends ScoreMatrix {
  /** What messages call the file. */
  readonly name?: string | undefined;
  readonly groups?: Labels | undefined;
  readonly folds?: Labels | undefined;
  readonly questions?: Labels | undefined;
  readonly scale?: readonly [number, number] | undefined;
  /** Where items that lack a score were to be left out: how many were. */
  readonly dropped?: Dropped | undefined;
}

/** Columns that are never Bobs unless asked for by name. */
export const RESERVED: readonly string[] = ['item', 'group', 'fold', 'question', 'option'];

export interface Collector {
  header(columns: readonly string[], line: number): void;
  row(cells: readonly string[], line: number): void;
  finish(): Scores;
}
