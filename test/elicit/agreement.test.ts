/** Agreement against a published example and against the definitions. */
import { expect, test } from 'vitest';
import { alpha, correlation, distribution, histogram, type Matrix, withOthers } from '../../src/elicit/agreement.ts';

/** Rows of scores, one a persona; undefined where there is none. */
function matrix(rows: readonly (readonly (number | undefined)[])[]): Matrix {
  const [personas, items] = [rows.length, rows[0]!.length];
  const scores = new Int32Array(personas * items);
  const states = new Uint8Array(personas * items);
  for (const [p, row] of rows.entries())
    for (const [i, score] of row.entries()) {
      scores[i * personas + p] = score ?? 0;
      states[i * personas + p] = score === undefined ? 2 : 1;
    }
  return { personas, items, scores, states };
}

const _ = undefined;
/** Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C: four observers, twelve units. */
const published = matrix([
  [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
  [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
  [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
  [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]);
const all = [0, 1, 2, 3];

test("Krippendorff's published example: interval alpha 0.849", () => {
  expect(alpha(published, all)).toBeCloseTo(0.849, 3);
});

test('alpha: 1 where all agree, negative where they oppose, undefined where nothing varies', () => {
  expect(
    alpha(
      matrix([
        [1, 50, 9],
        [1, 50, 9],
      ]),
      [0, 1],
    ),
  ).toBe(1);
  expect(
    alpha(
      matrix([
        [0, 100],
        [100, 0],
      ]),
      [0, 1],
    )!,
  ).toBeLessThan(0);
  expect(
    alpha(
      matrix([
        [5, 5],
        [5, 5],
      ]),
      [0, 1],
    ),
  ).toBeUndefined();
  expect(
    alpha(
      matrix([
        [1, _],
        [_, 2],
      ]),
      [0, 1],
    ),
  ).toBeUndefined();
});

test('distributions and histograms leave gaps out', () => {
  expect(distribution(published, 0)).toMatchObject({ count: 9, mean: 19 / 9, min: 1, max: 4 });
  expect(distribution(matrix([[_, _]]), 0)).toBeUndefined();
  expect(distribution(matrix([[0, 100]]), 0)!.std).toBe(50);
  expect(histogram(matrix([[0, 4, 5, 95, 100, _]]), [0], 0, 100, 20)).toEqual([2, 1, ...Array<number>(17).fill(0), 2]);
});

test('correlation with the others, item by item', () => {
  const three = matrix([
    [1, 2, 3],
    [2, 4, 6],
    [3, 2, 1],
  ]);
  const [first, , third] = withOthers(three, [0, 1, 2]);
  expect(first).toBeCloseTo(
    correlation([
      [1, 2.5],
      [2, 3],
      [3, 3.5],
    ])!,
    12,
  );
  expect(first).toBeCloseTo(1, 12);
  expect(third).toBeCloseTo(-1, 12);
  expect(
    withOthers(
      matrix([
        [1, 2],
        [5, 5],
      ]),
      [0, 1],
    ),
  ).toEqual([undefined, undefined]);
});
