/** From a game's fractions to the integers that the kernel plays with; refused where a sum could pass 2^53. */
import type Fraction from 'fraction.js';
import { InputError } from '../errors.ts';
import type { ProfilesShared } from '../kernel/conversation.ts';
import { firstHistories, type Game, type Rule } from './game.ts';
import { type OutlineShape, type Outlines, outlinesOf } from './outlines.ts';

/** A game whose Bobs' strategies are listed, in integers, with what one unit is worth. */
export interface IntegerGame {
  readonly shared: ProfilesShared;
  /** Of each player (Alice, then the Bobs): a total divided by this is the expected utility. */
  readonly units: readonly bigint[];
  /** An induced distribution's entries divided by this are probabilities. */
  readonly mass: bigint;
  /** Of each player, [action][y], in whole numbers: times an induced distribution's entries, summed, a total. */
  readonly utilities: readonly Float64Array[];
  readonly counts: readonly number[];
  /** By Bob: which of his rules amount to the same. */
  readonly outlines: readonly Pick<Outlines, 'best' | 'fixed'>[];
}

function lcm(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return (a / x) * b;
}

/** The least common denominator. */
export function commonDenominator(values: Iterable<Fraction>): bigint {
  let common = 1n;
  for (const { d } of values) if (d !== 1n) common = lcm(common, d);
  return common;
}

/** value · scale, which the caller knows to be whole, as a bigint. */
export const scaled = (value: Fraction, scale: bigint): bigint => (value.s * value.n * scale) / value.d;

interface Whole {
  readonly scale: bigint;
  readonly values: Float64Array;
  /** The largest of 1 and the absolute values, in units of 1/scale. */
  readonly most: bigint;
}

const knownTables = new WeakMap<object, Whole>();

/** A table of fractions in whole numbers, made once a table. */
function whole(table: object, flat: () => readonly Fraction[]): Whole {
  const known = knownTables.get(table);
  if (known) return known;
  const fractions = flat();
  const scale = commonDenominator(fractions);
  const integers = fractions.map((value) => scaled(value, scale));
  let most = scale;
  for (const value of integers) {
    const size = value < 0n ? -value : value;
    if (size > most) most = size;
  }
  const made = { scale, values: Float64Array.from(integers, Number), most };
  knownTables.set(table, made);
  return made;
}

const doubles = (values: readonly Fraction[], scale: bigint): Float64Array =>
  Float64Array.from(values, (value) => Number(scaled(value, scale)));

function refuse(what: string, size: bigint): never {
  throw new InputError(
    `${what} need integers up to ${size}, more than 2^53: use probabilities and utilities with smaller common denominators (fewer decimals, or fractions)`,
  );
}

/**
 * The integers of `game` with the strategies of `strategies` (each Bob's list).
 * @throws InputError where exact totals could pass 2^53, naming what and how large.
 */
export function integerGame(game: Game, strategies: readonly (readonly Rule[])[]): IntegerGame {
  const prior = whole(game.prior, () => game.prior.flat(2));
  // A unit of utility counts among the sizes as well: beliefs are compared in it.
  const players = [game.alice, ...game.bobs.map(({ utility }) => utility)].map((utility) =>
    whole(utility, () => utility.flat()),
  );
  const scales = players.map(({ scale }) => scale);
  // Every Bob speaks R times, so every history's weight has each Bob's denominator R times.
  const ruleScales = strategies.map((rules) =>
    commonDenominator(rules.flatMap(({ says }) => says.flatMap((entry) => (typeof entry === 'number' ? [] : entry)))),
  );
  const talk = ruleScales.reduce((product, scale) => product * scale ** BigInt(game.rounds), 1n);
  const mass = prior.scale * talk;
  players.forEach(({ most }, player) => {
    const size = mass * most;
    if (size > BigInt(Number.MAX_SAFE_INTEGER))
      refuse(player === 0 ? "Alice's exact utilities" : `the exact utilities of ${game.bobs[player - 1]!.name}`, size);
  });
  const first = firstHistories(game);
  const perRound = ruleScales.reduce((product, scale) => product * scale, 1n);
  const firstRule = [0];
  for (const rules of strategies) firstRule.push(firstRule.at(-1)! + rules.length);
  const shape = {
    rounds: game.rounds,
    featuresB: game.xB.length,
    messagesA: game.messages.alice,
    messagesB: game.messages.bob,
    histories: first[game.rounds]!,
    firstHistory: Int32Array.from(first.slice(0, game.rounds)),
  };
  const tables = ruleTables(game, strategies, ruleScales, shape);
  const deterministic = strategies.every((rules) =>
    rules.every(({ says }) => says.every((entry) => typeof entry === 'number')),
  );
  const rules = joined(
    Float64Array,
    tables.map(({ weights }) => weights),
  );
  return {
    shared: {
      ...shape,
      bobs: game.bobs.length,
      featuresA: game.xA.length,
      states: game.y.length,
      actions: game.actions.length,
      deterministic,
      prior: prior.values,
      ...aliceTables(game, prior, players[0]!),
      scales: Float64Array.from(ruleScales, Number),
      growth: Float64Array.from({ length: game.rounds + 1 }, (_, round) =>
        Number(perRound ** BigInt(game.rounds - round)),
      ),
      firstRule: Int32Array.from(firstRule),
      rules,
      says: deterministic ? messagesOf(rules, game.messages.bob) : new Int32Array(0),
      marks: joined(
        Uint8Array,
        tables.map(({ outlines }) => outlines.marks),
      ),
      kinds: joined(
        Int32Array,
        tables.map(({ outlines }) => outlines.kinds),
      ),
    },
    units: scales.map((scale) => scale * mass),
    mass,
    utilities: players.map(({ values }) => values),
    counts: strategies.map((rules) => rules.length),
    outlines: tables.map(({ outlines }) => outlines),
  };
}

/** Arrays of one type end to end. */
function joined<T extends Float64Array | Int32Array | Uint8Array>(
  type: new (length: number) => T,
  parts: readonly T[],
): T {
  const all = new type(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The message of each row of weights, where none randomises. */
function messagesOf(rules: Float64Array, messages: number): Int32Array {
  const says = new Int32Array(rules.length / messages);
  for (let row = 0; row < says.length; row++) says[row] = rules.indexOf(1, row * messages) - row * messages;
  return says;
}

/** Gains and masses of (x_A, x_B) from the whole prior and Alice's whole utilities. */
function aliceTables({ xA, xB, y, actions }: Game, prior: Whole, alice: Whole) {
  const cells = xA.length * xB.length;
  const gain = new Float64Array(cells * actions.length);
  const mass = new Float64Array(cells);
  for (let cell = 0; cell < cells; cell++) {
    for (let s = 0; s < y.length; s++) mass[cell]! += prior.values[cell * y.length + s]! * Number(alice.scale);
    for (let a = 0; a < actions.length; a++) {
      let total = 0;
      for (let s = 0; s < y.length; s++) total += prior.values[cell * y.length + s]! * alice.values[a * y.length + s]!;
      gain[cell * actions.length + a] = total;
    }
  }
  return { gain, mass };
}

interface RuleTable {
  readonly weights: Float64Array;
  readonly outlines: Outlines;
}

/** By Bob; a list that several Bobs share is worked out once. */
function ruleTables(
  game: Game,
  strategies: readonly (readonly Rule[])[],
  scales: readonly bigint[],
  shape: OutlineShape,
): RuleTable[] {
  const live = game.xB.flatMap((_, x) => (game.prior.some((row) => row[x]!.some((p) => p.gt(0))) ? [x] : []));
  const known = new Map<readonly Rule[], RuleTable>();
  return strategies.map((list, bob) => {
    const found = known.get(list);
    if (found) return found;
    const weights = weightsOf(list, scales[bob]!, shape);
    const made = { weights, outlines: outlinesOf(shape, weights, live) };
    known.set(list, made);
    return made;
  });
}

function weightsOf(list: readonly Rule[], scale: bigint, shape: OutlineShape): Float64Array {
  const { featuresB, histories, messagesB } = shape;
  const weights = new Float64Array(list.length * featuresB * histories * messagesB);
  let at = 0;
  for (const { says } of list)
    for (const entry of says) {
      if (typeof entry === 'number') weights[at + entry] = Number(scale);
      else weights.set(doubles(entry, scale), at);
      at += messagesB;
    }
  return weights;
}
