/**
 * What `align` compares: rows of Alice's and the Bobs' numbers, exactly, from a utility table (every state and policy is
 * a row) or a score matrix (every item is).
 */
import Fraction from 'fraction.js';
import { InputError } from '../errors.ts';
import { parseCsv } from '../input/csv.ts';
import { type Decimal, readDecimal, roundDecimal } from '../input/decimal.ts';
import { givenObject } from '../input/given.ts';
import { parseJsonRows } from '../input/json.ts';
import type { Records } from '../input/records.ts';
import { show, showAll } from '../input/show.ts';
import { cellPlace, checkTable, type UtilityTable } from '../market/table.ts';
import { wholeNumbers } from './rows.ts';

export interface PointOptions {
  /** Opens every message; default `table`. A name that ends in `.json` is read as JSON. */
  readonly name?: string | undefined;
  readonly format?: 'csv' | 'json' | undefined;
  /** Default `alice`. */
  readonly aliceColumn?: string | undefined;
  /** Names the rows; default `item` where there is such a column, `state` and `policy` where both are. */
  readonly itemColumn?: string | undefined;
  /** Columns that are no Bobs, besides `group`, `fold` and, in a utility table, `prior`. */
  readonly ignore?: readonly string[] | undefined;
  /** Round every number to this many decimals first, halves away from zero. Default: take them exactly. */
  readonly round?: number | undefined;
}

/** Numbers of player p: base[p] + unit[p] · whole[p][row]; player 0 is Alice, player j + 1 is Bob j. */
export interface AlignmentPoints {
  readonly bobs: readonly string[];
  readonly count: number;
  /** What each row is called: an item, or a state and a policy; undefined: it has no name. */
  readonly labels: readonly (readonly string[])[] | undefined;
  readonly base: readonly Fraction[];
  readonly unit: readonly Fraction[];
  readonly whole: readonly Float64Array[];
}

/**
 * Takes a utility table, or reads one or a score matrix from CSV or JSON text.
 * @throws InputError where a column is missing, a cell is no number, or there is no Bob or no row.
 * @example alignmentPoints('item,alice,A,B\nx,1,0,2\ny,0,0,0\n').bobs // ['A', 'B']
 */
export function alignmentPoints(source: string | UtilityTable, options: PointOptions = {}): AlignmentPoints {
  givenObject(options);
  const { round } = options;
  if (round !== undefined && !(Number.isInteger(round) && round >= 0 && round <= 40))
    throw new InputError(`round must be a whole number from 0 to 40, got ${round}`);
  const { bobs, labels, columns } =
    typeof source === 'string' ? columnsOfText(source, options) : columnsOfTable(source);
  const players = columns.map((column) => numbers(column, round));
  return {
    bobs,
    count: columns[0]!.cells.length,
    labels,
    base: players.map(({ base }) => base),
    unit: players.map(({ unit }) => unit),
    whole: players.map(({ whole }) => whole),
  };
}

/** One player's numbers as they are written. */
interface Column {
  readonly name: string;
  readonly cells: readonly string[];
  /** Opens a message about a row's cell. */
  readonly place: (row: number) => string;
}

/** Alice's column, then the Bobs'. */
interface Columns extends Pick<AlignmentPoints, 'bobs' | 'labels'> {
  readonly columns: readonly Column[];
}

function columnsOfText(text: string, options: PointOptions): Columns {
  const { name = 'table', format } = options;
  const json = format === 'json' || (format === undefined && (/\.json$/i.test(name) || /^\uFEFF?\s*[[{]/.test(text)));
  const records = json ? parseJsonRows(text, name) : parseCsv(text, name);
  const { rows } = records;
  if (rows.length === 0) throw new InputError(`${name}: must have at least one row below the header, got none`);
  const { alice, bobs, labels } = findColumns(records, options);
  return {
    bobs: bobs.map((column) => records.columns[column]!),
    labels: labels.length === 0 ? undefined : rows.map(({ cells }) => labels.map((column) => cells[column]!)),
    columns: [alice, ...bobs].map((column) => ({
      name: records.columns[column]!,
      cells: rows.map(({ cells }) => cells[column]!),
      place: (row) => cellPlace(records, rows[row]!.place, records.columns[column]!),
    })),
  };
}

function columnsOfTable(table: UtilityTable): Columns {
  checkTable(table);
  return {
    bobs: table.bobs,
    labels: table.states.flatMap((state, s) => table.policies[s]!.map((policy) => [state, policy])),
    columns: ['alice', ...table.bobs].map((name, player) => ({
      name,
      cells: table.utilities[player]!,
      place: (row) => cellPlace(table, table.places[row]!, name),
    })),
  };
}

function findColumns({ name, place, columns }: Records, options: PointOptions) {
  const twice = columns.find((column, i) => columns.indexOf(column) < i);
  if (twice !== undefined)
    throw new InputError(`${name} ${place}: must name every column differently, got ${show(twice)} twice`);
  const at = (column: string): number => {
    const index = columns.indexOf(column);
    if (index < 0)
      throw new InputError(`${name} ${place}: must have a column ${show(column)}, got ${showAll(columns)}`);
    return index;
  };
  const present = (...wanted: string[]) => wanted.filter((column) => columns.includes(column));
  const alice = at(options.aliceColumn ?? 'alice');
  const table = present('state', 'policy').length === 2;
  const labels = (
    options.itemColumn !== undefined ? [options.itemColumn] : table ? ['state', 'policy'] : present('item')
  ).map(at);
  const ignored = [...present('group', 'fold', ...(table ? ['prior'] : [])), ...(options.ignore ?? [])].map(at);
  const bobs = columns.flatMap((_, i) => (i === alice || labels.includes(i) || ignored.includes(i) ? [] : [i]));
  if (bobs.length === 0)
    throw new InputError(`${name} ${place}: must have a column for at least one Bob, got ${showAll(columns)}`);
  return { alice, bobs, labels };
}

/** One column as integers. Equal texts are read once: score matrices have few different ones. */
function numbers({ name, cells, place }: Column, round: number | undefined) {
  const index = new Map<string, number>();
  const distinct: Decimal[] = [];
  const at = Int32Array.from(cells, (text, row) => {
    let known = index.get(text);
    if (known === undefined) {
      const read = readDecimal(text, place(row));
      known = distinct.push(round === undefined ? read : roundDecimal(read, round)) - 1;
      index.set(text, known);
    }
    return known;
  });
  const fractions = distinct.map(({ digits, scale }) => new Fraction(digits, 10n ** BigInt(scale)));
  const { base, unit, whole } = wholeNumbers(fractions, name);
  return { base, unit, whole: Float64Array.from(at, (one) => whole[one]!) };
}
