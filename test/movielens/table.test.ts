/** Table 3 from raw ratings: the real data where it lies beside the project, and a folder small enough to do by hand. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AbortedError, InputError } from '../../src/errors.ts';
import { readTable } from '../../src/market/read.ts';
import { parseTable } from '../../src/market/table.ts';
import { compareTables } from '../../src/movielens/compare.ts';
import { movieLens, movieLensTable } from '../../src/movielens/table.ts';

const real = '../shared/data/ml-latest-small';
if (!existsSync(real)) console.warn(`skipped: the rebuilding of Table 3 from raw ratings (${real} is absent)`);

describe.skipIf(!existsSync(real))('ml-latest-small', () => {
  test('126 of 126 cells of Table 3 agree, under its names', async () => {
    const result = await movieLens(real);
    const comparison = compareTables(await readTable('data/tables/movielens.csv'), movieLensTable(result));
    expect(comparison).toMatchObject({ agreeing: 126, total: 126, unexpected: 0 });
    expect(result.fans).toEqual({ Action: 61, Comedy: 49, Drama: 130, 'Sci-Fi': 35, Thriller: 68, Romance: 46 });
    expect(result).toMatchObject({ users: 610, movies: 9742, ratings: 100836, arithmetic: 'rounded:2' });
  });

  test('fans with strictly more than 20 ratings: 32 cells differ', async () => {
    const result = await movieLens(real, { fanRatings: 21 });
    const comparison = compareTables(await readTable('data/tables/movielens.csv'), movieLensTable(result));
    expect(comparison.total - comparison.agreeing).toBe(32);
  });
});

const MOVIES = `movieId,title,genres
7,"Matrix, The (1999)",Action|Sci-Fi
3,Cinderella (1950),Romance
4,Cinderella (2015),Romance|Action
5,War (2005),Romance
6,War (2005),Romance
9,Unseen (2000),Action
`;
// Users 1 and 2 are no fans of Romance with three ratings: one has too few, the other's mean is 3.5.
const RATINGS = `userId,movieId,rating,timestamp
1,7,4.0,0
1,4,5.0,0
2,3,0.5,0
2,4,5.0,0
2,5,5,0
3,3,4.0,0
3,4,3.5,0
3,6,4.5,0
1,3,4.5,0
`;

describe('a folder by hand', () => {
  let folder: string;
  const put = (file: string, content: string | Uint8Array) => writeFile(join(folder, file), content);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'movielens-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const options = { genres: ['Romance', 'Action'], top: 4, fanRatings: 3, round: 3 };

  test('states, policies by number of ratings, fans, exact means, Alice where no fan rated', async () => {
    await put('movies.csv', MOVIES);
    await put('ratings.csv', RATINGS);
    const result = await movieLens(folder, options);
    // User 3's Romance ratings: 4, 3.5, 4.5, mean exactly 4. Nobody rated three Action films.
    expect(result.fans).toEqual({ Romance: 1, Action: 0 });
    expect(result.rows).toEqual([
      { state: 'Romance', policy: 'Cinderella (1950)', alice: '0.600', 'Romance Bob': '0.800', 'Action Bob': '0.600' },
      { state: 'Romance', policy: 'Cinderella (2015)', alice: '0.900', 'Romance Bob': '0.700', 'Action Bob': '0.900' },
      { state: 'Romance', policy: 'War (2005) [5]', alice: '1.000', 'Romance Bob': '1.000', 'Action Bob': '1.000' },
      { state: 'Romance', policy: 'War (2005) [6]', alice: '0.900', 'Romance Bob': '0.900', 'Action Bob': '0.900' },
      { state: 'Action', policy: 'Cinderella (2015)', alice: '0.900', 'Romance Bob': '0.700', 'Action Bob': '0.900' },
      { state: 'Action', policy: 'Matrix', alice: '0.800', 'Romance Bob': '0.800', 'Action Bob': '0.800' },
    ]);
    expect(result.cells[1]).toEqual({
      state: 'Romance',
      policy: 'Cinderella (2015)',
      movieId: '4',
      title: 'Cinderella (2015)',
      ratings: 3,
      alice: { value: 0.9, exact: '9/10' },
      bobs: { 'Romance Bob': { value: 0.7, exact: '7/10' }, 'Action Bob': { value: 0.9, exact: '9/10' } },
    });
    expect(result.options).toEqual({ ...options, fanMean: '4' });
  });

  test('the JSON result is itself a table', async () => {
    const result = await movieLens(folder, options);
    const table = parseTable(JSON.stringify(result));
    expect({ ...table, places: [], name: '' }).toEqual({ ...movieLensTable(result), places: [], name: '' });
    expect(table.bobs).toEqual(['Romance Bob', 'Action Bob']);
  });

  test('thirds are rounded, halves upwards', async () => {
    await put('ratings.csv', 'userId,movieId,rating\n1,7,0.5\n2,7,0.5\n3,7,1.0\n1,4,0.5\n2,4,1\n');
    const { rows, cells } = await movieLens(folder, { genres: ['Action'], round: 2 });
    expect(cells.map(({ alice }) => alice.exact)).toEqual(['2/15', '3/20']);
    expect(rows.map(({ alice }) => alice)).toEqual(['0.13', '0.15']);
    expect((await movieLens(folder, { genres: ['Action'], round: 1 })).rows.map(({ alice }) => alice)).toEqual([
      '0.1',
      '0.2',
    ]);
  });

  test('a comparison counts what differs, what is missing and what is too many', async () => {
    const header = 'state,policy,alice,B\n';
    const expected = parseTable(`${header}S,x,0.80,1\nS,y,0.5,1\n`);
    const found = parseTable(`${header}S,x,8e-1,0\nS,z,0.5,1\n`);
    const comparison = compareTables(expected, found);
    expect(comparison).toMatchObject({ agreeing: 1, total: 4, unexpected: 2 });
    expect(comparison.cells[1]).toEqual({
      state: 'S',
      policy: 'x',
      player: 'B',
      expected: '1',
      found: '0',
      agrees: false,
    });
    expect(comparison.cells[2]!.found).toBeNull();
  });

  const bad: readonly (readonly [what: string, file: string, content: string, message: string])[] = [
    [
      'a film twice',
      'movies.csv',
      `${MOVIES}7,Again,Drama\n`,
      'movies.csv line 8, column "movieId": must differ from row to row, got 7 again',
    ],
    [
      'an id that is none',
      'movies.csv',
      `${MOVIES}x,Again,Drama\n`,
      'movies.csv line 8, column "movieId": must be a whole number, got "x"',
    ],
    [
      'a film without a title',
      'movies.csv',
      `${MOVIES}8, ,Drama\n`,
      'movies.csv line 8, column "title": must have a title, got a blank cell',
    ],
    [
      'a missing column of films',
      'movies.csv',
      'movieId,title\n1,x\n',
      'movies.csv line 1: must have a column "genres", got "movieId", "title"',
    ],
    ['an empty file of films', 'movies.csv', '', 'movies.csv: must not be empty, got no line with content'],
    [
      'a missing column of ratings',
      'ratings.csv',
      'userId,movieId\n1,7\n',
      'ratings.csv line 1: must have a column "rating", got "userId", "movieId"',
    ],
    ['no ratings', 'ratings.csv', 'userId,movieId,rating\n', 'ratings.csv: must have at least one rating, got none'],
    ['an empty file of ratings', 'ratings.csv', '', 'ratings.csv: must have at least one rating, got none'],
    [
      'a rating between the marks',
      'ratings.csv',
      `${RATINGS}4,7,3.7,0\n`,
      'ratings.csv line 11, column "rating": must be a multiple of 0.5 from 0.5 to 5, got "3.7"',
    ],
    [
      'a rating that is no number',
      'ratings.csv',
      `${RATINGS}4,7,NaN,0\n`,
      'ratings.csv line 11, column "rating": must be a multiple of 0.5 from 0.5 to 5, got "NaN"',
    ],
    [
      'a film that does not exist',
      'ratings.csv',
      `${RATINGS}4,8,3,0\n`,
      'ratings.csv line 11, column "movieId": must be a film of movies.csv, got "8"',
    ],
    [
      'a user that is none',
      'ratings.csv',
      `${RATINGS},7,3,0\n`,
      'ratings.csv line 11, column "userId": must be a whole number, got ""',
    ],
    [
      'a short row',
      'ratings.csv',
      `${RATINGS}4,7\n`,
      'ratings.csv line 11: must have 4 cells as the header has, got 2',
    ],
    [
      'a rating twice',
      'ratings.csv',
      `${RATINGS}2,3,4,0\n`,
      "ratings.csv line 11: must be the user's only rating of the film, got another one",
    ],
    [
      'a quote never closed',
      'ratings.csv',
      `${RATINGS}"4,7,3,0\n`,
      'ratings.csv line 11: a quote is opened and never closed',
    ],
  ];

  test.each(bad)('refused: %s', async (_, file, content, message) => {
    await put('movies.csv', MOVIES);
    await put('ratings.csv', RATINGS);
    await put(file, content);
    await expect(movieLens(folder, options)).rejects.toThrow(new InputError(join(folder, message)));
  });

  test('refused: options that break a rule', async () => {
    await put('movies.csv', MOVIES);
    await put('ratings.csv', RATINGS);
    await expect(movieLens(folder, { genres: ['Western'] })).rejects.toThrow(
      `${join(folder, 'movies.csv')}: genres must have a rated film, got "Western"; there are "Action", "Romance", "Sci-Fi"`,
    );
    await expect(movieLens(folder, { genres: [] })).rejects.toThrow('genres must name at least one genre, got none');
    await expect(movieLens(folder, { genres: ['A', 'A'] })).rejects.toThrow(
      'genres must name a genre once, got "A" twice',
    );
    await expect(movieLens(folder, { top: 0 })).rejects.toThrow('top must be a whole number from 1 to 1000, got 0');
    await expect(movieLens(folder, { fanMean: '5.1' })).rejects.toThrow(
      'fanMean must be from 0 to 5 with at most 6 decimals, got "5.1"',
    );
  });

  test('refused: folders and files that are not there', async () => {
    await expect(movieLens(join(folder, 'nowhere'))).rejects.toThrow(
      new InputError(`${join(folder, 'nowhere', 'movies.csv')}: must exist, there is no such file`),
    );
    await rm(join(folder, 'ratings.csv'));
    await expect(movieLens(folder)).rejects.toThrow(
      new InputError(`${join(folder, 'ratings.csv')}: must exist, there is no such file`),
    );
    await put('ratings.csv', RATINGS);
  });

  test('a signal stops the reading', async () => {
    await expect(movieLens(folder, { signal: AbortSignal.abort() })).rejects.toThrow(AbortedError);
  });
});
