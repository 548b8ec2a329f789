/**
 * Bobs with noisy observations: a table P(x | y) of what they see, x, in each state y turns a utility table over states
 * into a market over observations by conditional expectation, exactly. Everything else applies with x in place of y.
 */
import Fraction from 'fraction.js';
import { InputError } from '../errors.ts';
import { parseCsv } from '../input/csv.ts';
import { readDecimal, roundDecimal } from '../input/decimal.ts';
import { givenObject, givenText, givenThing } from '../input/given.ts';
import { show, showAll } from '../input/show.ts';
import { readText } from '../input/text.ts';
import { type ExactOptions, exactMarket, gainsOfWeighted, integerWeights, MOST } from './exact.ts';
import type { Market } from './market.ts';
import type { ObservationTable } from './results.ts';
import { cellPlace, checkTable, type UtilityTable } from './table.ts';

export interface Observations {
  readonly name: string;
  /** What can be seen, in order of first appearance. */
  readonly observations: readonly string[];
  /** By state, by observation: a whole number of 1/`one`; each state's sum to `one`. */
  readonly probability: ReadonlyMap<string, ReadonlyMap<string, bigint>>;
  readonly one: bigint;
}

const COLUMNS = ['state', 'observation', 'probability'];

/**
 * Reads an observation table: CSV with the header `state,observation,probability`, one row a pair that can happen;
 * pairs left out have probability 0.
 * @throws InputError naming file, line, rule and value: other columns, blank names, a pair given twice, a probability
 * that is negative, or a state whose probabilities do not sum to exactly 1.
 * @example
 * const text = 'state,observation,probability\nrain,clouds,1\nsun,clouds,0.25\nsun,sky,0.75\n';
 * parseObservations(text).observations // ['clouds', 'sky']
 */
export function parseObservations(text: string, options: { readonly name?: string } = {}): Observations {
  givenObject(options);
  const { name = 'observations' } = options;
  givenText(text, name);
  const { columns, rows, place } = parseCsv(text, name);
  if (COLUMNS.some((column) => !columns.includes(column)) || columns.length !== COLUMNS.length)
    throw new InputError(`${name} ${place}: must have the columns ${COLUMNS.join(',')}, got ${showAll(columns)}`);
  const [state, observation, probability] = COLUMNS.map((column) => columns.indexOf(column));
  const seen = new Map<string, Map<string, { digits: bigint; scale: number }>>();
  const observations = new Set<string>();
  for (const { place: line, cells } of rows) {
    const [y, x] = [cells[state!]!, cells[observation!]!];
    if (y.trim() === '' || x.trim() === '')
      throw new InputError(`${name} ${line}: state and observation must have names, got a blank cell`);
    const at = `${name} ${line}, column "probability"`;
    const value = readDecimal(cells[probability!]!, at);
    if (value.digits < 0n) throw new InputError(`${at}: must be >= 0, got ${show(cells[probability!]!)}`);
    const row = seen.get(y) ?? new Map();
    if (row.has(x))
      throw new InputError(`${name} ${line}: state ${show(y)} must have observation ${show(x)} only once`);
    seen.set(y, row.set(x, value));
    observations.add(x);
  }
  const scale = Math.max(0, ...[...seen.values()].flatMap((row) => [...row.values()].map((one) => one.scale)));
  const one = 10n ** BigInt(scale);
  const whole = new Map(
    [...seen].map(([y, row]) => [
      y,
      new Map([...row].map(([x, { digits, scale: own }]) => [x, digits * 10n ** BigInt(scale - own)])),
    ]),
  );
  for (const [y, row] of whole) {
    const sum = [...row.values()].reduce((total, share) => total + share, 0n);
    if (sum !== one)
      throw new InputError(
        `${name}: probabilities of state ${show(y)} must sum to 1, got ${new Fraction(sum, one).toFraction()}`,
      );
  }
  return { name, observations: [...observations], probability: whole, one };
}

/** Reads an observation table from a file. @throws InputError as `parseObservations`. */
export async function readObservations(path: string): Promise<Observations> {
  return parseObservations(await readText(path), { name: path });
}

/** By observation: the states in which it can be seen, with the weight of both together. */
function jointWeights(
  { states }: UtilityTable,
  { observations, probability }: Observations,
  weights: readonly bigint[],
) {
  const place = new Map(observations.map((x, i) => [x, i]));
  const joint: { readonly y: number; readonly share: bigint }[][] = observations.map(() => []);
  for (const [y, state] of states.entries())
    for (const [x, share] of probability.get(state)!)
      if (share > 0n) joint[place.get(x)!]!.push({ y, share: weights[y]! * share });
  return joint;
}

/**
 * The market that Bobs with these observations play: states are the observations x, with P(x) = Σ_y P(y)·P(x | y) and
 * utilities E[u(y, policy) | x]. Rounding, where asked for, comes before the expectation.
 * @throws InputError where states and observations do not fit together, policies differ by state, an observation never
 * happens, or totals range over more than 2^53 - 1 units.
 * @example
 * const rows = 'rain,stay,1,0\nrain,go,0,1\nsun,stay,0,0\nsun,go,1,1\n';
 * const table = parseTable(`state,policy,alice,B\n${rows}`);
 * const text = 'state,observation,probability\nrain,clouds,1\nsun,clouds,0.25\nsun,sky,0.75\n';
 * observedMarket(table, parseObservations(text)).prior.map((p) => p.toFraction()) // ['5/8', '3/8']
 */
export function observedMarket(table: UtilityTable, seen: Observations, options: ExactOptions = {}): Market {
  checkTable(table);
  givenThing(seen, 'probability', 'observations must be what readObservations or parseObservations return');
  givenObject(options);
  const missing = table.states.find((state) => !seen.probability.has(state));
  if (missing !== undefined) throw new InputError(`${seen.name}: must have state ${show(missing)} of ${table.name}`);
  const unknown = [...seen.probability.keys()].find((state) => !table.states.includes(state));
  if (unknown !== undefined) throw new InputError(`${seen.name}: state ${show(unknown)} must be one of ${table.name}`);
  const policies = table.policies[0]!;
  const other = table.policies.findIndex(
    (own) => own.length !== policies.length || own.some((policy, p) => policy !== policies[p]),
  );
  if (other >= 0)
    throw new InputError(
      `${table.name}: with observations every state must have the policies of the first in its order, ${showAll(policies)}; state ${show(table.states[other]!)} has ${showAll(table.policies[other]!)}`,
    );
  const weights = integerWeights(table);
  const { round } = options;
  const joint = jointWeights(table, seen, weights);
  const happens = joint.map((row) => row.reduce((sum, { share }) => sum + share, 0n));
  const never = happens.indexOf(0n);
  if (never >= 0)
    throw new InputError(`${seen.name}: observation ${show(seen.observations[never]!)} must happen in some state`);
  const total = happens.reduce((sum, share) => sum + share, 0n);
  const firstCell = [...seen.observations.keys(), seen.observations.length].map((x) => x * policies.length);
  const players = ['alice', ...table.bobs];
  const columns = table.utilities.map((column, p) => {
    const decimals = column.map((text, cell) => {
      const value = readDecimal(text, () => cellPlace(table, table.places[cell]!, players[p]!));
      return round === undefined ? value : roundDecimal(value, round);
    });
    const scale = decimals.reduce((most, one) => Math.max(most, one.scale), 0);
    const whole = decimals.map((one) => one.digits * 10n ** BigInt(scale - one.scale));
    const weighted = joint.flatMap((row) =>
      policies.map((_, policy) =>
        row.reduce((sum, { y, share }) => sum + share * whole[y * policies.length + policy]!, 0n),
      ),
    );
    const unit = 10n ** BigInt(scale);
    const gains = gainsOfWeighted(weighted, firstCell, unit * total);
    if (gains.most > MOST)
      throw new InputError(
        `${table.name}, column ${show(players[p]!)}: totals over observations must range over at most ${MOST} (2^53 - 1) units to be exact, got ${gains.most}; round the utilities (--round D) or the probabilities`,
      );
    const exact = weighted.map(
      (value, cell) => new Fraction(value, unit * happens[Math.floor(cell / policies.length)]!),
    );
    return { gains, exact };
  });
  return {
    ...exactMarket(table, options),
    states: seen.observations,
    policies: seen.observations.map(() => policies),
    firstCell,
    prior: happens.map((share) => new Fraction(share, total)),
    utilities: columns.map(({ exact }) => Float64Array.from(exact, (value) => value.valueOf())),
    exactUtilities: columns.map(({ exact }) => exact),
    gains: columns.map(({ gains }) => Float64Array.from(gains.gains, Number)),
    base: columns.map(({ gains }) => gains.base),
    unit: columns.map(({ gains }) => gains.unit),
    most: columns.map(({ gains }) => Number(gains.most)),
    schemes: BigInt(policies.length) ** BigInt(seen.observations.length),
  };
}

/** What results record of the options' observations, in the table's order. */
export function recorded({ states }: UtilityTable, { observations: seen }: ObservedOptions) {
  if (!seen) return {};
  const { probability, one } = seen;
  const place = new Map(seen.observations.map((x, i) => [x, i]));
  const observations: ObservationTable = Object.fromEntries(
    states.map((state) => {
      const shares = [...probability.get(state)!].filter(([, share]) => share > 0n);
      shares.sort(([a], [b]) => place.get(a)! - place.get(b)!);
      return [state, Object.fromEntries(shares.map(([x, share]) => [x, new Fraction(share, one).toFraction()]))];
    }),
  );
  return { observations };
}

export interface ObservedOptions extends ExactOptions {
  /** What the Bobs see of the states (`parseObservations`); default: the states themselves. */
  readonly observations?: Observations | undefined;
}

/** What a market is made of: plain data. */
export interface MarketSource extends ObservedOptions {
  readonly table: UtilityTable;
}

/** The market of a table, over its states or over what the Bobs observe of them. */
export function marketOf(table: UtilityTable, options: ObservedOptions): Market {
  return options.observations ? observedMarket(table, options.observations, options) : exactMarket(table, options);
}
