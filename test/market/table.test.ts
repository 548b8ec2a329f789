/** What the table reader accepts, and what it makes of it. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exactMarket } from '../../src/market/exact.ts';
import { schemeNames, schemeOfRank } from '../../src/market/scheme.ts';
import { parseTable, tableFromRows, type UtilityTable } from '../../src/market/table.ts';

/** Everything but where the numbers stood. */
const content = ({ name: _, places: __, ...rest }: UtilityTable) => rest;

const PLAIN = 'state,policy,alice,B\nrain,stay,0.5,1\nrain,go,0.25,0\nsun,go,1,0\n';
const plain = content(parseTable(PLAIN));

test('a table in plain form', () => {
  expect(parseTable(PLAIN)).toEqual({
    name: 'table',
    states: ['rain', 'sun'],
    policies: [['stay', 'go'], ['go']],
    bobs: ['B'],
    utilities: [
      ['0.5', '0.25', '1'],
      ['1', '0', '0'],
    ],
    places: ['line 2', 'line 3', 'line 4'],
    prior: undefined,
  });
});

describe('the same table in other clothes:', () => {
  const rows = [
    { state: 'rain', policy: 'stay', alice: 0.5, B: 1 },
    { state: 'rain', policy: 'go', alice: 0.25, B: 0 },
    { state: 'sun', policy: 'go', alice: 1, B: 0 },
  ];
  test.each([
    ['CRLF', PLAIN.replaceAll('\n', '\r\n')],
    ['CRLF and LF mixed', PLAIN.replace('\n', '\r\n')],
    ['a byte order mark', `\uFEFF${PLAIN}`],
    ['a byte order mark before a quoted header', `\uFEFF${PLAIN.replace('state', '"state"')}`],
    ['no line break at the end', PLAIN.trimEnd()],
    ['blank lines', `\n${PLAIN.replaceAll('\n', '\n\r\n')}\n`],
    ['everything quoted', PLAIN.replace(/[^,\n]+/g, '"$&"')],
    ['spaces around numbers', PLAIN.replace('0.5,1', ' 0.5 ,\t1')],
    ['rows of states in turn', 'state,policy,alice,B\nrain,stay,0.5,1\nsun,go,1,0\nrain,go,0.25,0\n'],
    ['columns in another order', 'B,alice,policy,state\n1,0.5,stay,rain\n0,0.25,go,rain\n0,1,go,sun\n'],
    ['an array of JSON objects', JSON.stringify(rows)],
    ['JSON rows', JSON.stringify({ about: 'weather', rows }, null, 2)],
    ['JSON with a byte order mark', `\uFEFF${JSON.stringify(rows)}`],
  ])('%s', (_, text) => {
    expect(content(parseTable(text))).toEqual(plain);
  });

  test('rows in memory', () => {
    expect(content(tableFromRows(rows))).toEqual(plain);
  });

  test('the format may be said, or be told by the name', () => {
    expect(content(parseTable(PLAIN, { format: 'csv', name: 'x.json' }))).toEqual(plain);
    expect(() => parseTable(PLAIN, { name: 'x.json' })).toThrow(
      'x.json line 1, column 1: must be JSON: invalid symbol',
    );
    expect(() => parseTable(JSON.stringify(rows), { format: 'csv' })).toThrow('table line 1: ');
  });
});

test('quoted names keep commas, quotes, line breaks and spaces, and rows below them their lines', () => {
  const table = parseTable(
    'state,policy,alice,"B, ""the\r\nfirst"""\r\n" a ","x\r\ny",1,2\r\nb,z,3,x\r\n'.replace(',x\r', ',4\r'),
  );
  expect(table.bobs).toEqual(['B, "the\r\nfirst"']);
  expect(table.states).toEqual([' a ', 'b']);
  expect(table.policies[0]).toEqual(['x\r\ny']);
  expect(table.places).toEqual(['line 3', 'line 5']);
});

test('numbers in JSON keep every digit of the text', () => {
  const digits = '0.1234567890123456789';
  const text = `[{"state":"S","policy":"x","alice":${digits},"B":1E-2},{"state":"S","policy":"y","alice":0,"B":"${digits}"}]`;
  const table = parseTable(text);
  expect(table.utilities).toEqual([
    [digits, '0'],
    ['1E-2', digits],
  ]);
  expect(exactMarket(table).exactUtilities[0]![0]!.toFraction()).toBe('1234567890123456789/10000000000000000000');
});

describe('names that mean something to JavaScript mean nothing here:', () => {
  const csv =
    'state,policy,alice,__proto__,constructor,toString\n__proto__,hasOwnProperty,1,2,3,4\n__proto__,x,0,1,1,1\n';
  const json =
    '[{"state":"__proto__","policy":"hasOwnProperty","alice":1,"__proto__":2,"constructor":3,"toString":4},' +
    '{"state":"__proto__","policy":"x","alice":0,"__proto__":1,"constructor":1,"toString":1}]';
  test.each([
    ['CSV', parseTable(csv)],
    ['JSON', parseTable(json)],
    ['rows in memory', tableFromRows(JSON.parse(json) as unknown[])],
  ])('%s', (_, table) => {
    expect(table.states).toEqual(['__proto__']);
    expect(table.bobs).toEqual(['__proto__', 'constructor', 'toString']);
    expect(table.utilities[1]).toEqual(['2', '1']);
    const market = exactMarket(table);
    expect(schemeNames(market, schemeOfRank(market, 0n))).toEqual(['hasOwnProperty']);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

test('the parser runs in a browser: nothing that it imports needs Node', () => {
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, target] of readFileSync(file, 'utf8').matchAll(/from '([^']+)'/g)) {
      expect(target, file).not.toMatch(/^node:/);
      if (target!.startsWith('.')) visit(join(dirname(file), target!));
    }
  };
  visit('src/market/table.ts');
  visit('src/market/exact.ts');
  expect(seen.size).toBeGreaterThan(6);
});
