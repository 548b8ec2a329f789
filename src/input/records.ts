/** Rows of named cells with their places in the source: what the CSV and the JSON readers give to whoever checks them. */

/** One row; `cells[i]` belongs to `columns[i]` of its records. */
export interface Row {
  /** Where it stands: `line 7` in a file, `row 3` in memory. */
  readonly place: string;
  readonly cells: readonly string[];
}

export interface Records {
  /** The file, or what the caller calls the text; opens every message. */
  readonly name: string;
  /** Where the columns are named. */
  readonly place: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}
