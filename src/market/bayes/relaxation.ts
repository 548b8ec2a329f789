/**
 * The linear relaxation of a program over schemes: maximise what cells add up to, within a budget of deficit, while
 * rows reach their least totals. Any multipliers of the rows bound all schemes; the duals of the relaxation do it best.
 * They are rounded to whole numbers, so that what follows from them is exact whatever the solver's tolerances are.
 */
import type { LinearSolver, OpenProgram } from '../../lp/program.ts';
import type { Steps } from '../../steps.ts';

/** Something that adds up over states: whole numbers by cell. */
export interface Row {
  readonly value: Float64Array;
  /** A unit in which the relaxation may miss the row, at a high price, or exceed it; 0 where it must be reached. */
  readonly slack: number;
}

export interface ProgramShape {
  readonly firstCell: readonly number[];
  /** By cell: the deficit that it adds. */
  readonly loss: Float64Array;
  /** By cell, whole numbers: the objective. */
  readonly value: Float64Array;
  readonly rows: readonly Row[];
}

/** What multipliers prove. */
export interface Bound {
  /** The objective's multiplier: at least 1, or 0 where the bound is on the rows alone. */
  readonly own: number;
  /** By cell: the weighted sum of objective, rows and loss. */
  readonly weighted: Float64Array;
  /** By cell: how much it lacks to the largest weighted sum of its state. */
  readonly lack: Float64Array;
  /**
   * A scheme whose cells lack `lack` in all has an objective of at most (most - lack) / own. Whole numbers.
   */
  readonly most: number;
  /** The multiplier of the loss: weighted = … - price·loss. */
  readonly price: number;
}

/** Every weighted part of a weighted sum stays below this, so that the sum is exact in f64. */
const LARGEST_PART = 2 ** 47;
/** The price of missing a row by its unit, in largest objectives. */
const PRICE = 100;

/** The solver is given no larger coefficients than this. */
const LARGEST_COEFFICIENT = 1024;

const unit = (value: Float64Array) =>
  Math.max(1, value.reduce((most, own) => Math.max(most, Math.abs(own)), 0) / LARGEST_COEFFICIENT);

const spread = (value: Float64Array) => value.reduce((sum, own) => sum + Math.abs(own), 0);

function addTo(sum: Float64Array, weight: number, value: Float64Array): void {
  if (weight !== 0) for (let cell = 0; cell < sum.length; cell++) sum[cell]! += weight * value[cell]!;
}

/** Best objective that the bound leaves. */
export const bestWithin = ({ most, own }: Bound): number => Math.floor(most / own);

export class Relaxation {
  private readonly shape: ProgramShape;
  private readonly solver: LinearSolver;
  /** What the solver sees is divided by: the objective, the loss, then the rows. */
  private readonly units: readonly number[];
  private readonly excess: boolean;
  private opened: OpenProgram | undefined;

  /** @param excess whether there is a price for exceeding rows: by how many units can all of them be exceeded? */
  constructor(solver: LinearSolver, shape: ProgramShape, excess = false) {
    this.solver = solver;
    this.excess = excess;
    this.shape = shape;
    this.units = [shape.value, shape.loss, ...shape.rows.map(({ value }) => value)].map(unit);
  }

  private get states(): number {
    return this.shape.firstCell.length - 1;
  }

  private open(): OpenProgram {
    const { firstCell, loss, value, rows } = this.shape;
    const [whole, ...units] = this.units;
    const cells = loss.length;
    const starts = [0];
    const columns: number[] = [];
    const values: number[] = [];
    const add = (own: Float64Array, by: number, slack = 0) => {
      own.forEach((entry, cell) => {
        if (entry === 0) return;
        columns.push(cell);
        values.push(entry / by);
      });
      if (slack !== 0) {
        columns.push(cells);
        values.push(slack / by);
      }
      starts.push(columns.length);
    };
    for (let s = 0; s < this.states; s++) {
      for (let cell = firstCell[s]!; cell < firstCell[s + 1]!; cell++) {
        columns.push(cell);
        values.push(1);
      }
      starts.push(columns.length);
    }
    add(loss, units[0]!);
    for (const [k, row] of rows.entries()) add(row.value, units[k + 1]!, row.slack);
    const ones = Array.from({ length: this.states }, () => 1);
    const open = Number.POSITIVE_INFINITY;
    return this.solver.open({
      sense: 'maximise',
      objective: [...value.map((own) => own / whole!), (-PRICE * Math.max(1, spread(value))) / whole!],
      ...(this.excess ? { lower: [...new Float64Array(cells), -open] } : {}),
      rows: {
        lower: [...ones, -open, ...rows.map(() => -open)],
        upper: [...ones, open, ...rows.map(() => open)],
        coefficients: { starts, columns, values },
      },
    });
  }

  /**
   * The best multipliers for schemes with a deficit of at most `budget` whose rows reach `least`.
   */
  *solve(budget: number, least: readonly number[]): Steps<Bound> {
    const { rows } = this.shape;
    this.opened ??= this.open();
    const open = Number.POSITIVE_INFINITY;
    const numbers = Array.from({ length: rows.length + 1 }, (_, k) => this.states + k);
    const [whole, ...units] = this.units;
    const lower = [-open, ...least.map((own, k) => own / units[k + 1]!)];
    this.opened.setBounds(numbers, lower, [budget / units[0]!, ...rows.map(() => open)]);
    const { status, duals } = yield* this.opened.solveSteps();
    // Without an optimum the multipliers are 0: a bound as well.
    const optimal = status === 'optimal';
    const [price, ...multipliers] = units.map((by, k) =>
      optimal ? (Math.abs(duals[this.states + k]!) * whole!) / by : 0,
    );
    return this.bound(price!, multipliers, budget, least);
  }

  private bound(price: number, multipliers: readonly number[], budget: number, least: readonly number[]): Bound {
    const { firstCell, loss, value, rows } = this.shape;
    const total = rows.reduce((sum, row, k) => sum + multipliers[k]! * spread(row.value), spread(value));
    const scale = LARGEST_PART / Math.max(1, total + price * spread(loss));
    const own = Math.max(1, Math.floor(scale));
    // A multiplier that is too small for whole numbers is left out; so are all where the objective alone is large.
    const by = (multiplier: number, value: Float64Array) => {
      const weight = Math.round(own * multiplier);
      return scale >= 1 && weight * spread(value) <= LARGEST_PART ? weight : 0;
    };
    const weighted = value.map((entry) => own * entry);
    const subtract = by(price, loss);
    addTo(weighted, -subtract, loss);
    let most = subtract * budget;
    for (const [k, row] of rows.entries()) {
      const weight = by(multipliers[k]!, row.value);
      addTo(weighted, weight, row.value);
      most -= weight * least[k]!;
    }
    const lack = new Float64Array(weighted.length);
    for (let s = 0; s < this.states; s++) {
      let best = Number.NEGATIVE_INFINITY;
      for (let cell = firstCell[s]!; cell < firstCell[s + 1]!; cell++) best = Math.max(best, weighted[cell]!);
      for (let cell = firstCell[s]!; cell < firstCell[s + 1]!; cell++) lack[cell] = best - weighted[cell]!;
      most += best;
    }
    return { own, weighted, lack, most, price: subtract };
  }

  release(): void {
    this.opened?.dispose();
    this.opened = undefined;
  }
}
