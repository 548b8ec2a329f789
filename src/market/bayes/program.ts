/**
 * An integer program over schemes: the largest objective within a budget of deficit, while rows reach their least
 * totals. The relaxation bounds it; what a scheme may lack of the bound grows until a search of the cells that lack no
 * more comes to its end with a scheme in hand.
 */
import type { Kernel } from '../../kernel/instance.ts';
import type { LinearSolver } from '../../lp/program.ts';
import type { Steps } from '../../steps.ts';
import type { Scheme } from '../market.ts';
import { totalOf } from '../search/deficits.ts';
import { type Meter, type NarrowedOptions, type Sought, searchNarrowed } from './narrowed.ts';
import { type Bound, bestWithin, type ProgramShape, Relaxation } from './relaxation.ts';

export type { Meter } from './narrowed.ts';

/** Cells beside the best of their states in the first search, and how much more each later one has. */
const FIRST_CELLS = 12;
const GROWTH = 1.25;
/** Cells and trials of a quick look for some scheme. */
const PROBE_CELLS = 40;
const PROBE_TRIALS = 2 ** 14;
/** Steps of tables in a quick look, and in a search. */
const PROBE_STEPS = 2 ** 9;
const STEPS = 2 ** 13;
/** Trials that a relaxation counts as. */
const RELAXATION = 2 ** 12;

/** How far a search came: nothing is above `most`. */
export interface Outcome {
  readonly most: number;
  readonly ended: boolean;
}

export class SchemeProgram {
  readonly shape: ProgramShape;
  private readonly kernel: Kernel;
  private readonly relaxation: Relaxation;
  private readonly excess: Relaxation;

  constructor(kernel: Kernel, solver: LinearSolver, shape: ProgramShape) {
    this.kernel = kernel;
    this.shape = shape;
    this.relaxation = new Relaxation(solver, shape);
    const none = new Float64Array(shape.value.length);
    const rows = [{ value: shape.value, slack: 0 }, ...shape.rows];
    this.excess = new Relaxation(solver, { ...shape, value: none, rows }, true);
  }

  /** No scheme within the budget whose rows reach `leasts` has a larger objective than this bound allows. */
  *relax(budget: number, leasts: readonly number[], meter?: Meter): Steps<Bound> {
    if (meter) meter.left -= RELAXATION;
    return yield* this.relaxation.solve(budget, leasts);
  }

  /** What the rows alone exclude where the objective is to be at least `least`: a bound for `all`. */
  *exclude({ budget, least, leasts }: Sought, meter?: Meter): Steps<Bound> {
    if (meter) meter.left -= RELAXATION;
    return { ...(yield* this.excess.solve(budget, [least, ...leasts])), own: 0 };
  }

  private total(scheme: Scheme): number {
    return totalOf(this.shape, scheme, this.shape.value);
  }

  /** What cells lack, rising, without the best of each state. */
  private lacks({ lack }: Bound): Float64Array {
    return lack.toSorted().subarray(this.shape.firstCell.length - 1);
  }

  private search(
    bound: Bound,
    slack: number,
    sought: Sought,
    meter: Meter,
    options: NarrowedOptions,
    onFound: (scheme: Scheme) => boolean,
  ): Steps<boolean> {
    return searchNarrowed(this.kernel, this.shape, bound, slack, sought, meter, options, onFound);
  }

  /** A quick look for schemes near the bound with an objective of at least `least`; each found is better than the last. */
  *probe(bound: Bound, sought: Omit<Sought, 'least'>, least: number, onFound: (scheme: Scheme) => void): Steps<void> {
    const lacks = this.lacks(bound);
    const cells = lacks[Math.min(PROBE_CELLS, lacks.length - 1)] ?? 0;
    const options = { order: 'branching', steps: PROBE_STEPS } as const;
    let found = false;
    for (let slack = Math.max(cells, bound.own); !found; slack *= 4) {
      const floor = Math.max(least, Math.ceil((bound.most - slack) / bound.own));
      const goal = { ...sought, least: floor };
      yield* this.search(bound, cells, goal, { left: PROBE_TRIALS }, options, (scheme) => {
        found = true;
        onFound(scheme);
        goal.least = this.total(scheme) + 1;
        return true;
      });
      if (floor === least) return;
    }
  }

  /**
   * The scheme with the largest objective, at least `sought.least`.
   * @param onFound gets schemes, each better than the last: the last one is the best where the search ended
   */
  *best(bound: Bound, sought: Sought, meter: Meter, onFound: (scheme: Scheme) => void): Steps<Outcome> {
    const lacks = this.lacks(bound);
    let most = bestWithin(bound);
    let found = false;
    let { least } = sought;
    const take = (goal: Sought) => (scheme: Scheme) => {
      found = true;
      onFound(scheme);
      goal.least = this.total(scheme) + 1;
      least = goal.least;
      return true;
    };
    let cells = FIRST_CELLS;
    let slack = 0;
    while (most >= least) {
      slack = Math.max(cells < lacks.length ? lacks[cells]! : 0, GROWTH * slack, bound.own);
      cells = Math.ceil(GROWTH * cells);
      const floor = Math.max(least, Math.min(most, Math.ceil((bound.most - slack) / bound.own)));
      const goal = { ...sought, least: floor };
      const within = bound.most - bound.own * floor;
      const options = { order: 'branching', steps: STEPS } as const;
      if (!(yield* this.search(bound, within, goal, meter, options, take(goal)))) return { most, ended: false };
      if (found) return { most: least - 1, ended: true };
      most = floor - 1;
    }
    return { most: Math.min(most, least - 1), ended: true };
  }

  /**
   * All schemes with an objective of at least `sought.least`.
   * @param onFound says whether to go on; it may raise `sought.least`
   * @param order `rank`: in order of rank; `falling`: from the highest
   * @returns whether the search came to its end, by itself or by `onFound`
   */
  *all(
    bound: Bound,
    sought: Sought,
    meter: Meter,
    onFound: (scheme: Scheme) => boolean,
    order: NarrowedOptions['order'] = 'rank',
  ): Steps<boolean> {
    const slack = bound.most - bound.own * sought.least;
    if (slack < 0) return true;
    return yield* this.search(bound, slack, sought, meter, { order, steps: STEPS }, onFound);
  }

  release(): void {
    this.relaxation.release();
    this.excess.release();
  }
}
