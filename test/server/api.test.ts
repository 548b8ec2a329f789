/** The HTTP API: the same bytes as the library and the command line, jobs, events, cancelling, caching. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { align, hull, parseObservations, parseScores, parseTable, solve, sweep } from '../../src/index.ts';
import type { JobDocument } from '../../src/server/jobs.ts';
import { ENDLESS, endlessTable, gauge, paperTable, serverForTests, until } from './start.ts';

const printed = (result: unknown) => `${JSON.stringify(result, null, 2)}\n`;

const rowsOf = (csv: string) => {
  const [header, ...lines] = csv
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  return lines.map((cells) =>
    Object.fromEntries(header!.map((name, i) => [name, i < 2 ? cells[i] : Number(cells[i])])),
  );
};

describe('answers at once', () => {
  const client = serverForTests();

  test.each(['synthetic-1', 'synthetic-2', 'movielens'])(
    'solve and sweep of %s are the library’s bytes',
    async (name) => {
      const csv = paperTable(name);
      const table = parseTable(csv);
      const solved = await client.post('/v1/solve', csv);
      expect(solved.status).toBe(200);
      expect(solved.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(await solved.text()).toBe(printed(await solve(table, { threads: 1 })));
      expect(await (await client.post('/v1/sweep?paths=3', csv)).text()).toBe(
        printed(await sweep(table, { threads: 1, paths: 3 })),
      );
    },
  );

  test('observations are an option, as text, in JSON and in the query; too many are refused', async () => {
    const csv = paperTable('synthetic-2');
    const text = readFileSync('data/observations/synthetic-2.csv', 'utf8');
    const observations = parseObservations(text);
    for (const [path, run] of [
      ['/v1/solve', solve],
      ['/v1/sweep', sweep],
    ] as const) {
      const expected = printed(await run(parseTable(csv), { threads: 1, observations }));
      expect(await (await client.json(path, { table: csv, options: { observations: text } })).text()).toBe(expected);
      expect(await (await client.post(`${path}?observations=${encodeURIComponent(text)}`, csv)).text()).toBe(expected);
    }
    const bad = await client.json('/v1/solve', { table: csv, options: { observations: 'state,observation\nS1,x\n' } });
    expect([bad.status, await bad.text()]).toEqual([
      422,
      expect.stringContaining('observations line 1: must have the columns'),
    ]);
    // 3 states, 30,000 observations, 4 policies.
    const many = Array.from({ length: 30_000 }, (_, x) => `S${(x % 3) + 1},x${x},0.0001`).join('\n');
    const large = { table: csv, options: { observations: `state,observation,probability\n${many}\n` } };
    const refused = await client.json('/v1/solve', large);
    expect([refused.status, await refused.text()]).toEqual([
      413,
      expect.stringContaining(
        'observations: must make at most 100000 rows of observations and policies on this server, got 120000',
      ),
    ]);
  });

  test('rows, JSON text and CSV text in JSON give the same bytes as CSV', async () => {
    const csv = paperTable('synthetic-2');
    const expected = await (await client.post('/v1/solve?committee=AI 1,AI 3&ties=index', csv)).text();
    const options = { committee: ['AI 1', 'AI 3'], ties: 'index' };
    for (const table of [csv, rowsOf(csv), { rows: rowsOf(csv) }, JSON.stringify(rowsOf(csv))])
      expect(await (await client.json('/v1/solve', { table, options })).text()).toBe(expected);
  });

  test('hull and align are the library’s bytes, from CSV and from rows', async () => {
    const csv = 'item,alice,A,B,C\n1,0,1,0,1\n2,1,1,0,0.25\n3,0.5,0.5,1,1\n4,1,0,1,0.75\n5,0,0,0,1\n6,0.5,1,0.5,0\n';
    const fitted = printed(await hull(await parseScores(csv, {}), { folds: 3, permutations: 4, threads: 1 }));
    expect(await (await client.post('/v1/hull?folds=3&permutations=4', csv)).text()).toBe(fitted);
    const options = { folds: 3, permutations: 4 };
    const scores = rowsOf(csv).map((row) => ({ ...row, alice: Number(row.alice) }));
    expect(await (await client.json('/v1/hull', { scores, options })).text()).toBe(fitted);
    const scaled = await client.post('/v1/hull?folds=2&scale=0,2&subsets=all', csv);
    expect((await scaled.json()) as object).toMatchObject({ options: { scale: [0, 2], sets: 'all' } });
    const aligned = printed(await align(csv, { weights: ['simplex', 'cone'] }));
    expect(await (await client.post('/v1/align?weights=simplex,cone', csv)).text()).toBe(aligned);
    for (const body of [{ scores: csv }, { table: csv }])
      expect((await client.json('/v1/align', { ...body, options: { weights: ['cone'] } })).status).toBe(200);
    expect((await client.json('/v1/align', { scores: csv, table: csv })).status).toBe(400);
  });

  test('query options: repeated or comma-separated lists, quoted names, kebab case', async () => {
    const csv = 'state,policy,alice,"A, the first",B\nrain,stay,0,1,0\nrain,go,1,0,1\n';
    const first = await client.post('/v1/solve?scope=cells&scope=table&committee=%22A, the first%22&time-limit=5', csv);
    const { options } = (await first.json()) as { options: Record<string, unknown> };
    expect(options).toMatchObject({ scope: ['cells', 'table'], committee: ['A, the first'] });
  });

  test('numbers in JSON keep every digit', async () => {
    const body = '{"table":[{"state":"s","policy":"p","alice":0.1234567890123456789,"B":1}]}';
    const { optimum } = (await (await client.json('/v1/solve', body)).json()) as {
      optimum: { alice: { exact: string } };
    };
    expect(optimum.alice.exact).toBe('1234567890123456789/10000000000000000000');
  });

  test('an answer’s tag stands for its input: 304 with it, another tag with other options', async () => {
    const csv = paperTable('synthetic-1');
    const etag = (await client.post('/v1/solve', csv)).headers.get('etag')!;
    const again = await client.post('/v1/solve', csv, { 'if-none-match': `W/"x", ${etag}` });
    expect(again.status).toBe(304);
    expect(again.headers.get('etag')).toBe(etag);
    expect((await client.post('/v1/solve?ties=index', csv)).headers.get('etag')).not.toBe(etag);
  });

  test('a repeated question is answered from memory', async () => {
    const csv = paperTable('synthetic-1');
    const first = await (await client.post('/v1/sweep', csv)).text();
    const hits = await gauge(client, 'cache_hits');
    expect(await (await client.post('/v1/sweep', csv)).text()).toBe(first);
    expect(await gauge(client, 'cache_hits')).toBe(hits + 1);
  });

  test('/healthz, /openapi.json and unknown paths', async () => {
    expect(await (await client.get('/healthz')).json()).toEqual({ status: 'ok' });
    const document = (await (await client.get('/openapi.json')).json()) as {
      openapi: string;
      paths: Record<string, { post?: { requestBody: { content: object } } }>;
    };
    expect(document.openapi).toMatch(/^3\.1/);
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/v1/solve',
        '/v1/sweep',
        '/v1/jobs/{id}',
        '/v1/jobs/{id}/events',
        '/v1/jobs/{id}/result',
      ]),
    );
    expect(Object.keys(document.paths['/v1/solve']!.post!.requestBody.content)).toEqual([
      'application/json',
      'text/csv',
    ]);
    const missing = await client.get('/v1/nothing');
    expect(missing.status).toBe(404);
    expect(missing.headers.get('content-type')).toContain('application/problem+json');
    const method = await client.get('/v1/solve');
    expect([method.status, method.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('jobs', () => {
  const client = serverForTests();
  const async = { prefer: 'respond-async' };
  const start = async (salt: number) => {
    const response = await client.json('/v1/solve', { table: endlessTable(salt), options: ENDLESS }, async);
    expect(response.status).toBe(202);
    return { job: (await response.json()) as JobDocument, location: response.headers.get('location')! };
  };

  test('a job is polled to its result, whose bytes are the command line’s', async () => {
    const csv = paperTable('movielens');
    const accepted = await client.post('/v1/sweep', csv, async);
    expect(accepted.status).toBe(202);
    const location = accepted.headers.get('location')!;
    await until(async () => ((await (await client.get(location)).json()) as JobDocument).status === 'done');
    const expected = printed(await sweep(parseTable(csv), { threads: 1 }));
    const result = await client.get(`${location}/result`);
    expect(await result.text()).toBe(expected);
    const etag = result.headers.get('etag')!;
    expect((await client.get(`${location}/result`, { 'if-none-match': etag })).status).toBe(304);
    const document = (await (await client.get(location)).json()) as JobDocument & { result: unknown };
    expect(document.result).toEqual(JSON.parse(expected));
  });

  test('work that takes longer than a request waits becomes a job; DELETE cancels it', async () => {
    const endless = { table: endlessTable(1), options: ENDLESS };
    const response = await client.json('/v1/solve', endless, { prefer: 'wait=1' });
    expect(response.status).toBe(202);
    const location = response.headers.get('location')!;
    expect((await client.get(`${location}/result`)).status).toBe(404);
    const cancelled = await fetch(client.url + location, { method: 'DELETE' });
    expect(((await cancelled.json()) as JobDocument).status).toBe('cancelled');
    const after = await client.get(`${location}/result`);
    expect([after.status, ((await after.json()) as { type: string }).type]).toEqual([
      409,
      'urn:market-alignment:problem:cancelled',
    ]);
    await until(async () => (await gauge(client, 'jobs_running')) === 0);
    // The thread was stopped, not waited for: the runner is free again.
    expect((await client.post('/v1/solve', paperTable('synthetic-1'))).status).toBe(200);
  });

  test('a client that leaves cancels its job', async () => {
    const controller = new AbortController();
    const asked = client.json('/v1/solve', { table: endlessTable(2), options: ENDLESS }, {}, controller.signal);
    asked.catch(() => {});
    await until(async () => (await gauge(client, 'jobs_running')) === 1);
    controller.abort();
    await until(async () => (await gauge(client, 'jobs_running')) === 0);
  });

  test('two clients share one computation; it runs on while one of them wants it', async () => {
    const [a, b] = [await start(3), await start(3)];
    expect(a.job.id).not.toBe(b.job.id);
    expect((await gauge(client, 'jobs_running')) + (await gauge(client, 'jobs_queued'))).toBe(1);
    await fetch(client.url + a.location, { method: 'DELETE' });
    expect(['queued', 'running']).toContain(((await (await client.get(b.location)).json()) as JobDocument).status);
    await fetch(client.url + b.location, { method: 'DELETE' });
    await until(async () => (await gauge(client, 'jobs_running')) + (await gauge(client, 'jobs_queued')) === 0);
  });

  test.each([
    [
      'text/event-stream',
      'text/event-stream',
      (text: string) => text.split('\n\n').filter((e) => e.startsWith('event')),
    ],
    ['application/x-ndjson', 'application/x-ndjson', (text: string) => text.split('\n').filter((line) => line !== '')],
  ])('events as %s tell of progress and of the end', async (accept, type, split) => {
    const { location } = await start(accept.length);
    const response = await client.get(`${location}/events`, { accept });
    expect(response.headers.get('content-type')).toContain(type);
    await until(async () => ((await (await client.get(location)).json()) as JobDocument).progress.done > 0);
    await fetch(client.url + location, { method: 'DELETE' });
    const events = split(await response.text());
    expect(events.length).toBeGreaterThanOrEqual(2);
    expect(events.at(-1)).toContain('"status":"cancelled"');
    expect(events.at(-2)).toContain('"status":"running"');
  });

  test('events with leave=cancel cancel the job when their reader leaves', async () => {
    const { location } = await start(6);
    const controller = new AbortController();
    const response = await fetch(`${client.url}${location}/events?leave=cancel`, { signal: controller.signal });
    await response.body!.getReader().read();
    controller.abort();
    await until(async () => ((await (await client.get(location)).json()) as JobDocument).status === 'cancelled');
  });

  test('events of an ended job are its end', async () => {
    const accepted = await client.post('/v1/solve', paperTable('synthetic-2'), async);
    const location = accepted.headers.get('location')!;
    await until(async () => ((await (await client.get(location)).json()) as JobDocument).status === 'done');
    const text = await (await client.get(`${location}/events`)).text();
    expect(text).toMatch(/^event: end\ndata: \{.*"status":"done".*\}\n\n$/);
  });
});
