import { expect, test } from 'vitest';
import { compileKernel, Kernel } from '../../src/kernel/instance.ts';
import { searchWorst } from '../../src/market/search/committee.ts';
import type { WorstFound } from '../../src/market/search/worst.ts';
import { type FamilyMarket, families, familyMarket } from '../reference/families.ts';
import { listSchemes, stableSchemes, worstOf } from '../reference/stability.ts';

const kernels = (['release', 'scalar', 'debug'] as const).map((build) => new Kernel(compileKernel(build)));

function worst(
  market: FamilyMarket,
  players: number[],
  ties: 'strict' | 'index',
  kernel = kernels[0]!,
  stairs = false,
): WorstFound {
  const steps = searchWorst(kernel, market, players, { ties, stairs });
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

function committees(bobs: number): number[][] {
  return Array.from({ length: 2 ** bobs - 1 }, (_, i) =>
    Array.from({ length: bobs }, (_, j) => j + 1).filter((player) => ((i + 1) >> (player - 1)) & 1),
  );
}

test.each(families)('%s: search equals listing every scheme, every committee, both tie rules', (family) => {
  let compared = 0;
  for (let seed = 0; seed < 260; seed++) {
    const shape = {
      states: 1 + (seed % 4),
      policies: 1 + ((seed >> 2) % 3),
      bobs: 1 + ((seed >> 1) % 3),
      levels: [2, 5, 20, 1000][seed % 4]!,
    };
    const market = familyMarket(family, shape, seed);
    const all = listSchemes(market);
    const kernel = kernels[seed % kernels.length]!;
    for (const ties of ['strict', 'index'] as const)
      for (const players of committees(shape.bobs)) {
        const expected = worstOf(stableSchemes(all, players, ties));
        const found = worst(market, players, ties, kernel, compared % 3 === 0);
        const label = JSON.stringify({ family, shape, seed, ties, players });
        expect(found.complete, label).toBe(true);
        expect(found.scheme, label).toEqual(expected.scheme);
        compared++;
      }
  }
  expect(compared).toBeGreaterThan(1000);
});

test.each(families)('%s: staircases give what rows by deficit give, past enumeration', (family) => {
  for (const levels of [10, 300, 20_000]) {
    const market = familyMarket(family, { states: 14, policies: 4, bobs: 3, levels }, 50 + levels);
    for (const players of [
      [1, 2],
      [1, 2, 3],
    ]) {
      const label = JSON.stringify({ family, levels, players });
      const rows = worst(market, players, 'strict');
      const stairs = worst(market, players, 'strict', kernels[1], true);
      expect(rows.complete, label).toBe(true);
      expect({ ...stairs, trials: 0 }, label).toEqual({ ...rows, trials: 0 });
    }
  }
});
