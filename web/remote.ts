/** Large jobs on the server that brought the page, where one did: with progress, cancelled when the page is left. */
import {
  AbortedError,
  type BrowserRunOptions,
  type HullResult,
  InternalError,
  type SweepResult,
} from '../src/browser/index.ts';

interface JobDocument {
  readonly status: string;
  readonly progress: { readonly done: number; readonly total: number; readonly note?: string };
  readonly problem?: { readonly detail: string };
  readonly links: { readonly self: string; readonly events: string; readonly result: string };
}

/** The server wants a token, or another one than it was given. */
export class TokenNeeded extends Error {
  override readonly name = 'TokenNeeded';
}

/** Where the token is while the tab is open: never in an address, never sent elsewhere. */
const TOKEN = 'market-alignment-token';

export const useToken = (token: string) => sessionStorage.setItem(TOKEN, token);

/** Whether this page came from `market-alignment serve` rather than from a plain web server. */
export async function hasServer(): Promise<boolean> {
  try {
    const response = await fetch('healthz');
    return response.ok && ((await response.json()) as { status?: string }).status === 'ok';
  } catch {
    return false;
  }
}

/** @throws TokenNeeded, InternalError with the server's reason */
async function ask(path: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<Response> {
  const token = sessionStorage.getItem(TOKEN);
  const authorization: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  // The API's paths begin with a slash; a proxy may have put the page, and the API with it, further down.
  const response = await fetch(path.replace(/^\//, ''), { ...init, headers: { ...init.headers, ...authorization } });
  if (response.status === 401) {
    sessionStorage.removeItem(TOKEN);
    throw new TokenNeeded(token === null ? '' : 'The server does not know this token.');
  }
  if (response.ok) return response;
  const { detail = `the server answered ${response.status}` } = (await response.json()) as { detail?: string };
  throw new InternalError(detail);
}

/** The job's last document; tells of progress until then. */
async function follow(job: JobDocument, { signal, onProgress }: BrowserRunOptions): Promise<JobDocument> {
  const headers = { accept: 'application/x-ndjson' };
  const { body } = await ask(`${job.links.events}?leave=cancel`, { headers, signal: signal ?? null });
  let last = job;
  let rest = '';
  const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const lines = (rest + read.value).split('\n');
    rest = lines.pop()!;
    for (const line of lines.filter((text) => text !== '')) last = JSON.parse(line) as JobDocument;
    onProgress?.(last.progress.done, last.progress.total, last.progress.note);
  }
  if (last.status === 'queued' || last.status === 'running')
    throw new InternalError('the connection to the server was lost');
  return last;
}

/**
 * `sweep` or `hull` on the server, of a CSV text.
 * @param query options as query parameters
 * @throws TokenNeeded, InternalError with the server's reason, AbortedError
 */
export async function computeThere(
  kind: 'sweep' | 'hull',
  csv: string,
  query: string,
  run: BrowserRunOptions,
): Promise<SweepResult | HullResult> {
  const headers = { 'content-type': 'text/csv', prefer: 'respond-async' };
  const signal = run.signal ?? null;
  const response = await ask(`v1/${kind}?${query}`, { method: 'POST', body: csv, headers, signal });
  if (response.status === 200) return (await response.json()) as SweepResult | HullResult;
  const job = (await response.json()) as JobDocument;
  try {
    const ended = await follow(job, run);
    if (ended.status !== 'done') throw new InternalError(ended.problem?.detail ?? `the job was ${ended.status}`);
    return (await (await ask(ended.links.result)).json()) as SweepResult | HullResult;
  } catch (error) {
    void ask(job.links.self, { method: 'DELETE', keepalive: true }).catch(() => {});
    if (run.signal?.aborted) throw new AbortedError();
    throw error;
  }
}
