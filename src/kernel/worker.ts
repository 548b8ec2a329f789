/** A piscina worker: instantiates the compiled module that it is given and runs parts on it. */
import { workerData } from 'piscina';
import { Kernel } from './instance.ts';
import { type Message, Runner } from './tasks.ts';

const runner = new Runner(new Kernel((workerData as { module: WebAssembly.Module }).module));

export default function run(message: Message): unknown {
  return runner.run(message);
}
