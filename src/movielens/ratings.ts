/** `ratings.csv` of MovieLens, read as a stream: who rated which film with how many half stars, grouped by user. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { AbortedError, InputError } from '../errors.ts';
import { csvRefusal } from '../input/csv.ts';
import { show } from '../input/show.ts';
import { fileRefusal } from '../input/text.ts';
import { columnOf, type Movie } from './movies.ts';

/** All ratings, by user: user u has the entries `start[u]` up to `start[u + 1]`. */
export interface Ratings {
  readonly users: number;
  readonly start: Int32Array;
  /** Index of the film among the movies given. */
  readonly movie: Int32Array;
  /** 1 to 10: stars times two. */
  readonly halfStars: Uint8Array;
}

const HALF_STARS = new Map(
  Array.from({ length: 10 }, (_, i) => (i + 1) / 2).flatMap((stars, i) => [
    [String(stars), i + 1],
    [stars.toFixed(1), i + 1],
  ]),
);

/** Takes rows one by one, in the order of the file. */
class Collector {
  private readonly path: string;
  private readonly movieIndex: ReadonlyMap<string, number>;
  private readonly userIndex = new Map<string, number>();
  private readonly user: number[] = [];
  private readonly movie: number[] = [];
  private readonly halfStars: number[] = [];
  private columns: { user: number; movie: number; rating: number; count: number } | undefined;

  constructor(path: string, movies: readonly Movie[]) {
    this.path = path;
    this.movieIndex = new Map(movies.map(({ id }, i) => [id, i]));
  }

  /** The row now taken: no cell of this file holds a line break, so it is the line as well. */
  private refuse(column: string, rule: string, value: string): InputError {
    const line = this.user.length + 2;
    return new InputError(`${this.path} line ${line}, column ${show(column)}: must be ${rule}, got ${show(value)}`);
  }

  take(cells: readonly string[]): void {
    if (!this.columns) {
      const header = { name: this.path, place: 'line 1', columns: cells };
      this.columns = {
        user: columnOf(header, 'userId'),
        movie: columnOf(header, 'movieId'),
        rating: columnOf(header, 'rating'),
        count: cells.length,
      };
      return;
    }
    const { columns } = this;
    if (cells.length !== columns.count)
      throw new InputError(
        `${this.path} line ${this.user.length + 2}: must have ${columns.count} cells as the header has, got ${cells.length}`,
      );
    const movie = this.movieIndex.get(cells[columns.movie]!);
    if (movie === undefined) throw this.refuse('movieId', 'a film of movies.csv', cells[columns.movie]!);
    const halfStars = HALF_STARS.get(cells[columns.rating]!);
    if (halfStars === undefined) throw this.refuse('rating', 'a multiple of 0.5 from 0.5 to 5', cells[columns.rating]!);
    const name = cells[columns.user]!;
    let user = this.userIndex.get(name);
    if (user === undefined) {
      if (!/^\d+$/.test(name)) throw this.refuse('userId', 'a whole number', name);
      user = this.userIndex.size;
      this.userIndex.set(name, user);
    }
    this.user.push(user);
    this.movie.push(movie);
    this.halfStars.push(halfStars);
  }

  /** The ratings grouped by user. @throws InputError where there is none, or a user rated a film twice. */
  finish(): Ratings {
    if (this.user.length === 0) throw new InputError(`${this.path}: must have at least one rating, got none`);
    const users = this.userIndex.size;
    const start = new Int32Array(users + 1);
    for (const user of this.user) start[user + 1]!++;
    for (let u = 0; u < users; u++) start[u + 1]! += start[u]!;
    const next = start.slice();
    const movie = new Int32Array(this.user.length);
    const halfStars = new Uint8Array(this.user.length);
    const lastUser = new Int32Array(this.movieIndex.size).fill(-1);
    const order = new Int32Array(this.user.length);
    for (const [i, user] of this.user.entries()) order[next[user]!++] = i;
    for (let u = 0; u < users; u++)
      for (let at = start[u]!; at < start[u + 1]!; at++) {
        const i = order[at]!;
        movie[at] = this.movie[i]!;
        halfStars[at] = this.halfStars[i]!;
        if (lastUser[movie[at]!] === u)
          throw new InputError(
            `${this.path} line ${i + 2}: must be the user's only rating of the film, got another one`,
          );
        lastUser[movie[at]!] = u;
      }
    return { users, start, movie, halfStars };
  }
}

/** What a caller may want while a long file is read. */
export interface ReadingOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes read so far, and in all. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Reads `ratings.csv` (`userId,movieId,rating`, other columns ignored) whatever its length: it is not held as text.
 * @throws InputError naming file, line, column, rule and value. @throws AbortedError
 */
export async function readRatings(
  path: string,
  movies: readonly Movie[],
  { signal, onProgress }: ReadingOptions = {},
): Promise<Ratings> {
  const collector = new Collector(path, movies);
  const parser = parse({ bom: true, relax_column_count: true, record_delimiter: ['\r\n', '\n'] });
  parser.on('data', (cells: string[]) => {
    try {
      collector.take(cells);
    } catch (error) {
      parser.destroy(error as Error);
    }
  });
  try {
    const { size } = await stat(path);
    const file = createReadStream(path, { highWaterMark: 2 ** 20 });
    file.on('data', () => onProgress?.(file.bytesRead, size));
    await pipeline(file, parser, { signal });
  } catch (error) {
    if (signal?.aborted) throw new AbortedError();
    throw error instanceof CsvError ? csvRefusal(error, path, Number(error.lines)) : fileRefusal(error, path);
  }
  return collector.finish();
}
