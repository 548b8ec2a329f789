/** `movies.csv` of MovieLens: titles and genres, and the short names by which the paper's Table 3 calls films. */
import { InputError } from '../errors.ts';
import { parseCsv } from '../input/csv.ts';
import type { Records } from '../input/records.ts';
import { show, showAll } from '../input/show.ts';
import { readText } from '../input/text.ts';

export interface Movie {
  /** As in the file: a whole number in its own digits. */
  readonly id: string;
  /** With its year: `Matrix, The (1999)`. */
  readonly title: string;
  readonly genres: readonly string[];
}

/** Index of the column `name`. @throws InputError where the header has none. */
export function columnOf({ name: file, place, columns }: Omit<Records, 'rows'>, name: string): number {
  const index = columns.indexOf(name);
  if (index < 0) throw new InputError(`${file} ${place}: must have a column ${show(name)}, got ${showAll(columns)}`);
  return index;
}

/** Reads `movies.csv` (`movieId,title,genres`, genres separated by `|`). @throws InputError with file, line and value. */
export async function readMovies(path: string): Promise<Movie[]> {
  const records = parseCsv(await readText(path), path);
  const [id, title, genres] = ['movieId', 'title', 'genres'].map((name) => columnOf(records, name)) as [
    number,
    number,
    number,
  ];
  const seen = new Set<string>();
  return records.rows.map(({ place, cells }) => {
    const movie = { id: cells[id]!, title: cells[title]!, genres: cells[genres]!.split('|') };
    if (!/^\d+$/.test(movie.id))
      throw new InputError(`${path} ${place}, column "movieId": must be a whole number, got ${show(movie.id)}`);
    if (seen.has(movie.id))
      throw new InputError(`${path} ${place}, column "movieId": must differ from row to row, got ${movie.id} again`);
    if (movie.title.trim() === '')
      throw new InputError(`${path} ${place}, column "title": must have a title, got a blank cell`);
    seen.add(movie.id);
    return movie;
  });
}

/** `Star Wars: Episode IV - A New Hope (1977)` to `Star Wars: Episode IV`, `Matrix, The (1999)` to `Matrix`. */
function shortTitle(title: string): string {
  return title
    .replace(/\s*\(\d{4}\)\s*$/, '')
    .replace(/(.) - .*$/, '$1')
    .replace(/(.), (The|A|An)$/, '$1');
}

/**
 * A name for each film, by id: the title without year, subtitle and article, as in Table 3; the full title where short
 * ones coincide, with the id where full ones do.
 */
export function movieNames(movies: Iterable<Movie>): Map<string, string> {
  const distinct = [...new Map([...movies].map((movie) => [movie.id, movie])).values()];
  const forms = [({ title }: Movie) => shortTitle(title), ({ title }: Movie) => title].map((form) => {
    const uses = new Map<string, number>();
    for (const movie of distinct) uses.set(form(movie), (uses.get(form(movie)) ?? 0) + 1);
    return { form, uses };
  });
  return new Map(
    distinct.map((movie) => {
      const unique = forms.find(({ form, uses }) => uses.get(form(movie)) === 1);
      return [movie.id, unique ? unique.form(movie) : `${movie.title} [${movie.id}]`];
    }),
  );
}
