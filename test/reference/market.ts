/**
 * The slow oracle of markets: schemes listed one by one and every definition of section 7.1 and Definition 16 taken
 * word for word, in bigint. It reads the table's decimal strings itself and shares no code with the solvers.
 */
import Fraction from 'fraction.js';
import type { UtilityTable } from '../../src/market/table.ts';

export type Ties = 'strict' | 'index';

export interface ListedScheme {
  readonly rank: bigint;
  /** Policy index, by state. */
  readonly policies: readonly number[];
  /** Cell index, by state. */
  readonly cells: readonly number[];
  /** By player (0 Alice, j + 1 Bob j), in units of `unit`. */
  readonly totals: readonly bigint[];
}

export interface ReferenceMarket {
  readonly bobs: number;
  readonly cells: number;
  /** All schemes, by rank. */
  readonly schemes: readonly ListedScheme[];
  /** What one unit of a total is worth, for every player. */
  readonly unit: Fraction;
  /** By rank: bit j says that Bob j has a deviation giving himself strictly more and Alice strictly more. */
  readonly strict: readonly number[];
  /** By rank: bit j says that Bob j has a deviation giving himself strictly more and Alice at least as much. */
  readonly weak: readonly number[];
}

/** A decimal as an integer number of 10^-places. */
function scaled(text: string, places: number): bigint {
  const [, sign, whole = '', fraction = '', exponent = '0'] = /^([+-]?)(\d*)\.?(\d*)(?:e(.+))?$/i.exec(text)!;
  const shift = places - fraction.length + Number(exponent);
  const size = BigInt(whole + fraction);
  const value = shift >= 0 ? size * 10n ** BigInt(shift) : size / 10n ** BigInt(-shift);
  return sign === '-' ? -value : value;
}

function placesOf(text: string): number {
  const [, fraction = '', exponent = '0'] = /^[+-]?\d*\.?(\d*)(?:e(.+))?$/i.exec(text)!;
  return Math.max(fraction.length - Number(exponent), 0);
}

function listSchemes(policies: readonly (readonly string[])[], values: readonly (readonly bigint[])[]): ListedScheme[] {
  const found: ListedScheme[] = [];
  const descend = (chosen: number[], cells: number[], firstCell: number): void => {
    const state = chosen.length;
    if (state === policies.length) {
      const totals = values.map((player) => cells.reduce((sum, cell) => sum + player[cell]!, 0n));
      found.push({ rank: BigInt(found.length), policies: chosen, cells, totals });
      return;
    }
    for (let policy = 0; policy < policies[state]!.length; policy++)
      descend([...chosen, policy], [...cells, firstCell + policy], firstCell + policies[state]!.length);
  };
  descend([], [], 0);
  return found;
}

function deviators(schemes: readonly ListedScheme[], from: ListedScheme, weak: boolean): number {
  let mask = 0;
  for (let player = 1; player < from.totals.length; player++)
    if (
      schemes.some(
        (to) =>
          to.totals[player]! > from.totals[player]! &&
          (weak ? to.totals[0]! >= from.totals[0]! : to.totals[0]! > from.totals[0]!),
      )
    )
      mask |= 1 << (player - 1);
  return mask;
}

/** Lists a table's schemes with everybody's totals and deviations. Cost: schemes² · Bobs. */
export function referenceMarket(table: UtilityTable): ReferenceMarket {
  const prior = table.prior ?? table.states.map(() => '1');
  const places = Math.max(...table.utilities.flat().map(placesOf));
  const priorPlaces = Math.max(...prior.map(placesOf));
  const weights = prior.map((text) => scaled(text, priorPlaces));
  const stateOfCell = table.policies.flatMap((policies, s) => policies.map(() => s));
  const values = table.utilities.map((column) =>
    column.map((text, cell) => scaled(text, places) * weights[stateOfCell[cell]!]!),
  );
  const schemes = listSchemes(table.policies, values);
  return {
    bobs: table.bobs.length,
    cells: stateOfCell.length,
    schemes,
    unit: new Fraction(1n, 10n ** BigInt(places) * weights.reduce((sum, weight) => sum + weight, 0n)),
    strict: schemes.map((scheme) => deviators(schemes, scheme, false)),
    weak: schemes.map((scheme) => deviators(schemes, scheme, true)),
  };
}

/** The expected utility of a player (0 Alice) along a scheme. */
export function expected(market: ReferenceMarket, scheme: ListedScheme, player: number): Fraction {
  return market.unit.mul(new Fraction(scheme.totals[player]!));
}

/** Every non-empty committee as Bob indices, by mask 1, 2, 3, … */
export function allCommittees(bobs: number): number[][] {
  return Array.from({ length: 2 ** bobs - 1 }, (_, i) =>
    Array.from({ length: bobs }, (_, bob) => bob).filter((bob) => ((i + 1) >> bob) & 1),
  );
}

/** The scheme of lowest rank among those that `better` puts first. */
function extreme(schemes: readonly ListedScheme[], better: (a: bigint, b: bigint) => boolean, player: number) {
  return schemes.reduce((best, scheme) => (better(scheme.totals[player]!, best.totals[player]!) ? scheme : best));
}

/** OPT: Alice's best scheme, of lowest rank. */
export function optimum(market: ReferenceMarket): ListedScheme {
  return extreme(market.schemes, (a, b) => a > b, 0);
}

/** All schemes that are best for Bob `bob`, by rank. */
export function monopoly(market: ReferenceMarket, bob: number): ListedScheme[] {
  const best = extreme(market.schemes, (a, b) => a > b, bob + 1).totals[bob + 1];
  return market.schemes.filter((scheme) => scheme.totals[bob + 1] === best);
}

/** The stable schemes of a committee (indices in rising order), by rank. */
export function stable(market: ReferenceMarket, committee: readonly number[], ties: Ties): ListedScheme[] {
  const [first] = committee;
  if (committee.length === 1) return monopoly(market, first!);
  return market.schemes.filter((_, rank) =>
    committee.every((bob) => {
      const deviating = ties === 'index' && bob === first ? market.weak[rank]! : market.strict[rank]!;
      return ((deviating >> bob) & 1) === 0;
    }),
  );
}

/** V_min's witness: the stable scheme that is worst for Alice, of lowest rank. */
export function worst(market: ReferenceMarket, committee: readonly number[], ties: Ties): ListedScheme {
  return extreme(stable(market, committee, ties), (a, b) => a < b, 0);
}

/** Which cells some scheme of the list uses. */
export function cellsUsed(market: ReferenceMarket, schemes: readonly ListedScheme[]): boolean[] {
  const used = new Array<boolean>(market.cells).fill(false);
  for (const scheme of schemes) for (const cell of scheme.cells) used[cell] = true;
  return used;
}

export interface MaskEntry {
  readonly count: number;
  /** Lowest-ranked schemes with the smallest and the largest Alice total. */
  readonly least: ListedScheme;
  readonly most: ListedScheme;
}

/** Schemes gathered by their blocker mask, under strictly profitable deviations or (`weak`) Alice indifferent. */
export function byBlockerMask(market: ReferenceMarket, weak = false): Map<number, MaskEntry> {
  const gathered = new Map<number, ListedScheme[]>();
  for (const [rank, mask] of (weak ? market.weak : market.strict).entries())
    gathered.set(mask, [...(gathered.get(mask) ?? []), market.schemes[rank]!]);
  return new Map(
    [...gathered].map(([mask, schemes]) => [
      mask,
      {
        count: schemes.length,
        least: extreme(schemes, (a, b) => a < b, 0),
        most: extreme(schemes, (a, b) => a > b, 0),
      },
    ]),
  );
}
