/** The pool of a web worker: its one kernel does all parts, in order. Takes the place of src/kernel/pool.ts in the bundle. */
import { AbortedError } from '../errors.ts';
import { Kernel } from '../kernel/instance.ts';
import type { MapOptions, MapResult } from '../kernel/pool.ts';
import { type PartOf, type ResultOf, Runner, type SharedOf, type TaskName } from '../kernel/tasks.ts';
import { setImmediate } from './breath.ts';

/** Give way to messages after this many ms. */
const BREATH = 50;

let compiled: WebAssembly.Module | undefined;
let jobs = 0;

/** Fetches and compiles the kernels; pools can be made afterwards. */
export async function loadKernel(url: URL): Promise<void> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.href} cannot be fetched: ${response.status}`);
  compiled ??= await WebAssembly.compile(await response.arrayBuffer());
}

export class Pool {
  readonly threads = 1;
  readonly memory = 0;
  private kernel: Kernel | undefined;
  private runner: Runner | undefined;

  /** The one kernel. */
  get local(): Kernel {
    if (!compiled) throw new Error('the kernels must be loaded first');
    this.kernel ??= new Kernel(compiled);
    return this.kernel;
  }

  pays(): boolean {
    return false;
  }

  /** Runs every part and returns the results by part. @throws AbortedError once `signal` fires. */
  async map<N extends TaskName>(
    task: N,
    shared: SharedOf<N>,
    parts: readonly PartOf<N>[],
    { signal, deadline = Number.POSITIVE_INFINITY, onPart }: MapOptions<ResultOf<N>> = {},
  ): Promise<MapResult<ResultOf<N>>> {
    this.runner ??= new Runner(this.local);
    const job = String(jobs++);
    const results: (ResultOf<N> | undefined)[] = new Array(parts.length).fill(undefined);
    let done = 0;
    let breath = performance.now();
    try {
      for (const [index, part] of parts.entries()) {
        if (performance.now() - breath > BREATH) {
          await setImmediate();
          breath = performance.now();
        }
        if (signal?.aborted) throw new AbortedError();
        if (performance.now() >= deadline) break;
        const result = this.runner.run({ job, task, shared, part }) as ResultOf<N>;
        results[index] = result;
        onPart?.(++done, result, index);
      }
    } finally {
      this.runner.forget(job);
    }
    return { results, complete: done === parts.length };
  }

  async close(): Promise<void> {}
}
