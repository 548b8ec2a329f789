/** What Figures 5 and 6 draw: one mark for all committees of one size that fall on the same place. */
import type { Misalignment, SweepResult } from '../../market/results.ts';

export interface CommitteePoint {
  /** Committee size. */
  readonly k: number;
  readonly epsilon: number;
  /** Alice at the worst equilibrium and at the end of best-response dynamics. */
  readonly worst: number;
  readonly dynamics: number;
  /** Committees that this mark stands for. */
  readonly count: number;
  /** For the reader's pointer. */
  readonly committees: string;
  readonly worstText: string;
  readonly dynamicsText: string;
  readonly epsilonText: string;
  readonly boundText: string;
}

/** Above this many marks, neighbours closer than a mark's own width become one. */
const MOST_MARKS = 4000;
/** Cells of the grid that gathers them, in each direction. */
const GRID = 100;
/** Committees named at a mark. */
const MOST_NAMES = 6;

/** A number as a reader wants it: six digits, no trailing zeros. */
export function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** `0.576667 (173/300)`; the fraction only where it says more than the decimals and is short. */
export function shortExact({ value, exact }: { readonly value: number; readonly exact: string }): string {
  const decimal = short(value);
  return exact.includes('/') && Number(decimal) !== value && exact.length <= 24 ? `${decimal} (${exact})` : decimal;
}

/** `AI 1, AI 2 · AI 1, AI 3 · … and 4 more`. */
export function listCommittees(committees: readonly (readonly string[])[]): string {
  const named = committees.slice(0, MOST_NAMES).map((bobs) => bobs.join(', '));
  const rest = committees.length - named.length;
  return [...named, ...(rest > 0 ? [`… and ${rest} more`] : [])].join(' · ');
}

/** The reading of misalignment that a figure shows; undefined where none was computed. */
export function readingOf(result: SweepResult, reading: number): Misalignment | undefined {
  return result.committees[0]?.misalignment[reading];
}

/** Items by key, keys in the order of first appearance. */
export function gather<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}

/** Points by size, then from left to right, from low to high. */
export function committeePoints(result: SweepResult, reading = 0): CommitteePoint[] {
  const all = result.committees.flatMap(({ bobs, worst, dynamics, misalignment }) => {
    const measured = misalignment[reading];
    return measured === undefined ? [] : [{ bobs, worst: worst.alice, dynamics: dynamics.alice, ...measured }];
  });
  type One = (typeof all)[number];
  // Epsilon comes from a linear program: the same number may come with different last digits.
  const exactly = ({ bobs, epsilon, worst, dynamics }: One) =>
    [bobs.length, epsilon < 1e-12 ? 0 : epsilon.toPrecision(9), worst.exact, dynamics.exact].join(' ');
  let groups = gather(all, exactly);
  if (groups.size > MOST_MARKS) {
    const cell = (pick: (one: One) => number) => {
      const least = all.reduce((low, one) => Math.min(low, pick(one)), Number.POSITIVE_INFINITY);
      const most = all.reduce((high, one) => Math.max(high, pick(one)), Number.NEGATIVE_INFINITY);
      return (one: One) => Math.round((GRID * (pick(one) - least)) / (most - least || 1));
    };
    const places = [
      cell(({ epsilon }) => epsilon),
      cell(({ worst }) => worst.value),
      cell(({ dynamics }) => dynamics.value),
    ];
    groups = gather(all, (one) => [one.bobs.length, ...places.map((place) => place(one))].join(' '));
  }
  return [...groups.values()]
    .map((group) => {
      const { bobs, epsilon, bound, worst, dynamics } = group[0]!;
      return {
        k: bobs.length,
        epsilon: Math.max(0, epsilon),
        worst: worst.value,
        dynamics: dynamics.value,
        count: group.length,
        committees: listCommittees(group.map((one) => one.bobs)),
        worstText: shortExact(worst),
        dynamicsText: shortExact(dynamics),
        epsilonText: short(epsilon < 1e-12 ? 0 : epsilon),
        boundText: short(bound),
      };
    })
    .sort((a, b) => a.k - b.k || a.epsilon - b.epsilon || a.worst - b.worst || a.dynamics - b.dynamics);
}
