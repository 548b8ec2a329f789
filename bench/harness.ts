/**
 * What every benchmark shares: timing with tinybench, peers compiled or found on the spot, the machine's record, and
 * results as JSON. A bench checks its answers first and reports ratios to peers measured in the same run.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Bench } from 'tinybench';
import { writeWhole } from '../src/report/files.ts';
import { shownRate, shownRatio, shownSeconds } from './shown.ts';

/** Seconds of one run: the median of several with the range that holds the middle half of them. */
export interface Timing {
  readonly median: number;
  readonly quartiles: readonly [number, number];
  readonly runs: number;
}

/** One line of a benchmark: who did what, how fast. */
export interface Measured {
  readonly name: string;
  readonly timing: Timing;
  /** Units of work a second at the median, such as schemes; `unit` names them. */
  readonly rate?: number;
  readonly unit?: string;
  /** This line's median over the first line's: above 1 is slower than ours. */
  readonly ratio?: number;
}

/** What the page says about a table beside its numbers. */
export interface Told {
  /** What was asked, in a sentence or two. */
  readonly asked?: string;
  /** What the numbers show; default: the first line against each of the others. */
  readonly reading?: string;
  /** Peers that cannot do it, each with what stops it, measured or computed. */
  readonly cannot?: readonly string[];
  /** A figure in docs/figures, by file name. */
  readonly figure?: string;
}

/** Rows of text under column heads; the first column names the row. */
export interface Grid {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A table of timings, or of anything else. */
export interface Section extends Told {
  readonly title: string;
  readonly lines?: readonly Measured[];
  readonly grid?: Grid;
}

export function timing(seconds: readonly number[]): Timing {
  const sorted = [...seconds].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  return { median: at(0.5), quartiles: [at(0.25), at(0.75)], runs: sorted.length };
}

/** Times a function with tinybench: at least `runs` runs after a warm-up. */
export async function time(name: string, work: () => unknown, { runs = 9 } = {}): Promise<Timing> {
  const bench = new Bench({
    iterations: runs,
    time: 200,
    warmupIterations: 2,
    warmupTime: 50,
    throws: true,
    retainSamples: true,
  });
  bench.add(name, async () => {
    await work();
  });
  const [task] = await bench.run();
  const result = task!.result;
  if (!result || !('latency' in result) || !result.latency.samples) throw new Error(`${name}: not measured`);
  return timing(result.latency.samples.map((milliseconds) => milliseconds / 1000));
}

/** Times a few runs of seconds each, without warm-up. */
export async function timeLong(work: () => unknown, runs = 3): Promise<Timing> {
  const seconds: number[] = [];
  for (let run = 0; run < runs; run++) {
    const began = performance.now();
    await work();
    seconds.push((performance.now() - began) / 1000);
  }
  return timing(seconds);
}

/** Whether a program answers to `--version`. */
export function has(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** Runs a peer with arguments and parses the JSON it prints. */
export type Peer = (args: readonly string[]) => unknown;

/** Compiles bench/peers/<name>.cpp with `g++ -O3 -march=native`; null where there is no g++ (said on stderr). */
export function nativePeer(name: string): Peer | null {
  if (!has('g++')) {
    process.stderr.write(`${name}: no g++ here, so no native figure\n`);
    return null;
  }
  const binary = join(scratch(), name);
  const source = fileURLToPath(new URL(`./peers/${name}.cpp`, import.meta.url));
  execFileSync('g++', ['-O3', '-march=native', '-std=c++20', '-o', binary, source]);
  return (args) => JSON.parse(execFileSync(binary, args, { encoding: 'utf8', maxBuffer: 2 ** 28 }));
}

/** A Python that has a module, or null. */
export function pythonWith(module: string): string | null {
  for (const name of ['python3', '/usr/bin/python3'])
    if (spawnSync(name, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0) return name;
  return null;
}

/** Runs bench/peers/<name>.py on one thread; null where there is no Python with numpy (said on stderr). */
export function numpyPeer(name: string): Peer | null {
  const python = pythonWith('numpy');
  if (!python) {
    process.stderr.write(`${name}: no python3 with numpy here, so no numpy figure\n`);
    return null;
  }
  const script = fileURLToPath(new URL(`./peers/${name}.py`, import.meta.url));
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
  return (args) => JSON.parse(execFileSync(python, [script, ...args], { encoding: 'utf8', maxBuffer: 2 ** 28, env }));
}

let root: string | undefined;

/** A scratch folder that goes when the process does. */
export function scratch(): string {
  if (root === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'market-alignment-bench-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    root = folder;
  }
  return mkdtempSync(join(root, 'part-'));
}

function version(name: string, args: readonly string[], program: string | null = name): Record<string, string> {
  if (!program) return {};
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' });
  return status === 0 ? { [name]: stdout.trim() } : {};
}

export function environment() {
  const git = spawnSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' });
  const python = pythonWith('numpy');
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memory: totalmem(),
    node: process.version,
    commit: git.status === 0 ? git.stdout.trim() : 'unknown',
    tools: {
      ...version('g++', ['-dumpfullversion']),
      ...version('Python', ['-c', 'import platform; print(platform.python_version())'], python),
      ...version('numpy', ['-c', 'import numpy; print(numpy.__version__)'], python),
      ...version('scipy', ['-c', 'import scipy; print(scipy.__version__)'], pythonWith('scipy')),
    },
  };
}

/** Adds ratios to the first line, prints the lines and returns them for the JSON and the page. */
export function report(title: string, lines: readonly Measured[], told: Told = {}): Section {
  const first = lines[0]!.timing.median;
  const rated = lines.map((line) => ({ ...line, ratio: line.timing.median / first }));
  process.stdout.write(`\n${title}\n`);
  for (const { name, timing: t, rate, unit, ratio } of rated) {
    const work = rate === undefined ? '' : `  ${shownRate(rate)} ${unit}/s`;
    process.stdout.write(
      `  ${name.padEnd(44)} ${shownSeconds(t.median).padStart(10)}  [${shownSeconds(t.quartiles[0])} … ${shownSeconds(t.quartiles[1])}]  ${shownRatio(ratio)}${work}\n`,
    );
  }
  return { title, lines: rated, ...told };
}

/** A grid, printed and returned. */
export function reportGrid(title: string, grid: Grid, told: Told = {}): Section {
  process.stdout.write(`\n${title}\n`);
  for (const row of [grid.head, ...grid.rows])
    process.stdout.write(`  ${row.map((cell, i) => (i === 0 ? cell.padEnd(36) : cell.padStart(28))).join('')}\n`);
  return { title, grid, ...told };
}

/**
 * Writes a benchmark's results with the machine's record to out/bench/<name>.json.
 * @param headline the one sentence to remember
 */
export async function save(name: string, headline: string, sections: readonly Section[]): Promise<void> {
  const file = fileURLToPath(new URL(`../out/bench/${name}.json`, import.meta.url));
  await writeWhole(file, `${JSON.stringify({ bench: name, headline, ...environment(), sections }, null, 2)}\n`);
  process.stdout.write(`\n→ ${file}\n`);
}
