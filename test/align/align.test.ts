import { existsSync, readFileSync } from 'node:fs';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, test } from 'vitest';
import { type AlignReading, align } from '../../src/align/align.ts';
import { type AlignmentPoints, alignmentPoints } from '../../src/align/points.ts';
import { parseTable } from '../../src/market/table.ts';

const sets = ['simplex', 'cone'] as const;

interface Scores {
  readonly alice: readonly number[];
  readonly bobs: readonly (readonly number[])[];
}

/** Scores 0 … most; the Bobs are Alice with noise, Alice is not in their hull. */
function random(seed: number, rows: number, bobs: number, most: number): Scores {
  const generator = xoroshiro128plus(seed);
  const draw = (from: number, to: number) => uniformInt(generator, from, to);
  const alice = Array.from({ length: rows }, () => draw(0, most));
  const noise = Math.ceil(most / 2);
  return {
    alice,
    bobs: Array.from({ length: bobs }, () =>
      alice.map((score) => Math.min(most, Math.max(0, score + draw(-noise, noise)))),
    ),
  };
}

function csv({ alice, bobs }: Scores): string {
  const header = ['alice', ...bobs.map((_, j) => `B${j + 1}`)];
  return [header, ...alice.map((score, row) => [score, ...bobs.map((bob) => bob[row]!)])]
    .map((row) => row.join())
    .join('\n');
}

const solve = async (scores: Scores, weights: (typeof sets)[number]) => align(csv(scores), { weights: [weights] });

/** Feasible at epsilon, met at the tight rows, and proved minimal by the multipliers: weak duality, by hand. */
function check({ alice, bobs }: Scores, reading: Omit<AlignReading, 'arithmetic'>) {
  const { epsilon, w, offset, tight, proof, weights } = reading;
  const weight = Object.values(w);
  const size =
    Math.max(...alice.map(Math.abs)) *
    Math.max(
      1,
      weight.reduce((sum, one) => sum + one, 0),
    );
  const residual = alice.map(
    (score, row) => weight.reduce((sum, one, j) => sum + one * bobs[j]![row]!, offset) - score,
  );
  for (const off of residual) expect(Math.abs(off)).toBeLessThanOrEqual(epsilon + 1e-9 * size);
  for (const row of tight) expect(Math.abs(Math.abs(residual[row]!) - epsilon)).toBeLessThan(1e-9 * size);
  if (epsilon === 0) return;
  // Σ y_r (±residual_r) <= epsilon for any weights; the multipliers cancel the offset and bound every Bob from below.
  const sign = (side: string) => (side === 'upper' ? 1 : -1);
  const along = (column: readonly number[]) =>
    proof.reduce((sum, { row, side, multiplier }) => sum + sign(side) * multiplier * column[row]!, 0);
  expect(proof.every(({ multiplier }) => multiplier > 0)).toBe(true);
  expect(along(alice.map(() => 1))).toBeCloseTo(0, 9);
  expect(proof.reduce((sum, { multiplier }) => sum + multiplier, 0)).toBeCloseTo(1, 9);
  const least = Math.min(...bobs.map(along));
  if (weights === 'cone') expect(least).toBeGreaterThan(-1e-9 * size);
  expect((weights === 'simplex' ? least : 0) - along(alice)).toBeCloseTo(epsilon, 7);
}

describe.each(sets)('%s', (weights) => {
  test('every answer carries its proof', async () => {
    for (let seed = 0; seed < 40; seed++) {
      const scores = random(seed, 5 + 3 * seed, 1 + (seed % 7), seed % 2 === 0 ? 3 : 1000);
      check(scores, await solve(scores, weights));
    }
    const large = random(77, 5000, 12, 100);
    const answer = await solve(large, weights);
    expect(answer).toMatchObject({ kind: 'align', complete: true, arithmetic: 'exact', rows: 5000, weights });
    check(large, answer);
  });

  test('another Bob never raises epsilon, a copy and repeated rows change nothing', async () => {
    for (let seed = 0; seed < 15; seed++) {
      const scores = random(seed, 40, 5, 10);
      const { epsilon, w, offset } = await solve(scores, weights);
      const fewer = await solve({ ...scores, bobs: scores.bobs.slice(0, 4) }, weights);
      expect(fewer.epsilon).toBeGreaterThanOrEqual(epsilon);
      expect((await solve({ ...scores, bobs: [...scores.bobs, scores.bobs[2]!] }, weights)).epsilon).toBe(epsilon);
      const twice = (column: readonly number[]) => [...column.toReversed(), ...column];
      const repeated = await solve({ alice: twice(scores.alice), bobs: scores.bobs.map(twice) }, weights);
      expect([repeated.epsilon, repeated.w, repeated.offset]).toEqual([epsilon, w, offset]);
    }
  });

  test('scaling: everybody by 3 scales epsilon; on the cone one Bob alone changes only his weight', async () => {
    const scores = random(5, 60, 4, 20);
    const times = (factor: number) => (column: readonly number[]) => column.map((value) => factor * value);
    const { epsilon, w } = await solve(scores, weights);
    const all = await solve({ alice: times(3)(scores.alice), bobs: scores.bobs.map(times(3)) }, weights);
    expect(all.epsilon).toBeCloseTo(3 * epsilon, 12);
    expect(all.w).toEqual(w);
    if (weights === 'simplex') return;
    const one = await solve({ ...scores, bobs: scores.bobs.map((bob, j) => (j === 0 ? times(4)(bob) : bob)) }, weights);
    expect(one.epsilon).toBe(epsilon);
    expect(one.w).toEqual({ ...w, B1: w.B1! / 4 });
  });
});

test('Alice in the hull: epsilon 0, her weights, nothing tight', async () => {
  const answer = await align('item,alice,A,B\nx,0.5,1,0\ny,1.5,2,1\nz,0.5,0,1\n', { weights: sets });
  expect(answer).toMatchObject({
    epsilon: 0,
    w: { A: 0.5, B: 0.5 },
    offset: 0,
    weights: 'simplex',
    tight: [],
    proof: [],
  });
  expect(answer.options).toEqual({ weights: ['simplex', 'cone'] });
  expect(answer.readings!.map(({ weights, epsilon }) => [weights, epsilon])).toEqual([
    ['simplex', 0],
    ['cone', 0],
  ]);
});

test('Definition 1 on the paper’s tables, as misalignment over the whole table finds it', async () => {
  const epsilons = async (name: string) => {
    const { readings } = await align(readFileSync(`data/tables/${name}.csv`, 'utf8'), { name, weights: sets });
    return readings!.map(({ epsilon }) => Number(epsilon.toFixed(6)));
  };
  expect(await epsilons('synthetic-1')).toEqual([0.000227, 0.000198]);
  expect(await epsilons('synthetic-2')).toEqual([0.418333, 0.41]);
  expect(await epsilons('movielens')).toEqual([0.025, 0.020919]);
});

test('one row, one Bob, constant columns', async () => {
  expect(await align('alice,B\n2,5\n')).toMatchObject({ epsilon: 0, w: { B: 1 }, offset: -3 });
  expect(await align('alice,B\n1,4\n1,4\n', { weights: ['cone'] })).toMatchObject({
    epsilon: 0,
    w: { B: 0 },
    offset: 1,
  });
  expect(await align('alice,B\n0,1\n2,1\n')).toMatchObject({ epsilon: 1, w: { B: 1 }, offset: 0, tight: [0, 1] });
});

test('beyond 128 Bobs: doubles, with a lower bound beside epsilon', async () => {
  const scores = random(9, 300, 130, 50);
  for (const weights of sets) {
    const answer = await solve(scores, weights);
    expect(answer.arithmetic).toBe('double');
    const lowerBound = answer.lowerBound!;
    expect(answer.epsilon - lowerBound).toBeLessThan(1e-5);
    expect(answer.epsilon).toBeGreaterThanOrEqual(lowerBound - 1e-9);
    check(scores, answer);
  }
});

test('a parsed table gives what its text gives, and what is neither is refused', async () => {
  const text = readFileSync('data/tables/movielens.csv', 'utf8');
  for (const round of [undefined, 1])
    expect(await align(parseTable(text), { weights: sets, round })).toEqual(
      await align(text, { weights: sets, round }),
    );
  for (const source of [undefined, 5, {}])
    await expect(Reflect.apply(align, undefined, [source])).rejects.toThrow(
      /^table must be what readTable, parseTable or tableFromRows return, got (undefined|5|an object)$/,
    );
});

test('rounding is recorded', async () => {
  const answer = await align('alice,A,B\n0.123,0.119,0.9\n0.5,0.501,0.2\n0.7,0.699,0.1\n', { round: 2 });
  expect(answer).toMatchObject({ arithmetic: 'rounded:2', options: { round: 2 }, epsilon: 0, w: { A: 1, B: 0 } });
});

test('columns: the usual names are no Bobs, others are named', () => {
  const bobs = (text: string, options = {}) => alignmentPoints(text, options).bobs;
  expect(bobs('item,group,fold,alice,A\nx,g,1,0,1\n')).toEqual(['A']);
  expect(bobs('state,policy,prior,alice,A\ns,p,2,0,1\n')).toEqual(['A']);
  expect(bobs('Label,Human,A\nx,0,1\n', { aliceColumn: 'Human', itemColumn: 'Label' })).toEqual(['A']);
  expect(bobs('alice,prior,A,query\n1,2,3,q\n', { ignore: ['query'] })).toEqual(['prior', 'A']);
  expect(bobs('[{"alice": 1, "A": 0.25}]')).toEqual(['A']);
});

test.each([
  ['item,A\nx,1\n', 'scores.csv line 1: must have a column "alice", got "item", "A"'],
  ['item,alice\nx,1\n', 'scores.csv line 1: must have a column for at least one Bob, got "item", "alice"'],
  ['alice,A\n', 'scores.csv: must have at least one row below the header, got none'],
  ['alice,A,A\n1,2,3\n', 'scores.csv line 1: must name every column differently, got "A" twice'],
  ['alice,A\n1,NaN\n', 'scores.csv line 2, column "A": must be a number in decimal or exponent notation, got "NaN"'],
  ['alice,A\n1,2\n3,\n', 'scores.csv line 3, column "A": must be a number, got a blank cell'],
])('%j is refused', async (text, message) => {
  await expect(align(text, { name: 'scores.csv' })).rejects.toThrow(message);
});

test('bad options are refused, and a signal stops', async () => {
  await expect(align('alice,A\n1,2\n', { weights: [] })).rejects.toThrow('weights must name simplex, cone or both');
  await expect(align('alice,A\n1,2\n', { round: 1.5 })).rejects.toThrow('round must be a whole number');
  await expect(align('alice,A\n1,2\n', { timeLimit: 0 })).rejects.toThrow('timeLimit must be a number');
  await expect(align('alice,A\n1,2\n', { signal: AbortSignal.abort() })).rejects.toThrow('stopped before the end');
});

test('out of time: the weights known so far are allowed, and what they reach is said', async () => {
  const scores = random(3, 4000, 20, 1000);
  const answer = await align(csv(scores), { timeLimit: 1e-9 });
  expect(answer).toMatchObject({ complete: false, arithmetic: 'double' });
  const weight = Object.values(answer.w);
  expect(weight.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 12);
  const off = scores.alice.map((score, row) =>
    Math.abs(weight.reduce((sum, one, j) => sum + one * scores.bobs[j]![row]!, answer.offset) - score),
  );
  expect(Math.max(...off)).toBeCloseTo(answer.epsilon, 6);
});

const folder = '../shared/data';
if (!existsSync(folder)) console.warn(`skipped: align on real scores (${folder} is absent)`);
describe.skipIf(!existsSync(folder))('real scores', () => {
  const points = (path: string, options = {}): AlignmentPoints =>
    alignmentPoints(readFileSync(`${folder}/${path}`, 'utf8'), { name: path, ...options });

  test('moral-machine: 75 models and the human', async () => {
    const given = points('moral-machine/amce.csv', { aliceColumn: 'Human', itemColumn: 'Label' });
    expect([given.count, given.bobs.length]).toEqual([9, 75]);
    const answer = await align(given, { weights: sets });
    expect(answer.arithmetic).toBe('exact');
    expect(answer.epsilon).toBeCloseTo(0.109227, 6);
    expect(answer.readings![1]!.epsilon).toBeCloseTo(0.089164, 6);
    expect(answer.proof[0]!.label).toEqual(['Age']);
  });

  test('llm-judge: 33 raters cannot imitate every label', async () => {
    const given = points('llm-judge/relevance.csv');
    expect([given.count, given.bobs.length]).toEqual([4423, 33]);
    const { readings } = await align(given, { weights: sets });
    expect(readings!.map(({ epsilon }) => epsilon)).toEqual([2.5, 1.5]);
  });
});
