/** Random markets of the families that tell search methods apart, as integer gains; seeded. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Market } from '../../src/market/market.ts';
import { parseTable, type UtilityTable } from '../../src/market/table.ts';
import { marketOf } from './gains.ts';

export interface FamilyShape {
  readonly states: number;
  readonly policies: number;
  readonly bobs: number;
  /** Utilities are whole numbers 0 … levels before each state's smallest is taken off. */
  readonly levels: number;
}

/**
 * independent: nothing shared. biasNN: Bobs share a taste of weight .NN that is not Alice's. anti: Bobs want nearly the
 * opposite of Alice. aligned: nearly what she wants. ragged: policy sets differ by state. prior: states weigh 1 … 5.
 */
export const families = ['independent', 'bias50', 'bias75', 'bias95', 'anti', 'aligned', 'ragged', 'prior'] as const;
export type Family = (typeof families)[number];

export interface FamilyMarket {
  readonly firstCell: readonly number[];
  /** By player, by cell. */
  readonly gains: readonly Float64Array[];
  readonly most: readonly number[];
}

export function random(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  return () => uniformInt(generator, 0, 2 ** 30 - 1) / 2 ** 30;
}

export function familyMarket(family: Family, shape: FamilyShape, seed: number): FamilyMarket {
  const next = random(seed);
  const { states, policies, bobs, levels } = shape;
  const whole = (share: number) => Math.floor(share * (levels + 1));
  const firstCell = [0];
  const gains: number[][] = Array.from({ length: bobs + 1 }, () => []);
  for (let s = 0; s < states; s++) {
    const count = family === 'ragged' ? 1 + Math.floor(next() * (policies + 1)) : policies;
    const weight = family === 'prior' ? 1 + Math.floor(next() * 5) : 1;
    firstCell.push(firstCell.at(-1)! + count);
    const rows = Array.from({ length: count }, () => {
      const alice = next();
      const shared = next();
      return [alice, ...Array.from({ length: bobs }, () => utility(family, alice, shared, next()))];
    });
    for (let player = 0; player <= bobs; player++) {
      const column = rows.map((row) => whole(row[player]!));
      const least = Math.min(...column);
      gains[player]!.push(...column.map((value) => weight * (value - least)));
    }
  }
  const columns = gains.map((column) => Float64Array.from(column));
  return { firstCell, gains: columns, most: columns.map((column) => mostOf(firstCell, column)) };
}

function utility(family: Family, alice: number, shared: number, own: number): number {
  if (family.startsWith('bias')) {
    const weight = Number(family.slice(4)) / 100;
    return weight * shared + (1 - weight) * own;
  }
  if (family === 'anti') return 0.8 * (1 - alice) + 0.2 * own;
  if (family === 'aligned') return 0.6 * alice + 0.4 * own;
  return own;
}

function mostOf(firstCell: readonly number[], column: Float64Array): number {
  return firstCell
    .slice(1)
    .reduce((sum, end, s) => sum + column.subarray(firstCell[s]!, end).reduce((a, b) => Math.max(a, b)), 0);
}

/** The same as a table. */
export function tableOf({ firstCell, gains }: FamilyMarket): UtilityTable {
  const header = ['state', 'policy', 'alice', ...gains.slice(1).map((_, j) => `B${j + 1}`)];
  const rows = firstCell.slice(1).flatMap((end, s) =>
    Array.from({ length: end - firstCell[s]! }, (_, p) => {
      const cell = firstCell[s]! + p;
      return [`s${s}`, `p${p}`, ...gains.map((column) => column[cell]!)];
    }),
  );
  return parseTable([header, ...rows].map((row) => row.join(',')).join('\n'));
}

/** The same with everything that results need. */
export function wholeMarket({ firstCell, gains }: FamilyMarket): Market {
  return marketOf(
    firstCell
      .slice(1)
      .map((end, s) =>
        Array.from({ length: end - firstCell[s]! }, (_, p) => gains.map((column) => column[firstCell[s]! + p]!)),
      ),
  );
}
