/** Where results go, checked before anything is computed: each place can be written, and none is an input or another's. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { InputError } from '../errors.ts';
import { refuseUnwritable } from '../report/files.ts';

const OUTPUTS = new Set(['--out <file>', '--plot <file>', '--stats <file>', '--nfg <file>']);
const INPUTS = new Set(['--observations <file>', '--orders-file <file>', '--checkpoint <file>']);

/** What tells files apart, whatever links lead to them; undefined for devices and pipes, which several may share. */
async function identity(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  if (!found) return resolve(path);
  return found.isFile() ? `${found.dev}:${found.ino}` : undefined;
}

/** @throws InputError where a result cannot be written, or would take the place of an input or of another result. */
export async function checkPlaces(command: Command): Promise<void> {
  const given = (flags: ReadonlySet<string>) =>
    command.options.flatMap((option) => {
      const path: unknown = command.getOptionValue(option.attributeName());
      return flags.has(option.flags) && typeof path === 'string' ? [{ name: option.long ?? option.flags, path }] : [];
    });
  const taken = new Map<string, string>();
  // Not every argument is a file's name: the theorem of `bounds` is none.
  const inputs = [...command.args.filter((argument) => existsSync(argument)), ...given(INPUTS).map(({ path }) => path)];
  for (const path of inputs) {
    const file = await identity(path);
    if (file !== undefined) taken.set(file, `of ${path}`);
  }
  for (const { name, path } of given(OUTPUTS)) {
    const file = await identity(path);
    const other = file === undefined ? undefined : taken.get(file);
    if (other !== undefined) throw new InputError(`${name} must be a place of its own, got that ${other}: ${path}`);
    if (file !== undefined) taken.set(file, `of ${name}`);
    await refuseUnwritable(path);
  }
}
