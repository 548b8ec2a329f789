/** Table 3 from raw MovieLens ratings: genres as states, their most rated films as policies, their fans as Bobs. */
import { join } from 'node:path';
import Fraction from 'fraction.js';
import { InputError } from '../errors.ts';
import { type Exact, exactly } from '../exact/utility.ts';
import { decimalText, readDecimal } from '../input/decimal.ts';
import { givenObject, givenText, givenThing } from '../input/given.ts';
import { show, showAll } from '../input/show.ts';
import { tableFromRows, type UtilityTable } from '../market/table.ts';
import { VERSION } from '../version.ts';
import { fanMeans, fansOf, type Mean, mostRated, movieMeans } from './genres.ts';
import { type Movie, movieNames, readMovies } from './movies.ts';
import { type Ratings, type ReadingOptions, readRatings } from './ratings.ts';

export interface MovieLensOptions extends ReadingOptions {
  /** States, and the Bobs in their order. Default: the paper's six. */
  readonly genres?: readonly string[] | undefined;
  /** Policies a state: the most rated films of the genre. Default 3. */
  readonly top?: number | undefined;
  /** A fan of a genre rated at least so many of its films. Default 20. */
  readonly fanRatings?: number | undefined;
  /** A fan's mean rating in the genre is at least so many stars, a decimal. Default `4`. */
  readonly fanMean?: string | undefined;
  /** Decimals of the utilities in `rows`, halves rounded away from zero. Default 2. */
  readonly round?: number | undefined;
}

/** One cell's film with its exact utilities: mean rating over 5. */
export interface MovieLensCell {
  readonly state: string;
  readonly policy: string;
  readonly movieId: string;
  readonly title: string;
  /** Number of ratings by all users. */
  readonly ratings: number;
  readonly alice: Exact;
  readonly bobs: Readonly<Record<string, Exact>>;
}

export interface MovieLensResult {
  readonly kind: 'movielens';
  readonly version: string;
  readonly complete: true;
  /** Of `rows`; the utilities of `cells` are exact. */
  readonly arithmetic: `rounded:${number}`;
  readonly options: Readonly<Record<string, unknown>>;
  readonly users: number;
  readonly movies: number;
  readonly ratings: number;
  /** Number of fans by genre. */
  readonly fans: Readonly<Record<string, number>>;
  /** The utility table itself, numbers as decimal strings: `parseTable` reads this result as it is. */
  readonly rows: readonly Readonly<Record<string, string>>[];
  readonly cells: readonly MovieLensCell[];
}

export const GENRES = ['Action', 'Comedy', 'Drama', 'Sci-Fi', 'Thriller', 'Romance'];

/** Alice's utility of a mean rating: stars over 5. */
const utility = ({ halfStars, count }: Mean): Fraction => new Fraction(halfStars, 10 * count);

/** A non-negative fraction to `decimals` places, halves up. */
function rounded(value: Fraction, decimals: number): string {
  const scale = 10n ** BigInt(decimals);
  const digits = ((2n * value.n * scale + value.d) / (2n * value.d)).toString().padStart(decimals + 1, '0');
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

function checked({ genres = GENRES, top = 3, fanRatings = 20, fanMean = '4', round = 2 }: MovieLensOptions) {
  const whole = (name: string, value: number, least: number, most: number) => {
    if (!(Number.isInteger(value) && value >= least && value <= most))
      throw new InputError(`${name} must be a whole number from ${least} to ${most}, got ${value}`);
  };
  whole('top', top, 1, 1000);
  whole('fanRatings', fanRatings, 1, 1_000_000);
  whole('round', round, 0, 40);
  const mean = readDecimal(fanMean, 'fanMean');
  if (mean.digits < 0n || mean.digits > 5n * 10n ** BigInt(mean.scale) || mean.scale > 6)
    throw new InputError(`fanMean must be from 0 to 5 with at most 6 decimals, got ${show(fanMean)}`);
  if (genres.length === 0) throw new InputError('genres must name at least one genre, got none');
  const twice = genres.find((genre, i) => genres.indexOf(genre) < i);
  if (twice !== undefined) throw new InputError(`genres must name a genre once, got ${show(twice)} twice`);
  const rule = { ratings: fanRatings, mean: Number(mean.digits), meanUnit: 10 ** mean.scale };
  return { genres, top, round, rule, options: { genres, top, fanRatings, fanMean: decimalText(mean), round } };
}

/** The films of each genre. @throws InputError where a genre has none that is rated. */
function policiesOf(
  path: string,
  movies: readonly Movie[],
  means: readonly Mean[],
  genres: readonly string[],
  top: number,
) {
  return genres.map((genre) => {
    const films = mostRated(movies, means, genre, top);
    if (films.length === 0) {
      const known = [...new Set(movies.flatMap((movie) => movie.genres))].sort();
      throw new InputError(
        `${path}: genres must have a rated film, got ${show(genre)}; there are ${showAll(known, 30)}`,
      );
    }
    return films;
  });
}

/** The counting and the naming, given the files' content. */
function resultOf(
  path: string,
  movies: readonly Movie[],
  ratings: Ratings,
  choice: ReturnType<typeof checked>,
): MovieLensResult {
  const { genres, round } = choice;
  const means = movieMeans(movies, ratings);
  const policies = policiesOf(path, movies, means, genres, choice.top);
  const names = movieNames(policies.flat().map((i) => movies[i]!));
  const fans = fansOf(movies, ratings, genres, choice.rule);
  const byFans = fanMeans(movies, ratings, fans);
  const films = genres.flatMap((state, s) => policies[s]!.map((film) => ({ state, film, movie: movies[film]! })));
  const exact = films.map(({ film }) => {
    const alice = utility(means[film]!);
    // Appendix D: where no fan rated the film, the Bob's utility is Alice's.
    return [alice, ...byFans.map((bob) => (bob[film]!.count > 0 ? utility(bob[film]!) : alice))];
  });
  const players = ['alice', ...genres.map((genre) => `${genre} Bob`)];
  const head = films.map(({ state, movie }) => ({ state, policy: names.get(movie.id)! }));
  return {
    kind: 'movielens',
    version: VERSION,
    complete: true,
    arithmetic: `rounded:${round}`,
    options: choice.options,
    users: ratings.users,
    movies: movies.length,
    ratings: ratings.movie.length,
    fans: Object.fromEntries(genres.map((genre, g) => [genre, fans[g]!.filter(Boolean).length])),
    rows: head.map((names, i) => ({
      ...names,
      ...Object.fromEntries(players.map((player, p) => [player, rounded(exact[i]![p]!, round)])),
    })),
    cells: head.map((names, i) => ({
      ...names,
      movieId: films[i]!.movie.id,
      title: films[i]!.movie.title,
      ratings: means[films[i]!.film]!.count,
      alice: exactly(exact[i]![0]!),
      bobs: Object.fromEntries(genres.map((_, g) => [players[g + 1]!, exactly(exact[i]![g + 1]!)])),
    })),
  };
}

/**
 * Builds the utility table of Appendix D from a MovieLens folder: a state for each genre, its most rated films as
 * policies, Alice's utility the mean rating over 5 of all users, each genre's Bob the same over that genre's fans.
 * Means are exact fractions; `rows` has them rounded as asked, `cells` as they are.
 * @param folder holds `movies.csv` and `ratings.csv`
 * @throws InputError naming file, line, column, rule and value, or the option. @throws AbortedError
 * For MovieLens `ml-latest-small` there are 61 fans of Action, 49 of Comedy and 130 of Drama.
 */
export async function movieLens(folder: string, options: MovieLensOptions = {}): Promise<MovieLensResult> {
  givenText(folder, 'folder');
  givenObject(options);
  const choice = checked(options);
  const path = join(folder, 'movies.csv');
  const movies = await readMovies(path);
  const ratings = await readRatings(join(folder, 'ratings.csv'), movies, options);
  return resultOf(path, movies, ratings, choice);
}

/** The utility table of a result, to be made exact and solved. */
export function movieLensTable(result: MovieLensResult): UtilityTable {
  givenThing(result, 'rows', 'result must be what movieLens returns');
  return tableFromRows(result.rows, { name: 'MovieLens' });
}
