/** A market's scan as a job of many small parts, for tests of what keeps, shares out and merges parts. */
import { writeFileSync } from 'node:fs';
import { type Engine, type MapOptions, Pool } from '../../src/kernel/pool.ts';
import { mergeScans, type ScanPart, type ScanResult } from '../../src/kernel/scan.ts';
import { scanPlan } from '../../src/kernel/scan-plan.ts';
import { Deviations } from '../../src/market/deviations.ts';
import { exactMarket } from '../../src/market/exact.ts';
import { readTable } from '../../src/market/read.ts';

const TABLE = 'data/tables/movielens.csv';

/** Scans Table 3's 729 schemes in `count` parts through `engine`. */
export async function scanInParts(
  count: number,
  engine?: Engine,
  options: Pick<MapOptions<ScanResult>, 'signal' | 'onPart'> = {},
): Promise<ScanResult> {
  const market = exactMarket(await readTable(TABLE));
  await using pool = new Pool({ threads: 1, engine });
  const deviations = new Deviations(pool.local, market);
  const plan = scanPlan(
    market,
    market.bobs.map((_, j) => deviations.frontier(j + 1)),
  );
  const edge = (i: number) => (market.schemes * BigInt(i)) / BigInt(count);
  const parts: ScanPart[] = Array.from({ length: count }, (_, i) => ({ first: edge(i), count: edge(i + 1) - edge(i) }));
  const mode = { index: false, whole: false, rows: true };
  return mergeScans((await pool.map('scan', { plan, mode }, parts, options)).results);
}

/** Writes a CSV table of `states` × 4 cells whose Bobs share a bias against Alice: few schemes are stable. */
export function biasedTable(file: string, states: number, bobs: number): void {
  const cell = (...seed: number[]) => seed.reduce((hash, n) => (hash * 31 + n * 7919 + 101) % 997, 17);
  const rows = [`state,policy,alice,${Array.from({ length: bobs }, (_, j) => `B${j}`).join()}`];
  for (let s = 0; s < states; s++)
    for (let p = 0; p < 4; p++) {
      const own = Array.from({ length: bobs }, (_, j) => 9 * cell(s, p, 2) + cell(s, p, 3, j));
      rows.push(`s${s},p${p},${cell(s, p, 1)},${own.join()}`);
    }
  writeFileSync(file, `${rows.join('\n')}\n`);
}

/** Writes a score file of `items` rows in which every Bob is Alice with his own slips. */
export function smallScores(file: string, items: number, bobs: number): void {
  const rows = [`alice,${Array.from({ length: bobs }, (_, j) => `B${j}`).join()}`];
  for (let i = 0; i < items; i++) {
    const alice = (i * 37) % 11;
    rows.push([alice, ...Array.from({ length: bobs }, (_, j) => alice + ((i * (j + 3) + j * j) % 5))].join());
  }
  writeFileSync(file, `${rows.join('\n')}\n`);
}
