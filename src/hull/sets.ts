/** The sets of Bobs of one run, numbered, and the parts of work that fit them. The split does not depend on threads. */
import type { PrefixesPart, SubsetsPart } from '../kernel/fits.ts';
import { prefixParts, randomOrders, type Subsets, sampledSubsets, subsetParts } from './orders.ts';

/** A part with the number of the set at each index of its result; -1 for the empty set. */
export interface Placed<P> {
  readonly part: P;
  readonly place: (index: number) => number;
}

export interface SetPlan {
  readonly kind: 'permutations' | 'orders' | 'all' | 'sample';
  readonly sets: number;
  /** Permutations, 0 for subsets. */
  readonly orders: number;
  sizeOf(set: number): number;
  columnsOf(set: number): Int32Array;
  readonly work:
    | { readonly task: 'prefixes'; readonly parts: readonly Placed<PrefixesPart>[] }
    | { readonly task: 'subsets'; readonly parts: readonly Placed<SubsetsPart>[] };
}

export interface SetChoice {
  readonly permutations: number;
  readonly orders?: readonly Int32Array[] | undefined;
  readonly subsets?: Subsets | undefined;
  readonly seed: number;
}

/** @throws TooLargeError where all subsets are too many. */
export function planSets(bobs: number, folds: number, targets: number, choice: SetChoice): SetPlan {
  if (choice.subsets === 'all') return allSubsets(bobs, folds, targets);
  if (choice.subsets) return drawnSubsets(bobs, folds, targets, choice.subsets.sample, choice.seed);
  const orders = choice.orders ?? randomOrders(bobs, choice.permutations, choice.seed);
  // Order o's prefix of k columns is set o·bobs + k - 1.
  const parts = prefixParts(orders, bobs, folds, targets).map(({ from, part }) => ({
    part,
    place: (index: number) => from * bobs + index,
  }));
  return {
    kind: choice.orders ? 'orders' : 'permutations',
    sets: orders.length * bobs,
    orders: orders.length,
    sizeOf: (set) => (set % bobs) + 1,
    columnsOf: (set) => orders[Math.floor(set / bobs)]!.slice(0, (set % bobs) + 1),
    work: { task: 'prefixes', parts },
  };
}

/** Set number m is the subset with bit mask m + 1. */
function allSubsets(bobs: number, folds: number, targets: number): SetPlan {
  const parts = subsetParts(bobs, folds, targets).map((part) => {
    const root = part.root.reduce((mask, column) => mask + 2 ** column, 0);
    return { part, place: (index: number) => root + index * 2 ** part.from - 1 };
  });
  const columnsOf = (set: number) => {
    const mask = set + 1;
    return Int32Array.from(Array.from({ length: bobs }, (_, j) => j).filter((j) => (mask >>> j) & 1));
  };
  return {
    kind: 'all',
    sets: 2 ** bobs - 1,
    orders: 0,
    sizeOf: (set) => bitCount(set + 1),
    columnsOf,
    work: { task: 'subsets', parts },
  };
}

function bitCount(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}

function drawnSubsets(bobs: number, folds: number, targets: number, count: number, seed: number): SetPlan {
  const bySize = sampledSubsets(bobs, count, seed);
  const all = bySize.flat();
  let before = 0;
  const parts = bySize.flatMap((subsets, i) => {
    const first = before;
    before += subsets.length;
    return prefixParts(subsets, bobs, folds, targets).map(({ from, part }) => ({
      part: { ...part, least: i + 1 },
      place: (index: number) => first + from + index,
    }));
  });
  return {
    kind: 'sample',
    sets: all.length,
    orders: 0,
    sizeOf: (set) => all[set]!.length,
    columnsOf: (set) => all[set]!,
    work: { task: 'prefixes', parts },
  };
}
