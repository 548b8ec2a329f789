/** What all commands share when they run: pool, cancelling, progress, timing, and where the result goes. */
import cliProgress from 'cli-progress';
import Table from 'cli-table3';
import { stringify } from 'csv-stringify/sync';
import { AbortedError } from '../errors.ts';
import { Pool } from '../kernel/pool.ts';
import { writeWhole } from '../report/files.ts';
import type { Format, SharedOptions } from './options.ts';
import { type ScaledCommand, type Scaling, scalingOf } from './scaling.ts';

export const ExitCode = { done: 0, failed: 1, badInput: 2, stoppedEarly: 3, interrupted: 130 } as const;

/** A result in all its output forms. */
export interface Output {
  /** The result itself: printed as JSON. */
  readonly result: { readonly complete: boolean };
  /** The header and rows of `--format csv`. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
  /** `--format ndjson`: one value a line; default: the rows as objects. */
  readonly lines?: readonly object[];
  /** `--format table`: sections for a reader, made when asked for; default: the rows as one table. */
  readonly text?: string | (() => string);
  /** The figure of `--plot`, rendered for the ending asked for. */
  readonly plot?: (kind: 'svg' | 'html') => Promise<string>;
}

export interface Context {
  readonly pool: Pool;
  readonly signal: AbortSignal;
  /** On the clock of `performance.now()`, from --time-limit; Infinity without. */
  readonly deadline: number;
  readonly progress: (done: number, total: number, note?: string) => void;
  /** A line for the person at the terminal, above the progress bar where there is one. */
  readonly note: (text: string) => void;
  /** Where to read the input file that the command line names: what a run depends on is recorded here. */
  readonly input: (path: string) => Promise<string>;
}

/** How a command is run: `runCommand`, or what `shard` and `merge` put in its place. */
export type RunCommand = (
  options: SharedOptions,
  work: (context: Context) => Promise<Output>,
  scaled?: ScaledCommand,
) => Promise<void>;

/** Lines without rules between rows: a reader's eye and a pipe both take them well. */
const PLAIN = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
    ['', '-mid', '-left', '-right'].map((corner) => [`${side}${corner}`, '']),
  ),
);

/** A table for the terminal. */
export function textTable(columns: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const table = new Table({
    head: [...columns],
    chars: { ...PLAIN, middle: ' ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 1 },
  });
  for (const row of rows) table.push(row.map((cell) => (cell === null || cell === undefined ? '' : String(cell))));
  const lines = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  return lines.filter((line, i) => i > 0 || line !== '').join('\n');
}

/** A number for the terminal: six decimals at most. */
export function shown(value: number): string {
  return String(Number(value.toFixed(6)));
}

/** An answer that is not complete says so in every form: in each row, line or below the table. */
function render({ result, columns, rows, lines, text }: Output, format: Format): string {
  const { complete } = result;
  switch (format) {
    case 'json':
      return `${JSON.stringify(result, null, 2)}\n`;
    case 'csv':
      return stringify([
        complete ? [...columns] : [...columns, 'complete'],
        ...rows.map((row) => (complete ? [...row] : [...row, 'false'])),
      ]);
    case 'ndjson':
      return (lines ?? rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]]))))
        .map((line) => `${JSON.stringify(complete ? line : { ...line, complete })}\n`)
        .join('');
    case 'table':
      return `${typeof text === 'function' ? text() : (text ?? textTable(columns, rows))}\n${
        complete ? '' : 'Stopped early: what stands here is known so far, not proved.\n'
      }`;
  }
}

/** 9, 1.25K, 3.4M. */
export const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

/** Seconds as `1 h 02 min`, `3 min 20 s` or `7 s`. */
function shownTime(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  if (whole >= 3600) return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
  return whole >= 60 ? `${Math.floor(whole / 60)} min ${two(whole % 60)} s` : `${whole} s`;
}

function progressBar(quiet: boolean) {
  const line = (text: string) => process.stderr.write(`market-alignment: ${text}\n`);
  if (quiet || !process.stderr.isTTY) return { show: () => {}, stop: () => {}, note: line };
  const bar = new cliProgress.SingleBar(
    {
      format: '{bar} {percentage}% | {rate} a second | {left} left {note}',
      clearOnComplete: true,
      // A line that does not fit is cut off.
      barsize: Math.max(10, Math.min(40, (process.stderr.columns ?? 80) - 70)),
      stream: process.stderr,
    },
    cliProgress.Presets.shades_classic,
  );
  let began = 0;
  let drawn = false;
  /** Puts the cursor back to where the bar began and clears that line. */
  const stop = () => {
    if (drawn) bar.stop();
    drawn = false;
  };
  return {
    show(done: number, total: number, note = '') {
      // What counts from the beginning again is another piece of work, at another rate.
      if (began === 0 || done === 0) began = performance.now();
      if (!drawn) bar.start(total, done, { rate: '–', left: '–', note });
      drawn = true;
      const rate = done / Math.max((performance.now() - began) / 1000, 1e-3);
      bar.setTotal(total);
      bar.update(done, { rate: COMPACT.format(rate), left: done === 0 ? '–' : shownTime((total - done) / rate), note });
    },
    stop,
    note(text: string) {
      stop();
      line(text);
    },
  };
}

/** Runs `body` with a pool, a signal that Ctrl-C fires, a deadline and a progress bar. */
export async function withContext<R>(
  options: SharedOptions,
  { engine, input }: Scaling,
  body: (context: Context, seconds: () => number) => Promise<R>,
): Promise<R> {
  const began = performance.now();
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(ExitCode.interrupted);
    controller.abort();
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const progress = progressBar(options.quiet === true);
  const pool = new Pool({ threads: options.threads, engine });
  const context: Context = {
    pool,
    signal: controller.signal,
    deadline: options.timeLimit === undefined ? Number.POSITIVE_INFINITY : began + 1000 * options.timeLimit,
    progress: progress.show,
    note: progress.note,
    input,
  };
  try {
    return await body(context, () => {
      progress.stop();
      return (performance.now() - began) / 1000;
    });
  } finally {
    progress.stop();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    await pool.close();
  }
}

/**
 * Runs one command: `work` computes, the rest prints, writes, cancels, times and sets the exit code.
 * @param scaled the command's name where its parts can be kept and spread.
 */
export async function runCommand(
  options: SharedOptions,
  work: (context: Context) => Promise<Output>,
  scaled?: ScaledCommand,
): Promise<void> {
  await runWith(options, await scalingOf(options, scaled), work);
}

/** `runCommand` with parts and inputs as `scaling` says. */
export async function runWith(
  options: SharedOptions,
  scaling: Scaling,
  work: (context: Context) => Promise<Output>,
): Promise<void> {
  try {
    await withContext(options, scaling, async (context, seconds) => {
      const output = await work(context);
      seconds();
      await deliver(output, options, context.signal);
      const took = seconds();
      const { threads } = context.pool;
      if (options.stats !== undefined)
        await writeWhole(
          options.stats,
          `${JSON.stringify({ seconds: took, threads, complete: output.result.complete })}\n`,
        );
      if (!options.quiet && process.stderr.isTTY) process.stderr.write(`${took.toFixed(2)} s\n`);
      if (!output.result.complete) process.exitCode = ExitCode.stoppedEarly;
    });
  } finally {
    await scaling.close();
  }
}

/** Draws the figure and prints or writes the result. @throws AbortedError where that comes before anything is written. */
async function deliver(output: Output, options: SharedOptions, signal: AbortSignal): Promise<void> {
  const figure = options.plot && (await output.plot?.(/\.svg$/i.test(options.plot) ? 'svg' : 'html'));
  const printed = render(
    output,
    options.format ?? (process.stdout.isTTY && options.out === undefined ? 'table' : 'json'),
  );
  if (signal.aborted) throw new AbortedError();
  if (options.plot && figure) await writeWhole(options.plot, figure);
  if (options.out !== undefined) await writeWhole(options.out, printed);
  else await print(printed);
}

/** Writes to stdout and waits until it is taken, so that a pipe gets all of it. */
export function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
