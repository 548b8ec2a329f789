import { afterAll, expect, test } from 'vitest';
import { normalForm } from '../../src/conversation/normal-form.ts';
import { randomGame } from '../../src/conversation/random.ts';
import { readGame } from '../../src/conversation/read.ts';
import { analyseGame } from '../../src/conversation/solve.ts';
import { Pool } from '../../src/kernel/pool.ts';
import { exactMarket } from '../../src/market/exact.ts';
import type { Market } from '../../src/market/market.ts';
import { restrictedGame } from '../../src/market/normal-form.ts';
import { readTable } from '../../src/market/read.ts';
import { totalsOf, utilityOf } from '../../src/market/scheme.ts';
import { solve } from '../../src/market/solve.ts';
import { type NormalForm, nfgText } from '../../src/report/nfg.ts';
import { aligned, bothOpposed } from '../conversation/games.ts';
import { pureEquilibriaOf, readNfg } from '../reference/nfg.ts';
import { obedientSchemes } from '../reference/obedience.ts';
import { listSchemes } from '../reference/stability.ts';

const pool = new Pool({ threads: 1 });
afterAll(() => pool.close());

// The manual's own example, in both versions.
const SELTEN = 'NFG 1 R "Selten (IJGT, 75), Figure 2, normal form" { "Player 1" "Player 2" }';
const tabular = `${SELTEN} { 3 2 }\n\n1 1 0 2 0 2 1 1 0 3 2 0`;
const outcomes = `${SELTEN}\n{\n{ "1" "2" "3" }\n{ "1" "2" }\n}\n\n{\n{ "" 1, 1 }\n{ "" 0, 2 }\n{ "" 0, 2 }\n{ "" 1, 1 }\n{ "" 0, 3 }\n{ "" 2, 0 }\n}\n1 2 3 4 5 6`;

test('the reader reads the manual’s example, the same in both versions', () => {
  const [a, b] = [readNfg(tabular), readNfg(outcomes)];
  expect(a).toEqual(b);
  expect(a.payoffs.map((row) => row.map(Number))).toEqual([
    [1, 1],
    [0, 2],
    [0, 2],
    [1, 1],
    [0, 3],
    [2, 0],
  ]);
});

function profiles(form: NormalForm): number[][] {
  let all: number[][] = [[]];
  for (const names of form.strategies) all = names.flatMap((_, i) => all.map((one) => [...one, i]));
  return all;
}

function roundTrip(form: NormalForm) {
  const read = readNfg(nfgText(form));
  expect(read).toMatchObject({
    title: form.title,
    players: form.players,
    strategies: form.strategies,
    comment: form.comment,
  });
  // The first player's strategy varies fastest.
  const expected = profiles({ ...form, strategies: form.strategies.toReversed() })
    .map((one) => one.toReversed())
    .sort((a, b) => {
      for (let i = a.length - 1; i >= 0; i--) if (a[i] !== b[i]) return a[i]! - b[i]!;
      return 0;
    });
  expect(read.payoffs.length).toBe(expected.length);
  expected.forEach((profile, i) => {
    expect(read.payoffs[i]!.map((value) => value.toFraction())).toEqual(form.payoffs(profile));
  });
  return read;
}

test('labels with quotes, backslashes and line breaks survive', () => {
  const read = readNfg(
    nfgText({
      title: 'a "quoted" \\ title',
      comment: '',
      players: ['x"y', 'z'],
      strategies: [['{'], ['}']],
      payoffs: () => ['-1/3', '0'],
    }),
  );
  expect(read).toMatchObject({ title: 'a "quoted" \\ title', players: ['x"y', 'z'], strategies: [['{'], ['}']] });
  expect(read.payoffs[0]!.map((value) => value.toFraction())).toEqual(['-1/3', '0']);
});

test.each([
  ['aligned', aligned, 240],
  ['opposed', bothOpposed, 160],
] as const)('the normal form of the %s XOR game has its equilibria', async (name, game, count) => {
  const solved = await analyseGame(readGame(game), pool);
  const read = roundTrip(normalForm(solved, name));
  expect(pureEquilibriaOf(read)).toHaveLength(count);
});

test('random games: the file’s pure equilibria are ours', async () => {
  for (let seed = 1; seed <= 30; seed++) {
    const game = randomGame(seed, { features: 2, states: 2, actions: 3, bobs: 3, messages: 2, rules: 3, mixed: true });
    const solved = await analyseGame(game, pool);
    expect(pureEquilibriaOf(roundTrip(normalForm(solved, `${seed}`)))).toHaveLength(solved.equilibria.count);
  }
});

/** Schemes from their strategies' names, with everybody's totals. */
function shownBy(market: Market, name: string) {
  const scheme = name.split('/').map((policy, s) => market.policies[s]!.indexOf(policy));
  return { scheme, totals: totalsOf(market, scheme) };
}

test.each([
  ['deterministic', 'enumerate'],
  ['deterministic', 'search'],
  ['randomised', 'enumerate'],
] as const)(
  'receiver bayes, %s schemes, %s: every strategy is obedient, monopolies are the best obedient ones',
  async (schemes, method) => {
    const table = await readTable('data/tables/synthetic-2.csv');
    const market = exactMarket(table);
    const result = await solve(table, { pool, receiver: 'bayes', schemes, method });
    const form = await restrictedGame(market, result, { title: 'bayes', pool, method });
    // The paper's Table 2: 5 of 64 schemes are obedient.
    const obedient = obedientSchemes(market, listSchemes(market));
    expect(obedient).toHaveLength(5);
    form.strategies.forEach((names, bob) => {
      for (const name of names) {
        const { scheme } = shownBy(market, name);
        expect(obedient.map((one) => one.scheme.join())).toContain(scheme.join());
      }
      const most = Math.max(...obedient.map(({ totals }) => totals[bob + 1]!));
      expect(shownBy(market, names[0]!).totals[bob + 1]).toBe(most);
    });
    // Payoffs: those of the scheme that brings Alice most, the lowest index on ties.
    for (const profile of profiles(form).slice(0, 500)) {
      const shown = profile.map((at, bob) => shownBy(market, form.strategies[bob]![at]!));
      const best = shown.reduce((a, b) => (b.totals[0]! > a.totals[0]! ? b : a));
      expect(form.payoffs(profile)).toEqual(
        market.bobs.map((_, j) => utilityOf(market, j + 1, best.totals[j + 1]!).toFraction()),
      );
    }
  },
);

test('a market’s restricted game: everybody showing the worst equilibrium’s scheme is an equilibrium', async () => {
  const table = await readTable('data/tables/synthetic-2.csv');
  const result = await solve(table, { pool });
  const form = await restrictedGame(exactMarket(table), result, { title: 'synthetic-2', pool });
  const read = roundTrip(form);
  const worst = result.worst.scheme.join('/');
  let [rank, step] = [0, 1];
  for (const names of form.strategies) {
    expect(names).toContain(worst);
    rank += step * names.indexOf(worst);
    step *= names.length;
  }
  // Not a necessity (Definition 17 lets a deviation hand over the selection), but so for this table.
  expect(pureEquilibriaOf(read)).toContain(rank);
});
