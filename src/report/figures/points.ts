/** What Figures 5 and 6 draw: one mark for all committees of one size that fall on the same place. */
import type { SweepResult } from '../../market/results.ts';
import { measured, type Reading, readingsOf } from '../readings.ts';

export interface CommitteePoint {
  /** Committee size. */
  readonly k: number;
  readonly epsilon: number;
  /** Alice at the worst equilibrium and at the end of best-response dynamics. */
  readonly worst: number;
  readonly dynamics: number;
  /** Without randomising, beside an answer with it: another mark where it is apart. */
  readonly plainEpsilon: number;
  readonly plainWorst: number;
  readonly apart: boolean;
  /** Committees that this mark stands for. */
  readonly count: number;
  /** For the reader's pointer. */
  readonly committees: string;
  readonly worstText: string;
  readonly dynamicsText: string;
  readonly epsilonText: string;
  readonly boundText: string;
  readonly plainWorstText: string;
  readonly plainEpsilonText: string;
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
export function readingOf({ options, committees }: SweepResult, reading: number): Reading | undefined {
  return readingsOf(options, committees)[reading];
}

/** Whether worst equilibria are over randomised schemes, so that those over deterministic ones stand beside them. */
export const isMixed = ({ options }: SweepResult): boolean => options.schemes === 'randomised';

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

/** Epsilon comes from a linear program: the same number may come with different last digits. */
const epsilonKey = (epsilon: number) => (epsilon < 1e-12 ? '0' : epsilon.toPrecision(9));

/** One committee under one reading; without an answer beside it, `plain` is the same place again. */
function placesOf({ committees }: SweepResult, reading: Reading) {
  return committees.flatMap((committee) => {
    const found = measured(committee, reading);
    if (!found) return [];
    const { bobs, worst, dynamics, deterministic } = committee;
    const beside = deterministic && measured(deterministic, reading);
    const own = { epsilon: Math.max(0, found.epsilon), worst: worst.alice };
    const plain = beside ? { epsilon: Math.max(0, beside.epsilon), worst: deterministic.alice } : own;
    const key = [own, plain].map((one) => `${epsilonKey(one.epsilon)} ${one.worst.exact}`);
    return [{ bobs, ...own, plain, apart: key[0] !== key[1], bound: found.bound, dynamics: dynamics.alice, key }];
  });
}

type Place = ReturnType<typeof placesOf>[number];

/** Neighbours closer than a mark's own width, as places of a grid. */
function gridOf(all: readonly Place[]): (one: Place) => string {
  const cell = (pick: (one: Place) => number) => {
    const least = all.reduce((low, one) => Math.min(low, pick(one)), Number.POSITIVE_INFINITY);
    const most = all.reduce((high, one) => Math.max(high, pick(one)), Number.NEGATIVE_INFINITY);
    return (one: Place) => Math.round((GRID * (pick(one) - least)) / (most - least || 1));
  };
  const cells = [
    cell(({ epsilon }) => epsilon),
    cell(({ worst }) => worst.value),
    cell(({ dynamics }) => dynamics.value),
    cell(({ plain }) => plain.epsilon),
    cell(({ plain }) => plain.worst.value),
  ];
  return (one) => [one.bobs.length, ...cells.map((place) => place(one))].join(' ');
}

/** Points by size, then from left to right, from low to high. */
export function committeePoints(result: SweepResult, reading = 0): CommitteePoint[] {
  const shown = readingOf(result, reading);
  if (!shown) return [];
  const all = placesOf(result, shown);
  let groups = gather(all, ({ bobs, dynamics, key }) => [bobs.length, ...key, dynamics.exact].join(' '));
  if (groups.size > MOST_MARKS) groups = gather(all, gridOf(all));
  return [...groups.values()]
    .map((group) => {
      const { bobs, epsilon, bound, worst, dynamics, plain, apart } = group[0]!;
      return {
        k: bobs.length,
        epsilon,
        worst: worst.value,
        dynamics: dynamics.value,
        plainEpsilon: plain.epsilon,
        plainWorst: plain.worst.value,
        apart,
        count: group.length,
        committees: listCommittees(group.map((one) => one.bobs)),
        worstText: shortExact(worst),
        dynamicsText: shortExact(dynamics),
        epsilonText: short(epsilon < 1e-12 ? 0 : epsilon),
        boundText: short(bound),
        plainWorstText: shortExact(plain.worst),
        plainEpsilonText: short(plain.epsilon < 1e-12 ? 0 : plain.epsilon),
      };
    })
    .sort((a, b) => a.k - b.k || a.epsilon - b.epsilon || a.worst - b.worst || a.dynamics - b.dynamics);
}
