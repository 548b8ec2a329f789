/** The numbers of every set and target, gathered from parts, and section 6's statistics of them. */
import { type FitsResult, MEASURES } from '../kernel/fits.ts';
import type { CurvePoint, FitError, SetError } from './results.ts';

/** Two passes around the first value: equal values have exactly their value as mean, and deviation 0. */
export function meanAndStd(values: readonly number[]): { mean: number; std: number } {
  const first = values[0]!;
  const mean = first + values.reduce((sum, value) => sum + (value - first), 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, std: Math.sqrt(squares / values.length) };
}

export class HullTally {
  private readonly targets: number;
  private readonly folds: number;
  private readonly sets: number;
  /** Target by target, set by set, MEASURES numbers. */
  private readonly values: Float64Array;
  /** How many (target, fold) pairs of a set are in. */
  private readonly known: Uint32Array;
  fits = 0;
  tied = { nnls: 0, simplex: 0 };
  residual = 0;

  constructor(sets: number, targets: number, folds: number) {
    this.sets = sets;
    this.targets = targets;
    this.folds = folds;
    this.values = new Float64Array(sets * targets * MEASURES);
    this.known = new Uint32Array(sets);
  }

  /** Adds a part's result; parts come in their order. `folds` is how many of the folds it holds. */
  add(result: FitsResult, target: number, folds: number, place: (index: number) => number): void {
    const { means } = result;
    for (let index = 0; index < means.length / MEASURES; index++) {
      const set = place(index);
      if (set < 0) continue;
      this.known[set]! += folds;
      this.fits += 2 * folds;
      const to = (target * this.sets + set) * MEASURES;
      for (let m = 0; m < MEASURES; m++) this.values[to + m]! += means[index * MEASURES + m]!;
    }
    this.tied.nnls += result.tiedNnls;
    this.tied.simplex += result.tiedSimplex;
    this.residual = Math.max(this.residual, result.residual);
  }

  /** Adds one fold's share of a fit that was redone. */
  addRefit(target: number, set: number, simplex: boolean, mse: number, nonzero: number, residual: number): void {
    const at = (target * this.sets + set) * MEASURES;
    this.values[at + (simplex ? 3 : 2)]! += mse / this.folds;
    this.values[at + (simplex ? 5 : 4)]! += nonzero / this.folds;
    this.residual = Math.max(this.residual, residual);
  }

  /** Puts the same numbers on several sets: of all Bobs, whose fit does not depend on the order that led to them. */
  assign(target: number, set: number, measures: ArrayLike<number>): void {
    this.values.set(measures, (target * this.sets + set) * MEASURES);
  }

  isKnown(set: number): boolean {
    return this.known[set] === this.targets * this.folds;
  }

  /** The point of these sets, all of K Bobs; undefined where none is known. */
  point(k: number, sets: readonly number[]): CurvePoint | undefined {
    const known = sets.filter((set) => this.isKnown(set));
    if (known.length === 0) return undefined;
    const statistics = (m: number) => this.statistics(known, m);
    const error = (m: number): SetError => {
      const { mean, std, se } = statistics(m);
      return { mse: mean, std, ...(se === undefined ? {} : { se }) };
    };
    const fit = (m: number): FitError => {
      const { mean, std, se } = statistics(m + 2);
      return { ...error(m), nonzero: mean, nonzeroStd: std, ...(se === undefined ? {} : { nonzeroSe: se }) };
    };
    return { k, sets: known.length, best: error(0), average: error(1), nnls: fit(2), simplex: fit(3) };
  }

  private statistics(sets: readonly number[], m: number): { mean: number; std: number; se?: number } {
    const { targets, values } = this;
    const at = (target: number, set: number) => values[(target * this.sets + set) * MEASURES + m]!;
    const numbers = [...Array(targets).keys()];
    if (targets === 1) return meanAndStd(sets.map((set) => at(0, set)));
    const overSets = meanAndStd(sets.map((set) => meanAndStd(numbers.map((target) => at(target, set))).mean));
    const byTarget = numbers.map((target) => meanAndStd(sets.map((set) => at(target, set))).mean);
    const { mean, std } = meanAndStd(byTarget);
    // The sample's standard deviation over humans, divided by the root of their number.
    return { mean, std: overSets.std, se: std / Math.sqrt(targets - 1) };
  }
}
