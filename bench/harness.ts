/**
 * What every benchmark shares: timing with tinybench, native peers compiled on the spot, the machine's record, and
 * results as JSON. A bench checks its answers first and reports ratios to peers measured in the same run.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Bench } from 'tinybench';
import { writeWhole } from '../src/report/files.ts';

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

/** Whether a program answers to `--version`. */
export function has(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

/**
 * Compiles bench/peers/<name>.cpp with `g++ -O3 -march=native` and returns a function that runs it with arguments and
 * parses the JSON it prints; null where there is no g++ (said on stderr).
 */
export function nativePeer(name: string): ((args: readonly string[]) => unknown) | null {
  if (!has('g++')) {
    process.stderr.write(`${name}: no g++ here, so no native figure\n`);
    return null;
  }
  const folder = mkdtempSync(join(tmpdir(), 'market-alignment-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const binary = join(folder, name);
  const source = fileURLToPath(new URL(`./peers/${name}.cpp`, import.meta.url));
  execFileSync('g++', ['-O3', '-march=native', '-std=c++20', '-o', binary, source]);
  return (args) => JSON.parse(execFileSync(binary, args, { encoding: 'utf8', maxBuffer: 2 ** 28 }));
}

/** A scratch folder that goes when the process does. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'market-alignment-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function version(name: string, args: readonly string[], program = name): Record<string, string> {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' });
  return status === 0 ? { [name]: stdout.trim() } : {};
}

export function environment() {
  const git = spawnSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' });
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    node: process.version,
    commit: git.status === 0 ? git.stdout.trim() : 'unknown',
    tools: {
      ...version('g++', ['-dumpfullversion']),
      ...version('scipy', ['-c', 'import scipy; print(scipy.__version__)'], 'python3'),
    },
  };
}

/** Seconds for a reader, in the unit that suits. */
export const shownSeconds = (value: number): string =>
  value < 1e-3
    ? `${(value * 1e6).toFixed(1)} µs`
    : value < 1
      ? `${(value * 1e3).toFixed(2)} ms`
      : `${value.toFixed(2)} s`;

/** Adds ratios to the first line, prints the lines and returns them for the JSON. */
export function report(title: string, lines: readonly Measured[]): { title: string; lines: Measured[] } {
  const first = lines[0]!.timing.median;
  const rated = lines.map((line) => ({ ...line, ratio: line.timing.median / first }));
  process.stdout.write(`\n${title}\n`);
  for (const { name, timing: t, rate, unit, ratio } of rated) {
    const work = rate === undefined ? '' : `  ${(rate / 1e6).toPrecision(4)} M ${unit}/s`;
    process.stdout.write(
      `  ${name.padEnd(44)} ${shownSeconds(t.median).padStart(10)}  [${shownSeconds(t.quartiles[0])} … ${shownSeconds(t.quartiles[1])}]  ×${ratio.toPrecision(3)}${work}\n`,
    );
  }
  return { title, lines: rated };
}

/** Writes a benchmark's results with the machine's record to out/bench/<name>.json. */
export async function save(name: string, sections: readonly unknown[]): Promise<void> {
  const file = fileURLToPath(new URL(`../out/bench/${name}.json`, import.meta.url));
  await writeWhole(file, `${JSON.stringify({ bench: name, ...environment(), sections }, null, 2)}\n`);
  process.stdout.write(`\n→ ${file}\n`);
}
