/** A piscina worker: instantiates the compiled module that it is given and runs batches of parts on it. */
import { workerData } from 'node:worker_threads';
import { type BatchMessage, type BatchResult, runBatch } from './batches.ts';
import { Kernel } from './instance.ts';
import { Runner } from './tasks.ts';

const runner = new Runner(new Kernel((workerData as { module: WebAssembly.Module }).module));

export default function run(message: BatchMessage): BatchResult {
  return runBatch(runner, message);
}
