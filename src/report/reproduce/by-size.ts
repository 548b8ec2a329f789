/** Committees by size, and statistics over them: what the paper's plots show, as numbers. */
import type { SweepResult } from '../../market/results.ts';

export type Committee = SweepResult['committees'][number];

/** Committees of 1, 2, … Bobs. */
export function bySize({ committees, market }: SweepResult): Committee[][] {
  return market.bobs.map((_, i) => committees.filter(({ bobs }) => bobs.length === i + 1));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Pearson's correlation; undefined where one side does not vary. */
export function correlation(x: readonly number[], y: readonly number[]): number | undefined {
  const [meanX, meanY] = [mean(x), mean(y)];
  const sum = (term: (i: number) => number) => x.reduce((total, _, i) => total + term(i), 0);
  const together = sum((i) => (x[i]! - meanX) * (y[i]! - meanY));
  const spread = Math.sqrt(sum((i) => (x[i]! - meanX) ** 2) * sum((i) => (y[i]! - meanY) ** 2));
  return spread > 0 ? together / spread : undefined;
}

/** The epsilon of one reading; undefined where it was not computed. */
export function epsilonOf(committee: Committee, scope: string, weights: string): number | undefined {
  return committee.misalignment.find((reading) => reading.scope === scope && reading.weights === weights)?.epsilon;
}

/** Six decimals: what expected values are given to. */
export const six = (value: number): string => value.toFixed(6);
