/**
 * Figures 1 and 2 at the paper's size (1,000 items, 100 Bobs, 5 folds, 100 permutations: 50,000 NNLS and 50,000 simplex
 * fits) against native C++, plain TypeScript, scipy and npm; Figure 4's subsets; the whole command; growth.
 */
import { strict as assert } from 'node:assert';
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { fcnnlsVector } from 'ml-fcnnls';
import { type Folds, randomFolds, upTo } from '../src/hull/folds.ts';
import { hull } from '../src/hull/hull.ts';
import { type ScoreMatrix, scoreAt } from '../src/hull/matrix.ts';
import { moments } from '../src/hull/moments.ts';
import { prefixParts, randomOrders, subsetParts } from '../src/hull/orders.ts';
import { ETHICS_LIKE, MOVIELENS_LIKE, opinionPoll, paraphrases, syntheticScores } from '../src/hull/personas.ts';
import { type FitsShared, MEASURES, type Method, prefixesTask, subsetsTask } from '../src/kernel/fits.ts';
import { compileKernel, Kernel, type KernelBuild } from '../src/kernel/instance.ts';
import { Pool } from '../src/kernel/pool.ts';
import { type Measured, nativePeer, report, type Section, save, scratch, time, timing } from './harness.ts';
import { plainPrefixes, problemsOf } from './peers/hull.ts';
import { drawGrowth } from './plots.ts';
import { against, shownSeconds } from './shown.ts';

const FOLDS = 5;
const ORDERS = 100;
const FITS = { unit: 'fits' };
/** scipy takes seconds an order: so many, each timed alone, stand for all. */
const SCIPY_ORDERS = 5;

interface Setting {
  readonly name: string;
  readonly scores: ScoreMatrix;
  readonly folds: Folds;
  readonly orders: readonly Int32Array[];
  readonly shared: FitsShared;
}

/** Test MSE of NNLS and simplex fits by prefix, averaged over orders. */
function runPrefixes(
  kernel: Kernel,
  shared: FitsShared,
  orders: readonly Int32Array[],
  methods: readonly Method[] = ['nnls', 'simplex'],
): number[] {
  const n = shared.bobs;
  const state = prefixesTask.prepare(kernel, shared);
  const sums = new Array<number>(2 * n).fill(0);
  for (const { part } of prefixParts(orders, n, shared.folds, 1)) {
    const { means, failed } = prefixesTask.run(kernel, state, { ...part, methods });
    assert.equal(failed.length, 0);
    for (let set = 0; set < means.length / MEASURES; set++)
      for (const m of [0, 1]) sums[2 * (set % n) + m]! += means[set * MEASURES + 2 + m]! / orders.length;
  }
  prefixesTask.dispose(kernel, state);
  return sums;
}

function close(a: ArrayLike<number>, b: ArrayLike<number>, tolerance = 1e-9): void {
  assert.equal(a.length, b.length);
  for (let i = 0; i < a.length; i++)
    assert.ok(Math.abs(a[i]! - b[i]!) <= tolerance * Math.abs(a[i]!), `${i}: ${a[i]} and ${b[i]}`);
}

function writeInput({ scores, folds, orders }: Setting): string {
  const file = join(scratch(), 'hull.bin');
  const columns = scores.bobs.length + 1;
  const foldOf = new Int32Array(scores.items);
  for (let f = 0; f < folds.count; f++)
    for (const row of folds.rows.slice(folds.start[f]!, folds.start[f + 1]!)) foldOf[row] = f;
  const data = Float64Array.from({ length: scores.items * columns }, (_, i) =>
    scoreAt(scores, Math.floor(i / columns), i % columns),
  );
  const head = Int32Array.of(scores.items, scores.bobs.length, folds.count, orders.length);
  const flat = Int32Array.from(orders.flatMap((order) => [...order]));
  writeFileSync(file, Buffer.concat([head, data, foldOf, flat].map((array) => Buffer.from(array.buffer))));
  return file;
}

interface ScipyAnswer {
  readonly seconds: readonly number[];
  readonly means: readonly (readonly number[])[];
  readonly version: string;
  readonly blas: readonly string[];
}

/** scipy's nnls in every version found here, on the first SCIPY_ORDERS orders, each fit from scratch on one thread. */
function scipyPeers(input: string): ScipyAnswer[] {
  const script = new URL('./peers/nnls.py', import.meta.url).pathname;
  // These two would make OpenBLAS take another kernel than the one it chooses for this machine.
  const { OPENBLAS_CORETYPE: _core, OPENBLAS_L2_SIZE: _cache, ...rest } = process.env;
  const env = { ...rest, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
  const answers = new Map<string, ScipyAnswer>();
  for (const program of ['python3', '/usr/bin/python3']) {
    const probe = spawnSync(program, ['-c', 'import scipy.optimize; print(scipy.__version__)'], { encoding: 'utf8' });
    if (probe.status !== 0 || answers.has(probe.stdout.trim())) continue;
    const output = execFileSync(program, [script, input, String(SCIPY_ORDERS)], { encoding: 'utf8', env });
    answers.set(probe.stdout.trim(), JSON.parse(output) as ScipyAnswer);
  }
  if (answers.size === 0) process.stderr.write('no python3 with scipy here, so no scipy figure\n');
  return [...answers.values()];
}

const scaled = (t: Measured['timing'], by: number) => ({
  ...t,
  median: t.median * by,
  quartiles: [t.quartiles[0] * by, t.quartiles[1] * by] as const,
});

/** The NNLS half alone, against packages that have nothing else: what one who has no such kernel would run. */
async function nnlsHalf(setting: Setting, kernel: Kernel, input: string) {
  const { name, shared, orders } = setting;
  const fits = shared.bobs * FOLDS * orders.length;
  const lines: Measured[] = [];
  const add = (who: string, t: Measured['timing']) =>
    lines.push({ name: who, timing: t, rate: fits / t.median, ...FITS });
  add('wasm SIMD, 1 thread', await time('nnls', () => runPrefixes(kernel, shared, orders, ['nnls'])));
  for (const { version, blas, seconds, means } of scipyPeers(input)) {
    means.forEach((theirs, o) => {
      const ours = runPrefixes(kernel, shared, [orders[o]!], ['nnls']).filter((_, i) => i % 2 === 0);
      close(ours, theirs, 1e-7);
    });
    const kernelOfBlas = blas.length > 0 ? `OpenBLAS ${blas.join(', ')}` : 'no OpenBLAS';
    const who = `scipy ${version}, ${kernelOfBlas} (${SCIPY_ORDERS} orders, times ${orders.length / SCIPY_ORDERS})`;
    add(who, scaled(timing(seconds), orders.length));
  }
  add('npm ml-fcnnls (5 fits by K, extrapolated)', await npmPeer(setting));
  return report(`The 50,000 NNLS fits alone: ${name}`, lines, {
    asked:
      'Against packages that fit each set of Bobs from scratch, as a script would; their answers are checked on the part that is run.',
    cannot: [
      'scipy and ml-fcnnls, the simplex half: neither has a solver for it.',
      'scipy and ml-fcnnls, all of it: part is run and scaled up, as their lines say.',
    ],
  });
}

async function figures1And2(setting: Setting, native: ReturnType<typeof nativePeer>) {
  const { name, shared, orders, scores } = setting;
  const n = shared.bobs;
  const fits = 2 * n * FOLDS * orders.length;
  const lines: Measured[] = [];
  const add = (who: string, t: Measured['timing']) =>
    lines.push({ name: who, timing: t, rate: fits / t.median, ...FITS });
  const kernels = new Map(
    (['release', 'scalar'] as const).map((build: KernelBuild) => [build, new Kernel(compileKernel(build))]),
  );
  const expected = runPrefixes(kernels.get('release')!, shared, orders);
  add('wasm SIMD, 1 thread', await time('simd', () => runPrefixes(kernels.get('release')!, shared, orders)));
  const input = writeInput(setting);
  const gramLines: Measured[] = [];
  const pool = new Pool({ threads: 1 });
  gramLines.push({ name: 'wasm SIMD', timing: await time('gram', () => moments(scores, setting.folds, pool)) });
  if (native) {
    const answer = native([input, '15']) as { gram: number[]; seconds: number[]; means: number[] };
    close(
      expected,
      expected.map((_, i) => answer.means[6 * (i >> 1) + 2 + (i & 1)]!),
    );
    add('native C++, same algorithm, 1 thread', timing(answer.seconds));
    gramLines.push({ name: 'native C++', timing: timing(answer.gram) });
  }
  add('wasm scalar, 1 thread', await time('scalar', () => runPrefixes(kernels.get('scalar')!, shared, orders)));
  const problems = problemsOf(shared);
  const plain = () => orders.slice(0, 10).map((order) => problems.map((problem) => plainPrefixes(problem, order)));
  const [first] = plain();
  close(
    runPrefixes(kernels.get('release')!, shared, orders.slice(0, 1)),
    first![0]!.map((_, i) => first!.reduce((sum, fold) => sum + fold[i]! / FOLDS, 0)),
  );
  add('plain TypeScript (10 orders, times 10)', scaled(await time('plain', plain, { runs: 3 }), orders.length / 10));
  await pool.close();
  return [
    report(`50,000 NNLS and 50,000 simplex fits: ${name}`, lines, {
      asked: `Figures 1 and 2: every prefix of ${ORDERS} orders of ${n} Bobs, ${FOLDS} folds, both fits, from the Gram matrices on; ${scores.items} items.`,
    }),
    await nnlsHalf(setting, kernels.get('release')!, input),
    report(`Gram matrices of ${FOLDS} folds, ${scores.items} × ${n}: ${name}`, gramLines, {
      asked: 'XᵀX and Xᵀy of every fold, with copying in and out.',
    }),
  ];
}

/** One fold's fits of 5 sizes with ml-fcnnls, checked, extrapolated over sizes, folds and orders. */
async function npmPeer({ scores, folds, shared, orders }: Setting) {
  const n = shared.bobs;
  const train = folds.rows.slice(folds.start[1]!);
  const y = Array.from(train, (item) => scoreAt(scores, item, n));
  const sizes = [1, 2, 3, 4, 5].map((fifth) => Math.ceil((fifth * n) / 5));
  const seconds = sizes.map((k) => {
    const x = Array.from(train, (item) => Array.from(orders[0]!.slice(0, k), (bob) => scoreAt(scores, item, bob)));
    const began = performance.now();
    const weights = fcnnlsVector(x, y).K.to1DArray();
    const spent = (performance.now() - began) / 1000;
    const squares = y.reduce(
      (sum, value, i) => sum + (value - x[i]!.reduce((f, v, j) => f + v * weights[j]!, 0)) ** 2,
      0,
    );
    assert.ok(squares <= shared.yy[0]!);
    return spent;
  });
  const mean = seconds.reduce((sum, value) => sum + value, 0) / seconds.length;
  return timing([mean * n * FOLDS * orders.length]);
}

/** All 511 subsets of 9 models, 50 humans, 5 folds, by question. */
async function figure4() {
  const scores = syntheticScores(opinionPoll('benchmark'));
  const folds = randomFolds(scores.items, FOLDS, 1, scores.questions!.of);
  const pool = new Pool({ threads: 1 });
  const shared = await moments(scores, folds, pool);
  await pool.close();
  const parts = subsetParts(9, FOLDS, scores.targets.length);
  const lines: Measured[] = [];
  for (const build of ['release', 'scalar'] as const) {
    const kernel = new Kernel(compileKernel(build));
    const state = subsetsTask.prepare(kernel, shared);
    const t = await time(build, () => parts.map((part) => subsetsTask.run(kernel, state, part)));
    lines.push({
      name: `wasm ${build === 'release' ? 'SIMD' : build}`,
      timing: t,
      rate: (2 * 511 * FOLDS * 50) / t.median,
      ...FITS,
    });
  }
  return report('All 511 subsets of 9 models, 50 humans, 5 folds', lines, {
    asked: 'Figure 4: both fits of every subset for every human.',
  });
}

/** The command as a process, from the file to the JSON, and its parts. */
async function command(setting: Setting) {
  const { scores, name } = setting;
  const n = scores.bobs.length;
  const file = join(scratch(), 'scores.csv');
  const rows = Array.from({ length: scores.items }, (_, item) =>
    Array.from({ length: n + 1 }, (_, c) => scoreAt(scores, item, (c + n) % (n + 1))),
  );
  writeFileSync(file, stringify([['alice', ...scores.bobs], ...rows]));
  const lines: Measured[] = [];
  for (const threads of ['1', '2']) {
    const run = () => execFileSync(process.execPath, ['dist/cli/main.js', 'hull', file, '--threads', threads]);
    assert.equal((JSON.parse(String(run())) as { curve: unknown[] }).curve.length, n);
    lines.push({ name: `market-alignment hull, --threads ${threads}`, timing: await time(threads, run, { runs: 7 }) });
  }
  return report(`The whole command, ${scores.items} × ${n}, 5 folds, 100 permutations: ${name}`, lines, {
    asked: 'From the CSV file to the JSON of both curves, with starting Node and, for two threads, workers.',
    reading: `Two threads take ${(lines[1]!.timing.median / lines[0]!.timing.median).toFixed(2)} of the time of one.`,
  });
}

/** Time against Bobs and items, in one process. */
async function growth() {
  const lines: Measured[] = [];
  const points: { items: number; bobs: number; seconds: number }[] = [];
  const pool = new Pool({ threads: 1 });
  const byBobs = [25, 50, 100, 200, 400].map((bobs) => [1000, bobs] as const);
  const byItems = [2000, 4000, 8000, 16_000].map((items) => [items, 100] as const);
  for (const [items, bobs] of [...byBobs, ...byItems]) {
    const scores = syntheticScores(paraphrases(MOVIELENS_LIKE, { items, bobs }));
    const run = () => hull(scores, { pool, permutations: 20, epsilon: 'none' });
    const t = await time(`${items} × ${bobs}`, run, { runs: 3 });
    lines.push({ name: `${items} items × ${bobs} Bobs`, timing: t, rate: (2 * bobs * FOLDS * 20) / t.median, ...FITS });
    points.push({ items, bobs, seconds: t.median });
  }
  await pool.close();
  const panel = (title: string, field: 'bobs' | 'items', of: (point: (typeof points)[number]) => boolean) => ({
    title,
    log: true,
    points: points.filter(of).map((point) => ({ who: 'this project', x: point[field], seconds: point.seconds })),
  });
  const figure = await drawGrowth('bench-hull', [
    panel('Bobs (1,000 items)', 'bobs', ({ items }) => items === 1000),
    panel('items (100 Bobs)', 'items', ({ bobs }) => bobs === 100),
  ]);
  const at = (items: number, bobs: number) => points.find((one) => one.items === items && one.bobs === bobs)!.seconds;
  const power = (Math.log(at(1000, 400) / at(1000, 100)) / Math.log(4)).toFixed(1);
  return report('Growth: 20 permutations, 5 folds, 1 thread', lines, {
    asked: 'The whole of `hull` in the library, from scores to curves.',
    reading: `From 100 to 400 Bobs time grows with the power ${power} of their number; 16 times the items take ${(at(16_000, 100) / at(1000, 100)).toFixed(1)} times as long: fits see Gram matrices, not items.`,
    figure,
  });
}

async function settingOf(name: string, scores: ScoreMatrix): Promise<Setting> {
  const folds = randomFolds(scores.items, FOLDS, 1);
  const pool = new Pool({ threads: 1 });
  const shared = await moments(scores, folds, pool);
  await pool.close();
  const orders = randomOrders(scores.bobs.length, ORDERS, 1);
  assert.equal(upTo(scores.bobs.length).length, orders[0]!.length);
  return { name, scores, folds, orders, shared };
}

export async function run(): Promise<void> {
  const native = nativePeer('hull');
  const sections: Section[] = [];
  for (const domain of [ETHICS_LIKE, MOVIELENS_LIKE]) {
    const setting = await settingOf(`synthetic ${domain.name}`, syntheticScores(paraphrases(domain)));
    sections.push(...(await figures1And2(setting, native)), await command(setting));
  }
  sections.push(await figure4(), await growth());
  const [first, peer] = sections[0]!.lines!;
  const level = native ? `, ${against('the same algorithm in native C++', peer!.ratio!)}` : '';
  await save(
    'hull',
    `the paper's Figures 1 and 2 (50,000 NNLS and 50,000 simplex fits) in ${shownSeconds(first!.timing.median)} on one thread${level}.`,
    sections,
  );
}
