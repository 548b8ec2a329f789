/** `movielens` as a process: what it prints, where, and its exit codes. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const run = (...args: string[]) =>
  spawnSync(process.execPath, ['dist/cli/main.js', 'movielens', ...args], { encoding: 'utf8' });

const real = '../shared/data/ml-latest-small';
if (!existsSync(real)) console.warn(`skipped: movielens on the raw ratings (${real} is absent)`);

test.skipIf(!existsSync(real))('--format csv prints Table 3, byte for byte', () => {
  const { status, stdout, stderr } = run(real, '--format', 'csv');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toBe(readFileSync('data/tables/movielens.csv', 'utf8'));
});

describe('on a small folder', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'movielens-'));
    await writeFile(
      join(folder, 'movies.csv'),
      'movieId,title,genres\n1,"Matrix, The (1999)",Action\n2,Heat (1995),Action\n',
    );
    await writeFile(join(folder, 'ratings.csv'), 'userId,movieId,rating,timestamp\n1,1,5.0,0\n1,2,4.0,0\n2,2,2.5,0\n');
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('options reach the table', () => {
    const { status, stdout } = run(
      folder,
      '--genres',
      'Action',
      '--fan-ratings',
      '2',
      '--round',
      '3',
      '--format',
      'csv',
    );
    expect(status).toBe(0);
    expect(stdout).toBe('state,policy,alice,Action Bob\nAction,Heat,0.650,0.800\nAction,Matrix,1.000,1.000\n');
  });

  test('json without --format where stdout is no terminal, to a file with --out', () => {
    const file = join(folder, 'result.json');
    const { status, stdout } = run(folder, '--genres', 'Action', '--top', '1', '--out', file);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      kind: 'movielens',
      complete: true,
      arithmetic: 'rounded:2',
      options: { genres: ['Action'], top: 1, fanRatings: 20, fanMean: '4', round: 2 },
      fans: { Action: 0 },
      rows: [{ state: 'Action', policy: 'Heat', alice: '0.65', 'Action Bob': '0.65' }],
    });
  });

  test.each([
    [['--top', '0'], "option '--top <n>' argument '0' is invalid. must be a whole number from 1 to 1000, got \"0\""],
    [['--fan-mean', '6'], 'must be a decimal from 0 to 5 with at most 6 decimals, got "6"'],
    [['--genres', 'Western'], 'genres must have a rated film, got "Western"; there are "Action"'],
    [['--plot', 'x.svg'], "unknown option '--plot'"],
  ])('%j: exit code 2', (args, message) => {
    const { status, stdout, stderr } = run(folder, ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  test('a folder without the files: exit code 2, one line', () => {
    const { status, stderr } = run(join(folder, 'nowhere'));
    expect(status).toBe(2);
    expect(stderr).toBe(
      `market-alignment: ${join(folder, 'nowhere', 'movies.csv')}: must exist, there is no such file\n`,
    );
  });
});
