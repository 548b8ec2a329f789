/**
 * Seeded random utility tables as CSV text, so that tests run through the parser too: sizes that differ by state, with
 * and without prior, rows in any order, and families that stress ties, shared bias and duplicated Bobs.
 */
import { stringify } from 'csv-stringify/sync';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/**
 * - independent: every number drawn alone (with many Bobs only Alice's best schemes are stable)
 * - coarse: few values, hence many ties
 * - shared: the Bobs share a bias of weight .5 to .95, so that bad equilibria survive competition
 * - opposed: Bobs whose utilities fall as Alice's rise, with a little noise
 * - duplicates: some Bobs are copies or positive affine images of others
 */
export const families = ['independent', 'coarse', 'shared', 'opposed', 'duplicates'] as const;
export type Family = (typeof families)[number];

export interface RandomTable {
  readonly seed: number;
  readonly family: Family;
  readonly csv: string;
}

/** Largest sizes; the smallest are 1. `states` and the rest may be fixed by `exact`. */
export interface Sizes {
  readonly states: number;
  readonly policies: number;
  readonly bobs: number;
  /** Always the largest sizes, instead of any up to them. */
  readonly exact?: boolean;
}

type Draw = (least: number, most: number) => number;

/** A whole number of 10^-decimals as decimal text, now and then in exponent notation. */
function numberText(value: number, decimals: number, draw: Draw): string {
  if (draw(0, 19) === 0) return `${value}e-${decimals}`;
  const digits = String(Math.abs(value)).padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  return `${value < 0 ? '-' : ''}${digits.slice(0, point)}${decimals > 0 ? `.${digits.slice(point)}` : ''}`;
}

/** One Bob's column in whole units from about 0 to `most`, given Alice's, the shared bias and the Bobs before him. */
function bobColumn(
  family: Family,
  alice: readonly number[],
  bias: readonly number[],
  before: readonly (readonly number[])[],
  weight: number,
  most: number,
  draw: Draw,
): number[] {
  const own = alice.map(() => draw(0, most));
  switch (family) {
    case 'independent':
    case 'coarse':
      return own;
    case 'shared':
      return own.map((value, cell) => Math.round((weight * bias[cell]! + (100 - weight) * value) / 100));
    case 'opposed':
      return alice.map((value) => most - value + draw(0, Math.ceil(most / 5)));
    case 'duplicates': {
      const copied = before[draw(0, before.length)];
      if (!copied) return own;
      const [factor, offset] = draw(0, 1) === 0 ? [1, 0] : [draw(1, 3), draw(-2, 2)];
      return copied.map((value) => factor * value + offset);
    }
  }
}

function shuffled<T>(items: readonly T[], draw: Draw): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = draw(0, i);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** The table of a seed; the family goes round with the seed unless given. */
export function randomTable(
  seed: number,
  sizes: Sizes = { states: 6, policies: 4, bobs: 6 },
  family: Family = families[seed % families.length]!,
): RandomTable {
  const generator = xoroshiro128plus(seed);
  const draw: Draw = (least, most) => uniformInt(generator, least, most);
  const size = (most: number) => (sizes.exact ? most : draw(1, most));
  const states = size(sizes.states);
  const cells = Array.from({ length: states }, (_, s) =>
    Array.from({ length: size(sizes.policies) }, (_, p) => ({ state: `S${s + 1}`, policy: `${'ABCDEFGHIJ'[p] ?? p}` })),
  ).flat();
  const decimals = draw(0, 3);
  // Whole numbers and single decimals tie often by themselves; coarse tables tie whatever their decimals.
  const most = family === 'coarse' ? draw(1, 3) : 10 ** Math.max(decimals, 1);
  const column = () => cells.map(() => draw(0, most));
  const alice = column();
  const bias = column();
  const bobs: number[][] = [];
  const weight = draw(50, 95);
  for (let j = size(sizes.bobs); j > 0; j--) bobs.push(bobColumn(family, alice, bias, bobs, weight, most, draw));
  const weights = Array.from({ length: states }, () => draw(0, 6));
  weights[draw(0, states - 1)] = draw(1, 6);
  const withPrior = draw(0, 1) === 1;
  const priorAt = draw(0, 3 + bobs.length);
  const rows = cells.map(({ state, policy }, cell) => {
    const numbers = [alice, ...bobs].map((values) => numberText(values[cell]!, decimals, draw));
    const row = [state, policy, ...numbers];
    return withPrior ? row.toSpliced(priorAt, 0, `${weights[Number(state.slice(1)) - 1]}`) : row;
  });
  const header = ['state', 'policy', 'alice', ...bobs.map((_, j) => `Bob ${j + 1}`)];
  const csv = stringify([
    withPrior ? header.toSpliced(priorAt, 0, 'prior') : header,
    ...(draw(0, 3) === 0 ? shuffled(rows, draw) : rows),
  ]);
  return { seed, family, csv };
}
