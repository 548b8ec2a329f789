/** With raw data: Table 3 rebuilt from MovieLens's ratings, and cell by cell whether it agrees with the paper's. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { InputError } from '../../errors.ts';
import { type Comparison, compareTables } from '../../movielens/compare.ts';
import { movieLens, movieLensTable } from '../../movielens/table.ts';
import type { Section } from '../render.ts';
import type { Cell } from '../tables.ts';
import { PAPER_TABLES, type ReproduceContext } from './context.ts';

/** The folder with the ratings: `folder` itself or its `ml-latest-small`. @throws InputError where neither has them. */
export function movieLensFolder(folder: string): string {
  const found = [folder, join(folder, 'ml-latest-small')].find(
    (place) => existsSync(join(place, 'ratings.csv')) && existsSync(join(place, 'movies.csv')),
  );
  if (found !== undefined) return found;
  throw new InputError(
    `--data must be a folder with movies.csv and ratings.csv, or one that holds ml-latest-small, got "${folder}"`,
  );
}

/** The paper's table with every cell coloured; where they differ, both numbers. */
function comparisonRows({ cells }: Comparison, players: number): Cell[][] {
  const rows: Cell[][] = [];
  for (let at = 0; at < cells.length; at += 1) {
    const { state, policy, expected, found, agrees } = cells[at]!;
    if (at % players === 0) rows.push([state, policy]);
    rows
      .at(-1)!
      .push(
        agrees
          ? { text: expected, verdict: 'agrees' }
          : { text: `${expected}, rebuilt ${found ?? 'missing'}`, verdict: 'differs' },
      );
  }
  return rows;
}

export async function movieLensTable3(context: ReproduceContext): Promise<Section[]> {
  const heading = 'Table 3 rebuilt from the raw ratings';
  if (context.data === undefined)
    return [
      {
        heading,
        blocks: [
          {
            paragraph:
              'Not done in this run: give the folder of MovieLens’s ml-latest-small (movies.csv, ratings.csv) with --data.',
          },
        ],
      },
    ];
  const folder = movieLensFolder(context.data);
  context.note(heading);
  const paper = await context.table(PAPER_TABLES[2]);
  const rebuilt = await movieLens(folder, { signal: context.signal });
  const comparison = compareTables(paper, movieLensTable(rebuilt));
  const { agreeing, total, unexpected, cells } = comparison;
  const verdict = `${agreeing} of ${total} cells agree at two decimals`;
  context.summary.push(`Table 3 from raw ratings: ${verdict}`);
  context.files.set('movielens-rebuilt.json', `${JSON.stringify(rebuilt, null, 2)}\n`);
  context.files.set(
    'movielens-cells.csv',
    stringify(
      [
        ['state', 'policy', 'player', 'paper', 'rebuilt', 'agrees'],
        ...cells.map(({ state, policy, player, expected, found, agrees }) => [
          ...[state, policy, player, expected, found ?? '', agrees],
        ]),
      ],
      { cast: { boolean: String } },
    ),
  );
  const fans = Object.entries(rebuilt.fans).map(([genre, count]) => `${genre} ${count}`);
  return [
    {
      heading,
      blocks: [
        {
          paragraph: `${verdict}${unexpected > 0 ? `; ${unexpected} rebuilt cells are not in the paper's table` : ''}. From ${rebuilt.ratings} ratings of ${rebuilt.movies} films by ${rebuilt.users} users; fans by genre: ${fans.join(', ')}.`,
        },
        {
          table: {
            columns: ['state', 'policy', 'Alice', ...paper.bobs],
            rows: comparisonRows(comparison, paper.bobs.length + 1),
            caption:
              'Genre: any entry of the film’s genres. Policies: the three most rated. Fan: at least 20 ratings in the genre with a mean of at least 4 stars. Utility: mean rating / 5.',
          },
        },
      ],
    },
  ];
}
