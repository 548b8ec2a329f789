/**
 * How many schemes have each vector of totals, by adding one state after the other: an independent count of stable
 * schemes where totals are few, however many schemes there are.
 */
import type { FamilyMarket } from './families.ts';

export interface TotalsOf {
  /** By player. */
  readonly totals: readonly number[];
  readonly schemes: bigint;
}

export function distribution({ firstCell, gains }: Pick<FamilyMarket, 'firstCell' | 'gains'>): TotalsOf[] {
  let all = new Map<string, TotalsOf>([['', { totals: gains.map(() => 0), schemes: 1n }]]);
  for (let s = 0; s + 1 < firstCell.length; s++) {
    const next = new Map<string, TotalsOf>();
    for (const { totals, schemes } of all.values())
      for (let cell = firstCell[s]!; cell < firstCell[s + 1]!; cell++) {
        const sum = totals.map((total, p) => total + gains[p]![cell]!);
        const key = sum.join();
        next.set(key, { totals: sum, schemes: schemes + (next.get(key)?.schemes ?? 0n) });
      }
    all = next;
  }
  return [...all.values()];
}

/** The number of stable schemes of a committee of two or more, from the definitions. */
export function countStable(all: readonly TotalsOf[], players: readonly number[], ties: 'strict' | 'index'): bigint {
  // Totals of gains are whole numbers: at least `alice` for Alice, by player, by alice.
  const levels = Math.max(...all.map(({ totals }) => totals[0]!)) + 2;
  const best = players.map((player) => {
    const most = new Array<number>(levels).fill(-1);
    for (const { totals } of all) most[totals[0]!] = Math.max(most[totals[0]!]!, totals[player]!);
    for (let alice = levels - 2; alice >= 0; alice--) most[alice] = Math.max(most[alice]!, most[alice + 1]!);
    return most;
  });
  return all
    .filter(({ totals }) =>
      players.every((player, j) => totals[player]! >= best[j]![totals[0]! + (ties === 'index' && j === 0 ? 0 : 1)]!),
    )
    .reduce((sum, { schemes }) => sum + schemes, 0n);
}
