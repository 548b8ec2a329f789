/** Programs over schemes against the definition: every scheme listed. */
import { beforeAll, expect, test } from 'vitest';
import { compileKernel, Kernel } from '../../src/kernel/instance.ts';
import { type LinearSolver, linearSolver } from '../../src/lp/program.ts';
import { SchemeProgram } from '../../src/market/bayes/program.ts';
import { bestWithin } from '../../src/market/bayes/relaxation.ts';
import type { Scheme } from '../../src/market/market.ts';
import { losses, totalOf } from '../../src/market/search/deficits.ts';
import { finished } from '../../src/steps.ts';
import { random } from '../reference/families.ts';
import { listSchemes } from '../reference/stability.ts';
import { sharedFamilies, sharedMarket } from './markets.ts';

const kernels = (['release', 'scalar', 'debug'] as const).map((build) => new Kernel(compileKernel(build)));
let solver: LinearSolver;
beforeAll(async () => {
  solver = await linearSolver();
});

/** A program whose objective and rows are of any sign, with thresholds around what schemes reach. */
function drawn(family: (typeof sharedFamilies)[number], seed: number) {
  const shape = { states: 2 + (seed % 4), policies: 3, bobs: 3, levels: [2, 20, 1000, 100_000][seed % 4]! };
  const market = sharedMarket(family, shape, seed);
  const next = random(seed);
  const [, one, two, three] = market.gains;
  const rows = [
    { value: two!, slack: seed % 2 === 0 ? Math.max(1, market.most[2]!) : 0 },
    { value: three!.map((own, cell) => own - 2 * two![cell]!), slack: 0 },
  ];
  const loss = losses(market);
  const budget = Math.floor(next() * market.most[0]!);
  const leasts = [Math.floor(next() * 0.8 * market.most[2]!), Math.floor((next() - 1) * market.most[2]!)];
  const fits = listSchemes(market)
    .map(({ scheme }) => scheme)
    .filter(
      (scheme) =>
        totalOf(market, scheme, loss) <= budget &&
        rows.every(({ value }, k) => totalOf(market, scheme, value) >= leasts[k]!),
    );
  const program = new SchemeProgram(kernels[seed % 3]!, solver, {
    firstCell: market.firstCell,
    loss,
    value: one!,
    rows,
  });
  return { program, budget, leasts, fits, total: (scheme: Scheme) => totalOf(market, scheme, one!) };
}

const endless = () => ({ left: Number.POSITIVE_INFINITY });

test.each(sharedFamilies)('%s: bound, best scheme and all schemes are those found by listing', (family) => {
  let [feasible, empty] = [0, 0];
  for (let seed = 6000; seed < 6060; seed++) {
    const { program, budget, leasts, fits, total } = drawn(family, seed);
    const label = JSON.stringify({ family, seed });
    const most = fits.reduce((best, scheme) => Math.max(best, total(scheme)), -1);
    const bound = finished(program.relax(budget, leasts));
    if (fits.length > 0) expect(bestWithin(bound), label).toBeGreaterThanOrEqual(most);
    const found: Scheme[] = [];
    const outcome = finished(
      program.best(bound, { budget, leasts, least: 0 }, endless(), (scheme) => found.push(scheme)),
    );
    expect(outcome.ended, label).toBe(true);
    expect(Math.max(outcome.most, -1), label).toBe(most);
    expect(found.length > 0, label).toBe(fits.length > 0);
    if (fits.length > 0) expect(total(found.at(-1)!), label).toBe(most);
    const probed: Scheme[] = [];
    finished(program.probe(bound, { budget, leasts }, 0, (scheme) => probed.push(scheme)));
    for (const scheme of probed) expect(fits, label).toContainEqual(scheme);
    // All of them, once by the objective's bound and once by the rows' alone.
    const least = Math.floor(most / 2);
    const sought = { budget, leasts, least };
    const expected = fits.filter((scheme) => total(scheme) >= least);
    for (const one of [bound, finished(program.exclude(sought))])
      for (const order of ['rank', 'falling'] as const) {
        const all: Scheme[] = [];
        const take = (scheme: Scheme) => all.push(scheme) > 0;
        expect(finished(program.all(one, { ...sought }, endless(), take, order)), label).toBe(true);
        const names = expected.map((scheme) => scheme.join());
        if (order === 'rank') expect(all, label).toEqual(expected);
        else expect(all.map((scheme) => scheme.join()).sort(), label).toEqual(names.sort());
      }
    if (fits.length > 0) feasible++;
    else empty++;
    program.release();
  }
  expect(Math.min(feasible, empty)).toBeGreaterThan(3);
});

test('trials that run out leave a bound, not an answer', () => {
  const { program, budget, leasts } = drawn('anti', 6003);
  const low = leasts.map(() => -(2 ** 20));
  const bound = finished(program.relax(budget, low));
  const outcome = finished(program.best(bound, { budget, leasts: low, least: 0 }, { left: 0 }, () => {}));
  expect(outcome).toEqual({ most: bestWithin(bound), ended: false });
  program.release();
});
