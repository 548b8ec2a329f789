/** Stable schemes by listing every scheme and every deviation, from the definitions (section 7.1, Definition 16). */
import type { FamilyMarket } from './families.ts';

export interface Listed {
  readonly scheme: readonly number[];
  /** By player. */
  readonly totals: readonly number[];
}

/** Every scheme, in order of rank. */
export function listSchemes({ firstCell, gains }: Pick<FamilyMarket, 'firstCell' | 'gains'>): Listed[] {
  let all: Listed[] = [{ scheme: [], totals: gains.map(() => 0) }];
  for (let s = 0; s + 1 < firstCell.length; s++)
    all = all.flatMap(({ scheme, totals }) =>
      Array.from({ length: firstCell[s + 1]! - firstCell[s]! }, (_, p) => ({
        scheme: [...scheme, p],
        totals: totals.map((total, player) => total + gains[player]![firstCell[s]! + p]!),
      })),
    );
  return all;
}

/** The stable schemes of a committee, in order of rank. */
export function stableSchemes(all: readonly Listed[], players: readonly number[], ties: 'strict' | 'index'): Listed[] {
  if (players.length === 1) {
    const most = Math.max(...all.map(({ totals }) => totals[players[0]!]!));
    return all.filter(({ totals }) => totals[players[0]!] === most);
  }
  const profitable = (from: Listed, to: Listed, player: number, first: boolean) =>
    to.totals[player]! > from.totals[player]! &&
    (to.totals[0]! > from.totals[0]! || (first && ties === 'index' && to.totals[0] === from.totals[0]));
  return all.filter((f) => !players.some((player, j) => all.some((to) => profitable(f, to, player, j === 0))));
}

/** The lowest-ranked scheme among those with the smallest Alice total. */
export function worstOf(stable: readonly Listed[]): Listed {
  return stable.reduce((worst, f) => (f.totals[0]! < worst.totals[0]! ? f : worst));
}
