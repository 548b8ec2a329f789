import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileKernel, Kernel } from '../../src/kernel/instance.ts';
import { Deviations } from '../../src/market/deviations.ts';
import { everyScheme, marketOf } from '../reference/gains.ts';

const kernels = (['release', 'scalar', 'debug'] as const).map((build) => new Kernel(compileKernel(build)));

const arbitraryGains = fc.integer({ min: 1, max: 60 }).chain((most) => {
  const gain = fc.integer({ min: 0, max: most });
  return fc.array(fc.array(fc.tuple(gain, gain), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 });
});

test('best deviations and their lowest-ranked schemes equal those found by listing every scheme', () => {
  fc.assert(
    fc.property(arbitraryGains, fc.nat(2), fc.nat(250), fc.nat(250), (gains, build, level, least) => {
      const market = marketOf(gains);
      const deviations = new Deviations(kernels[build]!, market);
      const all = everyScheme(gains).map(({ scheme, totals: [alice, bob] }) => ({ scheme, alice: alice!, bob: bob! }));
      for (const alice of [level, all[0]!.alice, all[0]!.alice + 1, market.most[0]!, market.most[0]! + 1]) {
        const best = all.reduce((most, f) => (f.alice >= alice && f.bob > most ? f.bob : most), -1);
        expect(deviations.best(1, alice)).toBe(best);
        for (const bob of [least, best]) {
          const first = all.find((f) => f.alice >= alice && f.bob >= bob);
          if (bob >= 0) expect(deviations.scheme(1, alice, bob)).toEqual(first?.scheme ?? null);
        }
      }
    }),
    { seed: 7, numRuns: 400 },
  );
});

test('a frontier falls strictly in Alice and rises strictly in the Bob', () => {
  fc.assert(
    fc.property(arbitraryGains, (gains) => {
      const { alice, bob } = new Deviations(kernels[0]!, marketOf(gains)).frontier(1);
      for (let i = 1; i < alice.length; i++) {
        expect(alice[i]!).toBeLessThan(alice[i - 1]!);
        expect(bob[i]!).toBeGreaterThan(bob[i - 1]!);
      }
    }),
    { seed: 7, numRuns: 200 },
  );
});
