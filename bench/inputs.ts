/** Seeded inputs for the benchmarks: markets of the families that behave differently. */
import { writeFileSync } from 'node:fs';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Market } from '../src/market/market.ts';
import { type Gains, marketOf } from '../test/reference/gains.ts';

export interface MarketShape {
  readonly states: number;
  readonly policies: number;
  readonly bobs: number;
  /** Utilities are multiples of 1/levels. */
  readonly levels: number;
  /** Weight of what all players have in common: 0 independent, towards 1 alike. */
  readonly shared: number;
  readonly seed?: number;
}

/** Uniform numbers in [0, 1). */
export function uniform(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  return () => (generator.next() >>> 0) / 2 ** 32;
}

export function market({ states, policies, bobs, levels, shared, seed = 1 }: MarketShape): Market {
  const random = uniform(seed);
  const gains: Gains = Array.from({ length: states }, () => {
    const cells = Array.from({ length: policies }, () => {
      const common = random();
      return Array.from({ length: bobs + 1 }, () => Math.round((shared * common + (1 - shared) * random()) * levels));
    });
    const least = cells[0]!.map((_, p) => Math.min(...cells.map((cell) => cell[p]!)));
    return cells.map((cell) => cell.map((value, p) => value - least[p]!));
  });
  return marketOf(gains);
}

/** Writes a market as the peers read it: bobs states, policies by state, Alice's and the Bobs' gains by cell. */
export function writeMarket(file: string, { firstCell, gains }: Pick<Market, 'firstCell' | 'gains'>): string {
  const policies = firstCell.slice(1).map((end, s) => end - firstCell[s]!);
  const cells = Array.from({ length: firstCell.at(-1)! }, (_, cell) => gains.map((own) => own[cell]).join(' '));
  writeFileSync(file, [gains.length - 1, policies.length, ...policies, ...cells].join('\n'));
  return file;
}
