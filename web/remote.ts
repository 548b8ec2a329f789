/** Large jobs on the server that brought the page, where one did: with progress, cancelled when the page is left. */
import { AbortedError, type BrowserRunOptions, InternalError, type SweepResult } from '../src/browser/index.ts';

interface JobDocument {
  readonly status: string;
  readonly progress: { readonly done: number; readonly total: number; readonly note?: string };
  readonly problem?: { readonly detail: string };
  readonly links: { readonly self: string; readonly events: string; readonly result: string };
}

/** Whether this page came from `market-alignment serve` rather than from a plain web server. */
export async function hasServer(): Promise<boolean> {
  try {
    const response = await fetch('healthz');
    return response.ok && ((await response.json()) as { status?: string }).status === 'ok';
  } catch {
    return false;
  }
}

async function follow(job: JobDocument, { signal, onProgress }: BrowserRunOptions): Promise<JobDocument> {
  return new Promise((resolve, reject) => {
    const events = new EventSource(`${job.links.events}?leave=cancel`);
    const hear = ({ data }: MessageEvent<string>) => JSON.parse(data) as JobDocument;
    events.addEventListener('progress', (event) => {
      const { done, total, note } = hear(event).progress;
      onProgress?.(done, total, note);
    });
    events.addEventListener('end', (event) => {
      events.close();
      resolve(hear(event));
    });
    events.onerror = () => {
      events.close();
      reject(new InternalError('the connection to the server was lost'));
    };
    signal?.addEventListener('abort', () => {
      events.close();
      reject(new AbortedError());
    });
  });
}

/** `sweep` on the server; undefined where it asks for a token. @throws InternalError with the server's reason, AbortedError */
export async function sweepThere(csv: string, run: BrowserRunOptions): Promise<SweepResult | undefined> {
  const headers = { 'content-type': 'text/csv', prefer: 'respond-async' };
  const response = await fetch('v1/sweep', { method: 'POST', body: csv, headers, signal: run.signal ?? null });
  if (response.status === 401) return undefined;
  if (response.status === 200) return (await response.json()) as SweepResult;
  const answered = (await response.json()) as JobDocument & { detail?: string };
  if (response.status !== 202) throw new InternalError(answered.detail ?? `the server answered ${response.status}`);
  const ended = await follow(answered, run);
  if (ended.status !== 'done') throw new InternalError(ended.problem?.detail ?? `the job was ${ended.status}`);
  return (await (await fetch(ended.links.result)).json()) as SweepResult;
}
