/** A connection to Redis from a URL: redis:// or rediss:// (TLS), with user and password if need be. */
import { Redis } from 'ioredis';
import { InputError } from '../errors.ts';

/** Before the first connection stands, give up after so many ms; afterwards ioredis reconnects for ever. */
const CONNECT = 10_000;

/** The URL without its password, for messages. */
function shown(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname === '/' ? '' : url.pathname}`;
}

/**
 * Connects to Redis. @throws InputError where the URL is none of Redis or the server cannot be reached or refuses.
 * @example await connectRedis('rediss://worker:secret@redis.example.org:6380/2')
 */
export async function connectRedis(text: string): Promise<Redis> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '')
    throw new InputError('the Redis URL must be like redis://[user:password@]host[:port][/db] or rediss:// for TLS');
  const redis = new Redis(text, {
    // As BullMQ requires of connections that block.
    maxRetriesPerRequest: null,
    lazyConnect: true,
    connectTimeout: CONNECT,
    retryStrategy: (times) => Math.min(100 * 2 ** times, 5000),
  });
  let reason = '';
  // Without a listener ioredis prints every lost connection.
  redis.on('error', (error: Error) => {
    reason = error.message || String((error as NodeJS.ErrnoException).code);
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    redis.disconnect();
    throw new InputError(`cannot use Redis at ${shown(url)}: ${reason || (error as Error).message}`);
  }
  return redis;
}
