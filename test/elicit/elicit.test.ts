/** elicit as a function: limits, schemas, personas by paraphrase, utility tables, missing answers, and what ends a run. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { elicit, estimate } from '../../src/elicit/elicit.ts';
import { AbortedError, EndpointError, InputError } from '../../src/errors.ts';
import { truth } from './server.ts';
import { everything, KEY, KEY_VARIABLE, type Loopback, scratch, startServer, writePlan } from './study.ts';

let server: Loopback;
const folder = scratch();
beforeAll(async () => {
  process.env[KEY_VARIABLE] = KEY;
  server = await startServer();
});
afterAll(() => {
  delete process.env[KEY_VARIABLE];
  server.stop();
  folder.remove();
});

const plan = (study: string, personas: number, items: number, more: object = {}) =>
  writePlan(join(folder.path, study), server.url(study), personas, items, more);
const csv = (path: string) => parse(readFileSync(path)) as string[][];

test('a dry run estimates and asks nothing; the estimate is near what the run takes', async () => {
  const prices = { input: 1, output: 2 };
  const file = plan('dry', 3, 10, { prices });
  const before = await estimate(file);
  expect(before).toMatchObject({ kind: 'elicit-estimate', questions: 30, open: 30, passes: null });
  expect(before.expected.requests).toBe(30);
  const { input, output } = before.expected.tokens;
  expect(before.expected.cost).toBeCloseTo((input + 2 * output) / 1e6, 12);
  expect((await server.statistics('dry')).requests).toBe(0);
  expect(existsSync(join(folder.path, 'dry', 'plan.elicit'))).toBe(false);

  const result = await elicit(file);
  expect(result!.spent).toEqual({ requests: 30, tokens: { input: 1200, output: 90 }, cost: 0.00138 });
  expect(await estimate(file)).toMatchObject({ open: 0, answered: 30, expected: { requests: 0, cost: 0 } });

  // From 20 answers on, what they took is what is expected of the rest.
  expect(before.expected.basis).toBe('lengths');
  plan('dry', 3, 15, { prices });
  const { expected } = await estimate(file);
  expect(expected).toMatchObject({ requests: 15, tokens: { input: 600, output: 45 }, basis: 'answers' });
});

test('a limit below the estimate is refused before the start; --partial stops at it, never beyond, and a rerun goes on', async () => {
  const study = 'limited';
  const file = plan(study, 4, 25, { limits: { requests: 40 } });
  await expect(elicit(file)).rejects.toThrow(
    /limits\.requests \(40\) is below what is to be expected: 100 more requests/,
  );
  expect((await server.statistics(study)).requests).toBe(0);

  const part = await elicit(file, { partial: true });
  expect(part).toMatchObject({ complete: false, answered: 40, open: 60 });
  expect(part!.stopped).toMatch(/limits\.requests \(40\) reached: raise it and run the same command/);
  expect((await server.statistics(study)).requests).toBe(40);
  const blanks = csv(part!.files.scores!)
    .flat()
    .filter((cell) => cell === '');
  expect(blanks).toHaveLength(60);

  const raised = plan(study, 4, 25, { limits: { requests: 100 } });
  expect(await elicit(raised)).toMatchObject({ complete: true, answered: 100, stopped: null });
  expect((await server.statistics(study)).requests).toBe(100);
});

test('tokens and money are limited as well', async () => {
  for (const limits of [{ tokens: 1000 }, { cost: 0.001 }]) {
    const study = `limited-${Object.keys(limits)[0]}`;
    const result = await elicit(plan(study, 4, 25, { limits, prices: { input: 1, output: 1 } }), { partial: true });
    const tokens = result!.spent.tokens.input + result!.spent.tokens.output;
    expect(tokens).toBeLessThanOrEqual(1000);
    expect(result!.answered).toBeGreaterThan(10);
    expect(result).toMatchObject({ complete: false, answered: tokens / 43 });
  }
});

test('an endpoint that refuses schemas is asked without, after one refusal for each request in flight', async () => {
  const result = await elicit(plan('unstructured', 3, 40, { concurrency: 4 }));
  expect(result).toMatchObject({ complete: true, answered: 120, missing: 0 });
  const { structured, requests } = await server.statistics('unstructured');
  expect(structured).toBeGreaterThan(0);
  expect(structured).toBeLessThanOrEqual(4);
  expect(requests).toBe(120 + structured);
  const manifest = JSON.parse(readFileSync(result!.files.manifest!, 'utf8'));
  expect(manifest).toMatchObject({ structured: false, counts: { answered: 120, missing: 0 }, requests });
});

test('plain answers to a request for structured ones are read as well; structured: never asks for none', async () => {
  expect(await elicit(plan('ignored', 2, 10))).toMatchObject({ answered: 20 });
  const endpoint = { url: server.url('never'), keyVariable: KEY_VARIABLE, structured: 'never' };
  expect(await elicit(plan('never', 2, 10, { endpoint }))).toMatchObject({ answered: 20 });
  expect((await server.statistics('never')).structured).toBe(0);
});

test.each([
  ['quota', /429 No money left/],
  ['form', /400 Unsupported parameter/],
  ['down', /5 questions in a row failed, the last with: 500 down/],
])('%s: the run ends with the reason', async (study, reason) => {
  const file = plan(study, 5, 40, { concurrency: 4, retries: { attempts: 2, firstDelaySeconds: 0.001 } });
  const error = await elicit(file).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(EndpointError);
  expect((error as Error).message).toMatch(reason);
  expect((await server.statistics(study)).requests).toBeLessThan(40);
});

test('the end comes also where the last question of all is one failure too many', async () => {
  const retries = { attempts: 1, firstDelaySeconds: 0.001 };
  await expect(elicit(plan('down-few', 1, 5, { concurrency: 4, retries }))).rejects.toThrow(
    /5 questions in a row failed/,
  );
});

test('a refused form, where the same form was accepted before, is one question’s affair: it stays open, and is said', async () => {
  const result = await elicit(plan('choosy', 3, 10, { concurrency: 2 }));
  expect(result).toMatchObject({ complete: false, answered: 27, missing: 0, open: 3 });
  expect(result!.stopped).toMatch(/^3 questions failed \(the last: 400 I do not like this one\); run the same command/);
  expect(await server.statistics('choosy')).toMatchObject({ requests: 30, structured: 30 });
});

test('an endpoint that is not there: said while it is tried again, and the end after one question’s attempts', async () => {
  const notices: string[] = [];
  const endpoint = { url: 'http://127.0.0.1:9/v1', keyVariable: KEY_VARIABLE };
  const retries = { attempts: 5, firstDelaySeconds: 1.6, longestDelaySeconds: 1.6 };
  const file = plan('absent', 2, 5, { endpoint, retries, concurrency: 2, limits: { tokens: 3000 } });
  await expect(elicit(file, { onNotice: (text) => notices.push(text) })).rejects.toThrow(
    /^http:\/\/127\.0\.0\.1:9\/v1: cannot be reached: Connection error\. \(.*ECONNREFUSED/,
  );
  expect(notices[0]).toMatch(/^no answer: Connection error\. .*; attempt [345] of 5 in (0|1)\.\d s$/);
  // Nothing was sent, so nothing was billed.
  expect((await estimate(file)).spent.tokens).toEqual({ input: 0, output: 0 });
});

test('a model that gives no scores is told of early', async () => {
  const notices: string[] = [];
  const result = await elicit(plan('useless', 5, 5), { onNotice: (text) => notices.push(text) });
  expect(result).toMatchObject({ complete: true, answered: 0, missing: 25 });
  expect(notices).toEqual([
    'none of the first 20 questions got a score; the last reply (not a whole number): "I never give numbers."',
  ]);
});

test.each(['clé-de-test', 'two words', 'line\nbreak'])(
  'a key that no header can carry, %j, is not repeated',
  async (key) => {
    process.env.ELICIT_ODD_KEY = key;
    const message = await elicit(
      plan('odd', 1, 1, { endpoint: { url: server.url('odd'), keyVariable: 'ELICIT_ODD_KEY' } }),
    )
      .then(() => 'asked', String)
      .finally(() => delete process.env.ELICIT_ODD_KEY);
    expect(message).toMatch(/ELICIT_ODD_KEY must hold a key of printable ASCII characters without blanks/);
    expect(message).not.toContain(key);
  },
);

test('a key that is revoked half-way: the reason, what is safe, how to go on', async () => {
  await expect(elicit(plan('revoked', 5, 5, { concurrency: 1 }))).rejects.toThrow(
    /401 Incorrect API key: Bearer \[key removed\]; 10 of 25 answers are safe in .*journal\.ndjson; run the same command/,
  );
});

test('no proxy stands between us and a loopback endpoint', async () => {
  process.env.HTTP_PROXY = 'http://127.0.0.1:9';
  const result = await elicit(plan('direct', 1, 2, { retries: { attempts: 1 } })).finally(
    () => delete process.env.HTTP_PROXY,
  );
  expect(result).toMatchObject({ answered: 2 });
});

test('a hosted endpoint without its key is refused by the name of the variable', async () => {
  const endpoint = { url: 'https://models.example/v1', keyVariable: 'ELICIT_ABSENT_KEY' };
  await expect(elicit(plan('absent', 1, 1, { endpoint }))).rejects.toThrow(/ELICIT_ABSENT_KEY must hold the key/);
});

test('personas by paraphrase: kept in a file, none twice, edited by hand, asked as the file says', async () => {
  const study = 'paraphrased';
  const of = [
    { name: 'plain', prompt: 'You are persona 1.' },
    { name: 'other', prompt: 'You are persona 2.' },
  ];
  const personas = { file: 'personas.csv', paraphrase: { count: 9, of, batch: 4 } };
  const file = plan(study, 0, 10, { personas, target: { persona: { name: 'judge', prompt: 'You are persona 77.' } } });
  expect((await estimate(file)).expected.requests).toBe(100 + 3);
  // Limits are held against all that is to come before the first persona is paid for.
  plan(study, 0, 10, { personas, target: { persona: { name: 'judge', prompt: 'x' } }, limits: { requests: 100 } });
  await expect(elicit(file)).rejects.toThrow(/limits\.requests \(100\) is below .*: 103 more requests/);
  expect((await server.statistics(study)).requests).toBe(0);
  plan(study, 0, 10, { personas, target: { persona: { name: 'judge', prompt: 'You are persona 77.' } } });
  expect(await elicit(file, { personasOnly: true })).toBeUndefined();
  const path = join(folder.path, study, 'personas.csv');
  const [header, ...rows] = csv(path);
  expect(header).toEqual(['name', 'prompt']);
  expect(rows.map(([name]) => name)).toEqual([
    'plain 1',
    'plain 2',
    'plain 3',
    'plain 4',
    'plain 5',
    'other 1',
    'other 2',
    'other 3',
    'other 4',
  ]);
  expect(new Set(rows.map(([, prompt]) => prompt)).size).toBe(9);
  const { requests } = await server.statistics(study);

  writeFileSync(path, 'name,prompt\nmine,You are persona 5.\n');
  const result = await elicit(file);
  expect(result).toMatchObject({ complete: true, personas: 1, answered: 20 });
  expect((await server.statistics(study)).requests).toBe(requests + 20);
  expect(result!.spent.requests).toBe(requests + 20);
  const [names, ...scores] = csv(result!.files.scores!);
  expect(names).toEqual(['item', 'alice', 'mine']);
  expect(scores).toEqual(Array.from({ length: 10 }, (_, i) => [String(i), String(truth(77, i)), String(truth(5, i))]));
});

test('(state, policy) pairs give a utility table; with a gap there is none, and an older one goes', async () => {
  const study = 'pairs';
  const pairs = 'state,policy,text,prior,human\nS1,a,item 1,2,0.5\nS1,b,item 2,2,0.25\nS2,a,item 3,1,1\n';
  const more = { items: { file: 'pairs.csv', layout: 'pairs' }, scores: { as: [0, 1] } };
  const file = plan(study, 2, 1, more);
  writeFileSync(join(folder.path, study, 'pairs.csv'), pairs);
  const result = await elicit(file);
  expect(csv(result!.files.table!)).toEqual([
    ['state', 'policy', 'prior', 'alice', 'P0', 'P1'],
    ...[
      ['S1', 'a', '2', '0.5', 1],
      ['S1', 'b', '2', '0.25', 2],
      ['S2', 'a', '1', '1', 3],
    ].map((row) => [
      ...row.slice(0, 4),
      String(truth(0, row[4] as number) / 100),
      String(truth(1, row[4] as number) / 100),
    ]),
  ]);
  expect(
    csv(result!.files.scores!)
      .slice(1)
      .map(([name]) => name),
  ).toEqual(['["S1","a"]', '["S1","b"]', '["S2","a"]']);

  writeFileSync(join(folder.path, study, 'pairs.csv'), `${pairs}S2,b,item 4,1,0\n`);
  plan(study, 2, 1, { ...more, limits: { requests: 7 } });
  const partial = await elicit(file, { partial: true });
  expect(partial).toMatchObject({ complete: false, answered: 7, open: 1 });
  expect(partial!.files.table).toBeUndefined();
  expect(existsSync(result!.files.table!)).toBe(false);
});

test('missing answers: recorded with the reply, listed, reported, not asked again unless told', async () => {
  const study = 'troubled-missing';
  const file = plan(study, 2, 6);
  const result = await elicit(file);
  expect(result).toMatchObject({ complete: true, missing: 2 });
  expect(csv(result!.files.missing!)).toEqual([
    ['persona', 'item', 'reason', 'reply'],
    ...[0, 1].map((p) => [`P${p}`, '5', 'not a whole number', 'I never give numbers.']),
  ]);
  const agreement = JSON.parse(readFileSync(result!.files.agreement!, 'utf8'));
  expect(agreement.personas.map(({ distribution }: { distribution: { count: number } }) => distribution.count)).toEqual(
    [5, 5],
  );
  expect(agreement.histogram.reduce((a: number, b: number) => a + b)).toBe(10);
  expect(readFileSync(result!.files.report!, 'utf8')).toContain('I never give numbers.');

  const { requests } = await server.statistics(study);
  await elicit(file);
  expect((await server.statistics(study)).requests).toBe(requests);
  // Three tries each: the first and two more.
  expect(await elicit(file, { askMissing: true })).toMatchObject({ missing: 2 });
  expect((await server.statistics(study)).requests).toBe(requests + 6);
});

test('an edited persona is asked again, alone', async () => {
  const study = 'edited';
  const file = plan(study, 3, 10);
  await elicit(file);
  const text = readFileSync(file, 'utf8').replace('You are persona 1.', 'You are persona 9.');
  writeFileSync(file, text);
  const result = await elicit(file);
  expect(result).toMatchObject({ complete: true, answered: 30 });
  expect((await server.statistics(study)).requests).toBe(40);
  expect(csv(result!.files.scores!)[1]![3]).toBe(String(truth(9, 0)));
});

test('an aborted run throws AbortedError; a deadline leaves an incomplete result', async () => {
  const aborted = AbortSignal.abort();
  await expect(elicit(plan('aborted', 2, 5), { signal: aborted })).rejects.toThrow(AbortedError);
  const study = 'slow-late';
  const late = await elicit(plan(study, 2, 5000, { concurrency: 1 }), { deadline: performance.now() + 300 });
  expect(late).toMatchObject({ complete: false });
  expect(late!.open).toBeGreaterThan(0);
  // What was asked was also waited for.
  expect(late!.answered).toBe((await server.statistics(study)).requests);
  expect(await elicit(plan('late', 2, 5), { deadline: 0 })).toMatchObject({ complete: false, answered: 0, open: 10 });
  expect(late!.stopped).toMatch(/--time-limit reached/);
});

test('a deadline while personas are being made leaves an incomplete result, and the next run goes on', async () => {
  const of = [{ name: 'plain', prompt: 'You are persona 1.' }];
  const personas = { file: 'personas.csv', paraphrase: { count: 4, of, batch: 2 } };
  const file = plan('late-personas', 0, 5, { personas });
  for (const personasOnly of [true, false])
    expect(await elicit(file, { deadline: 0, personasOnly })).toMatchObject({
      complete: false,
      personas: 4,
      questions: 20,
      open: 20,
      stopped: expect.stringMatching(/^--time-limit reached while personas were being made; /),
    });
  expect((await server.statistics('late-personas')).requests).toBe(0);
  await expect(elicit(file, { deadline: 0, signal: AbortSignal.abort() })).rejects.toThrow(AbortedError);
  expect(await elicit(file)).toMatchObject({ complete: true, answered: 20 });
});

test('no key in anything that was written, by any of these runs', () => {
  const text = everything(folder.path);
  expect(text.length).toBeGreaterThan(10_000);
  expect(text).not.toContain(KEY);
  expect(text).not.toContain(Buffer.from(KEY).toString('base64'));
});

test('an unknown column of a question is refused before anything is asked', async () => {
  await expect(elicit(plan('column', 1, 2, { question: '{nothing}' }))).rejects.toThrow(InputError);
  expect((await server.statistics('column')).requests).toBe(0);
});
