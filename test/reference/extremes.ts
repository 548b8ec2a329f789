/** Largest weighted totals of stable schemes, compared with a list of them. */
import { expect } from 'vitest';
import { random } from './families.ts';
import type { Listed } from './stability.ts';

/** Expects that `largest` reaches what the listed schemes reach, at five random weights. */
export function expectLargest(
  stable: readonly Listed[],
  players: readonly number[],
  largest: (players: readonly number[], weights: readonly bigint[], alice: bigint) => ArrayLike<number>,
  seed: number,
): void {
  const next = random(seed);
  for (let round = 0; round < 5; round++) {
    const weights = players.map(() => BigInt(Math.floor(next() * 1e9)) ** 2n);
    const alice = BigInt(Math.floor(next() * 1e9)) ** 2n;
    const score = (totals: ArrayLike<number>) =>
      players.reduce((sum, p, i) => sum + weights[i]! * BigInt(totals[p]!), -alice * BigInt(totals[0]!));
    const reached = score(largest(players, weights, alice));
    expect(stable.some(({ totals }) => score(totals) > reached)).toBe(false);
    expect(stable.some(({ totals }) => score(totals) === reached)).toBe(true);
  }
}
