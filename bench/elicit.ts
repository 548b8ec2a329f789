/**
 * Elicitation without waiting for a model: the loopback server of the tests answers at once, in a process of its own. What is
 * left is ours: client, parsing, journal with its syncs, results. And how memory grows with the number of answers.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { elicit } from '../src/elicit/elicit.ts';
import { Journal } from '../src/elicit/journal.ts';
import { truth } from '../test/elicit/server.ts';
import { KEY, KEY_VARIABLE, type Loopback, startServer, writePlan } from '../test/elicit/study.ts';
import { type Measured, report, reportGrid, type Section, save, scratch, timing } from './harness.ts';
import { shownBytes, shownRate, shownSeconds } from './shown.ts';

const PERSONAS = 100;
const CONCURRENCY = 64;
const RUNS = 3;
/** Items: 10,000, 100,000 and 400,000 answers. The middle one is the paper's, and is run several times. */
const SIZES = [100, 1000, 4000];

interface Ran {
  /** Wall-clock seconds, and CPU seconds of the process, from reading the plan to the written results. */
  readonly seconds: number;
  readonly cpu: number;
  /** Most bytes that the process ever held. */
  readonly peak: number;
  readonly scores: string;
}

/** In a process of its own, so that its memory is that of one run. */
async function runPlan(plan: string): Promise<Ran> {
  const began = performance.now();
  const before = process.cpuUsage();
  const result = await elicit(plan);
  const { user, system } = process.cpuUsage(before);
  if (!result?.complete || result.missing > 0) throw new Error('not every question was answered');
  return {
    seconds: (performance.now() - began) / 1000,
    cpu: (user + system) / 1e6,
    peak: process.resourceUsage().maxRSS * 1024,
    scores: result.files.scores!,
  };
}

async function inItsOwnProcess(plan: string): Promise<Ran> {
  const child = fork(fileURLToPath(import.meta.url), [plan], {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, [KEY_VARIABLE]: KEY },
  });
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the run ended with ${code}`)));
  const [ran] = (await Promise.race([once(child, 'message'), ended])) as [Ran];
  ended.catch(() => {});
  return ran;
}

function check({ scores }: Ran, items: number): void {
  const [, ...rows] = parse(readFileSync(scores)) as string[][];
  const wrong = rows.some((row, i) => row.slice(2).some((cell, p) => cell !== String(truth(p, i))));
  if (rows.length !== items || wrong) throw new Error('a score is not the one that was sent');
}

async function measure(server: Loopback, items: number, run: number): Promise<Ran> {
  const study = `bench-${items}-${run}`;
  const plan = writePlan(join(scratch(), study), server.url(study), PERSONAS, items, { concurrency: CONCURRENCY });
  const ran = await inItsOwnProcess(plan);
  check(ran, items);
  return ran;
}

/** Entries that arrive `CONCURRENCY` at a time, each waiting for its place on the disk. */
async function journalAlone(entries: number): Promise<number> {
  const { journal } = await Journal.open(join(scratch(), 'journal.ndjson'), () => {});
  const began = performance.now();
  let next = 0;
  const writer = async () => {
    while (next < entries) {
      const item = `item ${next++}`;
      const at = new Date().toISOString();
      await journal.append({
        digest: 'd'.repeat(32),
        persona: 'P1',
        item,
        score: 50,
        requests: 1,
        input: 9,
        output: 3,
        at,
      });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, writer));
  const seconds = (performance.now() - began) / 1000;
  await journal.close();
  return seconds;
}

const line = (name: string, seconds: readonly number[], answers: number): Measured => {
  const measured = timing(seconds);
  return { name, timing: measured, rate: answers / measured.median, unit: 'answers' };
};

async function speed(runs: readonly Ran[]): Promise<Section> {
  const answers = PERSONAS * 1000;
  const alone: number[] = [];
  for (let run = 0; run < RUNS; run++) alone.push(await journalAlone(answers));
  const seconds = runs.map((ran) => ran.seconds);
  const lines = [
    line('by the clock, with the server on the same machine', seconds, answers),
    line(
      'CPU time of the asking process',
      runs.map(({ cpu }) => cpu),
      answers,
    ),
    line('the journal alone, by the clock', alone, answers),
  ];
  return report(`${PERSONAS} personas × 1,000 items, ${CONCURRENCY} requests in flight`, lines, {
    asked: 'What asking costs where no model has to be waited for: client, parsing, the synced journal, results.',
    reading: `By the clock ${shownRate(answers / lines[0]!.timing.median)} answers a second are asked, checked and on the disk.`,
  });
}

function memory(bySize: ReadonlyMap<number, readonly Ran[]>): Section {
  const rows = [...bySize].map(([items, runs]) => [
    `${(PERSONAS * items).toLocaleString('en')} answers`,
    shownBytes(Math.max(...runs.map((ran) => ran.peak))),
    shownSeconds(timing(runs.map(({ cpu }) => cpu)).median),
  ]);
  return reportGrid(
    'Memory',
    { head: ['', 'peak', 'CPU time'], rows },
    { asked: 'The most that the asking process held.' },
  );
}

export async function run(): Promise<void> {
  const server = await startServer();
  try {
    const bySize = new Map<number, Ran[]>();
    for (const items of SIZES) {
      const runs: Ran[] = [];
      for (let run = 0; run < (items === 1000 ? RUNS : 1); run++) runs.push(await measure(server, items, run));
      bySize.set(items, runs);
    }
    const sections = [await speed(bySize.get(1000)!), memory(bySize)];
    const held = [...bySize.values()].map((runs) => shownBytes(Math.max(...runs.map((ran) => ran.peak))));
    const largest = (PERSONAS * SIZES.at(-1)!).toLocaleString('en');
    await save('elicit', `${sections[0]!.reading} ${largest} answers take ${held.at(-1)} of memory.`, sections);
  } finally {
    server.stop();
  }
}

const [, script, plan] = process.argv;
if (script === fileURLToPath(import.meta.url) && plan !== undefined)
  runPlan(plan).then((ran) => process.send!(ran, () => process.exit(0)));
