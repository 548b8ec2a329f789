import { beforeAll, expect, test } from 'vitest';
import { compileKernel, Kernel } from '../../src/kernel/instance.ts';
import { type LinearSolver, linearSolver } from '../../src/lp/program.ts';
import { ObedientCommittee } from '../../src/market/bayes/committee.ts';
import { ObedientDeviations } from '../../src/market/bayes/deviations.ts';
import { ObedientSchemes } from '../../src/market/bayes/listed.ts';
import { ObedientQuestions } from '../../src/market/bayes/questions.ts';
import { ObedientSession } from '../../src/market/bayes/session.ts';
import { answered, finished } from '../../src/steps.ts';
import { expectLargest } from '../reference/extremes.ts';
import { random } from '../reference/families.ts';
import { obedientSchemes } from '../reference/obedience.ts';
import { listSchemes, stableSchemes, worstOf } from '../reference/stability.ts';
import { sharedFamilies, sharedMarket } from './markets.ts';

const kernel = new Kernel(compileKernel());
let solver: LinearSolver;
beforeAll(async () => {
  solver = await linearSolver();
});

const shape = (seed: number) => ({
  states: 2 + (seed % 3),
  policies: 3,
  bobs: 1 + (seed % 3),
  levels: [2, 5, 20, 1000][seed % 4]!,
});

test.each(sharedFamilies)('%s: cells in use and largest weighted totals equal those found by listing', (family) => {
  for (let seed = 2000; seed < 2030; seed++) {
    const market = sharedMarket(family, shape(seed), seed);
    const players = market.bobs.map((_, j) => j + 1);
    const ties = seed % 5 === 0 ? 'index' : 'strict';
    const stable = stableSchemes(obedientSchemes(market, listSchemes(market)), players, ties);
    const session = new ObedientSession(kernel, market, solver);
    const worst = market.most[0]! - worstOf(stable).totals[0]!;
    const committee = new ObedientCommittee(session, players, ties);
    const questions = new ObedientQuestions(committee, worst, new Set());
    expectLargest(stable, players, (...asked) => finished(questions.largest(...asked)), seed);
    const used = new Set(stable.flatMap(({ scheme }) => scheme.map((policy, s) => market.firstCell[s]! + policy)));
    for (let cell = 0; cell < market.firstCell.at(-1)!; cell++)
      expect(finished(questions.uses(cell))).toBe(used.has(cell));
    committee.release();
    session.release();
  }
});

test.each(sharedFamilies)('%s: best deviations, of lowest and highest rank, equal those found by listing', (family) => {
  for (let seed = 2100; seed < 2120; seed++) {
    const market = sharedMarket(family, shape(seed), seed);
    const listed = new ObedientSchemes(market);
    const session = new ObedientSession(kernel, market, solver);
    const searched = new ObedientDeviations(session);
    const next = random(seed);
    const most = market.most[0]!;
    for (const player of market.bobs.map((_, j) => j + 1))
      for (const alice of [0, most, most + 1, ...Array.from({ length: 6 }, () => Math.floor(next() * most))]) {
        const best = listed.best(player, alice);
        expect(finished(answered(searched.best(player, alice)))).toBe(best);
        for (const rank of ['lowest', 'highest'] as const)
          for (const bob of [best, best - 1, best + 1])
            expect(finished(searched.scheme(player, alice, bob, rank))).toEqual(
              listed.scheme(player, alice, bob, rank),
            );
      }
    expect(searched.exact).toBe(true);
    session.release();
  }
});
