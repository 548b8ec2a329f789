/** elicit as a process: kills at random instants, two on one journal, Ctrl-C. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { elicit } from '../../src/elicit/elicit.ts';
import { everything, KEY, KEY_VARIABLE, type Loopback, scratch, startServer, writePlan } from './study.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
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

/** All that any of the processes said. */
let log = '';

function start(plan: string, ...options: string[]) {
  const child: ChildProcess = spawn(process.execPath, [MAIN, 'elicit', plan, ...options], {
    // The client's own logging, which prints headers, stays off.
    env: { ...process.env, OPENAI_LOG: 'debug' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
    log += text;
  });
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
    log += text;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...said }));
  return { child, ended };
}

const size = (path: string) => (existsSync(path) ? statSync(path).size : 0);

/** Waits until the journal has grown by `bytes`, or the process has ended. */
async function grown(path: string, bytes: number, child: ChildProcess): Promise<void> {
  const before = size(path);
  while (size(path) < before + bytes && child.exitCode === null && child.signalCode === null) await after(3);
}

test('20 kills at random instants, then the same CSV as an uninterrupted run', async () => {
  const generator = xoroshiro128plus(20);
  const study = 'slow-killed';
  const concurrency = 8;
  const plan = writePlan(join(folder.path, study), server.url(study), 10, 150, { concurrency });
  const journal = join(folder.path, study, 'plan.elicit', 'journal.ndjson');
  for (let kill = 0; kill < 20; kill++) {
    const { child, ended } = start(plan, '--quiet');
    // A quarter of them while the process is starting, the others while answers come in.
    if (kill % 4 > 0) await grown(journal, uniformInt(generator, 1, 12_000), child);
    await after(uniformInt(generator, 0, kill % 4 > 0 ? 30 : 300));
    child.kill('SIGKILL');
    await ended;
  }
  const { code, out, err } = await start(plan, '--quiet', '--format', 'json').ended;
  expect([code, err]).toEqual([0, '']);
  const result = JSON.parse(out) as { complete: boolean; answered: number; missing: number; files: { scores: string } };
  expect(result).toMatchObject({ kind: 'elicit', complete: true, answered: 1500, missing: 0, open: 0 });

  const whole = writePlan(join(folder.path, 'whole'), server.url('whole'), 10, 150, {});
  const uninterrupted = await elicit(whole);
  expect(readFileSync(result.files.scores)).toEqual(readFileSync(uninterrupted!.files.scores!));
  // A kill loses at most the requests in flight.
  const { requests } = await server.statistics(study);
  expect(requests - 1500).toBeLessThanOrEqual(20 * concurrency);
  expect(requests).toBeGreaterThanOrEqual(1500);
  // Twenty-one starts of a process: seconds on an idle machine, minutes on a busy one.
}, 900_000);

test('a second process on the journal is refused; Ctrl-C stops the first, which says how to go on; the next goes on', async () => {
  const study = 'slow-stopped';
  const plan = writePlan(join(folder.path, study), server.url(study), 5, 200, { concurrency: 4 });
  const journal = join(folder.path, study, 'plan.elicit', 'journal.ndjson');
  const first = start(plan);
  await grown(journal, 2000, first.child);
  const second = await start(plan).ended;
  expect(second.code).toBe(2);
  expect(second.err).toMatch(new RegExp(`journal\\.ndjson is in use by process ${first.child.pid}`));

  first.child.kill('SIGINT');
  const stopped = await first.ended;
  expect(stopped.code).toBe(130);
  expect(stopped.err).toMatch(/finishing the requests in flight/);
  const [, safe] = /stopped: (\d+) of 1000 answers are safe in .*; run the same command to go on from there/.exec(
    stopped.err,
  )!;
  expect(stopped.out).toBe('');
  // Nothing that was in flight is lost.
  expect((await server.statistics(study)).requests).toBe(Number(safe));

  const next = await start(plan, '--format', 'table').ended;
  expect(next.code).toBe(0);
  expect(next.out).toMatch(/answered +1000/);
  expect((await server.statistics(study)).requests).toBe(1000);
});

test('a refused key is one line and exit code 1, without the key', async () => {
  const plan = writePlan(join(folder.path, 'forbidden'), server.url('forbidden'), 2, 5);
  const { code, out, err } = await start(plan).ended;
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(/^market-alignment: http:.*: 401 Incorrect API key: Bearer \[key removed\]\n$/);
});

test('no key in anything that these processes said or wrote: output, errors, journal, results, report', () => {
  expect(log).toContain('[key removed]');
  const written = everything(folder.path);
  for (const trace of ['elicit-journal', 'elicit-manifest', '<html', 'item,alice']) expect(written).toContain(trace);
  for (const spelling of [KEY, Buffer.from(KEY).toString('base64')]) {
    expect(log).not.toContain(spelling);
    expect(written).not.toContain(spelling);
  }
});
