import { readFileSync } from 'node:fs';
import Fraction from 'fraction.js';
import { expect, test } from 'vitest';
import { compileKernel, Kernel } from '../../src/kernel/instance.ts';
import { MixedObedience, type MixedStable } from '../../src/market/bayes/mixed.ts';
import { ObedientPolytope, totalOf } from '../../src/market/bayes/polytope.ts';
import type { Market } from '../../src/market/market.ts';
import { randomisedStable } from '../../src/market/randomised.ts';
import { optimalStable } from '../../src/market/search/committee.ts';
import { losses } from '../../src/market/search/deficits.ts';
import { solve } from '../../src/market/solve.ts';
import { sweep } from '../../src/market/sweep.ts';
import { parseTable } from '../../src/market/table.ts';
import { marketOf } from '../reference/gains.ts';
import { envelopeAt, obedientVertices, referenceMixed } from '../reference/mixed.ts';
import { everyCommittee, gainsOf, sharedFamilies, sharedMarket, sharedTable } from './markets.ts';

const kernel = new Kernel(compileKernel());

function mixedWorst(
  mixed: MixedObedience,
  market: Market,
  players: readonly number[],
  ties: 'strict' | 'index',
): MixedStable {
  const optimal = optimalStable(market, players, ties);
  const steps = mixed.worst(players, optimal, true);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

const probabilitiesOf = ({ mixture }: MixedStable, cells: number) =>
  Array.from({ length: cells }, (_, cell) =>
    mixture.parts.reduce(
      (sum, part) => (part.cells.includes(cell) ? sum.add(new Fraction(part.share, mixture.one)) : sum),
      new Fraction(0),
    ),
  );

test.each(sharedFamilies)('%s: the vertices of all obedient mixtures say the same, every committee', (family) => {
  for (let seed = 5000; seed < 5024; seed++) {
    const shape = {
      states: 1 + (seed % 3),
      policies: 1 + ((seed >> 1) % 3),
      bobs: 1 + (seed % 3),
      levels: [2, 6, 60][seed % 3]!,
    };
    const market = sharedMarket(family, shape, seed);
    const vertices = obedientVertices(market);
    const mixed = new MixedObedience(new ObedientPolytope(market, losses(market)));
    for (const ties of ['strict', 'index'] as const)
      for (const players of everyCommittee(shape.bobs)) {
        const label = JSON.stringify({ family, shape, seed, players, ties });
        const expected = referenceMixed(vertices, players, ties);
        const found = mixedWorst(mixed, market, players, ties);
        expect(found.complete, label).toBe(true);
        const deficit = new Fraction(found.possible.deficit, found.possible.one);
        expect(deficit.toFraction(), label).toBe(expected.deficit.toFraction());
        expect([...found.cells!].sort(), label).toEqual([...expected.cells].sort());
        // The witness: obedient, with that deficit, every Bob on his envelope.
        const x = probabilitiesOf(found, market.firstCell.at(-1)!);
        const sum = (values: (cell: number) => number, from = 0, to = x.length) =>
          x.slice(from, to).reduce((total, own, i) => total.add(own.mul(values(from + i))), new Fraction(0));
        for (const [s, from] of market.firstCell.slice(0, -1).entries())
          expect(sum(() => 1, from, market.firstCell[s + 1]!).equals(1)).toBe(true);
        for (let m = 0; m < shape.policies; m++)
          for (let n = 0; n < shape.policies; n++) {
            const worth = (cell: number) =>
              cell % shape.policies === m ? market.gains[0]![cell]! - market.gains[0]![cell - m + n]! : 0;
            expect(sum(worth).gte(0), label).toBe(true);
          }
        expect(sum((cell) => losses(market)[cell]!).equals(deficit), label).toBe(true);
        if (deficit.gt(0))
          for (const player of players) {
            const best = envelopeAt(vertices, player, players.length === 1 ? new Fraction(market.most[0]!) : deficit);
            expect(sum((cell) => market.gains[player]![cell]!).equals(best), label).toBe(true);
          }
      }
  }
});

test.each(sharedFamilies)('%s: where every message is trusted, as with the receiver follow', (family) => {
  for (let seed = 5100; seed < 5106; seed++) {
    const shape = { states: 5, policies: 3, bobs: 3, levels: [5, 100][seed % 2]! };
    // For every policy a state in which all want it so much that no Bob gives up the trust in its message.
    const anchors = [0, 1, 2].map((state) =>
      [0, 1, 2].map((policy) => Array.from({ length: 4 }, () => (policy === state ? 1e6 : 0))),
    );
    const market = marketOf([...gainsOf(sharedMarket(family, shape, seed)), ...anchors]);
    const mixed = new MixedObedience(new ObedientPolytope(market, losses(market)));
    for (const players of everyCommittee(3)) {
      const follow = randomisedStable(kernel, market, players, 'strict');
      const found = mixedWorst(mixed, market, players, 'strict');
      expect(totalOf(found.mixture, mixed.polytope.loss)).toBe(BigInt(follow.deficit) * found.mixture.one);
      expect([...found.cells!].sort()).toEqual([...follow.cells].sort());
    }
  }
});

// Appendix B: the prosecutor gets 5/3 by always convicting, the defence 1 by acquitting half of the guilty too; Alice 5/3.
const courtroom = parseTable(
  [
    'state,policy,prior,alice,prosecutor,defence',
    'guilty,acquit,2,1,0,1',
    'guilty,convict,2,2,2,0',
    'innocent,acquit,1,2,0,2',
    'innocent,convict,1,1,1,0',
  ].join('\n'),
);

test('the courtroom: without mixing the defence cannot have its 1', async () => {
  const { optimum, committees } = await sweep(courtroom, { receiver: 'bayes', schemes: 'randomised', threads: 1 });
  expect(optimum.alice.exact).toBe('2');
  const [prosecutor, defence, both] = committees;
  expect(prosecutor!.worst.bobs.prosecutor!.exact).toBe('5/3');
  expect(prosecutor!.worst.alice.exact).toBe('5/3');
  expect(prosecutor!.worst.scheme).toEqual(['convict', 'convict']);
  expect(defence!.worst).toEqual({
    alice: { value: 5 / 3, exact: '5/3' },
    bobs: { defence: { value: 1, exact: '1' } },
    scheme: [],
    probabilities: [{ acquit: '1/2', convict: '1/2' }, { acquit: '1' }],
  });
  expect(defence!.deterministic!.alice.exact).toBe('2');
  expect(defence!.deterministic!.bobs.defence!.exact).toBe('2/3');
  expect(both!.worst.alice.exact).toBe('2');
});

test('both answers side by side, by either method, and V_min not below its bound', async () => {
  const options = { receiver: 'bayes', schemes: 'randomised', threads: 1, paths: 2, runs: 1, atLeast: 1 } as const;
  const tables = ['synthetic-1', 'synthetic-2'].map((name) =>
    parseTable(readFileSync(new URL(`../../data/tables/${name}.csv`, import.meta.url), 'utf8')),
  );
  for (const table of [...tables, sharedTable('bias75', { states: 5, policies: 3, bobs: 3, levels: 30 }, 5200)]) {
    const result = await sweep(table, { ...options, method: 'enumerate' });
    expect(JSON.stringify(await sweep(table, { ...options, method: 'search' }))).toBe(JSON.stringify(result));
    const plain = await sweep(table, { ...options, schemes: 'deterministic' });
    result.committees.forEach(({ worst, deterministic, misalignment }, i) => {
      const { worst: alone, misalignment: theirs } = plain.committees[i]!;
      expect(deterministic).toEqual({ ...alone, misalignment: theirs });
      expect(worst.alice.value).toBeGreaterThanOrEqual(misalignment[0]!.bound - 1e-9);
    });
    const last = result.committees.at(-1)!;
    const { worst, deterministic } = await solve(table, { ...options, method: 'search' });
    expect({ worst, deterministic }).toEqual({ worst: last.worst, deterministic: last.deterministic });
  }
});
