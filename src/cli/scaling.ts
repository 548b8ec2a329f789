/** The options that keep and spread the parts of long runs, and the engine that they ask for. */
import { readFile } from 'node:fs/promises';
import { InvalidArgumentError, Option } from 'commander';
import { InputError } from '../errors.ts';
import { fileRefusal } from '../input/text.ts';
import type { Engine } from '../kernel/pool.ts';
import { Checkpoint } from '../parts/checkpoint.ts';
import { digestBytes } from '../parts/digest.ts';
import { decidingOptions, type Run, type RunInput } from '../parts/run.ts';
import { chain } from '../parts/shard.ts';
import { VERSION } from '../version.ts';
import type { SharedOptions } from './options.ts';

export type ScaledCommand = 'solve' | 'sweep' | 'hull';

export const scalingOptions = () => [
  new Option('--checkpoint <file>', 'keep the state of the run here; the same command goes on after a kill'),
  new Option('--engine <engine>', 'compute the parts here, or on workers over BullMQ').choices(['local', 'bullmq']),
  ...redisOptions(),
];

/** Where the queue is; also of `worker`. */
export const redisOptions = () => [
  new Option('--redis <url>', 'redis://[user:password@]host[:port][/db], or rediss:// for TLS').env('REDIS_URL'),
  new Option('--queue <name>', 'name of the queue (default: that of this version)').argParser((text) => {
    if (!/^[\w.-]{1,100}$/.test(text))
      throw new InvalidArgumentError(`must be 1 to 100 letters, digits, ".", "_" or "-", got "${text}"`);
    return text;
  }),
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
  const queued = command === undefined ? undefined : await queueEngine(options);
  const input = async (path: string) => path;
  if (command === undefined || options.checkpoint === undefined) {
    const close = async () => queued?.close();
    return { engine: queued?.engine, input: shard ? (path) => inputs.add(path) : input, close };
  }
  const checkpoint = new Checkpoint(options.checkpoint, () => inputs.run(command, options, shard));
  const close = async () => {
    checkpoint.close();
    queued?.close();
  };
  const engine = queued ? chain(checkpoint, queued.engine) : checkpoint;
  return { engine, input: (path) => inputs.add(path), close };
}

/** BullMQ's engine where it is asked for; its libraries are read only then. */
async function queueEngine({ engine, redis: url, queue }: SharedOptions) {
  if (engine !== 'bullmq') return undefined;
  if (url === undefined) throw new InputError('--engine bullmq needs --redis URL (or the variable REDIS_URL)');
  const [{ connectRedis }, { QueueEngine }, { DEFAULT_QUEUE }] = await Promise.all([
    import('../queue/redis.ts'),
    import('../queue/engine.ts'),
    import('../queue/batches.ts'),
  ]);
  const redis = await connectRedis(url);
  const onNoWorkers = () =>
    process.stderr.write('market-alignment: no worker is there yet; start some: market-alignment worker --redis URL\n');
  return {
    engine: new QueueEngine(redis, { queue: queue ?? DEFAULT_QUEUE, onNoWorkers }),
    close: () => redis.disconnect(),
  };
}

/** @throws InputError where an option cannot be used together with another. */
export function refuseTogether(options: SharedOptions, names: readonly (keyof SharedOptions)[], why: string): void {
  for (const name of names)
    if (options[name] !== undefined)
      throw new InputError(
        `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} must not be given: ${why}`,
      );
}
