/**
 * A set of constraints that add up over states, and the search for schemes that meet them all: every constraint is a
 * direction of the search, and weighted sums of them, with learned multipliers, prune it before any single one does.
 */
import type { BudgetDirection, BudgetSpace } from '../../kernel/budgets.ts';
import type { Search } from '../../kernel/search.ts';
import { Status } from '../../kernel/status.ts';
import type { Scheme } from '../market.ts';
import type { Sum } from './multipliers.ts';

/** Weighted sums kept; the oldest goes first. */
export const MOST_WEIGHTED = 4;
/** Weighted totals stay below this: exact in f64 with room for rounding the weights. */
const LARGEST_TOTAL = 2 ** 50;
/** Trials in one call of the kernel: a few ms. */
const SLICE = 32_768;

/** Trials that are left. */
export interface Meter {
  left: number;
}

/** A constraint with its tables, which belong to someone else. */
export interface Constraint {
  readonly value: Float64Array;
  readonly direction: BudgetDirection;
  /** The largest total of any scheme. */
  readonly most: number;
  least: number;
}

interface Weighted {
  readonly weights: readonly number[];
  readonly direction: BudgetDirection;
}

export class Sums {
  readonly constraints: readonly Constraint[];
  private readonly space: BudgetSpace;
  private weighted: Weighted[] = [];
  private opened: Search | undefined;

  constructor(space: BudgetSpace, constraints: readonly Constraint[]) {
    this.space = space;
    this.constraints = constraints;
  }

  get sums(): Sum[] {
    return this.constraints.map(({ value, least }) => ({ value, least }));
  }

  /** Adds the sum of the constraints with these multipliers >= 0, rounded to whole weights. */
  weigh(multipliers: readonly number[]): void {
    const total = this.constraints.reduce((sum, { most }, k) => sum + multipliers[k]! * Math.max(1, most), 0);
    if (!(total > 0)) return;
    const weights = multipliers.map((own) => Math.round((own / total) * LARGEST_TOTAL));
    const value = new Float64Array(this.constraints[0]!.value.length);
    this.constraints.forEach((one, k) => {
      const weight = weights[k]!;
      if (weight > 0) for (let cell = 0; cell < value.length; cell++) value[cell]! += weight * one.value[cell]!;
    });
    this.close();
    if (this.weighted.length === MOST_WEIGHTED) this.weighted.shift()!.direction.release();
    this.weighted.push({ weights, direction: this.space.direction(value) });
  }

  /** The largest total that constraint k can have beside the others, as far as the sums tell. */
  bound(k: number, budget: number): number {
    let most = this.constraints[k]!.direction.atMost(budget);
    for (const { weights, direction } of this.weighted) {
      if (weights[k] === 0) continue;
      const others = this.constraints.reduce((sum, { least }, i) => (i === k ? sum : sum + weights[i]! * least), 0);
      most = Math.min(most, Math.floor((direction.atMost(budget) - others) / weights[k]!));
    }
    return most;
  }

  /** Whether the sums show that no scheme with a deficit of at most `budget` meets all constraints. */
  excludes(budget: number): boolean {
    return (
      this.constraints.some(({ direction, least }) => direction.atMost(budget) < least) ||
      this.weighted.some(({ weights, direction }) => direction.atMost(budget) < this.least(weights))
    );
  }

  private least(weights: readonly number[]): number {
    return this.constraints.reduce((sum, { least }, k) => sum + weights[k]! * least, 0);
  }

  private get thresholds(): number[] {
    return [...this.weighted.map(({ weights }) => this.least(weights)), ...this.constraints.map(({ least }) => least)];
  }

  /**
   * Looks through all schemes with a deficit of at most `budget` that meet the constraints, in order of rank.
   * @param onFound says whether to go on; it may raise the constraints' `least`
   * @returns whether the search came to its end, by itself or by `onFound`; yields every few ms
   */
  *search(budget: number, meter: Meter, onFound: (scheme: Scheme) => boolean): Generator<void, boolean> {
    if (this.excludes(budget)) return true;
    this.opened ??= this.space.open([
      ...this.weighted.map(({ direction }) => direction),
      ...this.constraints.map(({ direction }) => direction),
    ]);
    const search = this.opened;
    search.begin(budget, this.thresholds);
    while (meter.left > 0) {
      const slice = Math.min(meter.left, SLICE);
      const status = search.run(slice);
      meter.left -= slice - search.unused;
      if (status === Status.ok) return true;
      if (status === Status.paused) {
        yield;
        continue;
      }
      if (!onFound(search.scheme())) return true;
      for (const [k, threshold] of this.thresholds.entries()) search.raise(k, threshold);
    }
    return false;
  }

  private close(): void {
    this.opened?.release();
    this.opened = undefined;
  }

  release(): void {
    this.close();
    for (const { direction } of this.weighted) direction.release();
    this.weighted = [];
  }
}
