/** `shard`: computes one of N parts of a solve, sweep or hull run into a file. */
import { Command, Option } from 'commander';
import { AbortedError, InputError } from '../errors.ts';
import { writePart } from '../parts/part-file.ts';
import { chain, ShardEngine } from '../parts/shard.ts';
import { whole } from './options.ts';
import { type RunCommand, withContext } from './run.ts';
import { runScaled } from './scaled.ts';
import { Inputs, refuseTogether, scalingOf } from './scaling.ts';

interface ShardOptions {
  of: number;
  index: number;
  out: string;
}

export function command(): Command {
  return new Command('shard')
    .description('compute one of N parts of a solve, sweep or hull run into a file; merge puts the parts together')
    .addOption(new Option('--of <n>', 'number of parts').argParser(whole(1, 1_000_000)).makeOptionMandatory())
    .addOption(new Option('--index <i>', 'which part: 0 to N-1').argParser(whole(0, 999_999)).makeOptionMandatory())
    .addOption(new Option('--out <file>', 'the part is written here').makeOptionMandatory())
    .argument('<command>', 'solve, sweep or hull')
    .argument('[arguments...]', "the command's own arguments and options")
    .passThroughOptions()
    .allowUnknownOption()
    .action((name: string, args: string[], options: ShardOptions) => {
      if (options.index >= options.of)
        throw new InputError(`--index must be from 0 to ${options.of - 1} (--of ${options.of}), got ${options.index}`);
      return runScaled([name, ...args], shardRun([name, ...args], options));
    });
}

/** Runs a command up to the end of its share, and writes that. */
function shardRun(argv: readonly string[], { of, index, out }: ShardOptions): RunCommand {
  return async (options, work, scaled) => {
    refuseTogether(options, ['timeLimit'], 'a part is computed whole');
    refuseTogether(options, ['nfg'], 'a part has no equilibria yet');
    const inputs = new Inputs();
    const engine = new ShardEngine(of, index);
    const inner = await scalingOf(options, scaled, inputs, { of, index });
    const scaling = { ...inner, engine: inner.engine ? chain(engine, inner.engine) : engine };
    try {
      await withContext(options, scaling, async (context) => {
        await work(context).catch((error: unknown) => {
          if (!(error instanceof AbortedError) || !engine.share) throw error;
        });
      });
    } finally {
      await inner.close();
    }
    if (!engine.share)
      process.stderr.write('market-alignment: this run has nothing to share out: merge will compute it\n');
    const header = { run: inputs.run(scaled!, options), argv, of, index };
    const contents = index === 0 ? inputs.read.map(({ content }) => content) : undefined;
    await writePart(out, header, { share: engine.share, inputs: contents });
  };
}
