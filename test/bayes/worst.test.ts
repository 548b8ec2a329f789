import { beforeAll, expect, test } from 'vitest';
import { compileKernel, Kernel } from '../../src/kernel/instance.ts';
import { type LinearSolver, linearSolver } from '../../src/lp/program.ts';
import { ObedientCommittee } from '../../src/market/bayes/committee.ts';
import { countObedient } from '../../src/market/bayes/count.ts';
import { ObedientSession } from '../../src/market/bayes/session.ts';
import { worstObedient } from '../../src/market/bayes/worst.ts';
import { obedientSchemes } from '../reference/obedience.ts';
import { listSchemes, stableSchemes, worstOf } from '../reference/stability.ts';
import { everyCommittee, sharedFamilies, sharedMarket } from './markets.ts';

const kernels = (['release', 'scalar', 'debug'] as const).map((build) => new Kernel(compileKernel(build)));
let solver: LinearSolver;
beforeAll(async () => {
  solver = await linearSolver();
});

function finish<R>(steps: Generator<unknown, R>): R {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

test.each(sharedFamilies)('%s: search equals listing every scheme, every committee, both tie rules', (family) => {
  let compared = 0;
  for (let seed = 0; seed < 100; seed++) {
    const shape = {
      states: 1 + (seed % 5),
      policies: 1 + ((seed >> 2) % 4),
      bobs: 1 + ((seed >> 1) % 3),
      levels: [2, 5, 20, 1000, 100_000][seed % 5]!,
    };
    const market = sharedMarket(family, shape, seed);
    const obedient = obedientSchemes(market, listSchemes(market));
    const session = new ObedientSession(kernels[seed % kernels.length]!, market, solver);
    for (const ties of ['strict', 'index'] as const)
      for (const players of everyCommittee(shape.bobs)) {
        const stable = stableSchemes(obedient, players, ties);
        const expected = worstOf(stable);
        const committee = new ObedientCommittee(session, players, ties);
        const worst = finish(worstObedient(committee, session.reach));
        const label = JSON.stringify({ family, shape, seed, ties, players });
        expect(worst.complete, label).toBe(true);
        expect(market.most[0]! - worst.found, label).toBe(expected.totals[0]);
        expect(worst.scheme, label).toEqual(expected.scheme);
        const { count, cells } = finish(countObedient(committee, worst.found));
        expect(Number(count), label).toBe(stable.length);
        const used = new Set(stable.flatMap(({ scheme }) => scheme.map((p, s) => market.firstCell[s]! + p)));
        expect([...cells].sort(), label).toEqual([...used].sort());
        committee.release();
        compared++;
      }
    session.release();
  }
  expect(compared).toBeGreaterThan(500);
});
