/**
 * Randomised obedient schemes form a polytope: probabilities of policies by state under which every obedience sum is at
 * least 0. Linear functions are maximised over it exactly, from the dual side: the best multipliers of the constraints
 * are the least z with z >= objective + multipliers · slacks at every scheme without mixing. Schemes come as they are
 * needed, the exact dual simplex method (lp/lexicographic.ts) does the rest, and its proof is a mixture of schemes.
 */
import { InternalError } from '../../errors.ts';
import { gcd } from '../../exact/gcd.ts';
import { lexicographicMinimum } from '../../lp/lexicographic.ts';
import type { ExactRow } from '../../lp/vertex.ts';
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
  private readonly rows: readonly Values[];
  /** By cell: the obedience rows in which it counts, and with what. */
  private readonly entries: readonly (readonly { readonly row: number; readonly value: bigint }[])[];
  private readonly optimal: Mixture;

  /** @throws InputError where states do not share one policy set */
  constructor(market: Market, loss: Float64Array) {
    this.market = market;
    this.gains = market.gains.map((gains) => Array.from(gains, BigInt));
    this.loss = Array.from(loss, BigInt);
    const { rows, reach } = obedience(market);
    this.reach = reach;
    this.rows = rows.map(({ gain }) => Array.from(gain, BigInt));
    this.entries = this.loss.map((_, cell) =>
      this.rows.flatMap((values, row) => (values[cell] === 0n ? [] : [{ row, value: values[cell]! }])),
    );
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

  /** Each cell's part in objective + multipliers · slacks; everything times `denominator`. */
  private priced(objective: Values, demands: readonly Demand[], multipliers: Values, denominator: bigint): Values {
    return objective.map((own, cell) => {
      let price = own * denominator;
      for (const { row, value } of this.entries[cell]!) price += multipliers[row]! * value;
      demands.forEach(({ values }, i) => {
        price += multipliers[this.rows.length + i]! * values[cell]!;
      });
      return price;
    });
  }

  /** z - Σ multiplier · slack >= objective, at a mixture. */
  private row(mixture: Mixture, objective: Values, demands: readonly Demand[]): ExactRow {
    const slacks = [
      ...this.rows.map((values) => totalOf(mixture, values)),
      ...demands.map(({ values, least }) => totalOf(mixture, values) - least * mixture.one),
    ];
    return { coefficients: [mixture.one, ...slacks.map((slack) => -slack)], bound: totalOf(mixture, objective) };
  }

  /** The largest expected total of `objective`; null where it is below `atLeast`. */
  maximum(objective: Values, options: MaximumOptions = {}): Maximum | null {
    const { demands = [], start = this.optimal, atLeast } = options;
    const count = this.rows.length + demands.length;
    const mixtures = new Map<ExactRow, Mixture>();
    const constraint = (mixture: Mixture) => {
      const row = this.row(mixture, objective, demands);
      mixtures.set(row, mixture);
      return row;
    };
    const nonNegative = Array.from({ length: count }, (_, i) => ({
      coefficients: Array.from({ length: count + 1 }, (__, j) => (j === i + 1 ? 1n : 0n)),
      bound: 0n,
    }));
    let missed = false;
    const solved = lexicographicMinimum({
      order: Array.from({ length: count + 1 }, (_, i) => i),
      rows: [...nonNegative, constraint(start)],
      start: Array.from({ length: count + 1 }, (_, i) => i),
      separate: ({ numerators, denominator }) => {
        const prices = this.priced(objective, demands, numerators.slice(1), denominator);
        const cells = this.best(prices);
        const least = demands.reduce((sum, one, i) => sum + numerators[this.rows.length + i + 1]! * one.least, 0n);
        const reached = cells.reduce((sum, cell) => sum + prices[cell]!, 0n) - least;
        if (atLeast !== undefined && reached < atLeast * denominator) missed = true;
        return missed || reached <= numerators[0]! ? null : constraint({ parts: [{ cells, share: 1n }], one: 1n });
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
    const { numerators, denominator } = solved.x;
    const prices = this.priced(objective, demands, numerators.slice(1), denominator);
    const cells = this.best(prices);
    return {
      mixture,
      total: totalOf(mixture, objective),
      tight: prices.flatMap((price, cell) => (price === prices[cells[this.stateOf(cell)]!] ? [cell] : [])),
    };
  }

  private stateOf(cell: number): number {
    return this.market.firstCell.findLastIndex((first) => first <= cell);
  }
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
