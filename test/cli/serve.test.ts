/** `serve` as a process: its first line, its log, its end, and what it refuses. */
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { ENDLESS, endlessTable } from '../server/start.ts';
import { cli, scratchFolder } from './run.ts';

const scratch = scratchFolder();
afterAll(scratch.clean);

const csv = readFileSync('data/tables/synthetic-1.csv', 'utf8');
const TOKEN = 'correct horse battery';

/** Runs `serve` with `args` on a free port while `ask` does, then stops it. */
async function serving(args: readonly string[], ask: (url: string) => Promise<unknown>) {
  let asked: Promise<unknown> | undefined;
  const ran = await cli(['serve', '--port', '0', '--jobs', '1', '--threads', '1', ...args], {
    onStderr(stderr, kill) {
      if (!stderr.includes('\n') || asked) return;
      asked = ask(stderr.split('\n', 1)[0]!).finally(() => kill('SIGTERM'));
      asked.catch(() => {});
    },
  });
  await asked;
  return ran;
}

const post = (url: string, body: string, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', body, headers: { 'content-type': 'text/csv', ...headers } });
const postEndless = (url: string, salt: number) =>
  post(`${url}/v1/solve`, JSON.stringify({ table: endlessTable(salt), options: ENDLESS }), {
    'content-type': 'application/json',
  });

describe('serve', () => {
  test('prints its URL first, answers, logs JSON, and ends with code 0 on SIGTERM', async () => {
    let asked: Promise<unknown> | undefined;
    const ran = await cli(['serve', '--port', '0', '--jobs', '1'], {
      onStderr(stderr, kill) {
        const [url] = stderr.split('\n', 1);
        if (!stderr.includes('\n') || asked) return;
        asked = fetch(`${url}/healthz`).then((response) => response.json());
        void asked.finally(() => kill('SIGTERM'));
      },
    });
    expect([ran.code, ran.stderr]).toEqual([0, expect.anything()]);
    expect(await asked).toEqual({ status: 'ok' });
    const [url, ...lines] = ran.stderr.trim().split('\n');
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(
      expect.arrayContaining(['answered']),
    );
    expect(ran.stdout).toBe('');
  });

  test('a port that is taken, a short token and bad limits are refused', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    try {
      const taken = await cli(['serve', '--port', String(port), '--jobs', '1']);
      expect([taken.code, taken.stderr]).toEqual([2, expect.stringContaining(`cannot listen on 127.0.0.1:${port}`)]);
    } finally {
      other.close();
    }
    const token = await cli(['serve', '--token-file', 'package.json/x']);
    expect([token.code, token.stderr]).toEqual([2, expect.stringContaining('must be readable')]);
    expect((await cli(['serve', '--time-limit', '-1'])).code).toBe(2);
    expect((await cli(['serve', '--cors-origin', 'example.org'])).code).toBe(2);
  });

  test('limits as options: body, rows, columns, queue, cache', async () => {
    const ran = await serving(
      [
        ...['--body', '0.01', '--rows', '50', '--columns', '10'],
        ...['--queue', '0', '--cache', '0', '--log-level', 'silent'],
      ],
      async (url) => {
        expect((await post(`${url}/v1/solve`, 'x'.repeat(11_000))).status).toBe(413);
        const rows = Array.from({ length: 60 }, (_, i) => `s${i},p,1,1\n`).join('');
        expect((await post(`${url}/v1/solve`, `state,policy,alice,B\n${rows}`)).status).toBe(413);
        expect((await post(`${url}/v1/solve`, `state,policy,alice${',B'.repeat(9)}\n`)).status).toBe(413);
        for (let i = 0; i < 2; i++) expect((await post(`${url}/v1/solve`, csv)).status).toBe(200);
        expect(await (await fetch(`${url}/metrics`)).text()).toContain('market_alignment_cache_hits 0');
      },
    );
    expect([ran.code, ran.stderr]).toEqual([0, expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\n$/)]);
  });

  test('waiting, a queue without room, and jobs that get no time to end', async () => {
    const ran = await serving(['--wait', '0', '--queue', '0', '--grace', '0', '--time-limit', '6000'], async (url) => {
      expect((await postEndless(url, 1)).status).toBe(202);
      expect((await postEndless(url, 2)).status).toBe(429);
    });
    expect(ran.code).toBe(0);
  });

  test('memory: the job that has run longest is stopped', async () => {
    await serving(['--memory', '1', '--wait', '30', '--time-limit', '6000'], async (url) => {
      const response = await postEndless(url, 3);
      expect([response.status, (await response.json()) as object]).toEqual([
        422,
        expect.objectContaining({ type: 'urn:market-alignment:problem:memory-limit' }),
      ]);
    });
  });

  test('a token from a file, origins, and host names', async () => {
    const file = scratch.path('token');
    writeFileSync(file, `${TOKEN}\n`);
    const origin = 'https://example.org';
    const args = [
      '--token-file',
      file,
      '--cors-origin',
      origin,
      '--allow-host',
      'market.example',
      '--host',
      'localhost',
    ];
    await serving(args, async (url) => {
      expect(url).toMatch(/^http:\/\/localhost:\d+$/);
      expect((await post(`${url}/v1/solve`, csv)).status).toBe(401);
      const answer = await post(`${url}/v1/solve`, csv, { authorization: `Bearer ${TOKEN}`, origin });
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
      const status = (host: string) =>
        new Promise((resolve, reject) => {
          const asked = request(`${url}/healthz`, { headers: { host } }, (response) => {
            response.resume();
            resolve(response.statusCode);
          });
          asked.on('error', reject).end();
        });
      expect([await status('market.example'), await status('evil.example')]).toEqual([200, 403]);
    });
  });

  test('a token from the environment', async () => {
    const short = await cli(['serve', '--port', '0'], { env: { MARKET_ALIGNMENT_TOKEN: 'short' } });
    expect([short.code, short.stderr]).toEqual([2, expect.stringContaining('at least 16 characters, got 5')]);
  });
});
