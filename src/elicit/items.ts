/** What is asked about: rows of a CSV in one of the layouts that a plan can name. */
import { basename, resolve } from 'node:path';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { InputError } from '../errors.ts';
import { parseCsv } from '../input/csv.ts';
import type { Records } from '../input/records.ts';
import { show } from '../input/show.ts';
import { readText } from '../input/text.ts';
import { columnOf, readMovies } from '../movielens/movies.ts';
import { readRatings } from '../movielens/ratings.ts';
import type { ItemsPlan, Plan } from './plan.ts';
import type { Item } from './question.ts';

function rowsOf(records: Records): Record<string, string>[] {
  const twice = records.columns.find((column, i) => records.columns.indexOf(column) !== i);
  if (twice !== undefined)
    throw new InputError(`${records.name} ${records.place}: columns must differ, got ${show(twice)} twice`);
  return records.rows.map(({ cells }) => Object.fromEntries(records.columns.map((column, i) => [column, cells[i]!])));
}

/** Any CSV: an item is called what its name column says. */
function fromTable(records: Records, column: string): Item[] {
  const at = columnOf(records, column);
  const columns = rowsOf(records);
  return records.rows.map(({ place, cells }, i) => {
    if (cells[at]!.trim() === '')
      throw new InputError(`${records.name} ${place}, column ${show(column)}: must name the item, got a blank cell`);
    return { name: cells[at]!, columns: columns[i]! };
  });
}

/** Rows of a utility table: `state,policy` and what the question needs. */
function fromPairs(records: Records): Item[] {
  const [state, policy] = [columnOf(records, 'state'), columnOf(records, 'policy')];
  const columns = rowsOf(records);
  return records.rows.map(({ place, cells }, i) => {
    for (const at of [state, policy])
      if (cells[at]!.trim() === '')
        throw new InputError(`${records.name} ${place}: must name state and policy, got a blank cell`);
    return { name: JSON.stringify([cells[state], cells[policy]]), columns: columns[i]! };
  });
}

/**
 * ETHICS `commonsense` as published: `label,input,is_short[,edited]`, label 1 for wrong. Adds `text`, the scenario, and `right`,
 * 100 for acceptable and 0 for wrong, which can serve as a target. Named by the row in the file, from 1.
 */
function fromEthics(records: Records, shortOnly: boolean): Item[] {
  const [label, input] = [columnOf(records, 'label'), columnOf(records, 'input')];
  const short = shortOnly ? columnOf(records, 'is_short') : -1;
  return rowsOf(records).flatMap((columns, i) => {
    const { place, cells } = records.rows[i]!;
    if (cells[label] !== '0' && cells[label] !== '1')
      throw new InputError(`${records.name} ${place}, column "label": must be 0 or 1, got ${show(cells[label]!)}`);
    if (short >= 0 && !/^(true|1)$/i.test(cells[short]!)) return [];
    const right = cells[label] === '0' ? '100' : '0';
    return [{ name: `scenario ${i + 1}`, columns: { ...columns, text: cells[input]!, right } }];
  });
}

/** MovieLens `movies.csv`, with the mean and number of ratings (columns `rating`, `ratings`) where a plan names the ratings. */
async function fromMovieLens(file: string, ratingsFile: string | undefined, least: number): Promise<Item[]> {
  const movies = await readMovies(file);
  const titles = new Map<string, number>();
  for (const { title } of movies) titles.set(title, (titles.get(title) ?? 0) + 1);
  const item = (index: number, more: Record<string, string>): Item => {
    const { id, title, genres } = movies[index]!;
    const name = titles.get(title) === 1 ? title : `${title} [${id}]`;
    return { name, columns: { movieId: id, title, genres: genres.join(', '), ...more } };
  };
  if (ratingsFile === undefined) return movies.map((_, i) => item(i, {}));
  const { movie, halfStars } = await readRatings(ratingsFile, movies);
  const totals = new Float64Array(movies.length);
  const counts = new Int32Array(movies.length);
  for (let i = 0; i < movie.length; i++) {
    totals[movie[i]!]! += halfStars[i]!;
    counts[movie[i]!]!++;
  }
  return movies.flatMap((_, i) =>
    counts[i]! < least ? [] : [item(i, { rating: String(totals[i]! / 2 / counts[i]!), ratings: String(counts[i]) })],
  );
}

function load({ file, layout, name, shortOnly, ratings, minimumRatings }: ItemsPlan, at: (path: string) => string) {
  if (layout === 'movielens') return fromMovieLens(at(file), ratings && at(ratings), minimumRatings);
  return readText(at(file)).then((text) => {
    const records = parseCsv(text, basename(file));
    if (layout === 'pairs') return fromPairs(records);
    return layout === 'table' ? fromTable(records, name) : fromEthics(records, shortOnly);
  });
}

/** `count` of the items, drawn without repetition, in their order. */
function draw(items: readonly Item[], count: number, seed: number): Item[] {
  const generator = xoroshiro128plus(seed);
  const positions = items.map((_, i) => i);
  for (let i = 0; i < Math.min(count, items.length); i++) {
    const j = uniformInt(generator, i, items.length - 1);
    [positions[i], positions[j]] = [positions[j]!, positions[i]!];
  }
  return positions
    .slice(0, count)
    .sort((a, b) => a - b)
    .map((i) => items[i]!);
}

/** The items of a plan. @throws InputError naming file, line, rule and value. */
export async function readItems({ items: source, folder }: Pick<Plan, 'items' | 'folder'>): Promise<Item[]> {
  const all = await load(source, (path) => resolve(folder, path));
  const { first, sample } = source;
  if (sample && sample.count > all.length)
    throw new InputError(`${source.file}: must have ${sample.count} items to draw from, got ${all.length}`);
  const items = sample ? draw(all, sample.count, sample.seed) : all.slice(0, first);
  if (items.length === 0) throw new InputError(`${source.file}: must have at least one item, got none`);
  const seen = new Set<string>();
  for (const { name } of items) {
    if (seen.has(name)) throw new InputError(`${source.file}: items must differ, got ${show(name)} twice`);
    seen.add(name);
  }
  return items;
}
