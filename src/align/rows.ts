/**
 * The rows of an alignment program (Definition 1, Remark 5) in integers, and those among them that can bind.
 */
import Fraction from 'fraction.js';
import { InputError } from '../errors.ts';
import { gcd } from '../exact/gcd.ts';

/** Integers up to here are exact in a double. */
const MOST = BigInt(Number.MAX_SAFE_INTEGER);

/** Player p's utility on a row is base[p] + unit[p] · row[p]; rows hold non-negative integers, Alice first. */
export interface AlignmentRows {
  readonly base: readonly Fraction[];
  readonly unit: readonly Fraction[];
  /** Where weighted utilities must not exceed Alice's by more than epsilon. */
  readonly upper: readonly Float64Array[];
  /** Where they must not fall short of Alice's by more than epsilon; at least one. */
  readonly lower: readonly Float64Array[];
}

/**
 * Numbers as `base + unit · whole`, in the largest unit in which they are whole.
 * @throws InputError where they range over more than 2^53 - 1 units, naming the `column`.
 */
export function wholeNumbers(
  values: readonly Fraction[],
  column: string,
): { base: Fraction; unit: Fraction; whole: number[] } {
  const scale = values.reduce((most, { d }) => (most * d) / gcd(most, d), 1n);
  const scaled = values.map(({ s, n, d }) => s * n * (scale / d));
  let least = scaled[0]!;
  for (const value of scaled) if (value < least) least = value;
  const factor = scaled.reduce((common, value) => gcd(common, value - least), 0n) || 1n;
  const whole = scaled.map((value) => (value - least) / factor);
  const most = whole.find((value) => value > MOST);
  if (most !== undefined)
    throw new InputError(
      `${JSON.stringify(column)}: its numbers must range over at most ${MOST} (2^53 - 1) units to be aligned exactly, got ${most}: use numbers with fewer digits`,
    );
  return {
    base: new Fraction(least, scale),
    unit: new Fraction(factor, scale),
    whole: whole.map(Number),
  };
}

/**
 * The rows, each once, that no other makes superfluous for any weights >= 0 on `players`.
 * @param side on the `upper` side a row binds by high Bobs and a low Alice, on the `lower` side the other way round.
 */
export function undominated(
  rows: readonly Float64Array[],
  players: readonly number[],
  side: 'upper' | 'lower',
): Float64Array[] {
  const sign = side === 'upper' ? 1 : -1;
  // In this order nothing dominates a row before it, but an equal one.
  const score = (row: Float64Array) => sign * (players.reduce((sum, p) => sum + row[p]!, 0) - row[0]!);
  const sorted = rows.map((row) => ({ row, score: score(row) })).sort((a, b) => b.score - a.score);
  const kept: Float64Array[] = [];
  for (const { row } of sorted)
    if (
      !kept.some(
        (other) => sign * (other[0]! - row[0]!) <= 0 && players.every((p) => sign * (other[p]! - row[p]!) >= 0),
      )
    )
      kept.push(row);
  return kept;
}
