/** CSV text to rows with their line numbers: RFC 4180 quoting, CRLF or LF, an optional byte order mark, no ragged rows. */
import { CsvError, parse } from 'csv-parse/sync';
import { InputError } from '../errors.ts';
import type { Records, Row } from './records.ts';
import { show } from './show.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

const rules: Partial<Record<string, string>> = {
  CSV_INVALID_CLOSING_QUOTE: 'a closing quote must be followed by a comma or the end of the line',
  INVALID_OPENING_QUOTE: 'a cell that holds a quote must be quoted whole, its quotes doubled',
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed',
};

/** csv-parse's refusal in our words. */
export function csvRefusal(error: CsvError, name: string, line: number): InputError {
  return new InputError(`${name} line ${line}: ${rules[error.code] ?? error.message}`);
}

/** Lines (from 1) on which records start, given where each ends: blank lines between records are skipped. */
function* startLines(text: string, ends: Iterable<number>): Generator<number> {
  const bytes = new TextEncoder().encode(text);
  let line = 1;
  let at = 0;
  for (const end of ends) {
    for (; bytes[at] === LINE_FEED || bytes[at] === CARRIAGE_RETURN; at++) if (bytes[at] === LINE_FEED) line++;
    yield line;
    for (; at < end; at++) if (bytes[at] === LINE_FEED) line++;
  }
}

/**
 * Parses CSV whose first row names the columns. Blank lines are skipped; cells are kept as they are written.
 * @param name the file's name, for messages
 * @throws InputError naming file, line and rule where the text is empty, badly quoted, binary, ragged or has
 * lines that end in CR alone.
 */
export function parseCsv(text: string, name: string): Records {
  const content = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (content.includes('\0')) throw new InputError(`${name}: must be UTF-8 text, got a NUL character (a binary file?)`);
  if (content.includes('\r') && !content.includes('\n'))
    throw new InputError(`${name}: lines must end in LF or CRLF, got CR alone`);
  const ends: number[] = [];
  let records: string[][];
  try {
    records = parse(content, {
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (record: string[], { bytes }) => {
        ends.push(bytes);
        return record;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const before = Number(error.bytes ?? 0);
    const [, line = 1] = startLines(content, [before, before]);
    throw csvRefusal(error, name, line);
  }
  const lines = [...startLines(content, ends)];
  const [header, ...rows] = records.map((cells, i): Row => ({ place: `line ${lines[i]}`, cells }));
  if (!header) throw new InputError(`${name}: must not be empty, got no line with content`);
  for (const { place, cells } of rows)
    if (cells.length !== header.cells.length)
      throw new InputError(
        `${name} ${place}: must have ${header.cells.length} cells as the header has, got ${cells.length} (the first is ${show(cells[0]!)})`,
      );
  return { name, place: header.place, columns: header.cells, rows };
}
