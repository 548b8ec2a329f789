import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileKernel, copyOf, f64, i32, Kernel } from '../../src/kernel/instance.ts';
import { indexEntry, mergeScans, type ScanMode, type ScanResult, scanTask } from '../../src/kernel/scan.ts';
import { scanPlan } from '../../src/kernel/scan-plan.ts';
import { Deviations } from '../../src/market/deviations.ts';
import type { Market } from '../../src/market/market.ts';
import { everyScheme, type Gains, type ListedScheme, marketOf } from '../reference/gains.ts';

const builds = ['release', 'scalar', 'debug'] as const;
const kernels = builds.map((build) => new Kernel(compileKernel(build)));

function scan(kernel: Kernel, market: Market, mode: ScanMode, cuts: readonly bigint[] = []): ScanResult {
  const deviations = new Deviations(kernel, market);
  const plan = scanPlan(
    market,
    market.bobs.map((_, j) => deviations.frontier(j + 1)),
  );
  const state = scanTask.prepare(kernel, { plan, mode });
  const ends = [...cuts, market.schemes];
  const parts = ends.map((end, i) => ({ first: ends[i - 1] ?? 0n, count: end - (ends[i - 1] ?? 0n) }));
  const result = mergeScans(parts.map((part) => scanTask.run(kernel, state, part)));
  scanTask.dispose(kernel, state);
  return result;
}

/** Straight from the definition: can Bob `player` deviate profitably from `f`? `weak`: selected at equality too. */
function blocks(all: readonly ListedScheme[], f: ListedScheme, player: number, weak: boolean): boolean {
  return all.some(
    ({ totals }) =>
      totals[player]! > f.totals[player]! && (totals[0]! > f.totals[0]! || (weak && totals[0]! === f.totals[0]!)),
  );
}

/** The entries that a scan must yield. */
function expected(gains: Gains, mode: ScanMode) {
  const all = everyScheme(gains);
  const bobs = gains[0]![0]!.length - 1;
  const entries = new Map<number, { schemes: (ListedScheme & { rank: bigint })[] }>();
  const add = (entry: number, scheme: ListedScheme, rank: number) => {
    if (!entries.has(entry)) entries.set(entry, { schemes: [] });
    entries.get(entry)!.schemes.push({ ...scheme, rank: BigInt(rank) });
  };
  all.forEach((f, rank) => {
    const mask = (weak: boolean) =>
      Array.from({ length: bobs }, (_, j) => (blocks(all, f, j + 1, weak) ? 0 : 1 << j)).reduce((x, y) => x | y, 0);
    const strict = mask(false);
    const weak = mask(true);
    const everyone = 2 ** bobs - 1;
    if (mode.whole) {
      const ok = mode.index ? (strict & (weak | ~1)) === everyone : strict === everyone;
      if (ok) add(0, f, rank);
    } else if (!mode.index) {
      if (strict !== 0) add(strict, f, rank);
    } else {
      for (let l = 0; l < bobs; l++) if ((weak >> l) & 1) add(indexEntry(bobs, l, strict), f, rank);
    }
  });
  return entries;
}

function check(result: ScanResult, gains: Gains, mode: ScanMode) {
  const wanted = expected(gains, mode);
  expect([...result.keys()].sort((a, b) => a - b)).toEqual([...wanted.keys()].sort((a, b) => a - b));
  for (const [entry, { schemes }] of wanted) {
    const found = result.get(entry)!;
    const levels = schemes.map(({ totals }) => totals[0]!);
    const least = Math.min(...levels);
    const most = Math.max(...levels);
    expect(found.count).toBe(BigInt(schemes.length));
    expect([found.least, found.most]).toEqual([least, most]);
    expect(found.leastRank).toBe(schemes.find(({ totals }) => totals[0] === least)!.rank);
    expect(found.mostRank).toBe(schemes.find(({ totals }) => totals[0] === most)!.rank);
    expect(found.cells).toBe(schemes.flatMap(({ cells }) => cells).reduce((set, c) => set | (1n << BigInt(c)), 0n));
    if (mode.rows) checkRows(found.rows, schemes);
  }
}

/** Every kept row is some scheme's, and every scheme is dominated by a kept row. */
function checkRows(rows: readonly Float64Array[], schemes: readonly ListedScheme[]) {
  const known = new Set(schemes.map(({ totals }) => totals.join()));
  for (const row of rows) expect(known).toContain([...row].join());
  for (const { totals } of schemes)
    expect(rows.some((row) => row[0]! <= totals[0]! && row.every((total, p) => p === 0 || total >= totals[p]!))).toBe(
      true,
    );
}

/** Random gains with zero for some policy of every state, as a Market has them. */
const arbitraryGains = fc
  .record({
    bobs: fc.integer({ min: 1, max: 9 }),
    most: fc.constantFrom(1, 2, 9, 60),
    unit: fc.constantFrom(1, 701, 2 ** 40),
  })
  .chain(({ bobs, most, unit }) => {
    const gain = fc.integer({ min: 0, max: most }).map((value) => value * unit);
    const cell = fc.array(gain, { minLength: bobs + 1, maxLength: bobs + 1 });
    return fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 });
  });

const arbitraryMode = fc.record({ index: fc.boolean(), whole: fc.boolean(), rows: fc.boolean() });

describe('scan', () => {
  test('equals the definition on random markets, in all builds, widths, modes and cuts', () => {
    const widths = new Set<number>();
    fc.assert(
      fc.property(
        arbitraryGains,
        arbitraryMode,
        fc.nat(2),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (gains, mode, build, cut) => {
          const market = marketOf(gains);
          const most = Math.max(...market.most.slice(1));
          widths.add(most < 2 ** 15 - 1 ? 16 : most < 2 ** 31 - 1 ? 32 : 53);
          const middle = BigInt(Math.floor(cut * Number(market.schemes)));
          check(scan(kernels[build]!, market, mode, middle > 0n ? [middle] : []), gains, mode);
        },
      ),
      { seed: 11, numRuns: 600 },
    );
    expect([...widths].sort()).toEqual([16, 32, 53]);
  });

  test('a range splits anywhere, across high halves too', () => {
    // 4^8 schemes: four high combinations of 4^7 low ones.
    const gains = Array.from({ length: 8 }, (_, s) =>
      Array.from({ length: 4 }, (_, p) => [(3 * p + s) % 4, (5 * p * s) % 7, (p * p + 2 * s) % 5, (7 - p + s) % 6]),
    );
    const market = marketOf(gains);
    for (const mode of [
      { index: false, whole: false, rows: true },
      { index: true, whole: false, rows: false },
    ]) {
      const whole = scan(kernels[0]!, market, mode);
      expect([...whole.values()].reduce((sum, { count }) => sum + count, 0n)).toBeGreaterThan(0n);
      for (const cuts of [[1n], [4n ** 7n], [4n ** 7n - 3n, 3n * 4n ** 7n + 5n], [4n ** 8n - 1n]])
        for (const kernel of kernels) {
          const parts = scan(kernel, market, mode, cuts);
          const plain = (result: ScanResult) =>
            [...result].sort(([a], [b]) => a - b).map(([entry, { rows: _, ...rest }]) => ({ entry, ...rest }));
          expect(plain(parts)).toEqual(plain(whole));
        }
    }
  });
});

/** Open masks and statistics of a large market, by one pass down Alice's totals. */
function statistics(gains: Gains) {
  const falling = everyScheme(gains)
    .map((scheme, rank) => ({ ...scheme, rank: BigInt(rank) }))
    .sort((x, y) => y.totals[0]! - x.totals[0]!);
  const threshold = gains[0]![0]!.map(() => -1);
  const found = new Map<number, { count: bigint; least: number; leastRank: bigint; cells: Set<number> }>();
  for (let from = 0, to = 0; from < falling.length; from = to) {
    while (to < falling.length && falling[to]!.totals[0] === falling[from]!.totals[0]) to++;
    const level = falling.slice(from, to);
    for (const { totals, cells, rank } of level) {
      const open = totals.reduce(
        (mask, total, p) => (p > 0 && total >= threshold[p]! ? mask | (1 << (p - 1)) : mask),
        0,
      );
      if (open === 0) continue;
      const known = found.get(open);
      const used = known?.cells ?? new Set<number>();
      for (const cell of cells) used.add(cell);
      const lower = !known || totals[0]! < known.least || rank < known.leastRank;
      const leastRank = lower ? rank : known.leastRank;
      found.set(open, { count: (known?.count ?? 0n) + 1n, least: totals[0]!, leastRank, cells: used });
    }
    for (const { totals } of level)
      for (const [p, total] of totals.entries()) threshold[p] = Math.max(threshold[p]!, total);
  }
  return found;
}

test('a high half of several states with policy sets of their own, hundreds of cells, in all builds and widths', () => {
  // 3 · 1 · 3 high combinations of 90² low ones.
  for (const unit of [1, 701, 2 ** 40]) {
    const gains = [3, 1, 3, 90, 90].map((policies, s) =>
      Array.from({ length: policies }, (_, p) =>
        [(3 * p + s) % 11, (5 * p * s + p) % 23, (p * p + 2 * s) % 19, (77 - p + s) % 29].map(
          (gain) => (p === 0 ? 0 : gain) * unit,
        ),
      ),
    );
    const wanted = statistics(gains);
    for (const kernel of kernels) {
      const found = scan(kernel, marketOf(gains), { index: false, whole: false, rows: false }, [5n * 8100n + 7n]);
      const shown = [...found].map(([entry, { count, least, leastRank, cells }]): [number, object] => {
        const used = Array.from({ length: 187 }, (_, c) => c).filter((c) => (cells >> BigInt(c)) & 1n);
        return [entry, { count, least, leastRank, cells: new Set(used) }];
      });
      expect(new Map(shown)).toEqual(wanted);
    }
  }
});

test('totals by rank range equal the listed schemes', () => {
  fc.assert(
    fc.property(arbitraryGains, fc.nat(2), fc.nat(), (gains, build, start) => {
      const kernel = kernels[build]!;
      const market = marketOf(gains);
      const all = everyScheme(gains);
      const first = start % all.length;
      const players = market.gains.length;
      const flat = Float64Array.from(market.gains.flatMap((column) => [...column]));
      const found = kernel.use(
        {
          firstCell: copyOf(Int32Array.from(market.firstCell)),
          gains: copyOf(flat),
          out: f64((all.length - first) * players),
          digits: i32(gains.length),
        },
        (at, view) => {
          const count = BigInt(all.length - first);
          kernel.call.totals(gains.length, players, at.firstCell, at.gains, BigInt(first), count, at.out, at.digits);
          return view.out.slice();
        },
      );
      expect([...found]).toEqual(all.slice(first).flatMap(({ totals }) => [...totals]));
    }),
    { seed: 3, numRuns: 200 },
  );
});
