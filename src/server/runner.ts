/** A runner: a thread of the server's pool that computes one job at a time and can be stopped at any instant. */
import type { MessagePort } from 'node:worker_threads';
import { InputError, TooLargeError } from '../errors.ts';
import { Pool } from '../kernel/pool.ts';
import { type Kind, type KindName, kinds } from './kinds.ts';
import type { Limits } from './limits.ts';
import { type Source, type SourceName, sourceInJson, TooLargeSource } from './source.ts';

export interface RunnerTask {
  readonly kind: KindName;
  readonly body: string;
  readonly format: Source['format'];
  /** The member of a JSON body, or what CSV is. */
  readonly source: SourceName;
  readonly options: unknown;
  readonly limits: Pick<Limits, 'rows' | 'columns' | 'seconds' | 'threads'>;
  /** Takes `Progress` messages; the first says that the job runs. */
  readonly port: MessagePort;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly note?: string;
}

/** Errors do not keep their class between threads: refusals come as data. */
export type RunnerAnswer =
  | { readonly bytes: Uint8Array; readonly complete: boolean }
  | { readonly refused: 'invalid-input' | 'too-large' | 'body-too-large'; readonly detail: string };

/** Progress is posted at most this often, in ms. */
const PROGRESS_EVERY = 100;
/** A pool whose kernel has grown past this is replaced: WebAssembly memory never shrinks. */
const MOST_KERNEL_BYTES = 32 * 2 ** 20;
/** So is one whose job took longer than this many ms: its threads may hold as much. */
const SHORT_JOB = 1000;

let pool: Pool | undefined;

async function giveBack(used: Pool, began: number): Promise<void> {
  if (performance.now() - began < SHORT_JOB && used.local.memoryBytes <= MOST_KERNEL_BYTES) return;
  pool = undefined;
  await used.close();
}

function progressTo(port: MessagePort) {
  let last = Number.NEGATIVE_INFINITY;
  return (done: number, total: number, note?: string) => {
    const now = performance.now();
    if (now - last < PROGRESS_EVERY) return;
    last = now;
    port.postMessage({ done, total, ...(note === undefined ? {} : { note }) } satisfies Progress);
  };
}

function refusal(error: InputError): RunnerAnswer {
  const refused =
    error instanceof TooLargeSource ? 'body-too-large' : error instanceof TooLargeError ? 'too-large' : 'invalid-input';
  return { refused, detail: error.message };
}

export default async function run(task: RunnerTask): Promise<RunnerAnswer> {
  const { kind, body, format, source: name, options, limits, port } = task;
  const began = performance.now();
  port.postMessage({ done: 0, total: 0 } satisfies Progress);
  pool ??= new Pool({ threads: limits.threads });
  const used = pool;
  try {
    const source: Source = format === 'csv' ? { text: body, format } : sourceInJson(body, name);
    const chosen: Kind = kinds[kind];
    const context = { pool: used, onProgress: progressTo(port), limits };
    const result = await chosen.run(source, name, options, context);
    // The same bytes as the command line's; as bytes they lie outside of the heaps, and are sent as they are.
    return { bytes: new TextEncoder().encode(`${JSON.stringify(result, null, 2)}\n`), complete: result.complete };
  } catch (error) {
    if (error instanceof InputError) return refusal(error);
    throw error;
  } finally {
    port.close();
    await giveBack(used, began);
  }
}
