/** Decimal notation read exactly: a whole number of units of a power of ten. */
import { InputError } from '../errors.ts';
import { show } from './show.ts';

/** The number `digits / 10^scale`, with the smallest scale >= 0. */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

/** Digits allowed before and after the point: far beyond any measurement, and small enough to compute with. */
const MOST_DIGITS = 40;
/** Numbers written longer than this are refused unread. */
const LONGEST_CELL = 1000;

const NOTATION = /^[ \t]*([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?[ \t]*$/;

/**
 * Reads decimal or exponent notation; spaces around it are allowed.
 * @param at opens the message: file, line and column; a function where making it for every cell would cost
 * @throws InputError where `text` is blank, no such number, or has more than 40 digits on one side of the point.
 * @example readDecimal('-2.50e-1', 'x') // { digits: -25n, scale: 2 }
 */
export function readDecimal(text: string, at: string | (() => string)): Decimal {
  const refused = (rule: string) => new InputError(`${typeof at === 'string' ? at : at()}: ${rule}`);
  if (text.trim() === '') throw refused('must be a number, got a blank cell');
  if (text.length > LONGEST_CELL)
    throw refused(`must be a number of at most ${LONGEST_CELL} characters, got ${text.length}: ${show(text)}`);
  const match = NOTATION.exec(text);
  const [, sign, whole = '', fraction = '', exponent = '0'] = match ?? [];
  if (whole === '' && fraction === '')
    throw refused(`must be a number in decimal or exponent notation, got ${show(text)}`);
  const significant = `${whole}${fraction}`.replace(/^0+/, '');
  if (significant === '') return { digits: 0n, scale: 0 };
  let last = significant.length;
  while (significant[last - 1] === '0') last--;
  const scale = fraction.length - (significant.length - last) - Number(exponent);
  if (!(scale <= MOST_DIGITS && last - scale <= MOST_DIGITS))
    throw refused(`must have at most ${MOST_DIGITS} digits before and after the decimal point, got ${show(text)}`);
  const digits = BigInt(significant.slice(0, last)) * 10n ** BigInt(Math.max(-scale, 0));
  return { digits: sign === '-' ? -digits : digits, scale: Math.max(scale, 0) };
}

/** Rounds to `decimals` places, halves away from zero (0.125 to 0.13, -0.125 to -0.13 at two places). */
export function roundDecimal(value: Decimal, decimals: number): Decimal {
  if (value.scale <= decimals) return value;
  const unit = 10n ** BigInt(value.scale - decimals);
  const size = value.digits < 0n ? -value.digits : value.digits;
  const rounded = (2n * size + unit) / (2n * unit);
  return normal(value.digits < 0n ? -rounded : rounded, decimals);
}

function normal(digits: bigint, scale: number): Decimal {
  while (scale > 0 && digits % 10n === 0n) {
    digits /= 10n;
    scale--;
  }
  return { digits, scale };
}

/** `value` in plain notation, without superfluous zeros. @example decimalText({ digits: -25n, scale: 2 }) // '-0.25' */
export function decimalText({ digits, scale }: Decimal): string {
  const sign = digits < 0n ? '-' : '';
  const text = `${digits < 0n ? -digits : digits}`.padStart(scale + 1, '0');
  return scale === 0 ? `${sign}${text}` : `${sign}${text.slice(0, -scale)}.${text.slice(-scale)}`;
}
