/** Folds, permutations and subsets: sizes, groups that do not straddle, files that name them, refusals. */
import { expect, test } from 'vitest';
import { foldsOf, givenFolds, randomFolds } from '../../src/hull/folds.ts';
import { binomial, parseOrders, randomOrders, sampledSubsets, subsetParts } from '../../src/hull/orders.ts';
import { parseScores } from '../../src/hull/read.ts';
import type { ScoreOptions } from '../../src/hull/scores.ts';

test.each([
  [10, 3],
  [5, 5],
  [1001, 7],
])('%d items in %d folds: each once, sizes differ by one at most', (items, count) => {
  const { rows, start } = randomFolds(items, count, 9);
  expect([...rows].sort((a, b) => a - b)).toEqual([...Array(items).keys()]);
  const sizes = Array.from({ length: count }, (_, f) => start[f + 1]! - start[f]!);
  expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  for (let f = 0; f < count; f++) {
    const fold = [...rows.slice(start[f]!, start[f + 1]!)];
    expect(fold).toEqual([...fold].sort((a, b) => a - b));
  }
});

test('the seed decides the folds', () => {
  expect(randomFolds(100, 5, 1).rows).toEqual(randomFolds(100, 5, 1).rows);
  expect(randomFolds(100, 5, 1).rows).not.toEqual(randomFolds(100, 5, 2).rows);
});

test('groups do not straddle folds, and no fold is more than a group larger than another', () => {
  const groups = Int32Array.from({ length: 200 }, (_, i) => Math.floor(Math.sqrt(i)));
  const { rows, start, count } = randomFolds(200, 4, 3, groups);
  const foldOf = new Map<number, number>();
  const sizes: number[] = [];
  for (let f = 0; f < count; f++) {
    sizes.push(start[f + 1]! - start[f]!);
    for (const row of rows.slice(start[f]!, start[f + 1]!)) {
      expect(foldOf.get(groups[row]!) ?? f).toBe(f);
      foldOf.set(groups[row]!, f);
    }
  }
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(200);
  expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(27);
});

test('refusals of folds', () => {
  expect(() => randomFolds(4, 5, 1)).toThrow('items must be at least as many as folds, got 4 for 5 folds');
  expect(() => randomFolds(9, 1, 1)).toThrow('folds must be a whole number of at least 2, got 1');
  expect(() => randomFolds(9, 3, 1, new Int32Array(9))).toThrow(
    'groups must be at least as many as folds, got 1 for 3 folds',
  );
  expect(() => givenFolds(new Int32Array(3))).toThrow('the fold column must name at least 2 folds, got 1');
  expect(() => givenFolds(Int32Array.of(0, 2, 0))).toThrow('fold 1 has no items');
});

test('given folds may share no group and no question; messages name the file', async () => {
  const text = 'fold,group,alice,a,b\n1,x,0,1,2\n1,y,1,0,1\n2,y,2,2,2\n';
  const read = (options: ScoreOptions) => parseScores(text, { foldColumn: 'fold', ...options }, 's.csv');
  expect(foldsOf(await read({}), undefined, 1)).toMatchObject({ folds: { count: 2 }, by: 'column' });
  const groups = await read({ groupColumn: 'group' });
  expect(() => foldsOf(groups, undefined, 1)).toThrow(
    's.csv: a group must lie in one fold, got "y" in "1" and "2" of the fold column',
  );
  const questions = await read({ questionColumn: 'group' });
  expect(() => foldsOf(questions, undefined, 1)).toThrow('s.csv: a question must lie in one fold, got "y"');
  expect(() => foldsOf({ ...groups, folds: undefined, groups: undefined }, 4, 1)).toThrow(
    's.csv: items must be at least as many as folds, got 3 for 4 folds',
  );
});

test('an orders file takes names or positions', () => {
  expect(parseOrders('B,A,C\n2,0,1\r\n', ['A', 'B', 'C']).map((order) => [...order])).toEqual([
    [1, 0, 2],
    [2, 0, 1],
  ]);
  expect(parseOrders('"x, y",z\n', ['z', 'x, y'])).toEqual([Int32Array.of(1, 0)]);
  // Names win where every cell is one.
  expect(parseOrders('1,0\n', ['1', '0'])).toEqual([Int32Array.of(0, 1)]);
});

test.each([
  ['A,B\n', 'orders line 1: must be a permutation of the 3 Bobs, got 2 entries'],
  ['A,1,2\n', "orders line 1: must be Bobs' names, or positions from 0 to 2, got some of both"],
  ['A,B,C\nA,B,B\n', 'orders line 2: must be a permutation of the Bobs, got "B" twice'],
  ['A,B,D\n', 'orders line 1: must be Bobs\' names, or positions from 0 to 2, got "D"'],
  ['0,1,3\n', 'orders line 1: must be Bobs\' names, or positions from 0 to 2, got "3"'],
  ['', 'orders: must hold at least one permutation, got none'],
])('refused: an orders file %j', (text, message) => {
  expect(() => parseOrders(text, ['A', 'B', 'C'])).toThrow(message);
});

test('random orders are permutations, and the first ones do not depend on how many there are', () => {
  const many = randomOrders(30, 5, 1);
  for (const order of many) expect([...order].sort((a, b) => a - b)).toEqual([...Array(30).keys()]);
  expect(many.slice(0, 2)).toEqual(randomOrders(30, 2, 1));
});

test('drawn subsets are distinct, ascending and of every size', () => {
  const bySize = sampledSubsets(6, 10, 4);
  expect(bySize.map((subsets) => subsets.length)).toEqual([6, 10, 10, 10, 6, 1]);
  bySize.forEach((subsets, i) => {
    expect(new Set(subsets.map((subset) => subset.join())).size).toBe(subsets.length);
    for (const subset of subsets) {
      expect(subset.length).toBe(i + 1);
      expect([...subset]).toEqual([...subset].sort((a, b) => a - b));
    }
  });
  expect(binomial(9, 4)).toBe(126);
});

test('all subsets: every one in one part, refused beyond a sensible count', () => {
  const parts = subsetParts(14, 5, 1);
  expect(parts).toHaveLength(4);
  expect(parts.map(({ root }) => root)).toEqual([[], [0], [1], [0, 1]]);
  expect(() => subsetParts(24, 5, 1)).toThrow(
    /--subsets all of 24 Bobs is 2\^24 - 1 subsets, 1\.7e\+8 fits, about .* s of one thread; use --subsets sample:N/,
  );
});
