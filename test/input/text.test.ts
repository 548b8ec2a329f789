/** Files that are no text, or no files. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { readTable } from '../../src/market/read.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tables-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function messageOf(bytes: Uint8Array | string): Promise<string> {
  const path = join(folder, 'table.csv');
  await writeFile(path, bytes);
  const error = await readTable(path).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InputError);
  return (error as Error).message.replace(`${folder}/`, '');
}

const latin1 = (text: string) => Buffer.from(text, 'latin1');

test.each([
  ['a picture', Buffer.from('89504e470d0a1a0a0000000d', 'hex'), 'got a NUL byte at byte 8 (binary, or UTF-16?)'],
  ['UTF-16', Buffer.from('\uFEFFstate', 'utf16le'), 'got a NUL byte at byte 3 (binary, or UTF-16?)'],
])('%s is refused', async (_, bytes, end) => {
  expect(await messageOf(bytes)).toBe(`table.csv: must be UTF-8 text, ${end}`);
});

test('another encoding is refused with its first line', async () => {
  const text = 'state,policy,alice,B\nGr\u00fcn,x,1,1\n';
  expect(await messageOf(latin1(text))).toBe('table.csv line 2: must be UTF-8 text, got bytes that are not');
  expect(await messageOf(Buffer.concat([Buffer.from(text), Buffer.from([0xc3])]))).toBe(
    'table.csv line 3: must be UTF-8 text, got bytes that are not',
  );
});

test('an empty file is refused', async () => {
  expect(await messageOf('')).toBe('table.csv: must not be empty; a table has the header state,policy,alice,<Bob>…');
});

test('a folder is refused', async () => {
  await expect(readTable(folder)).rejects.toThrow(new InputError(`${folder}: must be a file, is a folder`));
});

test('a file that vanishes is refused, read again or not', async () => {
  const path = join(folder, 'gone.csv');
  await writeFile(path, 'state,policy,alice,B\nS,x,1,1\n');
  expect((await readTable(path)).name).toBe(path);
  await rm(path);
  await expect(readTable(path)).rejects.toThrow(new InputError(`${path}: must exist, there is no such file`));
  await expect(readTable(join(path, 'below'))).rejects.toThrow('must exist, there is no such file');
});

test('UTF-8 of every length is read as it is', async () => {
  const path = join(folder, 'names.csv');
  await writeFile(path, 'state,policy,alice,\u00e9\u20ac\u{1f3b2}\nS,x,1,1\n');
  expect((await readTable(path)).bobs).toEqual(['\u00e9\u20ac\u{1f3b2}']);
});
