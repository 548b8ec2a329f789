/** Every refusal of the table reader, by its exact message. */
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { exactMarket } from '../../src/market/exact.ts';
import { parseTable, tableFromRows } from '../../src/market/table.ts';

const HEADER = 'the header is state,policy,alice,<Bob>…';
const GOOD = 'state,policy,alice,B\nS,x,0.5,1\n';

/** The message with which `text` is refused, as a table and then as an exact market. */
function messageOf(text: string, round?: number): string {
  try {
    exactMarket(parseTable(text, { name: 'table.csv', format: 'csv' }), { round });
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as Error).message;
  }
  return 'accepted';
}

const csv: readonly (readonly [what: string, text: string, message: string])[] = [
  ['an empty file', '', 'table.csv: must not be empty; a table has the header state,policy,alice,<Bob>…'],
  ['only blank lines', ' \r\n\n', 'table.csv: must not be empty; a table has the header state,policy,alice,<Bob>…'],
  ['a header only', 'state,policy,alice,B\n', 'table.csv: must have at least one row below the header, got none'],
  [
    'no Bob',
    'state,policy,alice,prior\nS,x,1,1\n',
    `table.csv line 1: must have a column for at least one Bob (${HEADER}), got "state", "policy", "alice", "prior"`,
  ],
  [
    'a missing column',
    '\nstate,alice,B\nS,1,1\n',
    `table.csv line 2: must have a column "policy" (${HEADER}), got "state", "alice", "B"`,
  ],
  [
    'a column name with a space before it',
    'state, policy,alice,B\nS,x,1,1\n',
    `table.csv line 1: must have a column "policy" (${HEADER}), got "state", " policy", "alice", "B"`,
  ],
  ['a column without a name', 'state,policy,alice,\nS,x,1,1\n', 'table.csv line 1, column 4: must have a name, got ""'],
  [
    'a Bob twice',
    'state,policy,alice,B,C,B\nS,x,1,1,1,1\n',
    'table.csv line 1, column 6: must have a name of its own, got "B" as in column 4',
  ],
  [
    'NaN',
    `${GOOD}S,y,NaN,1\n`,
    'table.csv line 3, column "alice": must be a number in decimal or exponent notation, got "NaN"',
  ],
  [
    'Infinity',
    `${GOOD}S,y,1,-Infinity\n`,
    'table.csv line 3, column "B": must be a number in decimal or exponent notation, got "-Infinity"',
  ],
  [
    'a fraction',
    `${GOOD}S,y,1,1/3\n`,
    'table.csv line 3, column "B": must be a number in decimal or exponent notation, got "1/3"',
  ],
  [
    'hexadecimal',
    `${GOOD}S,y,1,0x10\n`,
    'table.csv line 3, column "B": must be a number in decimal or exponent notation, got "0x10"',
  ],
  [
    'a point alone',
    `${GOOD}S,y,1,.\n`,
    'table.csv line 3, column "B": must be a number in decimal or exponent notation, got "."',
  ],
  ['a blank cell', `${GOOD}S,y,1,\n`, 'table.csv line 3, column "B": must be a number, got a blank cell'],
  ['a blank state', `${GOOD} ,y,1,1\n`, 'table.csv line 3, column "state": must have a name, got a blank cell'],
  ['a blank policy', `${GOOD}S,,1,1\n`, 'table.csv line 3, column "policy": must have a name, got a blank cell'],
  [
    'a no-break space, which is shown',
    `${GOOD}S,y,1,1\u00a0\n`,
    'table.csv line 3, column "B": must be a number in decimal or exponent notation, got "1\\u00a0"',
  ],
  [
    'a minus sign that is none, and what a terminal would obey',
    `${GOOD}S,y,1,\u22121\u009b\u202e\n`,
    'table.csv line 3, column "B": must be a number in decimal or exponent notation, got "\u22121\\u009b\\u202e"',
  ],
  ...['1_000', '1,5', '1 2', '--1', '1e', 'e5', '0b1', '1d3', '50%', '$1', '\u0661'].map(
    (number): [string, string, string] => [
      `${number} as a number`,
      `${GOOD}S,y,1,"${number}"\n`,
      `table.csv line 3, column "B": must be a number in decimal or exponent notation, got "${number}"`,
    ],
  ),
  [
    'a Bob whose name only a space tells from another’s',
    'state,policy,alice,B, B\nS,x,1,1,1\n',
    'table.csv line 1, column 5: must be written as before, got " B" where column 4 has "B" (spaces and the encoding of accents count)',
  ],
  [
    'a state whose name only a space tells from another’s',
    `${GOOD}T,x,0.5,1\nS ,y,0.5,1\n`,
    'table.csv line 4, column "state": must be written as before, got "S " where line 2 has "S" (spaces and the encoding of accents count)',
  ],
  [
    'a policy whose name only the encoding of its accent tells from another’s',
    'state,policy,alice,B\nS,\u00e9,0.5,1\nS,e\u0301,0.5,1\n',
    'table.csv line 3, column "policy": must be written as before, got "e\u0301" where line 2 has "\u00e9" (spaces and the encoding of accents count)',
  ],
  [
    'a number beyond all bounds',
    `${GOOD}S,y,1e400,1\n`,
    'table.csv line 3, column "alice": must have at most 40 digits before and after the decimal point, got "1e400"',
  ],
  [
    'a number below all bounds',
    `${GOOD}S,y,1e-400,1\n`,
    'table.csv line 3, column "alice": must have at most 40 digits before and after the decimal point, got "1e-400"',
  ],
  [
    'an exponent that is itself enormous',
    `${GOOD}S,y,1e${'9'.repeat(500)},1\n`,
    `table.csv line 3, column "alice": must have at most 40 digits before and after the decimal point, got "1e${'9'.repeat(58)}…"`,
  ],
  [
    'a cell of a million digits',
    `${GOOD}S,y,1,${'7'.repeat(1e6)}\n`,
    `table.csv line 3, column "B": must be a number of at most 1000 characters, got 1000000: "${'7'.repeat(60)}…"`,
  ],
  [
    'more digits than exact totals hold',
    'state,policy,alice,B\nS,x,0.9234567890123456789,1\nS,y,0,1\nS,z,0.1,0\n',
    'table.csv, column "alice": totals must range over at most 9007199254740991 (2^53 - 1) units to be exact, got 9234567890123456789; round the utilities: --round 15',
  ],
  [
    'a prior with more digits than exact totals hold',
    'state,policy,alice,B,prior\nS,x,0,1,0.12345678901234567891\nS,y,1,0,0.12345678901234567891\nT,x,0,1,1\nT,y,1,0,1\n',
    'table.csv, column "alice": totals must range over at most 9007199254740991 (2^53 - 1) units to be exact, got 112345678901234567891; rounding cannot help: use smaller numbers, or prior weights with fewer digits (they need not sum to 1: for thirds write 1 and 2)',
  ],
  [
    'a (state, policy) twice, with another state between',
    `${GOOD}T,x,1,1\nS,x,0.5,1\n`,
    'table.csv line 4, column "policy": must be a policy that its state does not have yet, got state "S" with policy "x" again (first: line 2)',
  ],
  [
    'a negative prior',
    'state,policy,alice,B,prior\nS,x,1,1,-0.5\n',
    'table.csv line 2, column "prior": must be >= 0, got "-0.5"',
  ],
  [
    'an all-zero prior',
    'state,policy,alice,B,prior\nS,x,1,1,0\nT,x,1,1,0.0\n',
    'table.csv line 2, column "prior": must be > 0 for at least one state, got 0 for all',
  ],
  [
    'a blank prior',
    'state,policy,alice,B,prior\nS,x,1,1,\n',
    'table.csv line 2, column "prior": must be a number, got a blank cell',
  ],
  [
    'a prior that differs inside a state',
    'state,policy,alice,prior,B\nS,x,1,0.5,1\nT,x,1,0.5,1\nS,y,1,0.25,1\n',
    'table.csv line 4, column "prior": must be the same on every row of a state, got "0.25" where state "S" has "0.5" on line 2',
  ],
  ['a short row', `${GOOD}S,y,1\n`, 'table.csv line 3: must have 4 cells as the header has, got 3 (the first is "S")'],
  [
    'a long row',
    `${GOOD}S,y,0,5,1\n`,
    'table.csv line 3: must have 4 cells as the header has, got 5 (the first is "S")',
  ],
  [
    'text after a closing quote, below a quoted line break and a blank line',
    'state,policy,alice,B\r\n"S\r\nS",x,1,1\r\n\r\nS,"y"z,1,1\r\n',
    'table.csv line 5: a closing quote must be followed by a comma or the end of the line',
  ],
  [
    'a quote inside an unquoted cell',
    `${GOOD}S,y"z,1,1\n`,
    'table.csv line 3: a cell that holds a quote must be quoted whole, its quotes doubled',
  ],
  ['a quote never closed', `${GOOD}S,"y,1,1\n`, 'table.csv line 3: a quote is opened and never closed'],
  ['lines that end in CR alone', GOOD.replaceAll('\n', '\r'), 'table.csv: lines must end in LF or CRLF, got CR alone'],
  ['a NUL character', `${GOOD}S,\0,1,1\n`, 'table.csv: must be UTF-8 text, got a NUL character (a binary file?)'],
];

describe('CSV is refused with file, line, column, rule and value:', () => {
  test.each(csv)('%s', (_, text, message) => {
    expect(messageOf(text)).toBe(message);
  });

  test('the advice given works, and less rounding does not', () => {
    const text = csv.find(([what]) => what === 'more digits than exact totals hold')![1];
    expect(messageOf(text, 15)).toBe('accepted');
    expect(messageOf(text, 16)).toContain('round the utilities: --round 15');
  });

  test('a number of decimals to round to that is none', () => {
    for (const round of [-1, 1.5, 41, Number.NaN])
      expect(messageOf(GOOD, round)).toBe(`round must be a whole number from 0 to 40, got ${round}`);
  });
});

const json: readonly (readonly [what: string, text: string, message: string])[] = [
  ['no rows', '[]', 'table.json: must have at least one row, got none'],
  ['no array', '{"a": 1}', 'table.json: must be an array of row objects, or an object with such an array as "rows"'],
  ['rows twice', '{"rows": [], "rows": []}', 'table.json: must have "rows" once, got it 2 times'],
  [
    'a prior beside the rows',
    '{"prior": [1], "rows": [{"state": "S"}]}',
    'table.json: must have the prior in its rows, the same on every row of a state, got it beside them',
  ],
  ['a text alone', '"x"', 'table.json: must be an array of row objects, or an object with such an array as "rows"'],
  ['JSON cut off', '[{"state":', 'table.json line 1, column 11: must be JSON: value expected, got ""'],
  ['NaN', '[{"B": NaN}]', 'table.json line 1, column 8: must be JSON: invalid symbol, got "NaN}]"'],
  ['a row that is no object', '[\n1]', 'table.json line 2 (row 1): must be an object, got number'],
  [
    'broken JSON',
    '[\n{"state": "S",}]',
    'table.json line 2, column 15: must be JSON: property name expected, got "}]"',
  ],
  ['a comment', '[ // none\n]', 'table.json line 1, column 3: must be JSON: invalid comment token, got "// none\\n]"'],
  [
    'a cell that is null',
    '[{"state": "S",\n"policy": null}]',
    'table.json line 1 (row 1), column "policy": must be a number or a string, got "null"',
  ],
  ['a key twice', '[{"B": 1, "B": 2}]', 'table.json line 1 (row 1): must name a column once, got "B" twice'],
  [
    'a row without one of the columns',
    '[{"state": "S", "B": 1},\n {"state": "S"}]',
    'table.json line 2 (row 2): must have the columns of the first row, got none named "B"',
  ],
  [
    'a row with another column',
    '[{"state": "S"},\n {"state": "S", "B": 1}]',
    'table.json line 2 (row 2): must have the columns of the first row, got one more: "B"',
  ],
  [
    'a missing column',
    '[{"state": "S", "alice": 1, "B": 1}]',
    `table.json line 1 (row 1): must have a column "policy" (${HEADER}), got "state", "alice", "B"`,
  ],
  [
    'a number beyond all bounds',
    '[{"state": "S", "policy": "x", "alice": 1e400, "B": 1}]',
    'table.json line 1 (row 1), column "alice": must have at most 40 digits before and after the decimal point, got "1e400"',
  ],
  ['nesting without end', '['.repeat(1e5), 'table.json: must be rows of cells, got deeper nesting'],
];

describe('JSON is refused with file, line, column, rule and value:', () => {
  test.each(json)('%s', (_, text, message) => {
    expect(() => parseTable(text, { name: 'table.json' })).toThrow(new InputError(message));
  });
});

const row = { state: 'S', policy: 'x', alice: 0.5, B: '1' };

const inMemory: readonly (readonly [what: string, rows: readonly unknown[], message: string])[] = [
  ['no rows', [], 'table: must be an array of at least one row, got "[]"'],
  ['a row that is null', [row, null], 'table row 2: must be an object, got "null"'],
  [
    'a double that has lost digits',
    [{ ...row, alice: 0.12345678901234568 }],
    'table row 1, column "alice": must have at most 15 significant digits as a number (write it as a string to keep more), got 0.12345678901234568',
  ],
  ['a truth value', [row, { ...row, B: true }], 'table row 2, column "B": must be a number or a string, got "true"'],
  [
    'NaN',
    [{ ...row, B: Number.NaN }],
    'table row 1, column "B": must be a number in decimal or exponent notation, got "NaN"',
  ],
];

describe('rows in memory are refused with row, column, rule and value:', () => {
  test.each(inMemory)('%s', (_, rows, message) => {
    expect(() => tableFromRows(rows)).toThrow(new InputError(message));
  });
});
