import { expect, test } from 'vitest';
import { exactMarket } from '../../src/market/exact.ts';
import { growingCommittees, growthPaths } from '../../src/market/paths.ts';
import { parseTable } from '../../src/market/table.ts';

const size = (mask: number) => mask.toString(2).replaceAll('0', '').length;

test('every path grows by one Bob a step, from one to all', () => {
  for (let bobs = 1; bobs <= 8; bobs++)
    for (const path of growingCommittees(bobs, { paths: 20, seed: bobs })) {
      expect(path.map(size)).toEqual(Array.from({ length: bobs }, (_, i) => i + 1));
      for (let step = 1; step < path.length; step++) expect(path[step]! & path[step - 1]!).toBe(path[step - 1]);
      expect(path.at(-1)).toBe(2 ** bobs - 1);
    }
});

test('orders come up evenly, and a seed fixes them', () => {
  const counts = new Map<string, number>();
  for (const path of growingCommittees(3, { paths: 6000, seed: 3 })) {
    const key = path.join();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  const draw = (seed: number) => growingCommittees(6, { paths: 5, seed });
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
  expect(growingCommittees(6, { paths: 2, seed: 1 })).toEqual(draw(1).slice(0, 2));
});

test('paths name their Bobs and look V_min up', () => {
  const market = exactMarket(parseTable('state,policy,alice,A,B\ns,p,1,1,0\ns,q,0,0,1\n'));
  const [path] = growthPaths(market, { paths: 1, seed: 5 }, (committee) => ({
    value: committee,
    exact: `${committee}`,
  }));
  expect(path!.at(-1)).toEqual({ bobs: ['A', 'B'], alice: { value: 3, exact: '3' } });
  expect(['A', 'B']).toContain(path![0]!.bobs[0]);
});

test('a count that is no whole number is refused', () => {
  expect(() => growingCommittees(3, { paths: 1.5 })).toThrow('paths must be a whole number of at least 0, got 1.5');
});
