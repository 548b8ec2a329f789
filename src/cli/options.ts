/** The options that several commands share, with their parsers: each refuses a bad value by name, rule and value. */

import { InvalidArgumentError, Option } from 'commander';
import { CsvError, parse } from 'csv-parse/sync';

/** A whole number from `least` to `most`. */
export function whole(least: number, most = Number.MAX_SAFE_INTEGER) {
  return (text: string): number => {
    const value = Number(text);
    if (!/^[+-]?\d+$/.test(text.trim()) || !(value >= least && value <= most))
      throw new InvalidArgumentError(
        `must be a whole number ${most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`}, got "${text}"`,
      );
    return value;
  };
}

/** A finite number above 0. */
export function positive(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError(`must be a number above 0, got "${text}"`);
  return value;
}

/** A number above 0 and at most 1. */
export function share(text: string): number {
  const value = positive(text);
  if (value > 1) throw new InvalidArgumentError(`must be a share above 0 and at most 1, got "${text}"`);
  return value;
}

/** Comma-separated names, quoted as in CSV where a name holds a comma. */
export function names(text: string): string[] {
  const refused = new InvalidArgumentError(
    `must be comma-separated names, those with a comma or a quote quoted as in CSV, got "${text}"`,
  );
  try {
    const [row, ...more] = parse(text, { trim: true }) as string[][];
    if (!row || more.length > 0 || row.some((name) => name === '')) throw refused;
    return row;
  } catch (error) {
    throw error instanceof CsvError ? refused : error;
  }
}

/** One or several of `choices`, comma-separated, without repetition, in the order given. */
export function several<T extends string>(...choices: readonly T[]) {
  return (text: string): T[] => {
    const given = names(text);
    for (const one of given)
      if (!choices.includes(one as T))
        throw new InvalidArgumentError(`must be among ${choices.join(', ')}, got "${one}"`);
    return [...new Set(given)] as T[];
  };
}

export type Format = 'table' | 'json' | 'csv' | 'ndjson';

/** What every computing command takes. */
export interface SharedOptions {
  format?: Format;
  out?: string;
  plot?: string;
  threads?: number;
  seed: number;
  timeLimit?: number;
  quiet?: boolean;
  stats?: string;
  /** Of solve, sweep and hull only. */
  checkpoint?: string;
  engine?: 'local' | 'bullmq';
  redis?: string;
  queue?: string;
  /** Of solve and game only. */
  nfg?: string;
}

/** Options for output and running that every computing command takes. */
export const sharedOptions = () => [
  new Option('--format <format>', 'table on a terminal, json otherwise').choices(['table', 'json', 'csv', 'ndjson']),
  new Option('--out <file>', 'write the result here instead of to stdout'),
  new Option('--plot <file>', 'draw the figure: FILE.svg or FILE.html').argParser((text) => {
    if (!/\.(svg|html)$/i.test(text)) throw new InvalidArgumentError(`must end in .svg or .html, got "${text}"`);
    return text;
  }),
  new Option('--threads <n>', 'worker threads (default: all cores)').argParser(whole(1, 1024)),
  new Option('--seed <n>', 'seed of everything random').argParser(whole(0, 2 ** 32 - 1)).default(1),
  new Option('--time-limit <seconds>', 'stop early, with what is known, marked incomplete (exit code 3)').argParser(
    positive,
  ),
  new Option('--stats <file>', 'write timing as JSON here (results hold none)'),
  new Option('--quiet', 'no progress and no timing on stderr'),
];
