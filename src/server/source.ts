/** Where a request's table or scores stand in its body, with every digit: JSON.parse would round the numbers. */
import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import { InputError } from '../errors.ts';

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

/** @throws InputError where the text has more lines (CSV) or opening braces (JSON) than a source of so many rows. */
export function refuseManyRows({ text, format }: Source, name: SourceName, most: number): void {
  const mark = format === 'csv' ? '\n' : '{';
  let rows = format === 'csv' ? -1 : 0;
  for (let at = text.indexOf(mark); at >= 0 && rows <= most + 1; at = text.indexOf(mark, at + 1)) rows++;
  if (rows > most + 1) throw new TooManyRows(`${name}: must have at most ${most} rows on this server, got more`);
}

/** More rows than the server takes. */
export class TooManyRows extends InputError {
  override readonly name = 'TooManyRows';
}
