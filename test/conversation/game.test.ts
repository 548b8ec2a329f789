import { afterAll, expect, test } from 'vitest';
import { solveGame } from '../../src/conversation/answer.ts';
import { pureEquilibria } from '../../src/conversation/equilibria.ts';
import { integerGame } from '../../src/conversation/integers.ts';
import { playAll, rulesOf, totalAt, totalsOf, utilityOf } from '../../src/conversation/profiles.ts';
import { type GameSizes, randomGame } from '../../src/conversation/random.ts';
import { readGame } from '../../src/conversation/read.ts';
import { gameResult } from '../../src/conversation/result.ts';
import { allRules, strategies } from '../../src/conversation/rules.ts';
import { analyseGame } from '../../src/conversation/solve.ts';
import { expected, playProfile } from '../../src/conversation/transcripts.ts';
import { AbortedError } from '../../src/errors.ts';
import type { KernelBuild } from '../../src/kernel/instance.ts';
import { Pool } from '../../src/kernel/pool.ts';
import { referenceGame, referenceOutcome } from '../reference/conversation.ts';
import { aligned, bothOpposed, indifferent, oneOpposed } from './games.ts';

const pool = new Pool({ threads: 1 });
const two = new Pool({ threads: 2 });
afterAll(async () => {
  await pool.close();
  await two.close();
});

const solved = async (game: object) => gameResult(await analyseGame(readGame(game), pool));

// Published: 256 profiles, 240 pure Nash equilibria, Alice always 1; 0 of 256 violate Definition 9.
test('XOR with cancelling biases: competition gives Alice everything', async () => {
  const result = await solved(aligned);
  expect(result.profiles).toBe(256);
  expect(result.equilibria).toMatchObject({ count: 240, alice: { min: { exact: '1' }, max: { exact: '1' } } });
  expect(result.optimum).toEqual({ value: 1, exact: '1' });
  expect(result.alignedLeader).toMatchObject({ exact: '1', over: 'all' });
  expect(result.identicalInducedDistribution).toMatchObject({ violations: 0, referenceReachesOptimum: true });
  // (U1 + U2) - 1/2 is Alice's utility: weights (1, 1), which the simplex does not have (Remark 2).
  const [simplex, cone] = result.misalignment;
  expect(simplex).toMatchObject({ weights: 'simplex', epsilon: { exact: '1/4' }, bound: { exact: '1/2' } });
  expect(cone).toMatchObject({ weights: 'cone', epsilon: { exact: '0' }, bound: { exact: '1' } });
  expect(cone!.w).toEqual({ one: { value: 1, exact: '1' }, zero: { value: 1, exact: '1' } });
  expect(result.theorem1).toMatchObject({ applies: true, bound: { exact: '1' }, slack: { exact: '0' }, holds: true });
  const reveal = gameResult(await analyseGame(readGame(aligned), pool, { reference: 'reveal' }));
  expect(reveal.identicalInducedDistribution).toMatchObject({ reference: 'reveal', violations: 0 });
});

// Published: 160 equilibria, Alice in {1/2, 1}; with one Bob 4 equilibria, Alice 1/2.
test('XOR with opposed Bobs', async () => {
  const both = await analyseGame(readGame(bothOpposed), pool);
  expect(both.equilibria.count).toBe(160);
  const alice = new Set<string>();
  both.equilibria.marks.forEach((mark, rank) => {
    if (mark) alice.add(utilityOf(both.integers, 0, totalAt(both.played, 0, rank)).toFraction());
  });
  expect([...alice].sort()).toEqual(['1', '1/2']);
  expect(await solved(oneOpposed)).toMatchObject({
    equilibria: { count: 4, alice: { min: { exact: '1/2' }, max: { exact: '1/2' } } },
  });
});

// Published: C* = silent, profile (silent, full) violates Definition 9, since Alice is indifferent between her actions.
test('ties in Alice’s actions break Proposition 1', async () => {
  const result = gameResult(await analyseGame(readGame(indifferent), pool, { reference: 'silent' }));
  const { violations, example, referenceReachesOptimum } = result.identicalInducedDistribution;
  expect(violations).toBeGreaterThan(0);
  expect(example).toEqual({
    profile: ['silent', 'reveal'],
    bobs: ['first', 'second'],
    distributions: [
      [
        [0, 0.5],
        [0.5, 0],
      ],
      [
        [0, 0],
        [0.5, 0.5],
      ],
    ],
  });
  expect(referenceReachesOptimum).toBe(true);
});

const shapes: readonly GameSizes[] = [
  { features: 2, states: 2, actions: 3, bobs: 2, messages: 2, rules: 3, mixed: true },
  { features: 3, states: 2, actions: 2, bobs: 1, messages: 2, rules: 4, mixed: true, rounds: 2 },
  { features: 2, states: 3, actions: 2, bobs: 3, messages: 2, rules: 2 },
  { features: 2, states: 2, actions: 2, bobs: 2, messages: 2, rules: 2, rounds: 2 },
];

test.each(shapes)('every profile equals the definition’s outcome: %o', async (sizes) => {
  const seeds = sizes.rounds === 2 && sizes.bobs === 2 ? 4 : 25;
  for (let seed = 1; seed <= seeds; seed++) {
    const game = randomGame(seed, sizes);
    const lists = strategies(game);
    const integers = integerGame(game, lists);
    const played = await playAll(integers, pool);
    const { outcomes, equilibria } = referenceGame(game, lists);
    expect(played.profiles).toBe(outcomes.length);
    const cells = game.actions.length * game.y.length;
    outcomes.forEach(({ alice, bobs, induced }, rank) => {
      const got = played.totals.map((_, player) =>
        utilityOf(integers, player, totalAt(played, player, rank)).toFraction(),
      );
      expect(got, `seed ${seed}, profile ${rank}`).toEqual([alice, ...bobs].map((value) => value.toFraction()));
      const scaled = induced.flat().map((p) => p.mul(integers.mass).valueOf());
      expect([...played.distributions.subarray(played.ids[rank]! * cells, (played.ids[rank]! + 1) * cells)]).toEqual(
        scaled,
      );
    });
    const found = pureEquilibria(played);
    expect([...found.marks].flatMap((mark, rank) => (mark ? [rank] : []))).toEqual(equilibria);
  }
});

// Rules that amount to the same are played once: here most of them do.
test.each([
  { features: 2, states: 2, actions: 2, bobs: 2, messages: 2 },
  { features: 3, states: 2, actions: 3, bobs: 1, messages: 2 },
] as const)('with all deterministic rules every profile equals the definition’s outcome: %o', async (sizes) => {
  for (let seed = 1; seed <= 12; seed++) {
    const game = randomGame(seed, { ...sizes, aligned: seed % 2 === 0 });
    const lists = strategies(game);
    const integers = integerGame(game, lists);
    const played = await playAll(integers, pool);
    referenceGame(game, lists).outcomes.forEach(({ alice, bobs }, rank) => {
      const got = played.totals.map((_, player) =>
        utilityOf(integers, player, totalAt(played, player, rank)).toFraction(),
      );
      expect(got, `seed ${seed}, profile ${rank}`).toEqual([alice, ...bobs].map((value) => value.toFraction()));
    });
  }
});

test('two rounds with all deterministic rules of one Bob', async () => {
  for (let seed = 1; seed <= 6; seed++) {
    const sizes = { features: 2, states: 2, actions: 2, bobs: 1, messages: 2, rounds: 2 };
    const game = { ...randomGame(seed, sizes), messages: { alice: 1, bob: 2 } };
    const integers = integerGame(game, strategies(game));
    const played = await playAll(integers, pool);
    referenceGame(game, strategies(game)).outcomes.forEach(({ alice }, rank) => {
      const got = utilityOf(integers, 0, totalAt(played, 0, rank));
      expect(got.toFraction(), `seed ${seed}, profile ${rank}`).toBe(alice.toFraction());
    });
  }
});

test('many Bobs and questions: the outcome of every profile is that of the same rules under other messages', async () => {
  const sizes = { features: 4, states: 3, actions: 3, bobs: 9, messages: 3, rules: 2, exact: true };
  for (let seed = 1; seed <= 3; seed++) {
    const game = randomGame(seed, sizes);
    // Answers renamed; the outcome is the same.
    const bobs = game.bobs.map((bob, i) => ({
      ...bob,
      rules: strategies(game)[i]!.map(({ name, says }) => ({ name, says: says.map((said) => (Number(said) + i) % 3) })),
    }));
    const before = await playAll(integerGame(game, strategies(game)), pool);
    const after = await playAll(integerGame({ ...game, bobs }, strategies({ ...game, bobs })), pool);
    for (const player of before.totals.keys())
      for (let rank = 0; rank < before.profiles; rank++)
        expect(totalAt(after, player, rank)).toBe(totalAt(before, player, rank));
    // Alice's best response in fractions, on some of them.
    for (const rank of [0, 100, 511]) {
      const rules = rulesOf(before.counts, rank).map((rule, bob) => strategies(game)[bob]![rule]!);
      const { induced } = playProfile(game, rules);
      const integers = integerGame(game, strategies(game));
      expect(utilityOf(integers, 0, totalAt(before, 0, rank)).toFraction()).toBe(
        expected(game.alice, induced).toFraction(),
      );
    }
  }
});

test('a profile that would take too long is refused before the start', async () => {
  // Every Bob tells a little, at random, and nothing tells her enough: each of 2^14 vectors has 2^14 answers.
  const says = [0, 1].flatMap((x) => [0, 1].map(() => (x === 0 ? ['1/2', '1/2'] : ['1/4', '3/4'])));
  const bob = {
    utility: [
      [1, 0],
      [0, 1],
    ],
    rules: [{ name: 'noise', rounds: [[says.slice(0, 2)], [says.slice(2)]] }],
  };
  const second = { ...bob.rules[0]!, name: 'other', rounds: [[[says[2]!, says[0]!]], [[says[0]!, says[3]!]]] };
  const game = readGame({
    ...aligned,
    bobs: Array.from({ length: 14 }, (_, i) => ({ ...bob, name: `${i}`, rules: [bob.rules[0]!, second] })),
  });
  await expect(analyseGame(game, pool)).rejects.toThrow(
    /^playing 16384 profiles would take more than 10 minutes of one thread/,
  );
});

test('a deadline stops the game, an abort throws', async () => {
  const game = readGame(aligned);
  const late = await solveGame(game, pool, { deadline: performance.now() - 1 });
  expect(late).toMatchObject({ solved: null, answer: { complete: false, profiles: 256, optimum: { exact: '1' } } });
  const soon = await solveGame(game, pool, { deadline: performance.now() + 1e6 });
  expect(soon.answer.complete).toBe(true);
  const controller = new AbortController();
  controller.abort();
  await expect(solveGame(game, pool, { signal: controller.signal })).rejects.toThrow(AbortedError);
});

test('transcripts: probabilities sum to 1, beliefs average to the prior’s, and they induce the definition’s distribution', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const game = randomGame(seed, { features: 3, states: 2, actions: 2, bobs: 2, messages: 2, rules: 1, mixed: true });
    const rules = strategies(game).map(([rule]) => rule!);
    const { transcripts, induced } = playProfile(game, rules);
    expect(transcripts.reduce((all, { probability }) => all + probability.valueOf(), 0)).toBeCloseTo(1, 12);
    const reference = referenceOutcome(game, rules).induced;
    expect(induced.map((row) => row.map(String))).toEqual(reference.map((row) => row.map(String)));
  }
});

test('the same totals from every build, any number of threads and either way of listing the rules', async () => {
  const game = readGame(aligned);
  const lists = strategies(game);
  const integers = integerGame(game, lists);
  const expected = await playAll(integers, pool);
  for (const build of ['scalar', 'debug'] as const satisfies KernelBuild[]) {
    const other = new Pool({ threads: 1, build });
    expect(await playAll(integers, other)).toEqual(expected);
    await other.close();
  }
  const { shared } = integers;
  const parts = [0, 1, 100, 255].map((first, i, all) => ({ first, count: (all[i + 1] ?? 256) - first }));
  const { results } = await two.map('profiles', shared, parts);
  const alice = results.flatMap((part) => {
    const totals = totalsOf(integers.utilities[0]!, part!.distributions);
    return [...part!.ids].map((id) => totals[id]!);
  });
  expect(alice).toEqual([...expected.ids].map((id) => expected.totals[0]![id]!));
  const listed = { ...game, bobs: game.bobs.map((bob) => ({ ...bob, rules: allRules(game) })) };
  expect(gameResult(await analyseGame(listed, two))).toEqual(gameResult(await analyseGame(game, pool)));
});

test('scaling or shifting a Bob’s utility, or doubling him, keeps the equilibria', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const game = randomGame(seed, { features: 2, states: 2, actions: 2, bobs: 2, messages: 2, rules: 4 });
    const before = await analyseGame(game, pool);
    const [first, ...others] = game.bobs;
    const changed = first!.utility.map((row) => row.map((value) => value.mul('7/3').sub('5/2')));
    const after = await analyseGame({ ...game, bobs: [{ ...first!, utility: changed }, ...others] }, pool);
    expect(after.equilibria.marks).toEqual(before.equilibria.marks);
  }
});
