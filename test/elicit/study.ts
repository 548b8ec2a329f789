/** Plans, a server and folders for the tests of elicit. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Looks like a real one; must appear nowhere. */
export const KEY = 'sk-loopback-4f9a0c7e51d24b6e9d0a';
export const KEY_VARIABLE = 'ELICIT_TEST_KEY';

export interface Loopback {
  readonly url: (study: string) => string;
  readonly statistics: (study: string) => Promise<{
    requests: number;
    afterSuccess: number;
    structured: number;
    streamed: number;
    waits: { asked: string; waited: number }[];
  }>;
  readonly stop: () => void;
}

/** The misbehaving server in a process of its own. */
export async function startServer(): Promise<Loopback> {
  const child: ChildProcess = fork(fileURLToPath(new URL('./server.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(message as number));
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return {
    url: (study) => `http://127.0.0.1:${port}/${study}/v1`,
    statistics: async (study) => JSON.parse(await (await fetch(`http://127.0.0.1:${port}/${study}/statistics`)).text()),
    stop: () => child.kill(),
  };
}

export function scratch(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'elicit-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Writes a plan for `personas` × `items` questions, and its items, into `folder`; `more` overrides. */
export function writePlan(folder: string, url: string, personas: number, items: number, more: object = {}): string {
  mkdirSync(folder, { recursive: true });
  const rows = Array.from({ length: items }, (_, i) => `${i},item ${i},${(i % 7) / 2}`);
  writeFileSync(join(folder, 'items.csv'), `${['item,text,human', ...rows].join('\n')}\n`);
  const plan = {
    items: { file: 'items.csv' },
    question: '{text}\nFrom {from} to {to}.',
    personas: {
      given: Array.from({ length: personas }, (_, p) => ({ name: `P${p}`, prompt: `You are persona ${p}.` })),
    },
    model: 'loopback',
    target: { column: 'human' },
    endpoint: { url, keyVariable: KEY_VARIABLE, timeoutSeconds: 20 },
    concurrency: 32,
    retries: { firstDelaySeconds: 0.005, longestDelaySeconds: 0.02, badAnswers: 2 },
    ...more,
  };
  const file = join(folder, 'plan.json');
  writeFileSync(file, JSON.stringify(plan, null, 2));
  return file;
}

/** The text of every file below `folder`. */
export function everything(folder: string): string {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .map((path) => (statSync(path).isDirectory() ? everything(path) : readFileSync(path, 'utf8')))
    .join('\n');
}
