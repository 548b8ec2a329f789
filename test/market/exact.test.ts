/** The exact market against the table that it came from, and its invariants, on random tables. */
import Fraction from 'fraction.js';
import { describe, expect, test } from 'vitest';
import { exactMarket } from '../../src/market/exact.ts';
import { schemeOfRank, schemeRank, totalsOf, utilityOf } from '../../src/market/scheme.ts';
import { parseTable } from '../../src/market/table.ts';
import { expected, referenceMarket } from '../reference/market.ts';
import { families, randomTable } from '../reference/tables.ts';

describe('expected utilities of every scheme equal the definition', () => {
  test.each(families)('%s tables', (family) => {
    for (let seed = 0; seed < 40; seed++) {
      const table = parseTable(randomTable(seed, { states: 4, policies: 4, bobs: 4 }, family).csv);
      const market = exactMarket(table);
      const reference = referenceMarket(table);
      expect(market.schemes).toBe(BigInt(reference.schemes.length));
      for (const listed of reference.schemes) {
        const scheme = schemeOfRank(market, listed.rank);
        expect(scheme).toEqual(listed.policies);
        expect(schemeRank(market, scheme)).toBe(listed.rank);
        for (const [player, total] of totalsOf(market, scheme).entries())
          expect(utilityOf(market, player, total).equals(expected(reference, listed, player))).toBe(true);
      }
    }
  });
});

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

test('gains are whole, from 0 in every state, without a common factor, and `most` is reached', () => {
  for (let seed = 0; seed < 200; seed++) {
    const market = exactMarket(parseTable(randomTable(seed).csv));
    for (const [p, gains] of market.gains.entries()) {
      let most = 0;
      for (const s of market.states.keys()) {
        const own = gains.subarray(market.firstCell[s], market.firstCell[s + 1]);
        expect(own.every(Number.isSafeInteger)).toBe(true);
        expect(Math.min(...own)).toBe(0);
        most += Math.max(...own);
      }
      expect(market.most[p]).toBe(most);
      expect([0, 1]).toContain(gains.reduce(gcd, 0));
      expect(market.unit[p]!.gt(0)).toBe(true);
    }
    expect(market.prior.reduce((sum, one) => sum.add(one)).equals(1)).toBe(true);
  }
});

test('a table by hand: weights, base and unit', () => {
  const market = exactMarket(
    parseTable('state,policy,alice,B,prior\nrain,stay,0.5,-1,2\nrain,go,0.25,1.5e0,2\nsun,stay,7,7,0.5\n'),
  );
  expect(market.gains.map((gains) => [...gains])).toEqual([
    [1, 0, 0],
    [0, 1, 0],
  ]);
  expect(market.prior.map((weight) => weight.toFraction())).toEqual(['4/5', '1/5']);
  // 4/5 · 1/4 + 1/5 · 7 and 4/5 · -1 + 1/5 · 7
  expect(market.base.map((base) => base.toFraction())).toEqual(['8/5', '3/5']);
  expect(market.unit.map((unit) => unit.toFraction())).toEqual(['1/5', '2']);
  expect(market.utilities.map((column) => [...column])).toEqual([
    [0.5, 0.25, 7],
    [-1, 1.5, 7],
  ]);
  expect(market.exactUtilities[1]!.map((value) => value.toFraction())).toEqual(['-1', '3/2', '7']);
  expect(market).toMatchObject({ firstCell: [0, 2, 3], most: [1, 1], schemes: 2n, rounded: undefined });
});

test('numbers of twenty digits stay exact where the range allows', () => {
  const market = exactMarket(
    parseTable('state,policy,alice,B\nS,x,0.12345678901234567891,1\nS,y,0.12345678901234567894,1\n'),
  );
  expect([...market.gains[0]!]).toEqual([0, 1]);
  expect(utilityOf(market, 0, 1).equals(new Fraction(12345678901234567894n, 10n ** 20n))).toBe(true);
});

test('rounding takes halves away from zero, on both sides, and is recorded', () => {
  const text = 'state,policy,alice,B\nS,x,0.125,-0.125\nS,y,0.135,-0.135\nS,z,0.1349999,-0.1250001\n';
  const market = exactMarket(parseTable(text), { round: 2 });
  expect(market.utilities.map((column) => [...column])).toEqual([
    [0.13, 0.14, 0.13],
    [-0.13, -0.14, -0.13],
  ]);
  expect(market.rounded).toBe(2);
  expect(exactMarket(parseTable(text)).rounded).toBeUndefined();
});

test('totals up to exactly 2^53 - 1 are taken, one more is refused', () => {
  const text = (most: string) => `state,policy,alice,B\nS,x,0,0\nS,y,1,1\nT,x,0,0\nT,y,${most},1\n`;
  expect(exactMarket(parseTable(text('9007199254740990'))).most[0]).toBe(Number.MAX_SAFE_INTEGER);
  expect(() => exactMarket(parseTable(text('9007199254740991')))).toThrow(
    'table, column "alice": totals must range over at most 9007199254740991 (2^53 - 1) units to be exact, got 9007199254740992; rounding cannot help',
  );
});

test('10^30 schemes are counted, not listed', () => {
  const rows = Array.from({ length: 30 }, (_, s) => Array.from({ length: 10 }, (_, p) => `S${s},P${p},${p},${s}\n`));
  const market = exactMarket(parseTable(`state,policy,alice,B\n${rows.flat().join('')}`));
  expect(market.schemes).toBe(10n ** 30n);
  expect(schemeRank(market, schemeOfRank(market, 10n ** 30n - 1n))).toBe(10n ** 30n - 1n);
  expect(() => schemeOfRank(market, 10n ** 30n)).toThrow(
    'rank of a scheme must be from 0 to 999999999999999999999999999999, got 1000000000000000000000000000000',
  );
});
