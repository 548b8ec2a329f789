/** Random markets of shared policies, as markets and as tables. */
import type { Market } from '../../src/market/market.ts';
import { parseTable } from '../../src/market/table.ts';
import { type FamilyMarket, type FamilyShape, families, familyMarket } from '../reference/families.ts';
import { type Gains, marketOf } from '../reference/gains.ts';

export const sharedFamilies = families.filter((family) => family !== 'ragged');
type SharedFamily = (typeof sharedFamilies)[number];

/** `gains[state][policy][player]`. */
export function gainsOf({ firstCell, gains }: Pick<FamilyMarket, 'firstCell' | 'gains'>): Gains {
  return firstCell
    .slice(1)
    .map((end, s) =>
      Array.from({ length: end - firstCell[s]! }, (_, p) => gains.map((column) => column[firstCell[s]! + p]!)),
    );
}

export function sharedMarket(family: SharedFamily, shape: FamilyShape, seed: number): Market {
  return marketOf(gainsOf(familyMarket(family, shape, seed)));
}

export function sharedTable(family: SharedFamily, shape: FamilyShape, seed: number) {
  const rows = gainsOf(familyMarket(family, shape, seed)).flatMap((state, s) =>
    state.map((players, p) => [`s${s}`, `p${p}`, ...players]),
  );
  const header = ['state', 'policy', 'alice', ...Array.from({ length: shape.bobs }, (_, j) => `Bob ${j + 1}`)];
  return parseTable([header, ...rows].map((row) => row.join(',')).join('\n'));
}

export function everyCommittee(bobs: number): number[][] {
  return Array.from({ length: 2 ** bobs - 1 }, (_, i) =>
    Array.from({ length: bobs }, (_, j) => j + 1).filter((player) => ((i + 1) >> (player - 1)) & 1),
  );
}
