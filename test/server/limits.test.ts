/** Every limit of the server has a test: what passes it is refused cheaply, with the right status, and the server goes on. */
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { limitsWith } from '../../src/server/limits.ts';
import type { ProblemDocument } from '../../src/server/problem.ts';
import { type Client, ENDLESS, endlessTable, everything, gauge, paperTable, serverForTests, until } from './start.ts';

/** Status and kind of a refusal. */
async function refusal(response: Response): Promise<[number, string]> {
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  const { type, status, detail } = (await response.json()) as ProblemDocument;
  expect(status).toBe(response.status);
  expect(detail).not.toContain('/server/');
  return [response.status, type.replace('urn:market-alignment:problem:', '')];
}

const alive = async (client: Client) =>
  expect((await client.post('/v1/solve', paperTable('synthetic-1'))).status).toBe(200);

/** A request as raw bytes, its answer until the connection closes. */
async function raw(client: Client, ...pieces: string[]): Promise<string> {
  const socket = await client.socket();
  const answer = everything(socket);
  for (const piece of pieces) socket.write(piece);
  return answer;
}

const head = (length: number, type = 'text/csv') =>
  `POST /v1/solve HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${type}\r\ncontent-length: ${length}\r\n\r\n`;

test('a limit that is no number above 0 is refused by name', () => {
  expect(() => limitsWith({ rows: Number.NaN })).toThrow(
    new InputError('limit rows must be a number above 0, got NaN'),
  );
  expect(() => limitsWith({ seconds: 0 })).toThrow('limit seconds must be');
  expect(limitsWith({ queue: 0 }).queue).toBe(0);
});

describe('of bodies', () => {
  const client = serverForTests({ limits: { bodyBytes: 20_000, rows: 100, columns: 50, seconds: 3 } });
  const full = serverForTests({ limits: { bodyBytes: 20_000, bodiesBytes: 32_000, connections: 16 } });

  test('100 MB announced are refused before they are read', async () => {
    const answer = await raw(client, head(100e6), 'x'.repeat(1000));
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('body-too-large');
  });

  test('a chunked body is refused where it passes the limit', async () => {
    const piece = 'x'.repeat(8000);
    const chunk = `${piece.length.toString(16)}\r\n${piece}\r\n`;
    const start =
      'POST /v1/solve HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/csv\r\ntransfer-encoding: chunked\r\n\r\n';
    const answer = await raw(client, start, chunk, chunk, chunk);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    await alive(client);
  });

  test('all bodies together: 429 while others are being read, and room again when their senders leave', async () => {
    const sockets = await Promise.all([1, 2].map(() => full.socket()));
    for (const socket of sockets) socket.write(`${head(15_000)}state`);
    const some = () => full.post('/v1/solve', `${paperTable('synthetic-1')}${'\n'.repeat(5000)}`);
    await until(async () => {
      const response = await some();
      if (response.status !== 429) return false;
      expect(response.headers.get('retry-after')).toBe('1');
      expect(await refusal(response)).toEqual([429, 'too-many-requests']);
      // Small ones are taken all the same.
      await alive(full);
      return true;
    });
    for (const socket of sockets) socket.destroy();
    await until(async () => (await some()).status === 200);
  });

  test('all bodies together: those of jobs under way count as well', async () => {
    const body = { table: endlessTable(8), options: ENDLESS };
    const job = await full.json('/v1/solve', `${JSON.stringify(body)}${' '.repeat(15_000)}`, { prefer: 'wait=0' });
    expect(job.status).toBe(202);
    const other = `${paperTable('synthetic-1')}${'\n'.repeat(18_000)}`;
    expect(await refusal(await full.post('/v1/solve', other))).toEqual([429, 'too-many-requests']);
    await fetch(full.url + job.headers.get('location'), { method: 'DELETE' });
    await until(async () => (await full.post('/v1/solve', other)).status === 200);
  });

  test('too many rows', async () => {
    const csv = `state,policy,alice,B\n${Array.from({ length: 102 }, (_, i) => `s${i},p,1,1\n`).join('')}`;
    expect(await refusal(await client.post('/v1/solve', csv))).toEqual([413, 'body-too-large']);
    const rows = Array.from({ length: 102 }, (_, i) => ({ state: `s${i}`, policy: 'p', alice: 1, B: 1 }));
    expect(await refusal(await client.json('/v1/solve', { table: rows }))).toEqual([413, 'body-too-large']);
  });

  test('deep JSON', async () => {
    const deep = `${'['.repeat(9000)}${']'.repeat(9000)}`;
    expect(await refusal(await client.json('/v1/solve', `{"table":${deep}}`))).toEqual([400, 'bad-request']);
    expect(await refusal(await client.json('/v1/solve', deep))).toEqual([400, 'bad-request']);
    expect(
      await refusal(
        await client.json('/v1/solve', `{"options":${'{"a":'.repeat(3000)}1${'}'.repeat(3000)},"table":""}`),
      ),
    ).toEqual([400, 'bad-request']);
    // Brackets in strings are none, whatever is escaped there.
    const names = `"${'['.repeat(40)}\\\\","${'{'.repeat(40)}\\"["`;
    const asked = await client.json(
      '/v1/solve',
      `{"table":${JSON.stringify(paperTable('synthetic-1'))},"options":{"committee":[${names}]}}`,
    );
    expect([asked.status, await asked.text()]).toEqual([422, expect.stringContaining('committee must name Bobs')]);
  });

  test('too many columns: in CSV, in CSV inside JSON, as members of a row', async () => {
    const csv = `state,policy,alice,${Array.from({ length: 48 }, (_, i) => `B${i}`).join(',')}\ns,p,1${',1'.repeat(48)}\n`;
    expect(await refusal(await client.post('/v1/solve', csv))).toEqual([413, 'body-too-large']);
    expect(await refusal(await client.json('/v1/solve', { table: csv }))).toEqual([413, 'body-too-large']);
    const row = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 1]));
    expect(await refusal(await client.json('/v1/solve', { table: [row] }))).toEqual([413, 'body-too-large']);
    // 50 are allowed; the market is refused for another reason.
    const most = csv.replace(',B47', '').replace(/,1\n$/, '\n');
    expect(await refusal(await client.post('/v1/solve', most))).toEqual([422, 'invalid-input']);
  });

  test('compressed bodies and files that look like archives', async () => {
    const zipped = gzipSync('state,policy,alice,B\n');
    const compressed = await fetch(`${client.url}/v1/solve`, {
      method: 'POST',
      body: zipped,
      headers: { 'content-type': 'text/csv', 'content-encoding': 'gzip' },
    });
    expect(await refusal(compressed)).toEqual([415, 'unsupported-media-type']);
    expect(await refusal(await client.post('/v1/solve', `PK\u0003\u0004\0\0${'\0'.repeat(5000)}`))).toEqual([
      422,
      'invalid-input',
    ]);
    expect(await refusal(await client.post('/v1/solve', zipped.toString('latin1')))).toEqual([422, 'invalid-input']);
  });

  test('few bytes that ask for endless work', async () => {
    const table = endlessTable();
    expect(table.length).toBeLessThan(1500);
    expect(await refusal(await client.json('/v1/solve', { table, options: ENDLESS }))).toEqual([422, 'too-large']);
    const many = `state,policy,alice,${Array.from({ length: 16 }, (_, i) => `B${i}`).join(',')}\n${['a', 'b']
      .map((p) => `s,${p},1${',1'.repeat(16)}\n`)
      .join('')}`;
    expect(await refusal(await client.post('/v1/sweep', many))).toEqual([422, 'too-large']);
    expect(await refusal(await client.post('/v1/solve?runs=99999999', many))).toEqual([400, 'bad-request']);
    await alive(client);
  });

  test.each([
    ['nothing', '', 'application/json', 400],
    ['no JSON', '{"table":', 'application/json', 400],
    ['JSON of another shape', '[1,2,3]', 'application/json', 400],
    ['an unknown member', '{"table":"x","file":"/etc/passwd"}', 'application/json', 400],
    ['an unknown option', '{"table":"x","options":{"out":"/tmp/x"}}', 'application/json', 400],
    ['a prototype', '{"table":"x","options":{"__proto__":{"ties":"index"}}}', 'application/json', 400],
    ['bytes', '\u0000\u0001\u0002', 'text/csv', 422],
    ['text', 'hello', 'text/csv', 422],
    ['an empty table', '', 'text/csv', 422],
    ['another type', 'x=1', 'application/x-www-form-urlencoded', 415],
    ['a form', '--x\r\n', 'multipart/form-data; boundary=x', 415],
    ['XML', '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>', 'text/xml', 415],
  ])('junk: %s', async (_name, body, type, status) => {
    const response = await client.post('/v1/solve', body, { 'content-type': type });
    expect((await refusal(response))[0]).toBe(status);
  });

  test('raw junk on the connection', async () => {
    expect(await raw(client, 'hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await raw(client, '\u0016\u0003\u0001\u0002')).toMatch(/^HTTP\/1\.1 400 /);
    const long = `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`;
    expect(await raw(client, long)).toMatch(/^HTTP\/1\.1 431 /);
    const both =
      'POST /v1/solve HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n';
    expect(await raw(client, both)).toMatch(/^HTTP\/1\.1 400 /);
    await alive(client);
  });

  test('path tricks in every field are names, or refused', async () => {
    const trick = '../../../../etc/passwd';
    const csv = `state,policy,alice,${trick},__proto__,constructor\n${trick},${trick},1,1,0,2\n${trick},__proto__,0,2,1,0\n`;
    const solved = await client.post(`/v1/solve?committee=${encodeURIComponent(trick)},__proto__`, csv);
    expect(solved.status).toBe(200);
    const { worst } = JSON.parse(await solved.text()) as { worst: { bobs: object; scheme: string[] } };
    expect(Object.keys(worst.bobs)).toEqual([trick, '__proto__']);
    for (const path of [
      `/v1/jobs/${encodeURIComponent(trick)}`,
      `/v1/jobs/${encodeURIComponent('..')}/result`,
      '/..%2f..%2fetc/passwd',
      '/%00',
      '/site/../package.json',
      '/.git/config',
      '/v1/solve/../../etc/passwd',
    ])
      expect([path, (await refusal(await client.get(path)))[0]]).toEqual([path, 404]);
    expect(
      await raw(client, 'GET /../../../etc/passwd HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n'),
    ).toMatch(/^HTTP\/1\.1 404 /);
    expect(await refusal(await client.get(`/v1/jobs/${'a'.repeat(5000)}`))).toEqual([414, 'uri-too-long']);
    expect(await refusal(await client.get('/%zz'))).toEqual([400, 'bad-request']);
    expect(await raw(client, 'GET /%zz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 /,
    );
  });
});

describe('of slow clients', () => {
  const client = serverForTests({ limits: { requestSeconds: 1 } });
  const idle = serverForTests({ limits: { idleSeconds: 1 } });

  test('a request that does not arrive in time', async () => {
    const half = await raw(client, head(500).slice(0, 40));
    expect(half).toMatch(/^HTTP\/1\.1 408 /);
    const slowBody = await raw(client, head(500), 'state,policy');
    expect(slowBody).toMatch(/^HTTP\/1\.1 408 /);
    expect(slowBody).toContain('request-timeout');
  });

  test('a connection without a byte is cut', async () => {
    const socket = await idle.socket();
    await once(socket.resume(), 'close');
  });
});

describe('of work', () => {
  const client = serverForTests({ limits: { queue: 1, streams: 1, connections: 20 } });
  const start = (salt: number) =>
    client.json('/v1/solve', { table: endlessTable(salt), options: ENDLESS }, { prefer: 'respond-async' });
  const stop = async (response: Response) => {
    await fetch(client.url + response.headers.get('location'), { method: 'DELETE' });
  };
  const idle = () =>
    until(async () => (await gauge(client, 'jobs_running')) + (await gauge(client, 'jobs_queued')) === 0);

  test('a full queue is 429 with Retry-After; the queue moves on afterwards', async () => {
    const jobs = [await start(1), await start(2)];
    expect(jobs.map(({ status }) => status)).toEqual([202, 202]);
    const third = await start(3);
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await refusal(third)).toEqual([429, 'too-many-requests']);
    await Promise.all(jobs.map(stop));
    await idle();
    await alive(client);
  });

  test('a half-closed socket cancels what it asked for, and is closed', async () => {
    const body = JSON.stringify({ table: endlessTable(4), options: ENDLESS });
    const socket = await client.socket(true);
    const answer = everything(socket);
    socket.write(head(Buffer.byteLength(body), 'application/json') + body);
    await until(async () => (await gauge(client, 'jobs_running')) === 1);
    socket.end();
    await idle();
    socket.destroy();
    await answer;
  });

  test('a socket half-closed in the middle of its body asks for nothing', async () => {
    const socket = await client.socket(true);
    const answer = everything(socket);
    socket.end(`${head(500)}state,policy`);
    expect(await answer).not.toMatch(/^HTTP\/1\.1 200/);
    expect(await gauge(client, 'jobs_running')).toBe(0);
  });

  test('time: the answer is the best so far, marked; the client may ask for less time', async () => {
    const response = await client.json('/v1/solve', {
      table: endlessTable(5),
      options: { ...ENDLESS, timeLimit: 0.2 },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('etag')).toBe(null);
    expect(((await response.json()) as { complete: boolean }).complete).toBe(false);
  });

  test('event streams', async () => {
    const job = await start(6);
    const events = `${job.headers.get('location')}/events`;
    const first = await client.get(events);
    expect(await refusal(await client.get(events))).toEqual([429, 'too-many-requests']);
    await stop(job);
    expect(await first.text()).toContain('"status":"cancelled"');
    await until(async () => (await client.get(events)).status === 200);
  });

  test('connections', async () => {
    const sockets = await Promise.all(Array.from({ length: 40 }, () => client.socket()));
    for (const socket of sockets) socket.on('error', () => {});
    await until(
      async () => sockets.some(({ readyState, destroyed }) => destroyed || readyState !== 'open') || drop(sockets),
    );
    for (const socket of sockets) socket.destroy();
    await until(async () =>
      alive(client).then(
        () => true,
        () => false,
      ),
    );
  });
});

/** Reads, so that a connection that was dropped shows. */
function drop(sockets: readonly { resume(): unknown }[]): boolean {
  for (const socket of sockets) socket.resume();
  return false;
}

describe('of a job’s time and memory', () => {
  const hard = serverForTests({ limits: { graceSeconds: 0, memoryBytes: 2 ** 20 } });
  test('memory: the job that has run longest is stopped', async () => {
    const response = await hard.json('/v1/solve', { table: endlessTable(7), options: ENDLESS });
    expect(await refusal(response)).toEqual([422, 'memory-limit']);
  });

  const small = serverForTests({ limits: { keptBytes: 3000, keptSeconds: 600, cacheBytes: 1000 } });
  test('results and jobs are kept within their bytes', async () => {
    const locations: string[] = [];
    for (const ties of ['strict', 'index']) {
      const job = await small.post(`/v1/solve?ties=${ties}`, paperTable('synthetic-1'), { prefer: 'respond-async' });
      const location = job.headers.get('location')!;
      locations.push(location);
      await until(async () =>
        ['done', undefined].includes(((await (await small.get(location)).json()) as { status?: string }).status),
      );
    }
    expect((await small.get(locations[0]!)).status).toBe(404);
    await small.post('/v1/solve', paperTable('synthetic-1'));
    expect(await gauge(small, 'cache_hits')).toBe(0);
  });
});
