/** Utility tables from files. Apart from table.ts so that a browser can parse without Node. */
import { readText } from '../input/text.ts';
import { parseTable, type TableOptions, type UtilityTable } from './table.ts';

/**
 * Reads a utility table from a CSV or JSON file.
 * @param path JSON where it ends in `.json` or the text starts with `[` or `{`, else CSV; messages start with it
 * @throws InputError where the file cannot be read or is not UTF-8, and as `parseTable`.
 * @example (await readTable('data/tables/synthetic-1.csv')).states // ['S1', 'S2', 'S3']
 */
export async function readTable(path: string, options: Pick<TableOptions, 'format'> = {}): Promise<UtilityTable> {
  return parseTable(await readText(path), { ...options, name: path });
}
