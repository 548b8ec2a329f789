/** Who may ask: bearer token, host names of a loopback server, other origins. */
import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { startServer } from '../../src/server/server.ts';
import { paperTable, serverForTests } from './start.ts';

const TOKEN = 'correct horse battery';

describe('with a token', () => {
  const client = serverForTests({ token: TOKEN, origins: ['https://example.org'] });
  const asked = (authorization?: string) =>
    client.post('/v1/solve', paperTable('synthetic-1'), authorization === undefined ? {} : { authorization });

  test('the API and the metrics need it, the rest does not', async () => {
    expect((await asked(`Bearer ${TOKEN}`)).status).toBe(200);
    for (const wrong of [undefined, '', 'Bearer', `Bearer ${TOKEN}x`, `Basic ${TOKEN}`, 'Bearer ']) {
      const response = await asked(wrong);
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    }
    expect((await client.get('/metrics')).status).toBe(401);
    expect((await client.get('/v1/jobs/x')).status).toBe(401);
    expect((await client.get('/healthz')).status).toBe(200);
  });

  test('pages of the origin that is allowed may call, others may not', async () => {
    const from = (origin: string) =>
      fetch(`${client.url}/v1/solve`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
      });
    expect((await from('https://example.org')).headers.get('access-control-allow-origin')).toBe('https://example.org');
    expect((await from('https://evil.example')).headers.get('access-control-allow-origin')).toBe(null);
  });
});

describe('without', () => {
  const client = serverForTests({ allowedHosts: ['market.example'] });

  test('no other origin is allowed', async () => {
    const response = await client.post('/v1/solve', paperTable('synthetic-1'), { origin: 'https://example.org' });
    expect(response.headers.get('access-control-allow-origin')).toBe(null);
  });

  test('a loopback server answers to loopback names and those allowed', async () => {
    const status = (host: string) =>
      new Promise<number>((resolve, reject) => {
        request(`${client.url}/healthz`, { headers: { host } }, (response) => {
          response.resume();
          resolve(response.statusCode!);
        })
          .on('error', reject)
          .end();
      });
    for (const host of ['localhost', '127.0.0.1:80', '[::1]:80', 'market.example', 'LOCALHOST:1'])
      expect([host, await status(host)]).toEqual([host, 200]);
    for (const host of ['evil.example', 'localhost.evil.example', '10.0.0.1'])
      expect([host, await status(host)]).toEqual([host, 403]);
  });
});

test('closing lets a job end, then answers no more', async () => {
  const server = await startServer({ limits: { runners: 1, threads: 1, waitSeconds: 60 } });
  const body = paperTable('movielens');
  const asked = fetch(`${server.url}/v1/sweep`, { method: 'POST', body, headers: { 'content-type': 'text/csv' } });
  await new Promise((resolve) => setTimeout(resolve, 100));
  await server.close(30);
  expect((await asked).status).toBe(200);
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
});
