/** `merge`: puts the parts that `shard` wrote together and prints what one process would have printed. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Command } from 'commander';
import { InputError } from '../errors.ts';
import { digestBytes } from '../parts/digest.ts';
import { completeSet, type PartFile, readPart } from '../parts/part-file.ts';
import { refuseOther } from '../parts/run.ts';
import { MergeEngine } from '../parts/shard.ts';
import { VERSION } from '../version.ts';
import { type SharedOptions, sharedOptions } from './options.ts';
import { type RunCommand, runWith } from './run.ts';
import { runScaled } from './scaled.ts';
import { refuseTogether } from './scaling.ts';

type MergeOptions = Pick<SharedOptions, 'format' | 'out' | 'plot' | 'threads' | 'quiet' | 'stats'>;

/** The answer is settled by the parts. */
const SETTLED = new Set(['seed', 'timeLimit']);

export function command(): Command {
  const made = new Command('merge')
    .description('put the parts of a run together and print what one process would have printed')
    .argument('<file...>', 'the parts that shard wrote, all of them, in any order');
  for (const option of sharedOptions()) if (!SETTLED.has(option.attributeName())) made.addOption(option);
  return made.action(async (files: string[], options: MergeOptions) => {
    const read: PartFile[] = [];
    for (const file of files) read.push(await readPart(file));
    const parts = completeSet(read);
    const [{ header, file }] = parts as [PartFile];
    refuseOther(file, header.run, { ...header.run, program: VERSION });
    const folder = await mkdtemp(join(tmpdir(), 'market-alignment-'));
    try {
      await runScaled(header.argv, mergeRun(parts, await unpackInputs(parts, folder), options));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** Writes the inputs out under their own names. Returns their places by the path that the run knew. */
async function unpackInputs([part]: readonly PartFile[], folder: string): Promise<Map<string, string>> {
  const { inputs = [], header, file } = part!;
  const places = new Map<string, string>();
  for (const [i, { path, sha256 }] of header.run.inputs.entries()) {
    const content = inputs[i];
    if (!content || digestBytes(content) !== sha256)
      throw new InputError(`${file}: must hold the input ${path}, does not`);
    const place = join(folder, String(i), basename(path));
    await mkdir(join(folder, String(i)));
    await writeFile(place, content);
    places.set(path, place);
  }
  return places;
}

function mergeRun(parts: readonly PartFile[], places: Map<string, string>, own: MergeOptions): RunCommand {
  const shares = parts.flatMap(({ share }) => (share ? [share] : []));
  const engine = shares.length > 0 ? new MergeEngine(shares) : undefined;
  const input = async (path: string) => {
    const place = places.get(path);
    if (place === undefined) throw new InputError(`the parts must hold the input ${path}, they do not`);
    return place;
  };
  return (options, work) => {
    // Where results go is this command line's affair, never that of the files.
    refuseTogether(options, ['nfg'], 'parts name no files to write');
    const { format = options.format, ...rest } = own;
    const given = { ...options, out: undefined, plot: undefined, stats: undefined, ...rest, format };
    return runWith(given, { engine, input, close: async () => {} }, work);
  };
}
