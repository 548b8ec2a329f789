/** Who is asked: personas given in the plan, or kept in a CSV file that people read and edit. */
import { access } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { InputError } from '../errors.ts';
import { RESERVED as NO_BOBS } from '../hull/scores.ts';
import { parseCsv } from '../input/csv.ts';
import { show } from '../input/show.ts';
import { readText } from '../input/text.ts';
import { columnOf } from '../movielens/movies.ts';
import { writeWhole } from '../report/files.ts';
import type { Plan, Prompt } from './plan.ts';
import { taskOf } from './tasks.ts';

/** Columns of the files that hull and solve read that are no Bob's. */
const RESERVED = new Set(['alice', 'state', 'policy', 'prior', ...NO_BOBS]);

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The file of a plan's personas, as a path. */
export function personasFile({ personas, folder }: Pick<Plan, 'personas' | 'folder'>): string | undefined {
  return personas.file === undefined ? undefined : resolve(folder, personas.file);
}

/** Reads `name,prompt`. @throws InputError naming file, line, rule and value. */
export async function readPersonas(path: string): Promise<Prompt[]> {
  const records = parseCsv(await readText(path), basename(path));
  const [name, prompt] = [columnOf(records, 'name'), columnOf(records, 'prompt')];
  return records.rows.map(({ place, cells }) => {
    if (cells[prompt]!.trim() === '')
      throw new InputError(`${records.name} ${place}, column "prompt": must hold a prompt, got a blank cell`);
    return { name: cells[name]!.trim(), prompt: cells[prompt]!.trim() };
  });
}

export function writePersonas(path: string, personas: readonly Prompt[]): Promise<void> {
  return writeWhole(path, stringify([['name', 'prompt'], ...personas.map(({ name, prompt }) => [name, prompt])]));
}

/** Everyone who is asked. */
export interface Panel {
  /** In the files' order. */
  readonly bobs: readonly Prompt[];
  /** Whose own scores are the target; undefined where a column is. */
  readonly alice: Prompt | undefined;
}

/** @throws InputError where names are blank, reserved or repeated, or where there is no Bob. */
export function panelOf(plan: Pick<Plan, 'target' | 'task'>, bobs: readonly Prompt[]): Panel {
  if (bobs.length === 0) throw new InputError('personas: must be at least one, got none');
  const seen = new Set<string>();
  for (const { name } of bobs) {
    if (name === '') throw new InputError('personas: must have names, got a blank one');
    if (RESERVED.has(name.toLowerCase()))
      throw new InputError(`personas: must not be called ${[...RESERVED].join(', ')}, got ${show(name)}`);
    if (seen.has(name)) throw new InputError(`personas: names must differ, got ${show(name)} twice`);
    seen.add(name);
  }
  if (!('persona' in plan.target)) return { bobs, alice: undefined };
  const { persona } = plan.target;
  const prompt = persona === 'baseline' ? taskOf(plan)?.baseline.prompt : persona.prompt;
  return { bobs, alice: { name: 'alice', prompt: prompt ?? '' } };
}
