/** Scans rank ranges on one kernel (assembly/scan.ts) and merges what the parts found. */
import { copyOf, i32, type Kernel, type Reservation, u8 } from './instance.ts';
import type { ScanPlan } from './scan-plan.ts';
import { Status } from './status.ts';
import type { Task } from './tasks.ts';

/** Which schemes count and how they are filed; the kernel's mode bits. */
export interface ScanMode {
  /** Tie rule `index`: an entry is (lowest Bob, mask from him on); else an entry is an open mask. */
  readonly index: boolean;
  /** Only schemes stable for the committee of all Bobs, in entry 0. */
  readonly whole: boolean;
  /** Collect undominated totals as well. */
  readonly rows: boolean;
}

export interface ScanShared {
  readonly plan: ScanPlan;
  readonly mode: ScanMode;
}

/** The schemes of rank first … first+count-1. */
export interface ScanPart {
  readonly first: bigint;
  readonly count: bigint;
}

/** What is known of the schemes of one entry; Alice's totals are integers. */
export interface ScanEntry {
  count: bigint;
  least: number;
  leastRank: bigint;
  most: number;
  mostRank: bigint;
  /** Bit c: some scheme uses cell c. */
  cells: bigint;
  /** Undominated totals (Alice's lower, Bobs' higher), players in order; empty unless asked for. */
  rows: Float64Array[];
}

/** By entry number; entries without a scheme are absent. */
export type ScanResult = Map<number, ScanEntry>;

const ENTRY_HEADER = 40;
const INDEX = 1;
const WHOLE = 2;

/** How many entries the statistics have in a mode. */
export function entryCount(bobs: number, { index, whole }: ScanMode): number {
  if (whole) return 1;
  return index ? 2 ** (bobs + 1) : 2 ** bobs;
}

/** The entry of the schemes with lowest Bob `lowest` and open Bobs `mask` (bit j: Bob j), under the tie rule `index`. */
export function indexEntry(bobs: number, lowest: number, mask: number): number {
  return 2 ** (bobs + 1) - 2 ** (bobs + 1 - lowest) + (mask >>> lowest);
}

export type PlanLayout = { [name in keyof ScanPlan['arrays'] | 'header']: ReturnType<typeof copyOf> };
export interface ScanState {
  readonly shared: ScanShared;
  readonly held: Reservation<PlanLayout>;
  rowCapacity: number;
}

/** The header's field order: index × 4 is the offset that the kernel's drawing gives. */
function header(plan: ScanPlan, at: Record<keyof ScanPlan['arrays'], number>): number[] {
  return [
    ...[plan.bobs, plan.lanes, plan.words, plan.highStates, plan.lowCount, plan.buckets],
    ...[at.firstCell, at.highAlice, at.highBobs, at.lowRank, at.lowBobs, at.lowCells, at.runStart, at.runAlice],
    ...[
      at.runBest,
      at.bucketStart,
      at.bucketAlice,
      at.bucketBest,
      at.breaks,
      plan.levels,
      at.hint,
      plan.shift,
      at.table,
    ],
  ];
}

function prepare(kernel: Kernel, shared: ScanShared): ScanState {
  const sections = Object.entries(shared.plan.arrays).map(([name, array]) => [name, copyOf(array)]);
  const held = kernel.reserve({ ...Object.fromEntries(sections), header: i32(24) } as PlanLayout);
  (held.views().header as Int32Array).set(header(shared.plan, held.at));
  return { shared, held, rowCapacity: 1024 };
}

function run(kernel: Kernel, state: ScanState, { first, count }: ScanPart): ScanResult {
  const { plan, mode } = state.shared;
  const entries = entryCount(plan.bobs, mode);
  const stride = ENTRY_HEADER + 8 * plan.words;
  const rowBytes = 16 + 8 * plan.bobs;
  const heads = 16 + Math.ceil((4 * entries) / 8) * 8;
  const workBytes = kernel.call.scanWorkBytes(state.held.at.header, plan.bits);
  const call = { 16: kernel.call.scan16, 32: kernel.call.scan32, 53: kernel.call.scan53 }[plan.bits];
  for (;;) {
    const capacity = mode.rows ? state.rowCapacity : 0;
    const found = kernel.use(
      { stats: u8(entries * stride), rows: u8(heads + capacity * rowBytes), work: u8(workBytes) },
      (at, view) => {
        view.stats.fill(0);
        view.rows.fill(0, 0, heads);
        new DataView(view.rows.buffer, view.rows.byteOffset).setUint32(4, capacity, true);
        const bits = (mode.index ? INDEX : 0) | (mode.whole ? WHOLE : 0);
        const status = call(state.held.at.header, first, count, bits, at.stats, mode.rows ? at.rows : 0, at.work);
        if (status === Status.full) return null;
        const result = readStats(view.stats, entries, stride, plan.words);
        if (mode.rows) readRows(view.rows, heads, rowBytes, result);
        return result;
      },
    );
    if (found) return found;
    state.rowCapacity *= 4;
  }
}

function readStats(stats: Uint8Array, entries: number, stride: number, words: number): ScanResult {
  const data = new DataView(stats.buffer, stats.byteOffset, stats.byteLength);
  const result: ScanResult = new Map();
  for (let entry = 0; entry < entries; entry++) {
    const at = entry * stride;
    const count = data.getBigUint64(at, true);
    if (count === 0n) continue;
    let cells = 0n;
    for (let word = words - 1; word >= 0; word--)
      cells = (cells << 64n) | data.getBigUint64(at + ENTRY_HEADER + 8 * word, true);
    result.set(entry, {
      count,
      least: data.getFloat64(at + 8, true),
      leastRank: data.getBigUint64(at + 16, true),
      most: data.getFloat64(at + 24, true),
      mostRank: data.getBigUint64(at + 32, true),
      cells,
      rows: [],
    });
  }
  return result;
}

function readRows(rows: Uint8Array, heads: number, rowBytes: number, result: ScanResult): void {
  const data = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
  const kept = data.getUint32(0, true);
  for (let row = 0; row < kept; row++) {
    const at = heads + row * rowBytes;
    const totals = Float64Array.from({ length: (rowBytes - 8) / 8 }, (_, p) => data.getFloat64(at + 8 + 8 * p, true));
    result.get(data.getUint32(at + 4, true))!.rows.push(totals);
  }
}

/** Merges an entry into another: the order of merging does not matter (rows apart, which are a set). */
export function mergeEntry(into: ScanEntry, from: ScanEntry): void {
  into.count += from.count;
  if (from.least < into.least || (from.least === into.least && from.leastRank < into.leastRank)) {
    into.least = from.least;
    into.leastRank = from.leastRank;
  }
  if (from.most > into.most || (from.most === into.most && from.mostRank < into.mostRank)) {
    into.most = from.most;
    into.mostRank = from.mostRank;
  }
  into.cells |= from.cells;
  into.rows.push(...from.rows);
}

/** Merges the results of several parts. */
export function mergeScans(results: Iterable<ScanResult | undefined>): ScanResult {
  const merged: ScanResult = new Map();
  for (const result of results)
    for (const [entry, found] of result ?? []) {
      const known = merged.get(entry);
      if (known) mergeEntry(known, found);
      else merged.set(entry, { ...found, rows: [...found.rows] });
    }
  return merged;
}

export const scanTask: Task<ScanShared, ScanState, ScanPart, ScanResult> = {
  prepare,
  run,
  dispose: (_, state) => state.held.release(),
  merge: mergeScans,
};
