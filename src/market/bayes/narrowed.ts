/**
 * Depth-first search (assembly/search.ts) over the part of a market that is left once a bound excludes cells: states
 * with one cell left are settled, the others come in an order that branches late, tables are over them alone.
 */
import { type BudgetDirection, BudgetSpace } from '../../kernel/budgets.ts';
import type { Kernel } from '../../kernel/instance.ts';
import type { Search } from '../../kernel/search.ts';
import { Status } from '../../kernel/status.ts';
import type { Steps } from '../../steps.ts';
import type { Scheme } from '../market.ts';
import type { Bound, ProgramShape } from './relaxation.ts';

/** Trials that are left. */
export interface Meter {
  left: number;
}

/** Trials in one call of the kernel: a few ms. */
const SLICE = 32_768;
/** Cells that lack this share of what may be lacked count half as much in the order of states. */
const HALF = 0.2;

/** Fewest steps of tables. */
const FEWEST_STEPS = 64;

/** Which schemes are looked for. */
export interface Sought {
  readonly budget: number;
  /** What the objective must reach. */
  least: number;
  /** What the rows must reach. */
  readonly leasts: readonly number[];
}

export interface NarrowedOptions {
  /** `rank`: states and policies as they are, so that schemes come in order of rank; `falling`: policies backwards. */
  readonly order: 'branching' | 'rank' | 'falling';
  /** Steps that tables divide the budget into, at most. */
  readonly steps: number;
}

/** Cells that a scheme may use, by state, the states in the order of the search. */
function kept({ firstCell }: ProgramShape, { lack }: Bound, slack: number, order: NarrowedOptions['order']) {
  const states = firstCell.slice(1).map((end, state) => ({
    state,
    cells: Array.from({ length: end - firstCell[state]! }, (_, p) => firstCell[state]! + p).filter(
      (cell) => lack[cell]! <= slack,
    ),
  }));
  if (order === 'falling') for (const { cells } of states) cells.reverse();
  if (order !== 'branching') return states;
  const width = HALF * Math.max(1, slack);
  const branches = new Map(
    states.map(({ state, cells }) => [state, cells.reduce((sum, cell) => sum + 2 ** (-lack[cell]! / width), 0)]),
  );
  for (const { cells } of states) cells.sort((a, b) => lack[a]! - lack[b]!);
  return states.sort((a, b) => branches.get(a.state)! - branches.get(b.state)!);
}

/** What adds up over the states left: shifted to 0 for the least cell of each. */
class Shifted {
  readonly value: Float64Array;
  /** What the shifts and the settled states add. */
  readonly base: number;
  readonly most: number;

  constructor(value: Float64Array, settled: readonly number[], open: readonly (readonly number[])[]) {
    let base = settled.reduce((sum, cell) => sum + value[cell]!, 0);
    let most = base;
    const all: number[] = [];
    for (const cells of open) {
      const own = cells.map((cell) => value[cell]!);
      const least = Math.min(...own);
      base += least;
      most += Math.max(...own);
      for (const entry of own) all.push(entry - least);
    }
    this.value = Float64Array.from(all);
    this.base = base;
    this.most = most;
  }
}

/**
 * Looks through the schemes that are sought and lack at most `slack` of the bound.
 * @param onFound gets a scheme; it may raise `sought.least`, and says whether to go on
 * @returns whether the search came to its end, by itself or by `onFound`; yields every few ms
 */
export function* searchNarrowed(
  kernel: Kernel,
  shape: ProgramShape,
  bound: Bound,
  slack: number,
  sought: Sought,
  meter: Meter,
  { order, steps }: NarrowedOptions,
  onFound: (scheme: Scheme) => boolean,
): Steps<boolean> {
  const { firstCell, loss, value, rows } = shape;
  const states = kept(shape, bound, slack, order);
  if (states.some(({ cells }) => cells.length === 0)) return true;
  const settled = states.filter(({ cells }) => cells.length === 1).slice(1);
  const open = states.filter((one) => !settled.includes(one));
  const shifted = (own: Float64Array) =>
    new Shifted(
      own,
      settled.map(({ cells }) => cells[0]!),
      open.map(({ cells }) => cells),
    );
  const lost = shifted(loss);
  const budget = sought.budget - lost.base;
  if (budget < 0) return true;
  const objective = shifted(value);
  const weighted = shifted(bound.weighted);
  // A scheme with an objective of at least `least` has a weighted sum of at least most(weighted) - (most - own·least).
  const top = weighted.most;
  const parts = rows.map((row, k) => ({ part: shifted(row.value), least: sought.leasts[k]! }));
  if (parts.some(({ part, least }) => part.most < least)) return true;
  const binding = parts.filter(({ part, least }) => part.base < least);
  const directions: BudgetDirection[] = [];
  let search: Search | undefined;
  try {
    const starts = Int32Array.from([0, ...open.map(({ cells }) => cells.length)]);
    for (let i = 1; i < starts.length; i++) starts[i]! += starts[i - 1]!;
    // Finer tables pay where there is much to search.
    const schemes = open.reduce((product, { cells }) => product * cells.length, 1);
    const wanted = Math.min(steps, Math.max(FEWEST_STEPS, Math.sqrt(schemes)));
    const tableBytes = 8 * starts.length * wanted;
    const space = new BudgetSpace(kernel, { firstCell: starts, loss: lost.value, reach: budget, tableBytes });
    for (const own of [weighted, objective, ...binding.map(({ part }) => part)]) {
      directions.push(space.direction(own.value));
      yield;
    }
    const thresholds = () => [
      top - (bound.most - bound.own * sought.least) - weighted.base,
      sought.least - objective.base,
    ];
    search = space.open(directions);
    search.begin(budget, [...thresholds(), ...binding.map(({ part, least }) => least - part.base)]);
    while (meter.left > 0) {
      const slice = Math.min(meter.left, SLICE);
      const status = search.run(slice);
      meter.left -= slice - search.unused;
      if (status === Status.ok) return true;
      if (status === Status.paused) {
        yield;
        continue;
      }
      const scheme = new Array<number>(states.length);
      for (const { state, cells } of settled) scheme[state] = cells[0]! - firstCell[state]!;
      for (const [i, policy] of search.scheme().entries())
        scheme[open[i]!.state] = open[i]!.cells[policy]! - firstCell[open[i]!.state]!;
      if (!onFound(scheme)) return true;
      for (const [k, threshold] of thresholds().entries()) search.raise(k, threshold);
    }
    return false;
  } finally {
    search?.release();
    for (const direction of directions) direction.release();
  }
}
