/** Utility tables: rows (state, policy) with a decimal for Alice and for each Bob, from CSV or JSON text, checked. */
import { InputError } from '../errors.ts';
import { parseCsv } from '../input/csv.ts';
import { readDecimal } from '../input/decimal.ts';
import { givenObject, givenText, givenThing } from '../input/given.ts';
import { parseJsonRows, recordsOfObjects } from '../input/json.ts';
import type { Records } from '../input/records.ts';
import { show, showAll } from '../input/show.ts';
import { Spellings } from '../input/spellings.ts';

/**
 * A checked utility table. Cells are the (state, policy) pairs: states in the order of their first row, policies in
 * the order of their rows within the state, whatever rows of other states stand between.
 */
export interface UtilityTable {
  /** The file, or what the caller called the text. */
  readonly name: string;
  readonly states: readonly string[];
  /** Policy names by state; the sets may differ. */
  readonly policies: readonly (readonly string[])[];
  /** Names of the Bobs, in the table's order. */
  readonly bobs: readonly string[];
  /** `utilities[p][cell]`: decimals as written; player 0 is Alice, player j + 1 is Bob j. */
  readonly utilities: readonly (readonly string[])[];
  /** `places[cell]`: where the cell's row stands, such as `line 7`. */
  readonly places: readonly string[];
  /** Weight of each state as written, not all zero; undefined: uniform. They need not sum to 1. */
  readonly prior: readonly string[] | undefined;
}

export interface TableOptions {
  /** Opens every message; default `table`. */
  readonly name?: string | undefined;
  /** Default: JSON where the name ends in `.json` or the text starts with `[` or `{`, else CSV. */
  readonly format?: 'csv' | 'json' | undefined;
}

const RESERVED = ['state', 'policy', 'alice', 'prior'];
const HEADER = 'state,policy,alice,<Bob>…';

/** Where a cell stands, as messages begin: file, line and column. */
export function cellPlace(table: Pick<UtilityTable, 'name'>, place: string, column: string): string {
  return `${table.name} ${place}, column ${show(column)}`;
}

/** Which column is which. @throws InputError where one is missing, unnamed or named twice. */
function findColumns({ name, place, columns }: Records) {
  const at = new Map<string, number>();
  const spellings = new Spellings();
  for (const [i, column] of columns.entries()) {
    if (column.trim() === '')
      throw new InputError(`${name} ${place}, column ${i + 1}: must have a name, got ${show(column)}`);
    const before = at.get(column);
    if (before !== undefined)
      throw new InputError(
        `${name} ${place}, column ${i + 1}: must have a name of its own, got ${show(column)} as in column ${before + 1}`,
      );
    spellings.add(column, `column ${i + 1}`, () => `${name} ${place}, column ${i + 1}`);
    at.set(column, i);
  }
  const required = (column: string): number => {
    const index = at.get(column);
    if (index === undefined)
      throw new InputError(
        `${name} ${place}: must have a column ${show(column)} (the header is ${HEADER}), got ${showAll(columns)}`,
      );
    return index;
  };
  const [state, policy, alice] = [required('state'), required('policy'), required('alice')];
  const bobs = columns.filter((column) => !RESERVED.includes(column));
  if (bobs.length === 0)
    throw new InputError(
      `${name} ${place}: must have a column for at least one Bob (the header is ${HEADER}), got ${showAll(columns)}`,
    );
  return { state, policy, prior: at.get('prior'), players: [alice, ...bobs.map((bob) => at.get(bob)!)], bobs };
}

type Columns = ReturnType<typeof findColumns>;

/** The rows of each state, by state in order of first appearance. @throws InputError on a (state, policy) given twice. */
function rowsByState(records: Records, columns: Columns): Map<string, Map<string, number>> {
  const states = new Map<string, Map<string, number>>();
  const spellings = { state: new Spellings(), policy: new Spellings() };
  for (const [index, { place, cells }] of records.rows.entries()) {
    const names = [cells[columns.state]!, cells[columns.policy]!] as const;
    for (const [i, column] of (['state', 'policy'] as const).entries()) {
      const at = () => cellPlace(records, place, column);
      if (names[i]!.trim() === '') throw new InputError(`${at()}: must have a name, got a blank cell`);
      spellings[column].add(names[i]!, place, at);
    }
    const [state, policy] = names;
    const rows = states.get(state) ?? new Map<string, number>();
    const before = rows.get(policy);
    if (before !== undefined)
      throw new InputError(
        `${cellPlace(records, place, 'policy')}: must be a policy that its state does not have yet, got state ${show(state)} with policy ${show(policy)} again (first: ${records.rows[before]!.place})`,
      );
    states.set(state, rows.set(policy, index));
  }
  return states;
}

/** The weight of each state. @throws InputError where one is negative or differs inside its state, or all are zero. */
function priorOf(records: Records, column: number, states: Map<string, Map<string, number>>): string[] {
  let positive = false;
  const weights = [...states].map(([state, rows]) => {
    const [first, ...others] = [...rows.values()].map((index) => {
      const { place, cells } = records.rows[index]!;
      const at = cellPlace(records, place, 'prior');
      const value = readDecimal(cells[column]!, at);
      if (value.digits < 0n) throw new InputError(`${at}: must be >= 0, got ${show(cells[column]!)}`);
      return { at, value, text: cells[column]!.trim(), place };
    });
    for (const { at, value, text } of others)
      if (value.digits !== first!.value.digits || value.scale !== first!.value.scale)
        throw new InputError(
          `${at}: must be the same on every row of a state, got ${show(text)} where state ${show(state)} has ${show(first!.text)} on ${first!.place}`,
        );
    positive ||= first!.value.digits > 0n;
    return first!.text;
  });
  if (!positive)
    throw new InputError(
      `${cellPlace(records, records.rows[0]!.place, 'prior')}: must be > 0 for at least one state, got 0 for all`,
    );
  return weights;
}

function tableOf(records: Records): UtilityTable {
  const { name, rows } = records;
  const columns = findColumns(records);
  if (rows.length === 0) throw new InputError(`${name}: must have at least one row below the header, got none`);
  const states = rowsByState(records, columns);
  const order = [...states.values()].flatMap((policies) => [...policies.values()]);
  const utilities = columns.players.map((column) =>
    order.map((index) => {
      const { place, cells } = rows[index]!;
      readDecimal(cells[column]!, () => cellPlace(records, place, records.columns[column]!));
      return cells[column]!.trim();
    }),
  );
  return {
    name,
    states: [...states.keys()],
    policies: [...states.values()].map((policies) => [...policies.keys()]),
    bobs: columns.bobs,
    utilities,
    places: order.map((index) => rows[index]!.place),
    prior: columns.prior === undefined ? undefined : priorOf(records, columns.prior, states),
  };
}

/** @throws InputError where `table` is none: of use to callers without types. */
export function checkTable(table: UtilityTable): void {
  givenThing(table, 'utilities', 'table must be what readTable, parseTable or tableFromRows return');
}

/**
 * Reads a utility table from text: CSV with the header `state,policy,alice,<Bob>…` and an optional `prior` column, or
 * JSON rows of the same shape (an array of objects, or such an array as `rows`). Numbers stay decimal strings: nothing
 * is rounded. Rows of one state need not stand together.
 * @throws InputError naming file, line, column, rule and value: anything but finite decimals of at most 40 digits on
 * either side of the point, blanks, (state, policy) or column given twice, ragged rows, a prior that is negative, zero
 * everywhere or not the same throughout a state, no Bob.
 * @example
 * const table = parseTable('state,policy,alice,B\nrain,stay,0.5,1\nrain,go,0.25,0\n');
 * table.policies // [['stay', 'go']]
 */
export function parseTable(text: string, options: TableOptions = {}): UtilityTable {
  givenObject(options);
  const { name = 'table', format } = options;
  givenText(text, name);
  if (text.includes('\0')) throw new InputError(`${name}: must be UTF-8 text, got a NUL character (a binary file?)`);
  const json = format === undefined ? /\.json$/i.test(name) || /^\uFEFF?\s*[[{]/.test(text) : format === 'json';
  if (text.trim() === '') throw new InputError(`${name}: must not be empty; a table has the header ${HEADER}`);
  const records = json ? parseJsonRows(text, name) : parseCsv(text, name);
  if (json && records.rows.length === 0) throw new InputError(`${name}: must have at least one row, got none`);
  return tableOf(records);
}

/**
 * A utility table from row objects in memory, such as the body of a request. Numbers may have up to 15 significant
 * digits, strings any that `parseTable` takes.
 * @throws InputError as `parseTable`, with `row 3` in place of a line.
 * @example tableFromRows([{ state: 'rain', policy: 'stay', alice: 0.5, B: '1' }]).bobs // ['B']
 */
export function tableFromRows(rows: readonly unknown[], options: Pick<TableOptions, 'name'> = {}): UtilityTable {
  givenObject(options);
  const { name = 'table' } = options;
  if (!Array.isArray(rows) || rows.length === 0)
    throw new InputError(
      `${name}: must be an array of at least one row, got ${show(JSON.stringify(rows) ?? 'nothing')}`,
    );
  return tableOf(recordsOfObjects(rows, name));
}
