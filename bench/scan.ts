/** Enumeration: every scheme of a market against all Bobs at once, for all committees (4^14 schemes, 6 Bobs). */
import { strict as assert } from 'node:assert';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileKernel, Kernel, type KernelBuild } from '../src/kernel/instance.ts';
import { Pool } from '../src/kernel/pool.ts';
import { mergeScans, type ScanResult, scanTask } from '../src/kernel/scan.ts';
import { type ScanPlan, scanPlan } from '../src/kernel/scan-plan.ts';
import { Deviations } from '../src/market/deviations.ts';
import type { Market } from '../src/market/market.ts';
import { type Measured, nativePeer, report, save, scratch, time, timing } from './harness.ts';
import { market } from './inputs.ts';
import { plainScan } from './peers/scan.ts';

const FAMILIES = [
  { name: 'independent, three decimals', levels: 1000, shared: 0 },
  { name: 'shared .75, three decimals', levels: 1000, shared: 0.75 },
  { name: 'shared .95, three decimals', levels: 1000, shared: 0.95 },
  { name: 'shared .75, steps of 1/20', levels: 20, shared: 0.75 },
  { name: 'independent, binary', levels: 1, shared: 0 },
];
const MODE = { index: false, whole: false, rows: false };
const PART = 2n ** 26n;

const partsOf = (schemes: bigint) =>
  Array.from({ length: Number((schemes + PART - 1n) / PART) }, (_, i) => ({
    first: BigInt(i) * PART,
    count: schemes - BigInt(i) * PART < PART ? schemes - BigInt(i) * PART : PART,
  }));

function planOf(m: Market): ScanPlan {
  const deviations = new Deviations(new Kernel(compileKernel()), m);
  return scanPlan(
    m,
    m.bobs.map((_, j) => deviations.frontier(j + 1)),
  );
}

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

function writeMarket(m: Market): string {
  const file = join(scratch(), 'market.txt');
  const cells = Array.from({ length: m.firstCell.at(-1)! }, (_, cell) => m.gains.map((gains) => gains[cell]).join(' '));
  writeFileSync(
    file,
    [m.bobs.length, m.states.length, ...m.policies.map((names) => names.length), ...cells].join('\n'),
  );
  return file;
}

/** One thread and two on a market large enough that workers pay: 4^17 schemes. */
async function scaling() {
  const m = market({ states: 17, policies: 4, bobs: 6, levels: 1000, shared: 0.75 });
  const plan = planOf(m);
  const parts = partsOf(m.schemes);
  const lines: Measured[] = [];
  let expected: Row[] | undefined;
  for (const threads of [1, 2]) {
    const pool = new Pool({ threads });
    const all = async () => mergeScans((await pool.map('scan', { plan, mode: MODE }, parts)).results);
    const found = rows(await all());
    expected ??= found;
    assert.deepEqual(found, expected);
    const t = await time(`${threads} threads`, all);
    lines.push({
      name: `${threads} thread${threads > 1 ? 's' : ''}`,
      timing: t,
      rate: Number(m.schemes) / t.median,
      unit: 'schemes',
    });
    await pool.close();
  }
  return report('scan of 4^17 schemes, 6 Bobs, all committees: shared .75, three decimals', lines);
}

export async function run(): Promise<void> {
  const sections = [];
  const native = nativePeer('scan');
  for (const family of FAMILIES) {
    const m = market({ states: 14, policies: 4, bobs: 6, ...family });
    const plan = planOf(m);
    const ours = scanner('release', plan, m.schemes);
    const expected = rows(ours());
    const rate = (seconds: number) => ({ rate: Number(m.schemes) / seconds, unit: 'schemes' });
    const lines: Measured[] = [];
    const add = (name: string, t: Measured['timing']) => lines.push({ name, timing: t, ...rate(t.median) });
    add('wasm SIMD, 1 thread', await time('simd', ours));
    if (native) {
      const answer = native([writeMarket(m), '9']) as { entries: Row[]; seconds: number[] };
      assert.deepEqual(answer.entries, expected);
      add('native C++, same algorithm, 1 thread', timing(answer.seconds));
    }
    const scalar = scanner('scalar', plan, m.schemes);
    assert.deepEqual(rows(scalar()), expected);
    add('wasm scalar, 1 thread', await time('scalar', scalar));
    const plain = () => plainScan(plan, 0, Number(m.schemes));
    assert.deepEqual(rows(plain()), expected);
    add('plain TypeScript, same algorithm', await time('plain', plain, { runs: 3 }));
    sections.push(report(`scan of 4^14 schemes, 6 Bobs, all committees: ${family.name}`, lines));
  }
  sections.push(await scaling());
  await save('scan', sections);
}
