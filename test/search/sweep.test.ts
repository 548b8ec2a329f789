import { expect, test } from 'vitest';
import { compileKernel, Kernel } from '../../src/kernel/instance.ts';
import type { CommitteeMask } from '../../src/market/market.ts';
import { playersOf } from '../../src/market/search/committee.ts';
import { Sweep, sweepReach } from '../../src/market/search/sweep.ts';
import type { WorstFound } from '../../src/market/search/worst.ts';
import { committeesBySize } from '../../src/market/sweep.ts';
import { finished } from '../../src/steps.ts';
import { type FamilyMarket, families, familyMarket } from '../reference/families.ts';
import { listSchemes, stableSchemes, worstOf } from '../reference/stability.ts';

const kernel = new Kernel(compileKernel());

function sweep(market: FamilyMarket, ties: 'strict' | 'index') {
  const swept = new Sweep(kernel, market, ties, finished(sweepReach(kernel, market)));
  const known = new Map<CommitteeMask, WorstFound>();
  try {
    return committeesBySize(market.gains.length - 1).map((committee) => {
      if (playersOf(committee).length === 1) {
        const worst = swept.monopoly(committee);
        known.set(committee, worst);
        return { committee, worst };
      }
      const search = swept.open(committee, known);
      const worst = finished(swept.worst(committee, search, known));
      known.set(committee, worst);
      const counted = finished(search.count(worst.found));
      search.release();
      return { committee, worst, counted };
    });
  } finally {
    swept.release();
  }
}

test.each(families)('%s: a sweep equals listing: worst schemes, counts and cells of every committee', (family) => {
  for (let seed = 1000; seed < 1040; seed++) {
    const shape = {
      states: 1 + (seed % 4),
      policies: 1 + ((seed >> 2) % 3),
      bobs: 1 + ((seed >> 1) % 4),
      levels: [2, 5, 20, 1000][seed % 4]!,
    };
    const market = familyMarket(family, shape, seed);
    const all = listSchemes(market);
    for (const ties of ['strict', 'index'] as const)
      for (const { committee, worst, counted } of sweep(market, ties)) {
        const players = playersOf(committee);
        const stable = stableSchemes(all, players, ties);
        const label = JSON.stringify({ family, shape, seed, ties, players });
        expect(worst.scheme, label).toEqual(worstOf(stable).scheme);
        if (players.length === 1) continue;
        expect(counted?.count, label).toBe(BigInt(stable.length));
        const cells = stable.flatMap(({ scheme }) => scheme.map((policy, s) => market.firstCell[s]! + policy));
        expect([...counted!.cells].sort(), label).toEqual([...new Set(cells)].sort());
      }
  }
});
