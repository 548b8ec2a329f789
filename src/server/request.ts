/** From a request to the work it asks for: options checked against their schema, from JSON or from the query. */
import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { Work } from './computations.ts';
import { type Kind, type KindName, kinds } from './kinds.ts';
import { Problem } from './problem.ts';

/** A JSON body as it was parsed, with its text: the numbers' own digits are in the text only. */
export interface JsonBody {
  readonly value: unknown;
  readonly text: string;
}

/** Rows are checked where they are computed on; here only that there is something that may hold them. */
const sourceSchema = z
  .union([z.string(), z.array(z.unknown()), z.looseObject({ rows: z.array(z.unknown()) })])
  .describe('CSV or JSON text, an array of row objects, or an object with such an array as "rows"');

/** The schema of a kind's JSON body. */
export function bodySchema({ sources, options }: Kind): z.ZodType<Record<string, unknown>> {
  const shape = sources.length > 1 ? sourceSchema.optional() : sourceSchema;
  return z.strictObject({
    ...Object.fromEntries(sources.map((name) => [name, shape])),
    options: options.optional(),
  });
}

/** @throws Problem 400 naming place, rule and value */
function checked<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  const place = issue!.path.map(String).join('.');
  throw new Problem(
    'bad-request',
    `${place === '' ? 'request' : place.slice(0, 200)}: ${issue!.message.slice(0, 500)}`,
  );
}

const schemas = Object.fromEntries(Object.entries<Kind>(kinds).map(([name, kind]) => [name, bodySchema(kind)]));

export function workFromJson(kind: KindName, { value, text }: JsonBody): Work {
  const body = checked(schemas[kind]!, value);
  const given = kinds[kind].sources.filter((name) => body[name] !== undefined);
  const [source] = given;
  if (source === undefined || given.length > 1)
    throw new Problem('bad-request', `request: must have one of ${kinds[kind].sources.join(', ')}`);
  return { kind, body: text, format: 'json', source, options: body.options ?? {} };
}

export function workFromCsv(kind: KindName, text: string, query: Readonly<Record<string, unknown>>): Work {
  const [source] = kinds[kind].sources;
  return { kind, body: text, format: 'csv', source, options: optionsFromQuery(kinds[kind].options, query) };
}

/** Comma-separated names, quoted as in CSV where a name holds a comma; a parameter may also be repeated. */
function listOf(name: string, values: readonly string[]): string[] {
  try {
    return values.flatMap((value) => (parse(value, { trim: true }) as string[][])[0] ?? []);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new Problem('bad-request', `${name}: must be comma-separated names, quoted as in CSV`);
  }
}

function inner(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? inner(schema.unwrap()) : schema;
}

/** Query parameters as options, by the option's own type; `time-limit` is `timeLimit`. @throws Problem 400 */
export function optionsFromQuery(options: z.ZodObject, query: Readonly<Record<string, unknown>>): unknown {
  const named = Object.entries(query).map(([parameter, given]): [string, unknown] => {
    const name = parameter.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const values = (Array.isArray(given) ? given : [given]).map(String);
    const schema = inner(Object.hasOwn(options.shape, name) ? options.shape[name] : undefined);
    if (schema instanceof z.ZodTuple) return [name, listOf(name, values).map(Number)];
    if (schema instanceof z.ZodArray) return [name, listOf(name, values)];
    if (values.length > 1) throw new Problem('bad-request', `${name}: must be given once, got ${values.length} times`);
    const [value = ''] = values;
    if (schema instanceof z.ZodNumber && value.trim() !== '' && Number.isFinite(Number(value)))
      return [name, Number(value)];
    return [name, value];
  });
  return checked(options, Object.fromEntries(named));
}
