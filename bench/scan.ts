/** Enumeration: every scheme of a market against all Bobs at once, for all committees (4^14 schemes, 6 Bobs). */
import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { compileKernel, Kernel, type KernelBuild } from '../src/kernel/instance.ts';
import { Pool } from '../src/kernel/pool.ts';
import { mergeScans, type ScanResult, scanTask } from '../src/kernel/scan.ts';
import type { ScanPlan } from '../src/kernel/scan-plan.ts';
import type { Market } from '../src/market/market.ts';
import { withHalves } from './halves.ts';
import {
  type Measured,
  nativePeer,
  numpyPeer,
  type Peer,
  report,
  reportGrid,
  type Section,
  save,
  scratch,
  type Timing,
  time,
  timeLong,
  timing,
} from './harness.ts';
import { type MarketShape, market, writeMarket } from './inputs.ts';
import { plainScan } from './peers/scan.ts';
import { drawGrowth, type GrowthPoint } from './plots.ts';
import { MODE, partsOf, planOf, SCALING } from './scan-input.ts';
import { against, shownBytes, shownRate, shownSeconds, shownTiming } from './shown.ts';

const SIX_BOBS = { states: 14, policies: 4, bobs: 6 };
const FAMILIES = [
  { name: 'independent, three decimals', levels: 1000, shared: 0 },
  { name: 'shared .75, three decimals', levels: 1000, shared: 0.75 },
  { name: 'shared .95, three decimals', levels: 1000, shared: 0.95 },
  { name: 'shared .75, steps of 1/20', levels: 20, shared: 0.75 },
  { name: 'independent, binary', levels: 1, shared: 0 },
];

function scanner(build: KernelBuild, plan: ScanPlan, schemes: bigint): () => ScanResult {
  const kernel = new Kernel(compileKernel(build));
  const state = scanTask.prepare(kernel, { plan, mode: MODE });
  return () => mergeScans(partsOf(schemes).map((part) => scanTask.run(kernel, state, part)));
}

type Row = readonly [mask: number, count: number, least: number, rank: number];
const rows = (found: Iterable<[number, { count: bigint | number; least: number; leastRank: bigint }]>): Row[] =>
  [...found]
    .map(([mask, { count, least, leastRank }]): Row => [mask, Number(count), least, Number(leastRank)])
    .sort((a, b) => a[0] - b[0]);

/** A peer's time, once its answer has been compared. */
function peerTiming(peer: Peer, m: Market, runs: number, expected: readonly Row[]) {
  const answer = peer([writeMarket(join(scratch(), 'market.txt'), m), String(runs)]);
  const { entries, seconds } = answer as { entries: Row[]; seconds: number[] };
  assert.deepEqual(entries, expected);
  return timing(seconds);
}

/** Schemes a second of one thread on the middle family. */
export async function scanRate(): Promise<number> {
  const m = market({ ...SIX_BOBS, ...FAMILIES[1]! });
  return Number(m.schemes) / (await time('rate', scanner('release', planOf(m), m.schemes))).median;
}

interface FamilyRun {
  readonly name: string;
  readonly ours: Timing;
  readonly native: Timing | undefined;
  readonly scalar: Timing;
  readonly plain: Timing;
  /** Schemes from which some Bob would not deviate: those that are counted one by one. */
  readonly open: number;
}

async function familyRun(shape: MarketShape & { readonly name: string }, native: Peer | null): Promise<FamilyRun> {
  const m = market(shape);
  const plan = planOf(m);
  const ours = scanner('release', plan, m.schemes);
  const expected = rows(ours());
  const scalar = scanner('scalar', plan, m.schemes);
  const plain = () => plainScan(plan, 0, Number(m.schemes));
  assert.deepEqual(rows(scalar()), expected);
  assert.deepEqual(rows(plain()), expected);
  return {
    name: shape.name,
    ours: await time('simd', ours),
    native: native ? peerTiming(native, m, 9, expected) : undefined,
    scalar: await time('scalar', scalar, { runs: 5 }),
    plain: await timeLong(plain),
    open: expected.reduce((sum, [, count]) => sum + count, 0),
  };
}

/** All families on 4^14 schemes. */
function familyTable(runs: readonly FamilyRun[]): Section {
  const schemes = 4 ** SIX_BOBS.states;
  const slowest = Math.max(...runs.map(({ ours }) => ours.median));
  const natives = runs.flatMap(({ ours, native }) => (native ? [native.median / ours.median] : []));
  const level =
    natives.length > 0
      ? ` This project takes ${(1 / Math.max(...natives)).toFixed(2)} to ${(1 / Math.min(...natives)).toFixed(2)} of native C++'s time.`
      : '';
  return reportGrid(
    'Scan of 4^14 schemes, 6 Bobs, all committees at once',
    {
      head: [
        'utilities',
        'wasm SIMD',
        'schemes a second',
        'native C++',
        'wasm scalar',
        'plain TypeScript',
        'schemes counted',
      ],
      rows: runs.map(({ name, ours, native, scalar, plain, open }) => [
        name,
        shownTiming(ours),
        shownRate(schemes / ours.median),
        native ? shownTiming(native, ours) : '',
        shownTiming(scalar, ours),
        shownTiming(plain, ours),
        String(open),
      ]),
    },
    {
      asked:
        'Which Bobs would not deviate from each scheme: counts and extreme schemes by set of Bobs. One thread, the same algorithm everywhere; ratios are to wasm SIMD. The last column: schemes from which some Bob would not deviate; the others are dismissed, most of them many at once.',
      reading: `At least ${shownRate(schemes / slowest)} schemes a second.${level}`,
    },
  );
}

/** The same scan at sizes that numpy can do, and what it would take beyond. */
async function sizes(native: Peer | null, numpy: Peer | null): Promise<Section> {
  const points: GrowthPoint[] = [];
  const cells = [];
  let numpyRate = 0;
  for (const states of [9, 11, 12, 14]) {
    const m = market({ ...SIX_BOBS, ...FAMILIES[1]!, states });
    const plan = planOf(m);
    const ours = scanner('release', plan, m.schemes);
    const expected = rows(ours());
    const row = [`4^${states} = ${m.schemes}`];
    const add = (who: string, t: Timing | undefined, first?: Timing) => {
      row.push(t ? shownTiming(t, first) : '');
      if (t) points.push({ who, x: states, seconds: t.median });
    };
    const own = await time('simd', ours);
    add('this project', own);
    add('native C++', native ? peerTiming(native, m, 9, expected) : undefined, own);
    const plain = () => plainScan(plan, 0, Number(m.schemes));
    assert.deepEqual(rows(plain()), expected);
    add('plain TypeScript', await time('plain', plain, { runs: 3 }), own);
    const blocks = numpy ? peerTiming(numpy, m, states > 12 ? 1 : 3, expected) : undefined;
    add('numpy', blocks, own);
    if (blocks) numpyRate = Number(m.schemes) / blocks.median;
    cells.push(row);
  }
  const figure = await drawGrowth('bench-scan', [{ title: 'states of 4 policies (6 Bobs)', points }]);
  const whole = 4 ** 14 * 4;
  return reportGrid(
    'Enumeration by size: shared .75, three decimals',
    { head: ['schemes', 'wasm SIMD', 'native C++', 'plain TypeScript', 'numpy, in blocks'], rows: cells },
    {
      asked:
        'One thread each. numpy has no such scan: thresholds are vectorised dynamic programming, then every block of 4^8 schemes takes an addition, a gather and a comparison a Bob.',
      figure,
      cannot: [
        `numpy without blocks, 4^14: the totals of one player in 32 bits take ${shownBytes(whole)}, of seven ${shownBytes(7 * whole)}.`,
        ...(numpyRate > 0
          ? [
              `numpy in blocks, 4^18: at its ${shownRate(numpyRate)} schemes/s (4^14, above) ${shownSeconds(4 ** 18 / numpyRate)}; the next table has this project on it.`,
            ]
          : []),
      ],
    },
  );
}

/** One thread, two, and two processes that share nothing. */
async function scaling(): Promise<Section> {
  const m = market(SCALING);
  const plan = planOf(m);
  const parts = partsOf(m.schemes);
  const lines: Measured[] = [];
  const add = (name: string, t: Measured['timing']) =>
    lines.push({ name, timing: t, rate: Number(m.schemes) / t.median, unit: 'schemes' });
  let expected: Row[] | undefined;
  const scan = async (pool: Pool) => {
    const { results, complete } = await pool.map('scan', { plan, mode: MODE }, parts);
    assert(complete);
    const found = rows(mergeScans(results));
    expected ??= found;
    assert.deepEqual(found, expected);
  };
  for (const threads of [1, 2]) {
    await using pool = new Pool({ threads });
    add(
      `${threads} thread${threads > 1 ? 's, workers running' : ''}`,
      await time(`${threads}`, () => scan(pool), { runs: 5 }),
    );
  }
  const cold = async () => {
    await using pool = new Pool({ threads: 2 });
    await scan(pool);
  };
  add('2 threads, with starting and stopping them', await timeLong(cold, 5));
  add('2 processes, half of the parts each', await withHalves((both) => time('halves', both, { runs: 5 })));
  const [one, two, , apart] = lines.map(({ timing: { median } }) => median);
  return report('Two threads: scan of 4^18 schemes, 6 Bobs, shared .75, three decimals', lines, {
    asked:
      'The same 1,024 parts in one thread, over workers, and in two processes that share nothing: what the two cores can give at most.',
    reading: `Two threads are ${(one! / two!).toFixed(2)} times as fast as one; two processes ${(one! / apart!).toFixed(2)} times. The threads give ${((100 * apart!) / two!).toFixed(0)} % of what the machine has.`,
  });
}

const PEAK = `data:text/javascript,process.once('exit',()=>process.stderr.write('PEAK '+process.resourceUsage().maxRSS))`;

/** The whole command, its time and the most memory it had. */
function command(): Section {
  const m = market({ ...SIX_BOBS, ...FAMILIES[1]! });
  const file = join(scratch(), 'table.csv');
  const table = m.policies.flatMap((names, s) =>
    names.map((name, p) => [m.states[s], name, ...m.gains.map((gains) => gains[m.firstCell[s]! + p]! / 1000)]),
  );
  writeFileSync(file, stringify([['state', 'policy', 'alice', ...m.bobs], ...table]));
  const measured = (args: readonly string[]) => {
    const began = performance.now();
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', PEAK, ...args], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    assert.equal(status, 0, stderr);
    const seconds = (performance.now() - began) / 1000;
    return { stdout, seconds, bytes: 1024 * Number(/PEAK (\d+)/.exec(stderr)![1]) };
  };
  const cells = [1, 2].map((threads) => {
    const sweep = ['dist/cli/main.js', 'sweep', file, '--method', 'enumerate', '--threads', String(threads)];
    const runs = [0, 1, 2].map(() => measured(sweep));
    const { committees } = JSON.parse(runs[0]!.stdout) as { committees: unknown[] };
    assert.equal(committees.length, 63);
    const bytes = Math.max(...runs.map((run) => run.bytes));
    return { threads, seconds: timing(runs.map((run) => run.seconds)).median, bytes };
  });
  const bare = measured(['-e', '0']);
  return reportGrid(
    'The whole command: sweep of 4^14 schemes, 6 Bobs, shared .75, three decimals',
    {
      head: ['', 'median of 3', 'most memory'],
      rows: [
        ...cells.map(({ threads, seconds, bytes }) => [
          `sweep --method enumerate --threads ${threads}`,
          shownSeconds(seconds),
          shownBytes(bytes),
        ]),
        ['node -e 0', shownSeconds(bare.seconds), shownBytes(bare.bytes)],
      ],
    },
    {
      asked: 'From the CSV file to the JSON of all 63 committees; memory is the largest resident set of the process.',
      reading: `${shownBytes(Math.max(...cells.map(({ bytes }) => bytes)))} at most, of which Node itself takes ${shownBytes(bare.bytes)}.`,
    },
  );
}

export async function run(): Promise<void> {
  const native = nativePeer('scan');
  const numpy = numpyPeer('scan');
  const families: FamilyRun[] = [];
  for (const one of FAMILIES) families.push(await familyRun({ ...SIX_BOBS, ...one }, native));
  const threads = await scaling();
  const sections = [familyTable(families), await sizes(native, numpy), threads, command()];
  const { ours, native: peer } = families[1]!;
  const level = peer ? `, ${against('the same algorithm in native C++', peer.median / ours.median)}` : '';
  await save(
    'scan',
    `all 4^14 schemes of a market with 6 Bobs (three decimals), for all 63 committees at once, in ${shownSeconds(ours.median)} on one thread: ${shownRate(4 ** 14 / ours.median)} schemes/s${level}. ${threads.reading}`,
    sections,
  );
}
