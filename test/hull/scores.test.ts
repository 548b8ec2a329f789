/** Score files: what is read, and every refusal with its message. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scoreAt } from '../../src/hull/matrix.ts';
import { parseScores, readScores, scoresFrom } from '../../src/hull/read.ts';
import type { ScoreOptions, Scores } from '../../src/hull/scores.ts';

const column = (scores: Scores, c: number) =>
  Array.from({ length: scores.items }, (_, item) => scoreAt(scores, item, c));

test('columns, quoting, CRLF, byte order mark, exponents, blank lines', async () => {
  const scores = await parseScores('\uFEFFitem,alice,"b, one",b2\r\n\r\nx,1,2e-1,-.5\r\ny,+0.5, 3 ,1.\r\n');
  expect(scores).toMatchObject({ bobs: ['b, one', 'b2'], targets: ['alice'], items: 2 });
  expect([0, 1, 2].map((c) => column(scores, c))).toEqual([
    [0.2, 3],
    [-0.5, 1],
    [1, 0.5],
  ]);
});

test('item, group and fold columns are no Bobs; groups and folds are read where asked for', async () => {
  const text = 'item,group,fold,alice,a,b\n1,q,0,0,1,2\n2,r,1,1,1,2\n3,q,1,2,1,2\n';
  expect(await parseScores(text)).toMatchObject({ bobs: ['a', 'b'] });
  const scores = await parseScores(text, { groupColumn: 'group', foldColumn: 'fold' });
  expect(scores.groups).toEqual({ of: Int32Array.of(0, 1, 0), names: ['q', 'r'] });
  expect(scores.folds).toEqual({ of: Int32Array.of(0, 1, 1), names: ['0', '1'] });
});

test('--scale maps to [0,1]', async () => {
  const scores = await parseScores('alice,a,b\n1,2,5\n5,3,4\n', { scale: [1, 5] });
  expect([0, 1, 2].map((c) => column(scores, c))).toEqual([
    [0.25, 0.5],
    [1, 0.75],
    [0, 1],
  ]);
});

test('several targets, by beginning', async () => {
  const scores = await parseScores('h1,h2,a,b\n1,0,1,2\n0,1,2,1\n', { targets: ['h*'] });
  expect(scores).toMatchObject({ targets: ['h1', 'h2'], bobs: ['a', 'b'] });
});

test('questions: rows are scaled by 1/sqrt of their number; a long file gives the same', async () => {
  const wide = 'question,option,h,a,b\nq,1,1,0.5,0.25\nq,2,0,0.5,0.75\nr,1,1,1,0.5\n';
  const scores = await parseScores(wide, { targets: ['h'], questionColumn: 'question' });
  expect(column(scores, 0)).toEqual([0.5 / Math.SQRT2, 0.5 / Math.SQRT2, 1]);
  expect(column(scores, 2)).toEqual([1 / Math.SQRT2, 0, 1]);
  const long = [
    'question,option,rater,score',
    ...['q,1,h,1', 'q,1,a,0.5', 'q,1,b,0.25', 'q,2,b,0.75', 'q,2,a,0.5', 'q,2,h,0', 'r,1,h,1', 'r,1,a,1', 'r,1,b,0.5'],
  ].join('\n');
  const options = { targets: ['h'], questionColumn: 'question', raterColumn: 'rater', scoreColumn: 'score' };
  const same = await parseScores(long, options);
  expect(same.questions).toEqual(scores.questions);
  expect(same.bobs).toEqual(scores.bobs);
  for (const c of [0, 1, 2]) expect(column(same, c)).toEqual(column(scores, c));
});

test('files are read as streams, whatever their length', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'scores-'));
  try {
    const rows = Array.from({ length: 20_000 }, (_, i) => `item ü ${i},${i % 7},${i % 5},${i % 3}`);
    await writeFile(join(folder, 'scores.csv'), `item,alice,a,b\n${rows.join('\n')}\n`);
    const scores = await readScores(join(folder, 'scores.csv'));
    expect(scores.items).toBe(20_000);
    expect([0, 1, 2].map((c) => scoreAt(scores, 19_999, c))).toEqual([19_999 % 5, 19_999 % 3, 19_999 % 7]);
    await expect(readScores(join(folder, 'none.csv'))).rejects.toThrow('none.csv: must exist, there is no such file');
    await writeFile(join(folder, 'latin.csv'), Buffer.from('item,alice,a,b\n\xe9,1,2,3\n', 'latin1'));
    await expect(readScores(join(folder, 'latin.csv'))).rejects.toThrow('must be UTF-8 text, got bytes that are not');
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('columns in memory are checked in the same way', () => {
  expect(scoresFrom({ alice: [0, 1], a: [1, 2], b: [2, 1] })).toMatchObject({ items: 2, bobs: ['a', 'b'] });
  expect(() => scoresFrom({ alice: [0, Number.NaN], a: [1, 2], b: [2, 1] })).toThrow(
    'scores line 2, column "alice": must be a number in decimal or exponent notation, got "NaN"',
  );
  expect(() => scoresFrom({ alice: [0, 1], a: [1], b: [2, 1] })).toThrow(
    'scores: column "a" must have 2 entries as the first has, got 1',
  );
});

test.each<[string, string, ScoreOptions, string]>([
  [
    'a score outside the scale',
    'alice,a,b\n0,1,2\n1,4,2\n',
    { scale: [0, 3] },
    's.csv line 3, column "a": must lie in the scale 0,3, got 4',
  ],
  ['a blank cell', 'alice,a,b\n0,,2\n', {}, 's.csv line 2, column "a": must be a number, got a blank cell'],
  [
    'NaN',
    'alice,a,b\n0,NaN,2\n',
    {},
    's.csv line 2, column "a": must be a number in decimal or exponent notation, got "NaN"',
  ],
  ['hexadecimal', 'alice,a,b\n0,0x10,2\n', {}, 'got "0x10"'],
  [
    'a number too large to be squared',
    'alice,a,b\n0,1e71,2\n',
    {},
    'must be 0 or from 1e-70 to 1e+70 in size, got 1e71',
  ],
  ['a number too small to be squared', 'alice,a,b\n0,-1e-71,2\n', {}, 'in size, got -1e-71'],
  ['a number beyond doubles', 'alice,a,b\n0,1e999,2\n', {}, 'got "1e999"'],
  ['one Bob', 'alice,a\n0,1\n1,2\n', {}, 's.csv: must have at least 2 Bobs, got 1'],
  [
    'an unknown column',
    'alice,a,b\n0,1,2\n',
    { groupColumn: 'g' },
    's.csv line 1: must have a column "g", got "alice", "a", "b"',
  ],
  ['no alice', 'human,a,b\n0,1,2\n', {}, 's.csv line 1: must have a column "alice", got "human", "a", "b"'],
  [
    'a constant Alice',
    'alice,a,b\n1,1,2\n1,0,2\n',
    {},
    's.csv: column "alice" must not be constant (there is nothing to align with), got 1 on all 2 items',
  ],
  ['a column twice', 'alice,a,a\n1,1,2\n', {}, 's.csv line 1: must name a column once, got "a" twice'],
  ['a column without a name', 'alice,a,\n1,1,2\n', {}, 's.csv line 1: column 3 must have a name, got a blank one'],
  [
    'an item twice',
    'item,alice,a,b\nx,1,1,2\nx,0,1,2\n',
    {},
    's.csv line 3, column "item": must be new, got "x" as on line 2',
  ],
  [
    'a ragged row',
    'alice,a,b\n1,1\n',
    {},
    's.csv line 2: must have 3 cells as the header has, got 2 (the first is "1")',
  ],
  ['a quote left open', 'alice,a,b\n1,"1,2\n', {}, 's.csv line 2: a quote is opened and never closed'],
  ['an empty file', '', {}, 's.csv: must not be empty, got no line with content'],
  ['a header alone', 'alice,a,b\n', {}, 's.csv: must have at least one item, got the header alone'],
  ['a binary file', 'alice,a,b\n\0', {}, 's.csv: must be UTF-8 text, got a NUL byte'],
  [
    'a scale upside down',
    'alice,a,b\n0,1,2\n',
    { scale: [3, 0] },
    'scale must be two finite numbers a,b with a < b, got 3,0',
  ],
  [
    'a long file without its score column',
    'q,r,s\n',
    { raterColumn: 'r' },
    'a long file needs both the rater column and the score column',
  ],
])('refused: %s', async (_, text, options, message) => {
  await expect((async () => parseScores(text, options, 's.csv'))()).rejects.toThrow(message);
});

test.each([
  ['q,r,s\n1,alice,1\n1,a,0\n1,a,1\n', 's.csv line 4: must hold a score of "a" that is new, got a second one'],
  [
    'q,r,s\n1,alice,1\n1,a,0\n1,b,1\n2,a,1\n2,b,1\n',
    's.csv: the item of line 5 must have a score of "alice", got none',
  ],
  ['q,r,s\n1,a,0\n1,b,1\n', 's.csv, column "r": must have a column "alice", got "a", "b"'],
])('refused in a long file: %j', async (text, message) => {
  await expect(parseScores(text, { raterColumn: 'r', scoreColumn: 's' }, 's.csv')).rejects.toThrow(message);
});
