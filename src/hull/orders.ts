/** Which sets of Bobs are fitted: prefixes of permutations, every subset, or subsets drawn of each size. */

import { CsvError, parse } from 'csv-parse/sync';
import { InputError, TooLargeError } from '../errors.ts';
import { csvRefusal } from '../input/csv.ts';
import { givenList, givenText } from '../input/given.ts';
import { show } from '../input/show.ts';
import { readText } from '../input/text.ts';
import type { PrefixesPart, SubsetsPart } from '../kernel/fits.ts';
import { generator, shuffle, upTo } from './folds.ts';

/** `all`: every non-empty subset; a number: so many drawn of each size (all of a size that has no more). */
export type Subsets = 'all' | { readonly sample: number };

/** Microseconds of one thread that a set's two fits take in one fold, for estimates: 1.2 at 9 Bobs, 3 at 100, 20 at 1,000. */
const setMicroseconds = (bobs: number) => 1 + bobs * 0.02;
/** Parts are of about this many microseconds, whatever the threads. */
const PART = 10_000;
/** Fits of all subsets beyond this count are refused. */
const MOST_FITS = 5e7;
/** Columns below a part's root: 4,096 subsets. */
const SUBTREE = 12;

export const estimateSeconds = (bobs: number, sets: number, folds: number, targets: number) =>
  (sets * folds * targets * setMicroseconds(bobs)) / 1e6;

/** `count` random permutations of the Bobs. */
export function randomOrders(bobs: number, count: number, seed: number): Int32Array[] {
  const random = generator(seed, 'orders');
  return Array.from({ length: count }, () => shuffle(upTo(bobs), random));
}

/**
 * Reads an orders file: one permutation a line, comma-separated Bob names or 0-based positions among the Bob columns.
 * @throws InputError naming the line where it is none.
 */
export async function readOrders(path: string, bobs: readonly string[]): Promise<Int32Array[]> {
  return parseOrders(await readText(path), bobs, path);
}

/**
 * Parses the text of an orders file: what `readOrders` reads.
 * @throws InputError as `readOrders`.
 * @example parseOrders('2,0,1\nA,B,C\n', ['A', 'B', 'C']).map((order) => [...order]) // [[2, 0, 1], [0, 1, 2]]
 */
export function parseOrders(text: string, bobs: readonly string[], name = 'orders'): Int32Array[] {
  givenText(text, name);
  givenList(bobs, 'bobs');
  const rows = orderLines(text, name);
  if (rows.length === 0) throw new InputError(`${name}: must hold at least one permutation, got none`);
  const numbers = new Map(bobs.map((bob, i) => [bob, i]));
  return rows.map(({ cells, line: number }) => {
    const line = `${name} line ${number}`;
    if (cells.length !== bobs.length)
      throw new InputError(`${line}: must be a permutation of the ${bobs.length} Bobs, got ${cells.length} entries`);
    const order = cells.map((cell) => cell.trim());
    const isPosition = (cell: string) => /^\d+$/.test(cell) && Number(cell) < bobs.length;
    const named = order.every((cell) => numbers.has(cell));
    if (!named && !order.every(isPosition)) {
      const stranger = order.find((cell) => !numbers.has(cell) && !isPosition(cell));
      throw new InputError(
        `${line}: must be Bobs' names, or positions from 0 to ${bobs.length - 1}, got ${stranger === undefined ? 'some of both' : show(stranger)}`,
      );
    }
    const positions = order.map((cell) => (named ? numbers.get(cell)! : Number(cell)));
    positions.forEach((position, i) => {
      if (positions.indexOf(position) < i)
        throw new InputError(`${line}: must be a permutation of the Bobs, got ${show(order[i]!)} twice`);
    });
    return Int32Array.from(positions);
  });
}

/** The cells of every line, with the line's number. */
function orderLines(text: string, name: string): { cells: string[]; line: number }[] {
  const lines: number[] = [];
  try {
    const records: string[][] = parse(text, {
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (record: string[], info) => {
        lines.push(info.lines);
        return record;
      },
    });
    return records.map((cells, i) => ({ cells, line: lines[i]! }));
  } catch (error) {
    if (error instanceof CsvError) throw csvRefusal(error, name, Number(error.lines ?? 1));
    throw error;
  }
}

/**
 * Parts of the work on some orders, the first of which has number `from`: all folds of a few orders, or a few folds of
 * one where that takes long. Targets vary faster than orders, so that an early end leaves whole orders.
 */
export function prefixParts(orders: readonly Int32Array[], bobs: number, folds: number, targets: number) {
  const each = (orders[0]?.length ?? 0) * folds * setMicroseconds(bobs);
  const together = Math.max(1, Math.floor(PART / each));
  const foldsTogether = Math.max(1, Math.min(folds, Math.floor((PART / each) * folds)));
  const parts: { from: number; part: PrefixesPart }[] = [];
  for (let from = 0; from < orders.length; from += together)
    for (let target = 0; target < targets; target++)
      for (let firstFold = 0; firstFold < folds; firstFold += foldsTogether) {
        const lastFold = Math.min(firstFold + foldsTogether, folds);
        parts.push({
          from,
          part: { target, orders: orders.slice(from, from + together), least: 1, firstFold, lastFold },
        });
      }
  return parts;
}

/**
 * Parts that fit every subset once. The split depends on the number of Bobs alone.
 * @throws TooLargeError where they are too many.
 */
export function subsetParts(bobs: number, folds: number, targets: number): SubsetsPart[] {
  const fits = 2 * (2 ** bobs - 1) * folds * targets;
  if (fits > MOST_FITS) {
    const seconds = estimateSeconds(bobs, 2 ** bobs - 1, folds, targets);
    throw new TooLargeError(
      `--subsets all of ${bobs} Bobs is 2^${bobs} - 1 subsets, ${fits.toExponential(1)} fits, about ${seconds.toPrecision(2)} s of one thread; use --subsets sample:N`,
    );
  }
  const from = Math.max(0, bobs - SUBTREE);
  const parts: SubsetsPart[] = [];
  for (let target = 0; target < targets; target++)
    for (let mask = 0; mask < 2 ** from; mask++)
      parts.push({ target, root: [...upTo(from)].filter((j) => (mask >> j) & 1), from });
  return parts;
}

/** Subsets drawn without repetition, `count` of each size or all that there are; each ascending. Size K is at index K - 1. */
export function sampledSubsets(bobs: number, count: number, seed: number): Int32Array[][] {
  const random = generator(seed, 'subsets');
  return Array.from({ length: bobs }, (_, i) => {
    const size = i + 1;
    const wanted = Math.min(count, binomial(bobs, size));
    const drawn = new Map<string, Int32Array>();
    // Few are left to draw only where there are few in all, so that this ends soon.
    while (drawn.size < wanted) {
      const subset = shuffle(upTo(bobs), random).slice(0, size).sort();
      drawn.set(subset.join(), subset);
    }
    return [...drawn.values()];
  });
}

/** Subsets of `size`, as a double: large values only say "many". */
export function binomial(n: number, size: number): number {
  let value = 1;
  for (let i = 1; i <= Math.min(size, n - size); i++) value = Math.round((value * (n - i + 1)) / i);
  return value;
}
