/**
 * Randomised obedient schemes form a polytope: probabilities of policies by state under which every obedience sum is at
 * least 0. Linear functions are maximised over it exactly, from the dual side: the best multipliers of the constraints
 * are the least z with z >= objective + multipliers · slacks at every scheme without mixing. Schemes come as they are
 * needed, the exact dual simplex method (lp/lexicographic.ts) does the rest, and its proof is a mixture of schemes.
 */
import { InternalError } from '../../errors.ts';
import { gcd } from '../../exact/gcd.ts';
import { lexicographicMinimum } from '../../lp/lexicographic.ts';
import type { ExactPoint, ExactRow } from '../../lp/vertex.ts';
import type { Market } from '../market.ts';
import { obedience } from './obedience.ts';

/** Whole numbers by cell. */
export type Values = readonly bigint[];

/** A mixture of schemes, given as cells by state: `shares` are whole numbers that sum to `one`. */
export interface Mixture {
  readonly parts: readonly { readonly cells: readonly number[]; readonly share: bigint }[];
  readonly one: bigint;
}

/** That the expected total of `values` is at least `least`. */
export interface Demand {
  readonly values: Values;
  readonly least: bigint;
}

export interface Maximum {
  /** The largest expected total, times `mixture.one`. */
  readonly total: bigint;
  readonly mixture: Mixture;
  /** Cells that some mixture with that total may use: all others are known not to be. */
  readonly tight: readonly number[];
}

export interface MaximumOptions {
  readonly demands?: readonly Demand[] | undefined;
  /** A mixture that obeys and meets the demands. Default: an Alice-optimal scheme. */
  readonly start?: Mixture | undefined;
  /** Give up once the maximum is known to be below this. */
  readonly atLeast?: bigint | undefined;
}

export const totalOf = ({ parts }: Mixture, values: Values): bigint =>
  parts.reduce((sum, { cells, share }) => sum + share * cells.reduce((own, cell) => own + values[cell]!, 0n), 0n);

export class ObedientPolytope {
  readonly market: Market;
  /** By player: gains as integers; and Alice's deficit. */
  readonly gains: readonly Values[];
  readonly loss: Values;
  /** No obedient scheme has a larger deficit. */
  readonly reach: number;
  private readonly obeys: readonly Demand[];
  private readonly optimal: Mixture;

  /** @throws InputError where states do not share one policy set */
  constructor(market: Market, loss: Float64Array) {
    this.market = market;
    this.gains = market.gains.map((gains) => Array.from(gains, BigInt));
    this.loss = Array.from(loss, BigInt);
    const { rows, reach } = obedience(market);
    this.reach = reach;
    this.obeys = rows.map((gain) => ({ values: Array.from(gain, BigInt), least: 0n }));
    this.optimal = { parts: [{ cells: this.best(this.loss.map((own) => -own)), share: 1n }], one: 1n };
  }

  /** The Alice-optimal scheme that is best for a Bob. */
  bestOptimal(player: number): Mixture {
    const most = this.gains[player]!.reduce((a, b) => (a > b ? a : b), 0n);
    const cells = this.best(this.loss.map((own, cell) => this.gains[player]![cell]! - own * (most + 1n)));
    return { parts: [{ cells, share: 1n }], one: 1n };
  }

  /** By state, the first cell with the largest value. */
  private best(values: Values): number[] {
    const { firstCell } = this.market;
    return Array.from({ length: firstCell.length - 1 }, (_, s) => {
      let best = firstCell[s]!;
      for (let cell = best + 1; cell < firstCell[s + 1]!; cell++) if (values[cell]! > values[best]!) best = cell;
      return best;
    });
  }

  /**
   * The largest expected total of `objective`; null where it is below `atLeast`. Few sums of obedience bind: they are
   * demanded once a mixture breaks them. Cost: pivots of the number of those that bind, squared.
   */
  maximum(objective: Values, options: MaximumOptions = {}): Maximum | null {
    const { demands = [], start = this.optimal, atLeast } = options;
    let binding: readonly Demand[] = [];
    for (;;) {
      const found = this.solve(objective, [...binding, ...demands], start, atLeast);
      const broken = found && this.obeys.filter(({ values }) => totalOf(found.mixture, values) < 0n);
      if (!broken?.length) return found;
      binding = [...binding, ...broken];
    }
  }

  /** The same over the mixtures that meet the demands, obedient or not. */
  private solve(
    objective: Values,
    demands: readonly Demand[],
    start: Mixture,
    atLeast: bigint | undefined,
  ): Maximum | null {
    const count = demands.length;
    const mixtures = new Map<ExactRow, Mixture>();
    // z - Σ multiplier · slack >= objective, times the mixture's `one`.
    const constraint = (mixture: Mixture): ExactRow => {
      const slacks = demands.map(({ values, least }) => totalOf(mixture, values) - least * mixture.one);
      const coefficients = [mixture.one, ...slacks.map((slack) => -slack)];
      const row = { coefficients, bound: totalOf(mixture, objective) };
      mixtures.set(row, mixture);
      return row;
    };
    const unit = (i: number) => Array.from({ length: count + 1 }, (_, j) => (j === i ? 1n : 0n));
    let missed = false;
    const solved = lexicographicMinimum({
      order: Array.from({ length: count + 1 }, (_, i) => i),
      rows: [...demands.map((_, i) => ({ coefficients: unit(i + 1), bound: 0n })), constraint(start)],
      start: Array.from({ length: count + 1 }, (_, i) => i),
      separate: (x) => {
        const prices = priced(objective, demands, x);
        const cells = this.best(prices);
        const least = demands.reduce((sum, one, i) => sum + x.numerators[i + 1]! * one.least, 0n);
        const reached = cells.reduce((sum, cell) => sum + prices[cell]!, 0n) - least;
        if (atLeast !== undefined && reached < atLeast * x.denominator) missed = true;
        return missed || reached <= x.numerators[0]! ? null : constraint({ parts: [{ cells, share: 1n }], one: 1n });
      },
    });
    if (!solved) throw new InternalError('a program over obedient schemes that has a start has a solution');
    if (missed) return null;
    const mixture = joined(
      solved.proof.flatMap(({ row, multiplier }) => {
        const part = mixtures.get(row);
        return part ? [{ mixture: part, multiplier }] : [];
      }),
    );
    const prices = priced(objective, demands, solved.x);
    const best = this.best(prices);
    return {
      mixture,
      total: totalOf(mixture, objective),
      tight: prices.flatMap((price, cell) => (price === prices[best[this.stateOf(cell)]!] ? [cell] : [])),
    };
  }

  private stateOf(cell: number): number {
    return this.market.firstCell.findLastIndex((first) => first <= cell);
  }
}

/** Each cell's part in objective + multipliers · totals demanded, times the denominator; x is z and the multipliers. */
function priced(objective: Values, demands: readonly Demand[], { numerators, denominator }: ExactPoint): bigint[] {
  const prices = objective.map((own) => own * denominator);
  demands.forEach(({ values }, i) => {
    const multiplier = numerators[i + 1]!;
    if (multiplier === 0n) return;
    values.forEach((value, cell) => {
      if (value !== 0n) prices[cell]! += multiplier * value;
    });
  });
  return prices;
}

/** The mixture that a proof adds up: rows of mixtures come times their `one`. */
function joined(some: readonly { readonly mixture: Mixture; readonly multiplier: bigint }[]): Mixture {
  const shares = new Map<string, { cells: readonly number[]; share: bigint }>();
  for (const { mixture, multiplier } of some)
    for (const { cells, share } of mixture.parts) {
      const key = cells.join();
      shares.set(key, { cells, share: multiplier * share + (shares.get(key)?.share ?? 0n) });
    }
  const common = [...shares.values()].reduce((factor, { share }) => gcd(factor, share), 0n);
  const parts = [...shares.values()].map(({ cells, share }) => ({ cells, share: share / common }));
  return { parts, one: parts.reduce((sum, { share }) => sum + share, 0n) };
}
