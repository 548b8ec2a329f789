/** Greatest common divisors of integers of any size. */

/** The greatest common divisor, 0 where both are 0; its sign is not fixed where one is negative. */
export function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}
