/** A server of the test's own on a free loopback port, and what tests send to it. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll } from 'vitest';
import { type RunningServer, type ServerOptions, startServer } from '../../src/server/server.ts';

export const paperTable = (name: string) => readFileSync(`data/tables/${name}.csv`, 'utf8');

/** 4^21 schemes to list: minutes of work even where most are skipped, which only cancelling or a limit ends. `salt` makes it another input. */
export function endlessTable(salt = 0): string {
  const rows = ['state,policy,alice,A,B'];
  for (let s = 0; s < 21; s++)
    for (let p = 0; p < 4; p++)
      rows.push(`s${s},p${p},${(s * 7 + p * 5) % 11},${(s + p * 3) % 7},${(salt + s * p) % 5}`);
  return `${rows.join('\n')}\n`;
}

/** Options under which `endlessTable` is enumerated. */
export const ENDLESS = { method: 'enumerate' } as const;

export interface Client {
  readonly url: string;
  post(path: string, body: string, headers?: Record<string, string>, signal?: AbortSignal): Promise<Response>;
  json(path: string, body: unknown, headers?: Record<string, string>, signal?: AbortSignal): Promise<Response>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** A plain TCP connection. */
  socket(allowHalfOpen?: boolean): Promise<Socket>;
}

/** Generous with time, since machines differ, and one runner of one thread, unless `options` say otherwise; started before the tests of the block, closed after them. */
export function serverForTests(options: ServerOptions = {}): Client {
  let server: RunningServer | undefined;
  beforeAll(async () => {
    server = await startServer({
      ...options,
      limits: { runners: 1, threads: 1, seconds: 50_000, waitSeconds: 60, requestSeconds: 60, ...options.limits },
    });
  });
  afterAll(() => server?.close());
  const url = () => server!.url;
  return {
    get url() {
      return url();
    },
    post: (path, body, headers = {}, signal) =>
      fetch(url() + path, {
        method: 'POST',
        body,
        headers: { 'content-type': 'text/csv', ...headers },
        signal: signal ?? null,
      }),
    json: (path, body, headers = {}, signal) =>
      fetch(url() + path, {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
        signal: signal ?? null,
      }),
    get: (path, headers = {}) => fetch(url() + path, { headers }),
    async socket(allowHalfOpen = false) {
      const socket = connect({ port: Number(new URL(url()).port), host: '127.0.0.1', allowHalfOpen });
      await once(socket, 'connect');
      return socket;
    },
  };
}

/** All that arrives until the connection closes. */
export async function everything(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  socket.on('error', () => {});
  if (!socket.closed) await once(socket, 'close');
  return text;
}

/** A gauge of /metrics. */
export async function gauge(client: Client, name: string): Promise<number> {
  const text = await (await client.get('/metrics')).text();
  return Number(new RegExp(`^market_alignment_${name} (.*)$`, 'm').exec(text)?.[1]);
}

/** Waits until `true` is returned; tests fail by their own time limit otherwise. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}
