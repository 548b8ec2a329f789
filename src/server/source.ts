/** Where a request's table or scores stand in its body, with every digit: JSON.parse would round the numbers. */
import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import { InputError } from '../errors.ts';
import type { Limits } from './limits.ts';

/** What a job computes on: text as it came. */
export interface Source {
  readonly text: string;
  readonly format: 'csv' | 'json';
}

/** Tables and scores are the body itself (CSV) or the member of this name in it (JSON). */
export type SourceName = 'table' | 'scores';

/**
 * The text of a JSON body's member: a string is text itself (CSV, or JSON where it starts like it), rows keep their
 * digits. @throws InputError where the body is nested too deeply.
 */
export function sourceInJson(body: string, name: SourceName): Source {
  let root: ReturnType<typeof parseTree>;
  try {
    root = parseTree(body);
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(`${name}: must be rows of cells, got deeper nesting`);
    throw error;
  }
  const node = root && findNodeAtLocation(root, [name]);
  if (!node) throw new InputError(`${name}: must be given, got nothing`);
  if (node.type === 'string') {
    const text = node.value as string;
    return { text, format: /^\uFEFF?\s*[[{]/.test(text) ? 'json' : 'csv' };
  }
  return { text: body.slice(node.offset, node.offset + node.length), format: 'json' };
}

/** How often `mark` stands in the text up to `end`; counting stops beyond `most`. */
function countUpTo(text: string, mark: string, most: number, end = text.length): number {
  let count = 0;
  for (let at = text.indexOf(mark); at >= 0 && at < end && count <= most; at = text.indexOf(mark, at + 1)) count++;
  return count;
}

/**
 * Counts marks instead of parsing: lines and the header's commas (CSV), or opening braces (JSON, whose width has been
 * seen to). @throws TooLargeSource where there are more than a source of so many rows and columns has
 */
export function refuseLargeSource(
  { text, format }: Source,
  name: SourceName,
  { rows, columns }: Pick<Limits, 'rows' | 'columns'>,
): void {
  const csv = format === 'csv';
  // A header and a last line's end; or an object around the rows.
  const [mark, more] = csv ? ['\n', 2] : ['{', 1];
  if (countUpTo(text, mark, rows + more) > rows + more)
    throw new TooLargeSource(`${name}: must have at most ${rows} rows on this server, got more`);
  const line = text.indexOf('\n');
  if (csv && countUpTo(text, ',', columns, line < 0 ? text.length : line) >= columns)
    throw new TooLargeSource(`${name}: must have at most ${columns} columns on this server, got more`);
}

/** More rows or columns than the server takes. */
export class TooLargeSource extends InputError {
  override readonly name = 'TooLargeSource';
}
