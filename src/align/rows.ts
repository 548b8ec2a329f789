/**
 * The rows of an alignment program (Definition 1, Remark 5) in integers, and those among them that can bind.
 */
import Fraction from 'fraction.js';
import { InputError } from '../errors.ts';
import { gcd } from '../exact/gcd.ts';

/** Integers up to here are exact in a double. */
const MOST = BigInt(Number.MAX_SAFE_INTEGER);

/** Integers by player, Alice first, none negative: doubles, or bigints where some are beyond 2^53. */
export type AlignmentRow = Float64Array | readonly bigint[];

/** Player p's utility on a row is base[p] + unit[p] · row[p]. */
export interface AlignmentRows {
  readonly base: readonly Fraction[];
  readonly unit: readonly Fraction[];
  /** Where weighted utilities must not exceed Alice's by more than epsilon. */
  readonly upper: readonly AlignmentRow[];
  /** Where they must not fall short of Alice's by more than epsilon; at least one. */
  readonly lower: readonly AlignmentRow[];
}

/** Numbers as `base + unit · whole`. */
export interface Whole<T> {
  readonly base: Fraction;
  readonly unit: Fraction;
  readonly whole: T;
}

/** Numbers in the largest unit in which they are whole. */
export function integers(values: readonly Fraction[]): Whole<bigint[]> {
  const scale = values.reduce((most, { d }) => (most * d) / gcd(most, d), 1n);
  const scaled = values.map(({ s, n, d }) => s * n * (scale / d));
  let least = scaled[0]!;
  for (const value of scaled) if (value < least) least = value;
  const factor = scaled.reduce((common, value) => gcd(common, value - least), 0n) || 1n;
  return {
    base: new Fraction(least, scale),
    unit: new Fraction(factor, scale),
    whole: scaled.map((value) => (value - least) / factor),
  };
}

/** Whether doubles hold the integers, none of them negative. */
export const inDoubles = (whole: readonly bigint[]): boolean => whole.every((value) => value <= MOST);

/**
 * `integers` in doubles.
 * @throws InputError where they range over more than 2^53 - 1 units, naming the `column`.
 */
export function wholeNumbers(values: readonly Fraction[], column: string): Whole<number[]> {
  const { whole, ...rest } = integers(values);
  if (!inDoubles(whole))
    throw new InputError(
      `${JSON.stringify(column)}: its numbers must range over at most ${MOST} (2^53 - 1) units to be aligned exactly, got ${whole.reduce((a, b) => (b > a ? b : a))}: use numbers with fewer digits`,
    );
  return { ...rest, whole: whole.map(Number) };
}

/**
 * The rows, each once, that no other makes superfluous for any weights >= 0 on `players`.
 * @param side on the `upper` side a row binds by high Bobs and a low Alice, on the `lower` side the other way round.
 */
export function undominated<R extends AlignmentRow>(
  rows: readonly R[],
  players: readonly number[],
  side: 'upper' | 'lower',
): R[] {
  const sign = side === 'upper' ? 1 : -1;
  const score = (row: R) => sign * (players.reduce((sum, p) => sum + Number(row[p]!), 0) - Number(row[0]!));
  // In this order nothing dominates a row before it, but an equal one (or, past 2^53, one that rounding put behind).
  const sorted = rows.map((row) => ({ row, score: score(row) })).sort((a, b) => b.score - a.score);
  const high = (a: R, b: R, p: number) => (side === 'upper' ? a[p]! >= b[p]! : a[p]! <= b[p]!);
  const kept: R[] = [];
  for (const { row } of sorted)
    if (!kept.some((other) => high(row, other, 0) && players.every((p) => high(other, row, p)))) kept.push(row);
  return kept;
}
