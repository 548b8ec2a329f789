/** Replies: one whole number in range, or no answer; and keys that never come through. */
import { expect, test } from 'vitest';
import { redactor } from '../../src/elicit/redact.ts';
import { readReply } from '../../src/elicit/reply.ts';

const read = (text: string, finish: string | null = 'stop') =>
  readReply({ text, finish, refusal: null }, { from: 0, to: 100 });

test.each([
  ['0', 0],
  ['100', 100],
  [' 73\n', 73],
  ['{"score": 73}', 73],
  [' {"score":0} ', 0],
])('%j is the score %i', (text, score) => {
  expect(read(text)).toEqual({ score });
});

test.each([
  ['', 'empty'],
  [' \n', 'empty'],
  ['101', 'out of range'],
  ['-1', 'out of range'],
  ['{"score": 101}', 'out of range'],
  ['7.5', 'not a whole number'],
  ['{"score": 7.5}', 'not a whole number'],
  ['{"score": "73"}', 'not a whole number'],
  ['{"score": 73, "why": "…"}', 'not a whole number'],
  ['{"score": 73', 'not a whole number'],
  ['{"Score": 73}', 'not a whole number'],
  ['Score: 73', 'not a whole number'],
  ['73/100', 'not a whole number'],
  ['73%', 'not a whole number'],
  ['73.', 'not a whole number'],
  ['**73**', 'not a whole number'],
  ['073', 'not a whole number'],
  ['+73', 'not a whole number'],
  ['-0', 'not a whole number'],
  ['7 3', 'not a whole number'],
  ['73 74', 'not a whole number'],
  ['seventy-three', 'not a whole number'],
  ['٧٣', 'not a whole number'],
  ['1e1', 'not a whole number'],
  ['0x10', 'not a whole number'],
  ['NaN', 'not a whole number'],
  ['[73]', 'not a whole number'],
  ['null', 'not a whole number'],
  ["I'm sorry, I can't.", 'not a whole number'],
])('%j is no answer: %s', (text, fault) => {
  expect(read(text)).toEqual({ fault });
});

test('a reply that was cut off, filtered or declined is no answer, whatever it says', () => {
  expect(read('10', 'length')).toEqual({ fault: 'cut off' });
  expect(read('10', 'content_filter')).toEqual({ fault: 'filtered' });
  expect(readReply({ text: '10', finish: 'stop', refusal: 'No.' }, { from: 0, to: 100 })).toEqual({ fault: 'refused' });
});

test('negative ranges', () => {
  const range = { from: -5, to: 5 };
  expect(readReply({ text: '-5', finish: 'stop', refusal: null }, range)).toEqual({ score: -5 });
  expect(readReply({ text: '-6', finish: 'stop', refusal: null }, range)).toEqual({ fault: 'out of range' });
});

test('a key is removed in every spelling that an echo could use', () => {
  const key = 'sk-a+b/c"d=';
  const redact = redactor(key);
  for (const spelling of [key, JSON.stringify({ key }), encodeURIComponent(key), Buffer.from(key).toString('base64')])
    expect(redact(`Bearer ${spelling} and ${spelling}`)).not.toContain(spelling.replace(/^\{"key":|\}$/g, ''));
  expect(redact('Incorrect API key provided: sk-a****d=. See …')).toBe(
    'Incorrect API key provided: [key removed]=. See …',
  );
  expect(redact('sk-a...d" and sk-a…d, but not ***')).toBe('[key removed]" and [key removed], but not ***');
  expect(redactor('')('unchanged')).toBe('unchanged');
});
