/** `worker --redis URL`: computes parts for runs with `--engine bullmq`, on this machine's cores. */
import { once } from 'node:events';
import { Command, Option } from 'commander';
import { Pool } from '../kernel/pool.ts';
import { DEFAULT_QUEUE } from '../queue/batches.ts';
import { connectRedis } from '../queue/redis.ts';
import { startWorker } from '../queue/worker.ts';
import { positive, whole } from './options.ts';
import { ExitCode } from './run.ts';
import { redisOptions } from './scaling.ts';

interface Options {
  redis: string;
  queue: string;
  threads?: number;
  stalledAfter: number;
  quiet?: boolean;
}

export function command(): Command {
  const made = new Command('worker').description('compute parts for runs with --engine bullmq until stopped');
  for (const option of redisOptions()) {
    if (option.attributeName() === 'redis') option.makeOptionMandatory();
    made.addOption(option);
  }
  return made
    .addOption(new Option('--threads <n>', 'worker threads (default: all cores)').argParser(whole(1, 1024)))
    .addOption(
      new Option('--stalled-after <seconds>', 'give the parts of a silent worker to another after this long')
        .argParser(positive)
        .default(30),
    )
    .option('--quiet', 'say nothing')
    .action(work);
}

async function work({ redis: url, queue = DEFAULT_QUEUE, threads, stalledAfter, quiet }: Options): Promise<void> {
  const redis = await connectRedis(url);
  const pool = new Pool({ threads });
  const say = (text: string) => quiet || process.stderr.write(`market-alignment worker: ${text}\n`);
  const worker = startWorker(redis, pool, {
    queue,
    stalledAfter,
    onBatch: (run, parts) => say(`${parts} ${parts === 1 ? 'part' : 'parts'} of ${run.slice(0, 8)}`),
  });
  const stopped = new AbortController();
  const stop = () => {
    if (stopped.signal.aborted) process.exit(ExitCode.interrupted);
    stopped.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    await worker.waitUntilReady();
    say(`ready with ${pool.threads} threads`);
    await once(stopped.signal, 'abort');
    say('stopping: finishing what is under way');
  } finally {
    await worker.close();
    await pool.close();
    redis.disconnect();
  }
}
