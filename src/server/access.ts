/** Who may ask: a bearer token compared in constant time, and the host names that a loopback server answers to. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { Problem } from './problem.ts';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** @throws Problem 401 unless `authorization` is `Bearer <token>`. Takes the same time for every wrong token. */
export function checkToken(authorization: string | undefined, token: string): void {
  const given = /^Bearer +(.*)$/i.exec(authorization ?? '')?.[1] ?? '';
  if (!timingSafeEqual(digest(given), digest(token)))
    throw new Problem('unauthorized', 'send the token as "Authorization: Bearer …"', { 'www-authenticate': 'Bearer' });
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/**
 * A page elsewhere can make a browser call a loopback server under that page's own name (DNS rebinding): a server that
 * listens on loopback only answers to loopback names and those allowed. @throws Problem 403
 */
export function checkHost(header: string | undefined, allowed: readonly string[]): void {
  const host = (header ?? '')
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
  if (!isLoopback(host) && !allowed.includes(host))
    throw new Problem('forbidden-host', 'this server listens on loopback only; --allow-host names others');
}
