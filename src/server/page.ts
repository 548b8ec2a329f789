/** The page at `/`: the files of its build, read once at the start, so that no path ever reaches the file system. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';

const FOLDER = fileURLToPath(new URL('../../site/', import.meta.url));
/** The package holds the page's WebAssembly once: beside `market-alignment/browser`, which has the same. */
const BROWSER = fileURLToPath(new URL('../../dist/browser/', import.meta.url));
const WASM = ['kernel.wasm', 'highs.wasm'];

const TYPES: Partial<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
  '.csv': 'text/csv; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
};

/** The page computes in the browser and talks to this server only. */
const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Paths of the page's files by their names; none without a built page. */
async function pageFiles(): Promise<Map<string, string>> {
  const names = await readdir(FOLDER, { recursive: true }).catch(() => []);
  const files = names.filter((name) => extname(name) !== '.wasm').map((name) => [name, join(FOLDER, name)] as const);
  return new Map(files.length === 0 ? [] : [...files, ...WASM.map((name) => [name, join(BROWSER, name)] as const)]);
}

/** One route a file. Without a built page there is none, and `/` is 404. */
export async function pageRoutes(app: FastifyInstance): Promise<void> {
  for (const [name, path] of await pageFiles()) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const body = await readFile(path);
    const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
    const route = name === 'index.html' ? '/' : `/${name.split(/[\\/]/).map(encodeURIComponent).join('/')}`;
    app.get(route, { schema: { hide: true } }, (request, reply) => {
      reply.headers({
        etag,
        'cache-control': 'no-cache',
        'content-security-policy': CONTENT_POLICY,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      return reply.type(type).send(body);
    });
  }
}
