/** Theorem 6 checked on every committee of a market: V_min against OPT - 2·epsilon, in fractions, without tolerance. */
import { setImmediate } from 'node:timers/promises';
import { AbortedError } from '../errors.ts';
import { type Exact, exactly } from '../exact/utility.ts';
import type { Pool } from '../kernel/pool.ts';
import { committeeNames } from './committee.ts';
import { enumerateAll } from './enumerate.ts';
import type { Market } from './market.ts';
import { misalignment, misalignmentSolver, type Reading } from './misalignment.ts';
import { utilityOf } from './scheme.ts';
import { committeesBySize } from './sweep.ts';

/** One committee under one reading of the misalignment. */
export interface BoundCheck extends Reading {
  readonly bobs: readonly string[];
  readonly worst: Exact;
  readonly epsilon: Exact;
  /** OPT - 2·epsilon. */
  readonly bound: Exact;
  /** V_min >= OPT - 2·epsilon. */
  readonly holds: boolean;
  /** V_min = OPT - 2·epsilon at an epsilon above 0: the bound cannot be improved. */
  readonly tight: boolean;
}

/** Between committees, give way to signals after this many ms. */
const BREATH = 20;

/** All readings, in the order in which they are shown. */
export const READINGS: readonly Reading[] = (['cells', 'schemes', 'table'] as const).flatMap((scope) =>
  (['cone', 'simplex'] as const).map((weights) => ({ scope, weights })),
);

/**
 * Theorem 6 on every committee, by size, under every reading of `readings` (ties `strict`).
 * @returns committees × readings checks: a violation has `holds: false`, nothing is thrown.
 * @throws TooLargeError where the schemes are too many to list. @throws AbortedError once `signal` fires.
 */
export async function checkTheorem6(
  pool: Pool,
  market: Market,
  {
    readings = READINGS,
    signal,
  }: { readonly readings?: readonly Reading[]; readonly signal?: AbortSignal | undefined } = {},
): Promise<BoundCheck[]> {
  const solver = await misalignmentSolver(market);
  const rows = readings.some(({ scope }) => scope === 'schemes');
  const { stable } = await enumerateAll(pool, market, { ties: 'strict', rows, signal });
  const checks: BoundCheck[] = [];
  let breath = performance.now();
  for (const committee of committeesBySize(market.bobs.length)) {
    const found = stable.get(committee)!;
    const worst = utilityOf(market, 0, found.alice);
    const evidence = { cells: found.cells, rows: found.rows ?? undefined };
    for (const reading of readings) {
      const { epsilon, bound } = misalignment(market, committee, reading, evidence, solver);
      checks.push({
        ...reading,
        bobs: committeeNames(market, committee),
        worst: exactly(worst),
        epsilon: exactly(epsilon),
        bound: exactly(bound),
        holds: worst.gte(bound),
        tight: epsilon.gt(0) && worst.equals(bound),
      });
    }
    if (performance.now() - breath < BREATH) continue;
    await setImmediate();
    if (signal?.aborted) throw new AbortedError();
    breath = performance.now();
  }
  return checks;
}
