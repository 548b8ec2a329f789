import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileKernel, Kernel } from '../../src/kernel/instance.ts';
import { Pool } from '../../src/kernel/pool.ts';
import { ResponsePlan, type ResponseShape } from '../../src/kernel/response-plan.ts';
import { responseSchemes } from '../../src/kernel/response-schemes.ts';
import { bestResponses } from '../../src/kernel/responses.ts';
import { losses } from '../../src/market/search/deficits.ts';
import { finished } from '../../src/steps.ts';
import { familyMarket } from '../reference/families.ts';
import { everyScheme, type Gains, marketOf } from '../reference/gains.ts';

const kernels = (['release', 'scalar', 'debug'] as const).map((build) => new Kernel(compileKernel(build)));

/** Many ties where gains are few, more entries than a block of the kernel where they are many; 1 to 6 Bobs. */
const arbitraryGains: fc.Arbitrary<Gains> = fc
  .tuple(fc.constantFrom(1, 3, 60, 900), fc.integer({ min: 1, max: 6 }))
  .chain(([most, bobs]) => {
    const cell = fc.array(fc.integer({ min: 0, max: most }), { minLength: bobs + 1, maxLength: bobs + 1 });
    return fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 });
  });

function shapeOf(gains: Gains, share: number): { readonly shape: ResponseShape; readonly most: number } {
  const market = marketOf(gains);
  const loss = losses(market);
  const reach = Math.floor(share * loss.reduce((a, b) => a + b, 0));
  return { shape: { firstCell: market.firstCell, gains: market.gains, loss, reach }, most: market.most[0]! };
}

test('tables hold the best responses of lowest and of highest rank, and their schemes, for every deficit', () => {
  fc.assert(
    fc.property(
      arbitraryGains,
      fc.nat(2),
      fc.nat(5),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (gains, build, bob, share) => {
        const { shape, most } = shapeOf(gains, share);
        const players = shape.gains.length;
        const player = 1 + (bob % (players - 1));
        const plan = new ResponsePlan(shape, player);
        const { at, totals, tables } = finished(bestResponses(kernels[build]!, plan));
        const all = everyScheme(gains);
        const deficits = Array.from({ length: 40 }, (_, i) => Math.floor((i * shape.reach) / 39));
        const schemes = finished(responseSchemes(kernels[build]!, plan, tables, deficits));
        for (const [i, d] of deficits.entries()) {
          const allowed = all.filter((one) => most - one.totals[0]! <= d);
          const largest = Math.max(...allowed.map((one) => one.totals[player]!));
          const best = allowed.filter((one) => one.totals[player] === largest);
          const response = 2 * players * at[Math.min(d, at.length - 1)]!;
          expect([...totals.subarray(response, response + players)]).toEqual([...best[0]!.totals]);
          expect([...totals.subarray(response + players, response + 2 * players)]).toEqual([...best.at(-1)!.totals]);
          expect(schemes[i]).toEqual(best[0]!.scheme);
        }
      },
    ),
    { seed: 7, numRuns: 300 },
  );
});

test('responses are told apart: neighbouring ones differ', () => {
  const { shape } = shapeOf(
    [
      [
        [0, 2],
        [1, 1],
        [3, 0],
      ],
      [
        [0, 5],
        [4, 0],
      ],
    ],
    1,
  );
  const { at, totals } = finished(bestResponses(kernels[0]!, new ResponsePlan(shape, 1)));
  // Deficits 0; 2 or 3: own 1, 2; 4: 5 alone; 6, 7: with it.
  expect([...at]).toEqual([0, 0, 1, 2, 3, 3, 4, 5]);
  expect(Array.from({ length: 6 }, (_, i) => totals[4 * i + 1])).toEqual([0, 1, 2, 5, 6, 7]);
});

test('threads make the same tables', async () => {
  const { firstCell, gains } = familyMarket('bias75', { states: 40, policies: 4, bobs: 3, levels: 50 }, 3);
  const loss = losses({ firstCell, gains, most: [] });
  const shape = { firstCell, gains, loss, reach: 600 };
  const players = [1, 2, 3];
  const here = players.map((player) => finished(bestResponses(kernels[0]!, new ResponsePlan(shape, player))));
  await using pool = new Pool({ threads: 2 });
  const { results, complete } = await pool.map('responses', shape, players);
  expect(complete).toBe(true);
  expect(results).toEqual(here);
});
