/** Bytes of all the bodies that the server holds: those being read, and those of jobs that are not done yet. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Limits } from './limits.ts';
import { Problem } from './problem.ts';

export class Bodies {
  private held = 0;
  private readonly most: number;
  /** A body up to a connection's share is always taken: slow senders of large ones keep nobody else out. */
  private readonly share: number;

  constructor({ bodiesBytes, connections }: Pick<Limits, 'bodiesBytes' | 'connections'>) {
    this.most = bodiesBytes;
    this.share = bodiesBytes / connections;
  }

  /** Counts `bytes` until what it returns is called. @throws Problem 429 where they would be too many. */
  hold(bytes: number): () => void {
    if (bytes <= this.share) return () => {};
    if (this.held + bytes > this.most)
      throw new Problem('too-many-requests', `request bodies of ${this.held} bytes are being worked on already`, {
        'retry-after': '1',
      });
    this.held += bytes;
    let over = false;
    return () => {
      if (!over) this.held -= bytes;
      over = true;
    };
  }
}

/** What a body will take: as announced, or in chunks as much as one may have. */
function announced({ headers }: FastifyRequest, most: number): number {
  if (headers['transfer-encoding'] !== undefined) return most;
  return Math.min(Number(headers['content-length'] ?? 0), most);
}

/** Counts every body while it is read; whoever keeps it longer counts it anew. */
export function countBodies(app: FastifyInstance, bodies: Bodies, { bodyBytes }: Pick<Limits, 'bodyBytes'>): void {
  const reading = new WeakMap<FastifyReply['raw'], () => void>();
  app.addHook('onRequest', async (request, { raw }) => {
    const release = bodies.hold(announced(request, bodyBytes));
    reading.set(raw, release);
    raw.once('close', release);
  });
  app.addHook('preHandler', async (_request, { raw }) => reading.get(raw)?.());
}
