/** `movielens <folder>`: Table 3 of the paper from raw `movies.csv` and `ratings.csv`. */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { MovieLensResult } from '../movielens/table.ts';
import { GENRES, movieLens } from '../movielens/table.ts';
import { names, type SharedOptions, sharedOptions, whole } from './options.ts';
import { type Output, runCommand, textTable } from './run.ts';

interface Options extends SharedOptions {
  genres: string[];
  top: number;
  fanRatings: number;
  fanMean: string;
  round: number;
}

/** There is no figure to draw, and no part of the table before all ratings are read. */
const MEANINGLESS = new Set(['plot', 'timeLimit']);

function stars(text: string): string {
  if (!/^(\d+\.?\d{0,6}|\.\d{1,6})$/.test(text) || Number(text) > 5)
    throw new InvalidArgumentError(`must be a decimal from 0 to 5 with at most 6 decimals, got "${text}"`);
  return text;
}

function output(result: MovieLensResult): Output {
  const columns = Object.keys(result.rows[0]!);
  const rows = result.rows.map((row) => columns.map((column) => row[column]!));
  const fans = Object.entries(result.fans).map(([genre, count]) => [`${genre} Bob`, count]);
  const counted = `${result.ratings} ratings of ${result.movies} films by ${result.users} users`;
  return {
    result,
    columns,
    rows,
    text: () => `${counted}\n${textTable(['Bob', 'fans'], fans)}\n${textTable(columns, rows)}`,
  };
}

export function command(): Command {
  const built = new Command('movielens')
    .description(
      'build the utility table of MovieLens (Table 3) from its raw files; --format csv prints the table itself',
    )
    .argument('<folder>', 'holds movies.csv and ratings.csv, such as ml-latest-small')
    .addOption(
      new Option('--genres <names>', 'states and Bobs, comma-separated')
        .argParser(names)
        .default(GENRES, GENRES.join(',')),
    )
    .addOption(
      new Option('--top <n>', 'policies a state: the most rated films of its genre')
        .argParser(whole(1, 1000))
        .default(3),
    )
    .addOption(
      new Option('--fan-ratings <n>', 'a fan rated at least so many films of the genre')
        .argParser(whole(1, 1_000_000))
        .default(20),
    )
    .addOption(new Option('--fan-mean <stars>', 'and gave them at least this mean').argParser(stars).default('4'))
    .addOption(new Option('--round <decimals>', 'decimals of the utilities').argParser(whole(0, 40)).default(2));
  for (const option of sharedOptions()) if (!MEANINGLESS.has(option.attributeName())) built.addOption(option);
  return built.action((folder: string, options: Options) =>
    runCommand(options, async ({ signal, progress }) =>
      output(await movieLens(folder, { ...options, signal, onProgress: progress })),
    ),
  );
}
