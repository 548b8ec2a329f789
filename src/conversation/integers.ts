/** From a game's fractions to the integers that the kernel plays with; refused where a sum could pass 2^53. */
import type Fraction from 'fraction.js';
import { InputError } from '../errors.ts';
import type { ProfilesShared } from '../kernel/conversation.ts';
import { firstHistories, type Game, type Rule } from './game.ts';
import { distributionOf } from './rules.ts';

/** A game whose Bobs' strategies are listed, in integers, with what one unit is worth. */
export interface IntegerGame {
  readonly shared: ProfilesShared;
  /** Of each player (Alice, then the Bobs): a total divided by this is the expected utility. */
  readonly units: readonly bigint[];
  /** An induced distribution's entries divided by this are probabilities. */
  readonly mass: bigint;
  readonly counts: readonly number[];
  /** No listed rule randomises. */
  readonly deterministic: boolean;
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
  return {
    shared: {
      bobs: game.bobs.length,
      rounds: game.rounds,
      featuresA: game.xA.length,
      featuresB: game.xB.length,
      states: game.y.length,
      actions: game.actions.length,
      messagesA: game.messages.alice,
      messagesB: game.messages.bob,
      histories: first[game.rounds]!,
      firstHistory: Int32Array.from(first.slice(0, game.rounds)),
      prior: prior.values,
      ...aliceTables(game, prior, players[0]!),
      growth: Float64Array.from({ length: game.rounds + 1 }, (_, round) =>
        Number(perRound ** BigInt(game.rounds - round)),
      ),
      utility: Float64Array.from(players.flatMap(({ values }) => [...values])),
      firstRule: Int32Array.from(firstRule),
      rules: ruleTables(game, strategies, ruleScales, first[game.rounds]!),
    },
    units: scales.map((scale) => scale * mass),
    mass,
    counts: strategies.map((rules) => rules.length),
    deterministic: strategies.every((rules) =>
      rules.every(({ says }) => says.every((entry) => typeof entry === 'number')),
    ),
  };
}

/** Gains and masses of (x_A, x_B) from the whole prior and Alice's whole utilities. */
function aliceTables({ xA, xB, y, actions }: Game, prior: Whole, alice: Whole) {
  const cells = xA.length * xB.length;
  const gain = new Float64Array(cells * actions.length);
  const mass = new Float64Array(cells);
  const most = new Float64Array(cells).fill(Number.NEGATIVE_INFINITY);
  for (let cell = 0; cell < cells; cell++) {
    for (let s = 0; s < y.length; s++) mass[cell]! += prior.values[cell * y.length + s]! * Number(alice.scale);
    for (let a = 0; a < actions.length; a++) {
      let total = 0;
      for (let s = 0; s < y.length; s++) total += prior.values[cell * y.length + s]! * alice.values[a * y.length + s]!;
      gain[cell * actions.length + a] = total;
      most[cell] = Math.max(most[cell]!, total);
    }
  }
  return { gain, mass, most };
}

function ruleTables(
  game: Game,
  strategies: readonly (readonly Rule[])[],
  scales: readonly bigint[],
  histories: number,
): Float64Array {
  const { bob: messages } = game.messages;
  const rules = strategies.reduce((count, list) => count + list.length, 0);
  const table = new Float64Array(rules * game.xB.length * histories * messages);
  let at = 0;
  strategies.forEach((list, bob) => {
    const whole = Number(scales[bob]!);
    for (const { says } of list)
      for (const entry of says) {
        if (typeof entry === 'number') table[at + entry] = whole;
        else table.set(doubles(distributionOf(entry, messages), scales[bob]!), at);
        at += messages;
      }
  });
  return table;
}
