/** The double nearest to a quotient of integers of any size, halves to even: what a fraction prints as. */

const bitLength = (value: bigint): number => value.toString(16).length * 4;

/**
 * The double nearest to numerator/denominator; ±Infinity where it overflows.
 * @param denominator above 0.
 * @example nearestDouble(1n, 3n); // 0.3333333333333333
 */
export function nearestDouble(numerator: bigint, denominator: bigint): number {
  if (numerator < 0n) return -nearestDouble(-numerator, denominator);
  if (numerator <= Number.MAX_SAFE_INTEGER && denominator <= Number.MAX_SAFE_INTEGER)
    return Number(numerator) / Number(denominator); // both exact: the division rounds once
  // A quotient of at least 60 bits whose last bit is set where anything was cut off: rounding it rounds the fraction.
  const shift = Math.min(1100, Math.max(0, 64 + bitLength(denominator) - bitLength(numerator)));
  const scaled = numerator << BigInt(shift);
  const quotient = scaled / denominator;
  const sticky = quotient * denominator === scaled ? quotient : quotient | 1n;
  // Powers of two up to 2^-1022 divide exactly unless the result is subnormal, where the last bit may differ.
  return shift <= 1000 ? Number(sticky) / 2 ** shift : Number(sticky) / 2 ** 1000 / 2 ** (shift - 1000);
}
