/** A job's progress as it comes: server-sent events, or one JSON document a line (NDJSON). */
import { PassThrough } from 'node:stream';
import type { Job } from './jobs.ts';

export type EventFormat = 'sse' | 'ndjson';

export const EVENT_TYPES: Record<EventFormat, string> = {
  sse: 'text/event-stream; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
};

/** A sign of life for proxies and for finding out that the client is gone, in ms. */
const HEARTBEAT = 10_000;

/** Server-sent events unless the client asks for NDJSON. */
export function eventFormat(accept: string | undefined): EventFormat {
  return /\bapplication\/(x-)?ndjson\b|\bapplication\/jsonl\b/.test(accept ?? '') ? 'ndjson' : 'sse';
}

function written(format: EventFormat, job: Job): string {
  const text = JSON.stringify(job);
  return format === 'sse' ? `event: ${job.ended ? 'end' : 'progress'}\ndata: ${text}\n\n` : `${text}\n`;
}

/**
 * A stream that tells of the job now, at every change and at the end, where it closes. Changes that come faster than
 * the client reads are left out. `onClose` is called once, with whether the job had ended.
 */
export function eventStream(job: Job, format: EventFormat, onClose: (ended: boolean) => void): PassThrough {
  const stream = new PassThrough();
  const tell = () => {
    if (stream.writableEnded || (stream.writableNeedDrain && !job.ended)) return;
    stream.write(written(format, job));
    if (job.ended) stream.end();
  };
  const heartbeat = setInterval(() => {
    if (!stream.writableNeedDrain) stream.write(format === 'sse' ? ': \n\n' : '\n');
  }, HEARTBEAT).unref();
  stream.once('close', () => {
    clearInterval(heartbeat);
    job.computation.off('change', tell);
    onClose(job.ended);
  });
  job.computation.on('change', tell);
  tell();
  return stream;
}
