/**
 * Tables built to be hard to search. Bobs share a taste that pays for Alice's losses and quarrel within groups (pairs,
 * triples) whose wishes add up to the same in every cell, so that many levels neither hold a stable scheme nor show
 * early that they do not; a last state makes all Bobs quarrel far below OPT, so that none of those is the answer early.
 */
import { parseTable, type UtilityTable } from '../../src/market/table.ts';
import { random } from './families.ts';

export interface HardShape {
  /** Bobs of a group; with 1 each has wishes of his own. */
  readonly size: number;
  readonly groups: number;
  readonly states: number;
  readonly policies: number;
  /** Alice's utilities are whole numbers 0 … levels; many make her totals like those of a subset-sum problem. */
  readonly levels: number;
  /** A Bob's own wishes are whole numbers below this; few make ties. */
  readonly wishes: number;
  /** What a Bob gets for a unit of Alice's loss. */
  readonly slope: number;
}

const pairs = (states: number, levels: number, slope: number): HardShape => ({
  ...{ size: 2, groups: 3, states, policies: 6, levels, wishes: 100, slope },
});
const triples = (groups: number, states: number, levels: number, wishes: number, slope: number): HardShape => ({
  ...{ size: 3, groups, states, policies: 5, levels, wishes, slope },
});
const ties = (groups: number, states: number, levels: number): HardShape => ({
  ...{ size: 1, groups, states, policies: 5, levels, wishes: 10, slope: 30 },
});
const two = (states: number, levels: number, slope: number): HardShape => ({
  ...{ size: 2, groups: 1, states, policies: 5, levels, wishes: 100, slope },
});

/** More than any search settles soon. */
export const endlessShape = triples(5, 60, 1000, 1000, 12_000);

/** By kind. */
export const hardShapes: Readonly<Record<string, readonly HardShape[]>> = {
  'opposed pairs': [
    pairs(20, 30, 500),
    pairs(30, 30, 700),
    pairs(40, 30, 1000),
    pairs(60, 30, 700),
    pairs(60, 30, 1500),
    pairs(60, 10, 1500),
  ],
  'two Bobs, wide windows': [two(60, 30, 400), two(100, 10, 1500), two(200, 30, 900)],
  'many ties': [ties(3, 40, 10), ties(4, 100, 5), ties(6, 40, 10), ties(8, 40, 10)],
  'subset sums': [
    { ...pairs(20, 100_000, 3), groups: 1 },
    { ...pairs(20, 100_000, 3), groups: 2, wishes: 1000 },
  ],
  triples: [
    triples(2, 20, 30, 100, 400),
    triples(3, 30, 30, 100, 600),
    triples(2, 80, 300, 1000, 13_000),
    endlessShape,
  ],
};

export function hardTable(
  { size, groups, states, policies, levels, wishes, slope }: HardShape,
  seed = 1,
): UtilityTable {
  const next = random(seed);
  const whole = (most: number) => Math.floor(next() * most);
  const bobs = size * groups;
  const names = Array.from({ length: bobs }, (_, j) => `B${j + 1}`);
  const far = Math.floor((states * levels) / 8);
  const rows = [['state', 'policy', 'alice', ...names].join()];
  for (let s = 0; s < states; s++)
    for (let p = 0; p < policies; p++) {
      const loss = whole(levels);
      const group = () => {
        const own = Array.from({ length: Math.max(1, size - 1) }, () => whole(wishes));
        const rest = (size - 1) * wishes - own.reduce((a, b) => a + b, 0);
        return (size === 1 ? own : [...own, rest]).map((wish) => slope * loss + wish);
      };
      rows.push([`s${s}`, `p${p}`, levels - loss, ...Array.from({ length: groups }, group).flat()].join());
    }
  rows.push(['last', 'agree', far, ...names.map(() => 0)].join());
  for (const quarrel of names)
    rows.push(
      [
        'last',
        quarrel,
        0,
        ...names.map((name) => (name === quarrel ? 2 * slope * far + 5 * wishes * states : 0)),
      ].join(),
    );
  return parseTable(rows.join('\n'));
}
