/** The page's side: requests to the web worker, their progress, and cancelling by ending the worker. */
import { AbortedError, InternalError, reviveError } from '../errors.ts';
import type { Command, Computed, Reply, Request } from './messages.ts';

export interface BrowserRunOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number, note?: string) => void) | undefined;
}

interface Open {
  readonly request: Request;
  readonly onProgress: BrowserRunOptions['onProgress'];
  readonly resolve: (result: Computed[Command]['result']) => void;
  readonly reject: (error: Error) => void;
}

const open = new Map<number, Open>();
let worker: Worker | undefined;
let requests = 0;

function hear({ data }: MessageEvent<Reply>): void {
  const asked = open.get(data.id);
  if (!asked) return;
  if ('progress' in data) {
    asked.onProgress?.(...data.progress);
    return;
  }
  open.delete(data.id);
  if ('result' in data) asked.resolve(data.result);
  else asked.reject(reviveError(data.error));
}

function start(): Worker {
  const started = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  started.onmessage = hear;
  started.onerror = ({ message }) => {
    for (const { reject } of open.values()) reject(new InternalError(`the web worker failed: ${message}`));
    open.clear();
    close();
  };
  return started;
}

/** Loads worker and kernels before the first request. */
export function prepare(): void {
  worker ??= start();
}

/** Ends the web worker; the next request starts another. */
export function close(): void {
  worker?.terminate();
  worker = undefined;
}

/** The worker computes without a pause: to stop one request it is ended, and the others are asked again. */
function cancel(id: number): void {
  const asked = open.get(id);
  if (!asked) return;
  open.delete(id);
  asked.reject(new AbortedError());
  close();
  if (open.size === 0) return;
  prepare();
  for (const { request } of open.values()) worker?.postMessage(request);
}

export function ask<C extends Command>(
  command: C,
  input: Computed[C]['input'],
  { signal, onProgress, ...options }: Computed[C]['options'] & BrowserRunOptions,
): Promise<Computed[C]['result']> {
  if (signal?.aborted) return Promise.reject(new AbortedError());
  const id = requests++;
  const request: Request = { id, command, input, options };
  const answer = new Promise<Computed[Command]['result']>((resolve, reject) => {
    open.set(id, { request, onProgress, resolve, reject });
  });
  prepare();
  worker?.postMessage(request);
  const onAbort = () => cancel(id);
  signal?.addEventListener('abort', onAbort, { once: true });
  return answer.finally(() => signal?.removeEventListener('abort', onAbort));
}
