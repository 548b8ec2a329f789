/** JSON row objects to rows of cells, numbers by their own digits: `JSON.parse` would round them to doubles. */
import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { InputError } from '../errors.ts';
import type { Records, Row } from './records.ts';
import { show } from './show.ts';

/** Doubles keep this many significant decimal digits apart; a number with more has been rounded already. */
const SAFE_DIGITS = 15;

/** Cells of one row in their own order, before they are put into the order of the columns. */
interface Entries {
  readonly place: string;
  readonly entries: readonly (readonly [column: string, text: string])[];
}

/** Line and column, from 1. */
function placeAt(text: string, offset: number): string {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line++;
    start = at + 1;
  }
  return `line ${line}, column ${offset - start + 1}`;
}

/** jsonc-parser's name of a fault in words: `PropertyNameExpected` is "property name expected". */
const faultName = ({ error }: ParseError): string =>
  printParseErrorCode(error)
    .replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`)
    .toLowerCase();

/** Puts every row's cells into the order of the first row's columns. @throws InputError where their names differ. */
function inColumns(name: string, given: Iterable<Entries>): Records {
  const rows: Row[] = [];
  let columns: readonly string[] | undefined;
  for (const { place, entries } of given) {
    const cells = new Map(entries);
    if (cells.size < entries.length) {
      const twice = entries.find(([column], i) => entries.findIndex(([other]) => other === column) < i)!;
      throw new InputError(`${name} ${place}: must name a column once, got ${show(twice[0])} twice`);
    }
    columns ??= entries.map(([column]) => column);
    const missing = columns.find((column) => !cells.has(column));
    if (missing !== undefined)
      throw new InputError(`${name} ${place}: must have the columns of the first row, got none named ${show(missing)}`);
    if (cells.size > columns.length) {
      const extra = entries.find(([column]) => !columns?.includes(column))!;
      throw new InputError(`${name} ${place}: must have the columns of the first row, got one more: ${show(extra[0])}`);
    }
    rows.push({ place, cells: columns.map((column) => cells.get(column)!) });
  }
  return { name, place: rows[0]?.place ?? '', columns: columns ?? [], rows };
}

function cellText(text: string, node: Node, place: string): string {
  if (node.type === 'string') return node.value as string;
  if (node.type === 'number') return text.slice(node.offset, node.offset + node.length);
  throw new InputError(
    `${place}: must be a number or a string, got ${show(text.slice(node.offset, node.offset + node.length))}`,
  );
}

function rowsNode(root: Node, name: string): Node {
  const members = (key: string) => root.children?.filter(({ children }) => children?.[0]?.value === key) ?? [];
  const inside = root.type === 'object' ? members('rows') : [];
  if (inside.length > 1) throw new InputError(`${name}: must have "rows" once, got it ${inside.length} times`);
  if (inside.length > 0 && members('prior').length > 0)
    throw new InputError(
      `${name}: must have the prior in its rows, the same on every row of a state, got it beside them`,
    );
  const rows = root.type === 'object' ? inside[0]?.children?.[1] : root;
  if (rows?.type === 'array') return rows;
  throw new InputError(`${name}: must be an array of row objects, or an object with such an array as "rows"`);
}

/**
 * Parses `[{ "state": …, "policy": …, … }, …]` or `{ "rows": [ … ] }`. Numbers keep the digits that the text has.
 * @param name the file's name, for messages
 * @throws InputError naming file, line and rule where the text is no JSON or no rows of numbers and strings.
 */
export function parseJsonRows(text: string, name: string): Records {
  const content = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const errors: ParseError[] = [];
  let root: Node | undefined;
  try {
    root = parseTree(content, errors, { disallowComments: true, allowTrailingComma: false });
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(`${name}: must be rows of cells, got deeper nesting`);
    throw error;
  }
  const [fault] = errors;
  if (fault || !root)
    throw new InputError(
      fault
        ? `${name} ${placeAt(content, fault.offset)}: must be JSON: ${faultName(fault)}, got ${show(content.slice(fault.offset, fault.offset + 20))}`
        : `${name}: must be JSON, got nothing`,
    );
  return inColumns(name, textRows(content, name, rowsNode(root, name).children ?? []));
}

function* textRows(text: string, name: string, nodes: readonly Node[]): Generator<Entries> {
  let line = 1;
  let at = 0;
  for (const [index, node] of nodes.entries()) {
    for (; at < node.offset; at++) if (text[at] === '\n') line++;
    const place = `line ${line} (row ${index + 1})`;
    if (node.type !== 'object') throw new InputError(`${name} ${place}: must be an object, got ${node.type}`);
    const entries = (node.children ?? []).map(({ children = [] }): readonly [string, string] => {
      const [key, value] = children;
      const column = key?.value as string;
      return [column, cellText(text, value!, `${name} ${place}, column ${show(column)}`)];
    });
    yield { place, entries };
  }
}

/**
 * Takes rows that have been parsed already. Numbers with more than 15 significant digits are refused: as doubles they
 * may not be what was written; strings are taken as they are.
 * @throws InputError naming row, column, rule and value.
 */
export function recordsOfObjects(rows: readonly unknown[], name: string): Records {
  return inColumns(
    name,
    rows.map((row, index) => {
      const place = `row ${index + 1}`;
      if (typeof row !== 'object' || row === null || Array.isArray(row))
        throw new InputError(`${name} ${place}: must be an object, got ${show(String(row))}`);
      const entries = Object.entries(row).map(([column, value]: [string, unknown]): readonly [string, string] => [
        column,
        valueText(value, `${name} ${place}, column ${show(column)}`),
      ]);
      return { place, entries };
    }),
  );
}

function valueText(value: unknown, place: string): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number')
    throw new InputError(`${place}: must be a number or a string, got ${show(JSON.stringify(value) ?? String(value))}`);
  const text = String(value);
  const digits = text.replace(/e.*$/i, '').replace(/\D/g, '').replace(/^0+/, '');
  if (digits.length > SAFE_DIGITS)
    throw new InputError(
      `${place}: must have at most ${SAFE_DIGITS} significant digits as a number (write it as a string to keep more), got ${text}`,
    );
  return text;
}
