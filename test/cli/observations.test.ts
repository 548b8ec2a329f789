/** `--observations`: what a reader sees of it in every format, over parts and checkpoints, and what is refused. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { cli, scratchFolder } from './run.ts';

const TABLE = 'data/tables/synthetic-2.csv';
const SEEN = 'data/observations/synthetic-2.csv';
const scratch = scratchFolder();
afterAll(scratch.clean);

/** The same observations with more noise. */
const noisier = scratch.path('noisier.csv');
writeFileSync(noisier, readFileSync(SEEN, 'utf8').replaceAll('0.95', '0.75').replaceAll('0.05', '0.25'));

const RECORD = {
  S1: { 'like S1': '19/20', 'like S2': '1/20' },
  S2: { 'like S1': '1/20', 'like S2': '19/20' },
  S3: { 'like S3': '1' },
};

test.each(['solve', 'sweep'])(
  '%s: JSON has the probabilities, tables and pages say that states are observations',
  async (command) => {
    const page = scratch.path(`${command}.html`);
    const { stdout, code } = await cli([command, TABLE, '--observations', SEEN, '--plot', page]);
    expect(code).toBe(0);
    const { options, market } = JSON.parse(stdout);
    expect(options.observations).toEqual(RECORD);
    expect(market.states).toEqual(['like S1', 'like S2', 'like S3']);
    expect(readFileSync(page, 'utf8')).toContain('market of synthetic-2.csv, observed through synthetic-2.csv</title>');
    expect((await cli([command, TABLE, '--observations', SEEN, '--format', 'table'])).stdout).toContain(
      '3 observations in place of 3 states',
    );
    expect((await cli([command, TABLE, '--format', 'table'])).stdout).not.toContain('observations');
  },
);

test('parts and checkpoints of a run over other observations are refused by name', async () => {
  const part = (index: number, file: string) => scratch.path(`part-${index}-${file === SEEN ? 'own' : 'other'}`);
  const shard = (index: number, file: string) =>
    cli([
      ...['shard', '--of', '2', '--index', String(index), '--out', part(index, file)],
      ...['sweep', TABLE, '--observations', file, '--method', 'enumerate', '--quiet'],
    ]);
  for (const [index, file] of [
    [0, SEEN],
    [1, SEEN],
    [1, noisier],
  ] as const)
    expect((await shard(index, file)).code).toBe(0);
  const whole = await cli(['sweep', TABLE, '--observations', SEEN]);
  expect((await cli(['merge', part(0, SEEN), part(1, SEEN)])).stdout).toBe(whole.stdout);
  const mixed = await cli(['merge', part(0, SEEN), part(1, noisier)]);
  expect(mixed.code).toBe(2);
  expect(mixed.stderr).toContain(`its input ${noisier} has other content`);

  const file = scratch.path('seen.csv');
  const kept = ['sweep', TABLE, '--observations', file, '--method', 'enumerate', '--checkpoint', scratch.path('kept')];
  copyFileSync(SEEN, file);
  expect((await cli(kept)).stdout).toBe(whole.stdout);
  copyFileSync(noisier, file);
  const again = await cli(kept);
  expect(again.code).toBe(2);
  expect(again.stderr).toContain(`belongs to another run: its input ${file} has other content`);
});

test.each([
  ['nothing', '', 'must not be empty, got no line with content'],
  ['other columns', 'state,seen,probability\nS1,x,1\n', 'must have the columns state,observation,probability'],
  ['a ragged row', 'state,observation,probability\nS1,x\n', 'line 2: must have 3 cells as the header has, got 2'],
  [
    'no number',
    'state,observation,probability\nS1,x,some\n',
    'line 2, column "probability": must be a number in decimal',
  ],
  ['a blank name', 'state,observation,probability\nS1,,1\n', 'line 2: state and observation must have names'],
  ['less than all', 'state,observation,probability\nS1,x,0.9\n', 'probabilities of state "S1" must sum to 1, got 9/10'],
  ['too few states', 'state,observation,probability\nS1,x,1\n', `must have state "S2" of ${TABLE}`],
  [
    'one state more',
    'state,observation,probability\nS1,x,1\nS2,x,1\nS3,x,1\nS4,x,1\n',
    `state "S4" must be one of ${TABLE}`,
  ],
])('refused: %s', async (name, text, message) => {
  const file = scratch.path(`${name}.csv`);
  writeFileSync(file, text);
  const { code, stdout, stderr } = await cli(['solve', TABLE, '--observations', file]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(file);
  expect(stderr).toContain(message);
});

test('a table whose states have policies of their own is refused, and so is a file that is not there', async () => {
  const file = scratch.path('genres.csv');
  const genres = ['Action', 'Comedy', 'Drama', 'Sci-Fi', 'Thriller', 'Romance'];
  writeFileSync(file, `state,observation,probability\n${genres.map((genre) => `${genre},x,1`).join('\n')}\n`);
  const apart = await cli(['solve', 'data/tables/movielens.csv', '--observations', file]);
  expect(apart.code).toBe(2);
  expect(apart.stderr).toContain('movielens.csv: with observations every state must have the policies of the first');
  const absent = await cli(['solve', TABLE, '--observations', scratch.path('absent.csv')]);
  expect(absent.code).toBe(2);
  expect(absent.stderr).toContain('absent.csv: must exist, there is no such file');
});
