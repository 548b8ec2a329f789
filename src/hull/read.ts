/**
 * Score files: a row an item, a column a Bob, one or several target columns; read as a stream, held as doubles only.
 * Every refusal names file, line, column, rule and value.
 */
import { isAscii } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { CsvError, parse } from 'csv-parse';
import { InputError } from '../errors.ts';
import { csvRefusal } from '../input/csv.ts';
import { givenObject, givenText, givenThing } from '../input/given.ts';
import { show } from '../input/show.ts';
import { fileRefusal } from '../input/text.ts';
import { ScoreCollector } from './collect.ts';
import { LongCollector } from './long.ts';
import type { Collector, ScoreOptions, Scores } from './scores.ts';

const collectorFor = (name: string, options: ScoreOptions): Collector => {
  givenObject(options);
  if ((options.raterColumn === undefined) !== (options.scoreColumn === undefined))
    throw new InputError('a long file needs both the rater column and the score column');
  return options.raterColumn === undefined ? new ScoreCollector(name, options) : new LongCollector(name, options);
};

/** Refuses bytes that are no UTF-8 text, piece by piece. */
function textCheck(name: string): (bytes: Buffer, last: boolean) => void {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let plain = true;
  return (bytes, last) => {
    const zero = bytes.indexOf(0);
    if (zero >= 0) throw new InputError(`${name}: must be UTF-8 text, got a NUL byte (binary, or UTF-16?)`);
    if (plain && isAscii(bytes)) return;
    plain = false;
    try {
      decoder.decode(bytes, { stream: !last });
    } catch {
      throw new InputError(`${name}: must be UTF-8 text, got bytes that are not`);
    }
  };
}

async function collect(
  pieces: AsyncIterable<Buffer> | Iterable<Buffer>,
  name: string,
  options: ScoreOptions,
): Promise<Scores> {
  const collector = collectorFor(name, options);
  const check = textCheck(name);
  const parser = parse({
    bom: true,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    skip_empty_lines: true,
    info: true,
  });
  let width = -1;
  let refusal: unknown;
  const take = () => {
    for (let next = parser.read(); next !== null; next = parser.read()) {
      const { record, info } = next as { record: string[]; info: { lines: number } };
      if (width < 0) {
        width = record.length;
        collector.header(record, info.lines);
      } else if (record.length !== width)
        throw new InputError(
          `${name} line ${info.lines}: must have ${width} cells as the header has, got ${record.length} (the first is ${show(record[0]!)})`,
        );
      else collector.row(record, info.lines);
    }
  };
  const ended = new Promise<void>((resolve) => {
    parser.once('error', (error) => {
      refusal ??= error instanceof CsvError ? csvRefusal(error, name, Number(error.lines ?? 1)) : error;
      resolve();
    });
    parser.once('end', resolve);
    parser.on('readable', () => {
      try {
        take();
      } catch (error) {
        refusal ??= error;
        parser.destroy();
        resolve();
      }
    });
  });
  for await (const piece of pieces) {
    if (refusal !== undefined) break;
    check(piece, false);
    if (!parser.write(piece)) await Promise.race([ended, new Promise((resolve) => parser.once('drain', resolve))]);
  }
  if (refusal === undefined) {
    check(Buffer.alloc(0), true);
    parser.end();
    await ended;
  }
  if (refusal !== undefined) throw refusal;
  if (width < 0) throw new InputError(`${name}: must not be empty, got no line with content`);
  return collector.finish();
}

/**
 * Reads a score file as a stream: memory holds the doubles and one piece of text.
 * @throws InputError naming file, line, column, rule and value.
 * @example
 * const scores = await readScores('data/tables/synthetic-1.csv', { bobs: ['AI 1', 'AI 2'] });
 * [scores.items, scores.bobs] // [9, ['AI 1', 'AI 2']]
 */
export async function readScores(path: string, options: ScoreOptions = {}): Promise<Scores> {
  givenText(path, 'path');
  const stream = createReadStream(path, { highWaterMark: 2 ** 18 });
  // Where options are refused first nobody reads, and an error that nobody hears would end the process.
  stream.on('error', () => {});
  try {
    return await collect(stream as AsyncIterable<Buffer>, path, options);
  } catch (error) {
    if (error instanceof InputError || (error as NodeJS.ErrnoException).code === undefined) throw error;
    throw fileRefusal(error, path);
  } finally {
    stream.destroy();
  }
}

/**
 * Parses a score file's text.
 * @param name what messages call it
 * @throws InputError naming line, column, rule and value.
 * @example (await parseScores('item,alice,b1,b2\n1,0.5,0,1\n2,1,0.5,1\n')).bobs // ['b1', 'b2']
 */
export async function parseScores(text: string, options: ScoreOptions = {}, name = 'scores'): Promise<Scores> {
  givenText(text, name);
  return collect([Buffer.from(text)], name, options);
}

/**
 * Scores from columns in memory, checked like those of a file.
 * @param columns by name: a score an item; group, fold and question columns hold names.
 * @throws InputError naming row, column, rule and value.
 * @example scoresFrom({ alice: [0, 1], A: [0, 0.5], B: [1, 1] }).items // 2
 */
export function scoresFrom(
  columns: Readonly<Record<string, ArrayLike<number | string>>>,
  options: ScoreOptions = {},
  name = 'scores',
): Scores {
  const collector = collectorFor(name, options);
  givenObject(columns, name);
  const names = Object.keys(columns);
  const values = Object.values(columns);
  const items = values[0]?.length ?? 0;
  names.forEach((column, i) => {
    givenThing(values[i], 'length', `${name}: column ${show(column)} must be a list`);
    if (values[i]!.length !== items)
      throw new InputError(
        `${name}: column ${show(column)} must have ${items} entries as the first has, got ${values[i]!.length}`,
      );
  });
  collector.header(names, 0);
  for (let item = 0; item < items; item++)
    collector.row(
      values.map((column) => String(column[item])),
      item + 1,
    );
  return collector.finish();
}
