import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cli } from './run.ts';

// Appendix B's courtroom: the defence alone gets 1 by acquitting half of the guilty.
const courtroom = [
  'state,policy,prior,alice,prosecutor,defence',
  'guilty,acquit,2,1,0,1',
  'guilty,convict,2,2,2,0',
  'innocent,acquit,1,2,0,2',
  'innocent,convict,1,1,1,0',
].join('\n');

let folder: string;
let table: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bayes-'));
  table = join(folder, 'courtroom.csv');
  writeFileSync(table, courtroom);
});
afterAll(() => rm(folder, { recursive: true }));

test('a worst equilibrium that mixes: probabilities in the table and in CSV, and beside it the answer without mixing', async () => {
  const options = ['--receiver', 'bayes', '--schemes', 'randomised', '--committee', 'defence'];
  const text = await cli(['solve', table, ...options, '--format', 'table']);
  expect(text.stdout).toContain('guilty: acquit 1/2 + convict 1/2, innocent: acquit');
  expect(text.stdout).toMatch(/without randomising +2 = 2/);
  const csv = await cli(['solve', table, ...options, '--format', 'csv']);
  expect(csv.stdout.trimEnd().split(',').at(-1)).toBe('acquit 1/2 + convict 1/2;acquit');
});

test('listed and searched, the same bytes', async () => {
  const run = async (method: string) =>
    (await cli(['sweep', table, '--receiver', 'bayes', '--method', method, '--format', 'json'])).stdout;
  expect(await run('search')).toBe(await run('enumerate'));
});
