/** Markets and parts of the scan's benchmarks, as src/market/enumerate.ts cuts them. */
import { compileKernel, Kernel } from '../src/kernel/instance.ts';
import { type ScanPlan, scanPlan } from '../src/kernel/scan-plan.ts';
import { Deviations } from '../src/market/deviations.ts';
import type { Market } from '../src/market/market.ts';

export const MODE = { index: false, whole: false, rows: false };
const PART = 2n ** 26n;

/** A run of a second or two, so that workers pay: 4^18 schemes. */
export const SCALING = { states: 18, policies: 4, bobs: 6, levels: 1000, shared: 0.75 };

export const partsOf = (schemes: bigint) =>
  Array.from({ length: Number((schemes + PART - 1n) / PART) }, (_, i) => ({
    first: BigInt(i) * PART,
    count: schemes - BigInt(i) * PART < PART ? schemes - BigInt(i) * PART : PART,
  }));

export function planOf(m: Market): ScanPlan {
  const deviations = new Deviations(new Kernel(compileKernel()), m);
  return scanPlan(
    m,
    m.bobs.map((_, j) => deviations.frontier(j + 1)),
  );
}
