/** Dynamics that no time is left for: the start alone, with schemes that Alice obeys. */
import { afterAll, expect, test } from 'vitest';
import { Pool } from '../../src/kernel/pool.ts';
import { obedientAnswers } from '../../src/market/bayes/answers.ts';
import { Deviations } from '../../src/market/deviations.ts';
import { dynamicsSteps } from '../../src/market/dynamics.ts';
import { exactMarket } from '../../src/market/exact.ts';
import { answerOptions } from '../../src/market/options.ts';
import { readTable } from '../../src/market/read.ts';
import { schemeNames } from '../../src/market/scheme.ts';
import { finished } from '../../src/steps.ts';
import { obedientSchemes } from '../reference/obedience.ts';
import { listSchemes } from '../reference/stability.ts';

const pool = new Pool({ threads: 1 });
afterAll(() => pool.close());
const market = exactMarket(await readTable('data/tables/synthetic-2.csv'));
const named = listSchemes(market).map(({ scheme, totals }) => ({ names: schemeNames(market, scheme), totals }));
const obeyed = obedientSchemes(market, listSchemes(market)).map(({ scheme }) => schemeNames(market, scheme).join());
const late = () => true;

test.each(['enumerate', 'search'] as const)('receiver bayes, %s: the schemes shown are obedient', async (method) => {
  const obedient = await obedientAnswers(pool, market, answerOptions({ receiver: 'bayes' }), method);
  try {
    for (const committee of [0b1, 0b10, 0b10000, 0b11111]) {
      const { steps, unfinished } = finished(dynamicsSteps(market, committee, obedient.deviations, { late }));
      expect(unfinished).toBe(true);
      expect(steps).toHaveLength(1);
      expect(obeyed).toContain(steps[0]!.scheme.join());
    }
  } finally {
    obedient.release();
  }
});

test('listed, the best of them; with the receiver follow, the best of all', async () => {
  const obedient = await obedientAnswers(pool, market, answerOptions({ receiver: 'bayes' }), 'enumerate');
  const most = (player: number, among: typeof named) => Math.max(...among.map(({ totals }) => totals[player]!));
  const shown = (deviations: Parameters<typeof dynamicsSteps>[2], bob: number) => {
    const { steps } = finished(dynamicsSteps(market, 1 << bob, deviations, { late }));
    return named.find(({ names }) => names.join() === steps[0]!.scheme.join())!.totals[bob + 1];
  };
  const allowed = named.filter(({ names }) => obeyed.includes(names.join()));
  const follow = new Deviations(pool.local, market);
  market.bobs.forEach((_, bob) => {
    expect(shown(obedient.deviations, bob)).toBe(most(bob + 1, allowed));
    expect(shown(follow, bob)).toBe(most(bob + 1, named));
  });
  obedient.release();
});
