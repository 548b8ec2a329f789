/** The slow oracle itself against the answers published for the paper's tables (computed with exact rationals elsewhere). */
import Fraction from 'fraction.js';
import { expect, test } from 'vitest';
import { readTable } from '../../src/market/read.ts';
import { allCommittees, expected, optimum, referenceMarket, stable, type Ties, worst } from './market.ts';

interface Answers {
  readonly schemes: number;
  readonly optimum: string;
  /** Mean V_min over the committees of size 1, 2, …, to six digits. */
  readonly worst: Record<Ties, readonly number[]>;
  /** Stable schemes summed over the committees of each size, ties strict. */
  readonly stable: readonly number[];
}

const first = [0.549133, 0.5704, 0.576333, 0.576667, 0.576667];
const second = [0.672, 0.836, 0.864, 0.892, 0.92];
const published: Record<string, Answers> = {
  'synthetic-1': {
    schemes: 27,
    optimum: '173/300',
    worst: { strict: first, index: first },
    stable: [6, 16, 11, 5, 1],
  },
  'synthetic-2': {
    schemes: 64,
    optimum: '23/25',
    worst: { strict: second, index: second },
    stable: [5, 38, 25, 8, 1],
  },
  movielens: {
    schemes: 729,
    optimum: '17/20',
    worst: {
      strict: [0.843611, 0.846889, 0.8485, 0.849333, 0.849722, 0.85],
      index: [0.843611, 0.847333, 0.849083, 0.849889, 0.85, 0.85],
    },
    stable: [10, 93, 75, 41, 14, 2],
  },
};

test.each(Object.entries(published))('%s: OPT, mean V_min and stable counts', async (name, answers) => {
  const market = referenceMarket(await readTable(`data/tables/${name}.csv`));
  expect(market.schemes.length).toBe(answers.schemes);
  expect(expected(market, optimum(market), 0).toFraction()).toBe(answers.optimum);
  const committees = allCommittees(market.bobs);
  for (const [i, count] of answers.stable.entries()) {
    const sized = committees.filter((committee) => committee.length === i + 1);
    for (const ties of ['strict', 'index'] as const) {
      const sum = sized.reduce(
        (total, committee) => total.add(expected(market, worst(market, committee, ties), 0)),
        new Fraction(0),
      );
      expect(Number(sum.div(sized.length).valueOf().toFixed(6))).toBe(answers.worst[ties][i]);
    }
    expect(sized.reduce((total, committee) => total + stable(market, committee, 'strict').length, 0)).toBe(count);
  }
});
