/** The options that keep and spread the parts of long runs, and the engine that they ask for. */
import { readFile } from 'node:fs/promises';
import { Option } from 'commander';
import { InputError } from '../errors.ts';
import { fileRefusal } from '../input/text.ts';
import type { Engine } from '../kernel/pool.ts';
import { Checkpoint } from '../parts/checkpoint.ts';
import { digestBytes } from '../parts/digest.ts';
import { decidingOptions, type Run, type RunInput } from '../parts/run.ts';
import { VERSION } from '../version.ts';
import type { SharedOptions } from './options.ts';

export type ScaledCommand = 'solve' | 'sweep' | 'hull';

export const scalingOptions = () => [
  new Option('--checkpoint <file>', 'keep the state of the run here; the same command goes on after a kill'),
];

/** How a run's parts are computed, and where its inputs lie. */
export interface Scaling {
  readonly engine?: Engine | undefined;
  readonly input: (path: string) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Inputs as a run reads them, with their content. */
export class Inputs {
  readonly read: (RunInput & { readonly content: Uint8Array })[] = [];

  /** Takes note of the file at `path`. @throws InputError where it cannot be read. */
  async add(path: string): Promise<string> {
    const content = await readFile(path).catch((error: unknown) => {
      throw fileRefusal(error, path);
    });
    this.read.push({ path, sha256: digestBytes(content), content });
    return path;
  }

  run(command: ScaledCommand, options: SharedOptions, shard?: Run['shard']): Run {
    const inputs = this.read.map(({ path, sha256 }) => ({ path, sha256 }));
    const identity = { program: VERSION, command, options: decidingOptions(options, inputs), inputs };
    return shard ? { ...identity, shard } : identity;
  }
}

/** The engine that the options ask for. @param inputs where a caller records them as well. */
export async function scalingOf(
  options: SharedOptions,
  command: ScaledCommand | undefined,
  inputs = new Inputs(),
  shard?: Run['shard'],
): Promise<Scaling> {
  if (command === undefined || options.checkpoint === undefined)
    return { input: shard ? (path) => inputs.add(path) : async (path) => path, close: async () => {} };
  const checkpoint = new Checkpoint(options.checkpoint, () => inputs.run(command, options, shard));
  return { engine: checkpoint, input: (path) => inputs.add(path), close: async () => checkpoint.close() };
}

/** @throws InputError where an option cannot be used together with another. */
export function refuseTogether(options: SharedOptions, names: readonly (keyof SharedOptions)[], why: string): void {
  for (const name of names)
    if (options[name] !== undefined)
      throw new InputError(
        `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} must not be given: ${why}`,
      );
}
