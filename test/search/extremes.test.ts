import { expect, test } from 'vitest';
import { compileKernel, Kernel } from '../../src/kernel/instance.ts';
import { CommitteeSearch } from '../../src/market/search/committee.ts';
import { losses } from '../../src/market/search/deficits.ts';
import { StableExtremes } from '../../src/market/search/extremes.ts';
import { Session } from '../../src/market/search/session.ts';
import { finished } from '../../src/steps.ts';
import { expectLargest } from '../reference/extremes.ts';
import { families, familyMarket } from '../reference/families.ts';
import { listSchemes, stableSchemes, worstOf } from '../reference/stability.ts';

const kernel = new Kernel(compileKernel());

test.each(families)('%s: cells in use and largest weighted totals equal those found by listing', (family) => {
  for (let seed = 2000; seed < 2030; seed++) {
    const shape = { states: 2 + (seed % 3), policies: 3, bobs: 2 + (seed % 2), levels: [2, 5, 20, 1000][seed % 4]! };
    const market = familyMarket(family, shape, seed);
    const players = Array.from({ length: shape.bobs }, (_, j) => j + 1);
    const ties = seed % 5 === 0 ? 'index' : 'strict';
    const stable = stableSchemes(listSchemes(market), players, ties);
    const most = losses(market).reduce((sum, loss) => sum + loss, 0);
    const session = new Session(kernel, market, most);
    const committee = new CommitteeSearch(session, players, ties, most);
    const worst = worstOf(stable).totals[0]!;
    const extremes = new StableExtremes(kernel, market, committee, market.most[0]! - worst, []);
    expectLargest(stable, players, (...asked) => finished(extremes.largest(...asked)), seed);
    const used = new Set(stable.flatMap(({ scheme }) => scheme.map((policy, s) => market.firstCell[s]! + policy)));
    for (let cell = 0; cell < market.firstCell.at(-1)!; cell++)
      expect(finished(extremes.uses(cell))).toBe(used.has(cell));
    committee.release();
    session.release();
  }
});

test('weights that differ by twelve digits: the largest total is exact', () => {
  // The two Bobs' weights make totals whose difference is beyond 12 digits of their size.
  for (let seed = 3000; seed < 3020; seed++) {
    const market = familyMarket('independent', { states: 4, policies: 3, bobs: 2, levels: 4 }, seed);
    const stable = stableSchemes(listSchemes(market), [1, 2], 'strict');
    const most = losses(market).reduce((sum, loss) => sum + loss, 0);
    const session = new Session(kernel, market, most);
    const committee = new CommitteeSearch(session, [1, 2], 'strict', most);
    const worst = worstOf(stable).totals[0]!;
    const extremes = new StableExtremes(kernel, market, committee, market.most[0]! - worst, []);
    const weights = [10n ** 30n, 1n];
    const score = (totals: ArrayLike<number>) => weights[0]! * BigInt(totals[1]!) + weights[1]! * BigInt(totals[2]!);
    const reached = score(finished(extremes.largest([1, 2], weights, 0n)));
    expect(reached).toBe(stable.map(({ totals }) => score(totals)).reduce((a, b) => (b > a ? b : a)));
    committee.release();
    session.release();
  }
});
