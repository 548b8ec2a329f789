/** What makes two runs the same: command, options that decide the answer, and the inputs by content. */
import { InputError } from '../errors.ts';
import { digest } from './digest.ts';

export interface RunInput {
  /** As the command line named it. */
  readonly path: string;
  readonly sha256: string;
}

/** Identity of a run of the command line. */
export interface Run {
  readonly program: string;
  readonly command: string;
  /** By name; a file's path is replaced by `input N`, since its content is what counts. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly inputs: readonly RunInput[];
  /** Where only one part of the run is computed. */
  readonly shard?: { readonly of: number; readonly index: number };
}

/** Options that do not change the answer. */
const FREE = new Set([
  'format',
  'out',
  'plot',
  'threads',
  'timeLimit',
  'quiet',
  'stats',
  'checkpoint',
  'engine',
  'redis',
  'queue',
  'nfg',
]);

/** Which options of a command decide its answer. */
export function decidingOptions(options: object, inputs: readonly RunInput[]): Run['options'] {
  const kept = Object.entries(options).filter(([name, value]) => !FREE.has(name) && value !== undefined);
  kept.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    kept.map(([name, value]) => {
      const input = inputs.findIndex(({ path }) => path === value);
      return [name, input < 0 ? value : `input ${input + 1}`];
    }),
  );
}

const shown = (value: unknown) => (value === undefined ? 'not given' : JSON.stringify(value));

/** The first difference between two runs in words, or undefined where they are the same. */
export function difference(a: Run, b: Run): string | undefined {
  if (a.program !== b.program) return `it was made by version ${a.program}, not ${b.program}`;
  if (a.command !== b.command) return `its command is ${a.command}, not ${b.command}`;
  for (const name of new Set([...Object.keys(a.options), ...Object.keys(b.options)]))
    if (digest(a.options[name]) !== digest(b.options[name]))
      return `its option ${name} is ${shown(a.options[name])}, not ${shown(b.options[name])}`;
  for (let i = 0; i < Math.max(a.inputs.length, b.inputs.length); i++)
    if (a.inputs[i]?.sha256 !== b.inputs[i]?.sha256)
      return `its input ${a.inputs[i]?.path ?? 'file'} has other content (SHA-256 ${a.inputs[i]?.sha256 ?? 'none'}, not ${b.inputs[i]?.sha256 ?? 'none'})`;
  if (digest(a.shard) !== digest(b.shard)) return `it is of part ${shown(a.shard)}, not ${shown(b.shard)}`;
  return undefined;
}

/** @throws InputError where the two runs differ. */
export function refuseOther(name: string, found: Run, wanted: Run): void {
  const how = difference(found, wanted);
  if (how !== undefined) throw new InputError(`${name}: belongs to another run: ${how}`);
}
