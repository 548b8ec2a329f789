import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareSlopes, cornersBelow, type Envelope, envelope } from '../../src/kernel/envelope.ts';
import { compileKernel, Kernel } from '../../src/kernel/instance.ts';
import { type Point, referenceEnvelope } from '../reference/envelope.ts';

const builds = (['release', 'scalar', 'debug'] as const).map(
  (build) => [build, new Kernel(compileKernel(build))] as const,
);

interface Market {
  readonly firstCell: number[];
  readonly loss: Float64Array;
  readonly value: Float64Array;
}

/** One state a row of [loss, value]; the least loss of a state becomes 0. */
function marketOf(states: readonly (readonly (readonly [number, number])[])[]): Market {
  const firstCell = [0];
  for (const own of states) firstCell.push(firstCell.at(-1)! + own.length);
  const cells = states.flatMap((own) => {
    const least = Math.min(...own.map(([loss]) => loss));
    return own.map(([loss, value]) => [loss - least, value] as const);
  });
  const column = (i: 0 | 1) => Float64Array.from(cells, (cell) => cell[i]);
  return { firstCell, loss: column(0), value: column(1) };
}

/** Corners without those in the middle of a straight line, which the kernel keeps. */
function bends(line: Envelope): Point[] {
  const points = [...line.deficit].map((d, i): Point => [BigInt(d), BigInt(line.value[i]!)]);
  return points.filter(([x, y], i) => {
    const [before, after] = [points[i - 1], points[i + 1]];
    return !before || !after || (y - before[1]) * (after[0] - x) !== (after[1] - y) * (x - before[0]);
  });
}

/** Every corner is the scheme that `start` and the cells put in place say it is. */
function expectSchemes({ firstCell, loss, value }: Market, line: Envelope): void {
  const scheme = [...line.start];
  const total = (of: Float64Array) => scheme.reduce((sum, cell) => sum + of[cell]!, 0);
  expect(line.to[0]).toBe(-1);
  for (let i = 0; i < line.deficit.length; i++) {
    if (i > 0) {
      const state = scheme.indexOf(line.from[i]!);
      expect(state).toBeGreaterThanOrEqual(0);
      expect(line.to[i]).toBeGreaterThanOrEqual(firstCell[state]!);
      expect(line.to[i]).toBeLessThan(firstCell[state + 1]!);
      scheme[state] = line.to[i]!;
    }
    expect([total(loss), total(value)]).toEqual([line.deficit[i], line.value[i]]);
  }
}

const markets = (most: number, states: number) => {
  const number = fc.oneof(
    fc.nat(3),
    fc.maxSafeNat().map((own) => Math.floor((own / Number.MAX_SAFE_INTEGER) * most)),
  );
  return fc
    .array(fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: states })
    .map(marketOf);
};

for (const [build, kernel] of builds) {
  test.each([1, 3, 1000, 2 ** 26, 2 ** 50])(`${build}: the envelope of values up to %d, exactly`, (most) => {
    fc.assert(
      fc.property(markets(most, 7), (market) => {
        const line = envelope(kernel, market.firstCell, market.loss, market.value);
        expect(bends(line)).toEqual(referenceEnvelope(market.firstCell, market.loss, market.value));
        expectSchemes(market, line);
      }),
      { numRuns: 150 },
    );
  });

  test(`${build}: slopes that only whole products tell apart come in the right order`, () => {
    // Neighbouring fractions whose quotients are one double: a/b with a·d - b·c = 1.
    const [a, b, c, d] = [2 ** 50 - 1, 2 ** 50, 2 ** 50 - 2, 2 ** 50 - 1];
    expect(a / b).toBe(c / d);
    const market = marketOf([
      [
        [0, 0],
        [d, c],
      ],
      [
        [0, 0],
        [b, a],
      ],
      [
        [0, 0],
        [d, c],
      ],
    ]);
    const line = envelope(kernel, market.firstCell, market.loss, market.value);
    expect([...line.to]).toEqual([-1, 3, 1, 5]);
    expect([...line.deficit]).toEqual([0, b, b + d, b + 2 * d]);
    expect(compareSlopes({ value: a, loss: b }, { value: c, loss: d })).toBeGreaterThan(0);
    expect(compareSlopes({ value: c, loss: d }, { value: a, loss: b })).toBeLessThan(0);
    expect(compareSlopes({ value: 2 * c, loss: 2 * d }, { value: c, loss: d })).toBe(0);
  });

  test(`${build}: within a state too, the furthest of cells on one line`, () => {
    const near = 2 ** 50;
    const market = marketOf([
      [
        [0, 0],
        [near - 1, near - 2],
        [near, near - 1],
        [2 * near, 2 * near - 2],
        [5, 0],
      ],
    ]);
    const line = envelope(kernel, market.firstCell, market.loss, market.value);
    expect([...line.to]).toEqual([-1, 3]);
    expect(bends(line)).toEqual(referenceEnvelope(market.firstCell, market.loss, market.value));
  });

  test(`${build}: one cell, no losses, no gains`, () => {
    const one = envelope(kernel, [0, 1], Float64Array.of(0), Float64Array.of(7));
    expect(one).toMatchObject({ deficit: Float64Array.of(0), value: Float64Array.of(7), start: Int32Array.of(0) });
    const free = envelope(kernel, [0, 3], new Float64Array(3), Float64Array.of(1, 5, 5));
    expect(free).toMatchObject({ deficit: Float64Array.of(0), value: Float64Array.of(5), start: Int32Array.of(1) });
    const nothing = envelope(kernel, [0, 2, 4], Float64Array.of(0, 1, 2, 0), new Float64Array(4));
    expect(nothing).toMatchObject({ deficit: Float64Array.of(0), start: Int32Array.of(0, 3) });
  });
}

test('equal slopes come in the order of the states', () => {
  const states = Array.from({ length: 40 }, (_, s): [number, number][] => [
    [0, 0],
    [1 + (s % 3), 2 * (1 + (s % 3))],
  ]);
  const market = marketOf(states);
  const line = envelope(builds[0]![1], market.firstCell, market.loss, market.value);
  expect([...line.to].slice(1)).toEqual(states.map((_, s) => 2 * s + 1));
});

test('corners are counted by deficit', () => {
  const line = { deficit: Float64Array.of(0, 2, 2, 5) };
  expect([0, 1, 2, 3, 5, 6].map((d) => cornersBelow(line, d))).toEqual([0, 1, 1, 3, 3, 4]);
  expect([0, 1, 2, 3, 5, 6].map((d) => cornersBelow(line, d, true))).toEqual([1, 1, 3, 3, 4, 4]);
});
