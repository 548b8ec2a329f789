import { uniformBigInt } from 'pure-rand/distribution/uniformBigInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, test } from 'vitest';
import { nearestDouble } from '../../src/exact/nearest.ts';

/** A double as a fraction with a power of two below. */
function parts(value: number): [bigint, bigint] {
  let denominator = 1n;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    denominator *= 2n;
  }
  return [BigInt(scaled), denominator];
}

const absolute = (value: bigint) => (value < 0n ? -value : value);

/** |n/d − value| as a numerator over d · (the double's denominator): comparable between doubles once cross-multiplied. */
function distance(n: bigint, d: bigint, value: number): [bigint, bigint] {
  const [p, q] = parts(value);
  return [absolute(n * q - p * d), d * q];
}

test('no neighbouring double is nearer', () => {
  const generator = xoroshiro128plus(1);
  const bits = new DataView(new ArrayBuffer(8));
  const neighbour = (value: number, step: bigint) => {
    bits.setFloat64(0, value);
    bits.setBigInt64(0, bits.getBigInt64(0) + step);
    return bits.getFloat64(0);
  };
  for (let i = 0; i < 500; i++) {
    const size = () => 1n << BigInt(1 + (i % 300));
    const n = uniformBigInt(generator, 1n, size());
    const d = uniformBigInt(generator, 1n, size());
    const value = nearestDouble(n, d);
    expect(nearestDouble(-n, d)).toBe(-value);
    const [near, nearScale] = distance(n, d, value);
    for (const step of [1n, -1n]) {
      const [far, farScale] = distance(n, d, neighbour(value, step));
      expect(near * farScale <= far * nearScale, `${n}/${d}`).toBe(true);
    }
  }
});

test('halves go to even, and what overflows is infinite', () => {
  expect(nearestDouble(2n ** 53n + 1n, 1n)).toBe(2 ** 53);
  expect(nearestDouble(2n ** 53n + 3n, 1n)).toBe(2 ** 53 + 4);
  expect(nearestDouble((2n ** 53n + 1n) * 3n ** 40n, 3n ** 40n)).toBe(2 ** 53);
  expect(nearestDouble((2n ** 53n + 1n) * 3n ** 40n + 1n, 3n ** 40n)).toBe(2 ** 53 + 2);
  expect(nearestDouble(0n, 7n)).toBe(0);
  expect(nearestDouble(10n ** 400n, 1n)).toBe(Number.POSITIVE_INFINITY);
  expect(nearestDouble(1n, 10n ** 400n)).toBe(0);
});
