/** Committees by name and by mask. */
import { expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { committeeBobs, committeeMask, committeeNames, committeePositions } from '../../src/market/committee.ts';

const market = { bobs: ['AI 1', 'AI 2', 'AI 3'] };

test('names to mask to names, in the table’s order', () => {
  expect(committeeMask(market)).toBe(0b111);
  expect(committeeMask(market, ['AI 3', 'AI 1'])).toBe(0b101);
  expect(committeeNames(market, 0b101)).toEqual(['AI 1', 'AI 3']);
  expect(committeeBobs(0b110)).toEqual([1, 2]);
});

test.each([
  [['AI 9'], 'committee must name Bobs of the table ("AI 1", "AI 2", "AI 3"), got "AI 9"'],
  [['alice'], 'committee must name Bobs of the table ("AI 1", "AI 2", "AI 3"), got "alice"'],
  [['AI 1', 'AI 2', 'AI 1'], 'committee must name a Bob once, got "AI 1" twice'],
  [[], 'committee must name at least one Bob, got none'],
])('%j is refused', (names, message) => {
  expect(() => committeeMask(market, names)).toThrow(new InputError(message));
});

test('31 Bobs have a mask, 32 have not', () => {
  const bobs = Array.from({ length: 32 }, (_, j) => `${j}`);
  const most = committeeMask({ bobs: bobs.slice(1) });
  expect(most).toBe(2 ** 31 - 1);
  expect(committeeBobs(most)).toHaveLength(31);
  expect(() => committeeMask({ bobs })).toThrow('masks are of tables with at most 31 Bobs, this one has 32');
});

test('31 of a table’s 32 Bobs are a committee, all of them are not', () => {
  const bobs = Array.from({ length: 32 }, (_, j) => `${j}`);
  expect(committeePositions({ bobs }, ['31', '0', '7'])).toEqual([0, 7, 31]);
  expect(committeePositions({ bobs }, bobs.slice(1))).toHaveLength(31);
  expect(() => committeePositions({ bobs })).toThrow(
    'committee must be of at most 31 Bobs, got 32, all of the table: name some of them',
  );
});
