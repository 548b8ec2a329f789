/** Markets straight from integer gains, for kernel tests; and every scheme of one, listed in order of rank. */
import Fraction from 'fraction.js';
import type { Market } from '../../src/market/market.ts';

/** `gains[state][policy][player]`, player 0 Alice. */
export type Gains = readonly (readonly (readonly number[])[])[];

export function marketOf(gains: Gains): Market {
  const players = gains[0]![0]!.length;
  const firstCell = [0];
  for (const state of gains) firstCell.push(firstCell.at(-1)! + state.length);
  const columns = Array.from({ length: players }, (_, p) => Float64Array.from(gains.flat(), (cell) => cell[p]!));
  const most = columns.map((_, p) => gains.reduce((sum, state) => sum + Math.max(...state.map((cell) => cell[p]!)), 0));
  return {
    states: gains.map((_, s) => `s${s}`),
    policies: gains.map((state) => state.map((_, p) => `p${p}`)),
    bobs: Array.from({ length: players - 1 }, (_, j) => `Bob ${j + 1}`),
    firstCell,
    prior: gains.map(() => new Fraction(1, gains.length)),
    utilities: columns,
    exactUtilities: columns.map((column) => [...column].map((value) => new Fraction(value))),
    gains: columns,
    base: columns.map(() => new Fraction(0)),
    unit: columns.map(() => new Fraction(1, gains.length)),
    most,
    schemes: gains.reduce((product, state) => product * BigInt(state.length), 1n),
  };
}

export interface ListedScheme {
  readonly scheme: readonly number[];
  readonly cells: readonly number[];
  /** By player. */
  readonly totals: readonly number[];
}

/** Every scheme, in order of rank. */
export function everyScheme(gains: Gains): ListedScheme[] {
  let all: ListedScheme[] = [{ scheme: [], cells: [], totals: gains[0]![0]!.map(() => 0) }];
  let firstCell = 0;
  for (const state of gains) {
    const offset = firstCell;
    all = all.flatMap(({ scheme, cells, totals }) =>
      state.map((gain, policy) => ({
        scheme: [...scheme, policy],
        cells: [...cells, offset + policy],
        totals: totals.map((total, p) => total + gain[p]!),
      })),
    );
    firstCell += state.length;
  }
  return all;
}
