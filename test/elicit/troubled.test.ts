/** 100 personas × 1,000 items through a server that misbehaves in every way: complete, right, none asked twice. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { elicit } from '../../src/elicit/elicit.ts';
import { readJournal } from '../../src/elicit/journal.ts';
import { troublesOf, truth } from './server.ts';
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

/** Every cell against the truth; the three that never come are blank. */
function checkScores(file: string, personas: number, items: number): void {
  const [header, ...rows] = parse(readFileSync(file)) as string[][];
  expect(header).toEqual(['item', 'alice', ...Array.from({ length: personas }, (_, p) => `P${p}`)]);
  expect(rows.length).toBe(items);
  const wrong: string[] = [];
  for (const [i, row] of rows.entries())
    for (let p = 0; p < personas; p++) {
      const right = troublesOf(p, i).includes('never') ? '' : String(truth(p, i));
      if (row[p + 2] !== right) wrong.push(`${p} ${i}: ${row[p + 2]} for ${right}`);
    }
  expect(wrong).toEqual([]);
}

async function run(study: string, personas: number, items: number, more: object = {}) {
  const notices: string[] = [];
  const place = join(folder.path, study);
  const plan = writePlan(place, server.url(study), personas, items, more);
  const result = await elicit(plan, { onNotice: (text) => notices.push(text) });
  return { result: result!, notices, plan, place };
}

test('100 × 1,000: every answer right, none asked twice after success, no key anywhere', async () => {
  // The two questions that are never answered at first wait out this limit while the others go on.
  const endpoint = { url: server.url('troubled-big'), keyVariable: KEY_VARIABLE, timeoutSeconds: 30 };
  const { result, plan, place, notices } = await run('troubled-big', 100, 1000, { concurrency: 64, endpoint });
  expect(result.complete).toBe(true);
  expect([result.answered, result.missing, result.open]).toEqual([99_997, 3, 0]);
  checkScores(result.files.scores!, 100, 1000);
  const statistics = await server.statistics('troubled-big');
  expect(statistics.afterSuccess).toBe(0);
  expect(statistics.structured).toBe(statistics.requests);
  // Every request is accounted for: none but the server's 429s and 5xx was free, and each is in the journal.
  expect(result.spent.requests).toBe(statistics.requests);
  expect(statistics.waits.map(({ asked }) => asked).sort()).toEqual(['429 date', '429 seconds']);
  for (const { asked, waited } of statistics.waits)
    expect(waited).toBeGreaterThanOrEqual(asked === '429 date' ? 900 : 999);

  // The journal has one line a question, and says what the useless replies were.
  let lines = 0;
  for await (const entry of readJournal(result.files.journal!)) {
    lines++;
    if ('missing' in entry)
      expect(entry).toMatchObject({ missing: 'not a whole number', reply: 'I never give numbers.' });
  }
  expect(lines).toBe(100_000);
  expect(everything(place)).not.toContain(KEY);
  expect(notices.join('\n')).not.toContain(KEY);

  // Again: nothing is left to ask.
  const again = await elicit(plan);
  expect((await server.statistics('troubled-big')).requests).toBe(statistics.requests);
  expect(again!.complete).toBe(true);
  // 100,000 requests over real connections: half a minute on two idle cores, much more on busy ones.
}, 900_000);

test('streaming: every answer right, none asked twice, whatever is cut or drips', async () => {
  const endpoint = { url: server.url('troubled-stream'), keyVariable: KEY_VARIABLE, timeoutSeconds: 10, stream: true };
  const { result, place } = await run('troubled-stream', 10, 200, { endpoint });
  expect([result.answered, result.missing, result.open]).toEqual([1997, 3, 0]);
  checkScores(result.files.scores!, 10, 200);
  const statistics = await server.statistics('troubled-stream');
  expect(statistics.afterSuccess).toBe(0);
  expect(statistics.streamed).toBe(statistics.requests);
  expect(everything(place)).not.toContain(KEY);
});
