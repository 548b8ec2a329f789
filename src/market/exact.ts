/** From decimal strings to exact integers: a scale a player, an integer weight a state, common factors divided out. */
import Fraction from 'fraction.js';
import { InputError } from '../errors.ts';
import { gcd } from '../exact/gcd.ts';
import { type Decimal, decimalText, readDecimal, roundDecimal } from '../input/decimal.ts';
import { givenObject } from '../input/given.ts';
import { show } from '../input/show.ts';
import type { Market } from './market.ts';
import { cellPlace, checkTable, type UtilityTable } from './table.ts';

export interface ExactOptions {
  /** Round utilities to this many decimals first, halves away from zero. Default: take them exactly. */
  readonly round?: number | undefined;
}

/** Totals up to here are exact in a double. */
export const MOST = BigInt(Number.MAX_SAFE_INTEGER);

/** The largest of non-empty `values`. */
function largest(values: readonly bigint[]): bigint {
  let high = values[0]!;
  for (const value of values) if (value > high) high = value;
  return high;
}

const power = (scale: number): bigint => 10n ** BigInt(scale);

const mostDecimals = (column: readonly Decimal[]): number => column.reduce((most, one) => Math.max(most, one.scale), 0);

const fraction = ({ digits, scale }: Decimal): Fraction => new Fraction(digits, power(scale));

/** Integer weights in the ratio of the prior, without a common factor. */
export function integerWeights(table: UtilityTable): bigint[] {
  if (table.prior === undefined) return table.states.map(() => 1n);
  const decimals = table.prior.map((text, s) =>
    readDecimal(text, `${table.name}, prior of state ${show(table.states[s]!)}`),
  );
  const scale = mostDecimals(decimals);
  const weights = decimals.map((one) => one.digits * power(scale - one.scale));
  const common = weights.reduce(gcd, 0n);
  return weights.map((weight) => weight / common);
}

export interface Gains {
  readonly gains: readonly bigint[];
  /** Sum of the states' smallest weighted utilities, and what one unit of gain is worth. */
  readonly base: Fraction;
  readonly unit: Fraction;
  readonly most: bigint;
}

/** One player's gains over each state's least, in the largest unit in which they are whole. */
function gainsOf(column: readonly Decimal[], firstCell: readonly number[], weights: readonly bigint[]): Gains {
  const scale = mostDecimals(column);
  const weighted = weights.flatMap((weight, s) =>
    column.slice(firstCell[s]!, firstCell[s + 1]!).map((one) => one.digits * power(scale - one.scale) * weight),
  );
  return gainsOfWeighted(weighted, firstCell, power(scale) * weights.reduce((sum, weight) => sum + weight, 0n));
}

/** The same from utilities times their states' probabilities, as whole numbers of 1/unitsPerOne. */
export function gainsOfWeighted(weighted: readonly bigint[], firstCell: readonly number[], unitsPerOne: bigint): Gains {
  const raw: bigint[] = [];
  let base = 0n;
  let most = 0n;
  let common = 0n;
  for (let s = 0; s + 1 < firstCell.length; s++) {
    const cells = weighted.slice(firstCell[s]!, firstCell[s + 1]!);
    const least = -largest(cells.map((cell) => -cell));
    const above = cells.map((cell) => cell - least);
    base += least;
    most += largest(above);
    common = above.reduce(gcd, common);
    for (const gain of above) raw.push(gain);
  }
  const unit = common === 0n ? 1n : common;
  return {
    gains: raw.map((gain) => gain / unit),
    base: new Fraction(base, unitsPerOne),
    unit: new Fraction(unit, unitsPerOne),
    most: most / unit,
  };
}

/** The refusal of a column whose totals do not fit, with the most decimals at which they would. */
function tooWide(
  name: string,
  column: string,
  decimals: readonly Decimal[],
  most: bigint,
  at: (rounded: readonly Decimal[]) => bigint,
): InputError {
  let round = mostDecimals(decimals) - 1;
  while (round >= 0 && at(decimals.map((one) => roundDecimal(one, round))) > MOST) round--;
  const advice =
    round >= 0
      ? `round the utilities: --round ${round}`
      : 'rounding cannot help: use smaller numbers, or prior weights with fewer digits (they need not sum to 1: for thirds write 1 and 2)';
  return new InputError(
    `${name}, column ${show(column)}: totals must range over at most ${MOST} (2^53 - 1) units to be exact, got ${most}; ${advice}`,
  );
}

/**
 * A table's market in exact integers. Utilities and prior are read as decimals; each player gets a scale, each state an
 * integer weight, and common factors are divided out, so that all comparisons are between integers.
 *
 * Nothing is rounded unless `round` says so; then every utility (not the prior) is first rounded to that many
 * decimals, halves away from zero, and `market.rounded` records it.
 * @param table as `parseTable` or `readTable` give it
 * @throws InputError where a column's totals range over more than 2^53 - 1 units, naming the column, its range and the
 * largest `--round` that would do; or where `round` is not a whole number from 0 to 40.
 * @example
 * const market = exactMarket(parseTable('state,policy,alice,B\nrain,stay,0.5,1\nrain,go,0.25,0\n'));
 * // A unit is 1/4, the base 1/4.
 * [...market.gains[0]] // [1, 0]
 */
export function exactMarket(table: UtilityTable, options: ExactOptions = {}): Market {
  checkTable(table);
  givenObject(options);
  const { round } = options;
  if (round !== undefined && !(Number.isInteger(round) && round >= 0 && round <= 40))
    throw new InputError(`round must be a whole number from 0 to 40, got ${round}`);
  const firstCell = [0];
  for (const policies of table.policies) firstCell.push(firstCell.at(-1)! + policies.length);
  const weights = integerWeights(table);
  const players = ['alice', ...table.bobs];
  const decimals = table.utilities.map((column, p) =>
    column.map((text, cell) => {
      const value = readDecimal(text, () => cellPlace(table, table.places[cell]!, players[p]!));
      return round === undefined ? value : roundDecimal(value, round);
    }),
  );
  const gains = decimals.map((column, p) => {
    const result = gainsOf(column, firstCell, weights);
    if (result.most > MOST)
      throw tooWide(
        table.name,
        players[p]!,
        column,
        result.most,
        (rounded) => gainsOf(rounded, firstCell, weights).most,
      );
    return result;
  });
  const weightSum = weights.reduce((sum, weight) => sum + weight, 0n);
  return {
    states: table.states,
    policies: table.policies,
    bobs: table.bobs,
    firstCell,
    prior: weights.map((weight) => new Fraction(weight, weightSum)),
    utilities: decimals.map((column) => Float64Array.from(column, (one) => Number(decimalText(one)))),
    exactUtilities: decimals.map((column) => column.map(fraction)),
    gains: gains.map((player) => Float64Array.from(player.gains, Number)),
    base: gains.map((player) => player.base),
    unit: gains.map((player) => player.unit),
    most: gains.map((player) => Number(player.most)),
    schemes: table.policies.reduce((product, policies) => product * BigInt(policies.length), 1n),
    rounded: round,
  };
}
