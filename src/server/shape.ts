/** How deep and how wide a JSON text is, seen without parsing it: junk of eight megabytes costs a parser seconds. */
import type { Limits } from './limits.ts';
import { Problem } from './problem.ts';

/** A body holds a table of rows of cells, and options with lists: four levels. */
const DEEPEST = 16;

const [QUOTE, COMMA, BACKSLASH] = [0x22, 0x2c, 0x5c];
const OPENS = [0x5b, 0x7b];
const CLOSES = [0x5d, 0x7d];

/** Where the string ends that begins at `at`; the text's end where it does not. */
function endOfString(text: string, at: number): number {
  for (let end = text.indexOf('"', at + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}

/** @throws Problem where brackets are nested too deeply, or an object has more members than a table may have columns. */
export function refuseShape(text: string, { columns }: Pick<Limits, 'columns'>): void {
  /** Commas so far in each bracket that is open. */
  const open: { readonly object: boolean; commas: number }[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (OPENS.includes(code)) {
      if (open.push({ object: code === OPENS[1], commas: 0 }) > DEEPEST)
        throw new Problem('bad-request', `the body must be nested at most ${DEEPEST} deep, is deeper`);
    } else if (CLOSES.includes(code)) open.pop();
    else if (code === COMMA) {
      const inner = open.at(-1);
      if (inner?.object && ++inner.commas >= columns)
        throw new Problem('body-too-large', `an object must have at most ${columns} members on this server, has more`);
    }
  }
}
