/** Round trips through CSV and JSON, and what must not change when a table is written, scaled or labelled otherwise. */
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimalText, readDecimal, roundDecimal } from '../../src/input/decimal.ts';
import { exactMarket } from '../../src/market/exact.ts';
import type { Market } from '../../src/market/market.ts';
import { parseTable, type UtilityTable } from '../../src/market/table.ts';
import { randomTable } from '../reference/tables.ts';

const SEED = 20_250_917;
const check = (property: fc.IProperty<unknown>, runs = 200) => fc.assert(property, { seed: SEED, numRuns: runs });

/** A table as rows again: the header, then one row a cell. */
function rowsOf(table: UtilityTable): string[][] {
  const header = ['state', 'policy', ...(table.prior ? ['prior'] : []), 'alice', ...table.bobs];
  const names = table.policies.flatMap((policies, s) =>
    policies.map((policy) => [table.states[s]!, policy, ...(table.prior ? [table.prior[s]!] : [])]),
  );
  return [header, ...names.map((own, cell) => [...own, ...table.utilities.map((column) => column[cell]!)])];
}

const content = ({ name: _, places: __, ...rest }: UtilityTable) => rest;

const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.integer({ min: -3, max: 9 }))
  .map(([digits, scale]) =>
    scale % 2 === 0 ? `${digits}e${-scale}` : decimalText({ digits, scale: Math.max(scale, 0) }),
  );
const label = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
  .filter((text) => text.trim() !== '' && !text.includes('\0'));

const anyTable = fc
  .tuple(
    fc.uniqueArray(fc.tuple(label, fc.uniqueArray(label, { minLength: 1, maxLength: 3 })), {
      minLength: 1,
      maxLength: 4,
      selector: ([state]) => state,
    }),
    fc.uniqueArray(
      label.filter((name) => !['state', 'policy', 'alice', 'prior'].includes(name)),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .chain(([states, bobs]) => {
    const cells = states.flatMap(([, policies]) => policies).length;
    const column = fc.array(decimal, { minLength: cells, maxLength: cells });
    return fc.record({
      states: fc.constant(states.map(([state]) => state)),
      policies: fc.constant(states.map(([, policies]) => policies)),
      bobs: fc.constant(bobs),
      utilities: fc.array(column, { minLength: bobs.length + 1, maxLength: bobs.length + 1 }),
      prior: fc.option(
        fc.array(fc.constantFrom('1', '0.25', '3e-1'), { minLength: states.length, maxLength: states.length }),
        {
          nil: undefined,
        },
      ),
    });
  });

describe('round trips', () => {
  test('CSV, with any names and either line break', () => {
    check(
      fc.property(anyTable, fc.constantFrom('\n', '\r\n'), fc.boolean(), (table, record_delimiter, bom) => {
        const text = stringify(rowsOf({ ...table, name: '', places: [] }), { record_delimiter, bom });
        expect(content(parseTable(text, { format: 'csv' }))).toEqual(table);
      }),
    );
  });

  test('JSON, numbers as strings and as numbers', () => {
    check(
      fc.property(anyTable, fc.boolean(), (table, quoted) => {
        const [header, ...rows] = rowsOf({ ...table, name: '', places: [] }) as [string[], ...string[][]];
        const number = (text: string) => (quoted ? JSON.stringify(text) : text);
        const objects = rows.map(
          (row) =>
            `{${row.map((cell, i) => `${JSON.stringify(header[i])}: ${i < 2 ? JSON.stringify(cell) : number(cell)}`).join()}}`,
        );
        expect(content(parseTable(`[${objects.join(',\n')}]`))).toEqual(table);
      }),
    );
  });

  test('decimals: text to number to text, and against exact arithmetic', () => {
    check(
      fc.property(
        fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
        fc.integer({ min: 0, max: 20 }),
        (digits, scale) => {
          const value = readDecimal(decimalText({ digits, scale }), 'x');
          expect(value.digits * 10n ** BigInt(scale)).toBe(digits * 10n ** BigInt(value.scale));
          expect(value.scale === 0 || value.digits % 10n !== 0n).toBe(true);
          expect(readDecimal(`${digits}e-${scale}`, 'x')).toEqual(value);
        },
      ),
    );
  });

  test('rounding is to the nearest, halves away from zero, and odd', () => {
    check(
      fc.property(
        fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }),
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 0, max: 9 }),
        (digits, scale, decimals) => {
          const rounded = roundDecimal({ digits, scale }, decimals);
          expect(rounded.scale).toBeLessThanOrEqual(Math.max(decimals, 0) < scale ? decimals : scale);
          const unit = 10n ** 9n;
          const at = (value: { digits: bigint; scale: number }) => (value.digits * unit) / 10n ** BigInt(value.scale);
          const off = at(rounded) - at({ digits, scale });
          const half = unit / (2n * 10n ** BigInt(decimals));
          expect(off <= half && off >= -half).toBe(true);
          if (off === half && scale > decimals && half > 0n) expect(digits > 0n).toBe(true);
          expect(roundDecimal({ digits: -digits, scale }, decimals)).toEqual({
            digits: -rounded.digits,
            scale: rounded.scale,
          });
        },
      ),
    );
  });
});

/** What solvers work on, as plain numbers. */
const numbers = ({ gains, firstCell, most, schemes }: Market) => ({
  gains: gains.map((column) => [...column]),
  firstCell,
  most,
  schemes,
});

const seeds = Array.from({ length: 100 }, (_, seed) => seed);
const tableOf = (seed: number) => parseTable(randomTable(seed).csv);

/** The table's CSV with a column's numbers replaced. */
function withColumn(table: UtilityTable, player: number, change: (text: string, cell: number) => string): UtilityTable {
  const utilities = table.utilities.map((column, p) => (p === player ? column.map(change) : column));
  return parseTable(stringify(rowsOf({ ...table, utilities })));
}

describe('nothing changes for the solvers', () => {
  test('when a player’s utilities are scaled by a positive number', () => {
    for (const seed of seeds) {
      const table = tableOf(seed);
      const player = seed % table.utilities.length;
      const scaled = withColumn(table, player, (text) => {
        const { digits, scale } = readDecimal(text, 'x');
        return decimalText({ digits: digits * 37n, scale: scale + 1 });
      });
      expect(numbers(exactMarket(scaled))).toEqual(numbers(exactMarket(table)));
    }
  });

  test('when a number is added to a player’s utilities in one state', () => {
    for (const seed of seeds) {
      const table = tableOf(seed);
      const shifted = withColumn(table, seed % table.utilities.length, (text, cell) => {
        const { digits, scale } = readDecimal(text, 'x');
        return decimalText({
          digits: digits + (cell < table.policies[0]!.length ? 13n * 10n ** BigInt(scale) : 0n),
          scale,
        });
      });
      expect(numbers(exactMarket(shifted))).toEqual(numbers(exactMarket(table)));
    }
  });

  test('when the prior is scaled by a positive number, or its equal weights are left out', () => {
    for (const seed of seeds) {
      const table = tableOf(seed);
      const weights = table.prior ?? table.states.map(() => '1');
      const prior = weights.map((text) => decimalText({ digits: readDecimal(text, 'x').digits * 7n, scale: 3 }));
      const scaled = exactMarket(parseTable(stringify(rowsOf({ ...table, prior }))));
      const market = exactMarket(table);
      expect(numbers(scaled)).toEqual(numbers(market));
      expect(scaled.base.map(String)).toEqual(market.base.map(String));
      expect(scaled.unit.map(String)).toEqual(market.unit.map(String));
      expect(scaled.prior.map(String)).toEqual(market.prior.map(String));
    }
  });

  test('when states, policies and Bobs are called otherwise', () => {
    for (const seed of seeds) {
      const table = tableOf(seed);
      const states = table.states.map((_, s) => `state ${'"'.repeat(s)}`);
      const policies = table.policies.map((own) => own.map((_, p) => `,${p}`));
      const bobs = table.bobs.map((_, j) => `${j}`);
      const relabelled = parseTable(stringify(rowsOf({ ...table, states, policies, bobs })));
      expect(relabelled).toMatchObject({ states, policies, bobs });
      expect(numbers(exactMarket(relabelled))).toEqual(numbers(exactMarket(table)));
    }
  });

  test('when rows of different states are interleaved, each state’s own order kept', () => {
    for (const seed of seeds) {
      const table = tableOf(seed);
      const [header, ...rows] = rowsOf(table) as [string[], ...string[][]];
      const turn = table.policies.flatMap((policies, s) => policies.map((_, p) => p * 1000 + s));
      const order = [...rows.keys()].sort((a, b) => turn[a]! - turn[b]!);
      const interleaved = parseTable(stringify([header, ...order.map((row) => rows[row]!)]));
      expect(content(interleaved)).toEqual(content(table));
    }
  });

  test('when a rounding asks for more decimals than there are', () => {
    for (const seed of seeds) {
      const table = tableOf(seed);
      expect(numbers(exactMarket(table, { round: 3 }))).toEqual(numbers(exactMarket(table)));
    }
  });
});

test('permuted Bobs have permuted columns', () => {
  for (const seed of seeds) {
    const table = tableOf(seed);
    const bobs = table.bobs.toReversed();
    const [alice, ...others] = table.utilities;
    const turned = exactMarket(
      parseTable(stringify(rowsOf({ ...table, bobs, utilities: [alice!, ...others.toReversed()] }))),
    );
    const market = exactMarket(table);
    expect(turned.bobs).toEqual(bobs);
    expect(numbers(turned).gains).toEqual(
      [market.gains[0]!, ...market.gains.slice(1).toReversed()].map((column) => [...column]),
    );
  }
});
