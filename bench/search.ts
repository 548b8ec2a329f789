/**
 * Search: worst equilibria of markets whose schemes cannot be listed. Families, growth in states, policies, Bobs and
 * decimals, markets built to be hard (with the bounds reached in two seconds), and the dynamic programme against twins.
 */
import { strict as assert } from 'node:assert';
import { compileKernel, Kernel, type KernelBuild } from '../src/kernel/instance.ts';
import { SearchSpace, tableBytes } from '../src/kernel/search.ts';
import { searchWorst } from '../src/market/search/committee.ts';
import { losses } from '../src/market/search/deficits.ts';
import type { WorstFound } from '../src/market/search/worst.ts';
import { type FamilyMarket, type FamilyShape, families, familyMarket, random } from '../test/reference/families.ts';
import { listSchemes, stableSchemes, worstOf } from '../test/reference/stability.ts';
import { type Measured, report, save, time, timing } from './harness.ts';
import { plainLevels } from './peers/levels.ts';

const kernel = new Kernel(compileKernel());
const everybody = ({ gains }: FamilyMarket) => gains.slice(1).map((_, j) => j + 1);

/** The search of all Bobs' market, stopped after `limit` ms. */
function worst(market: FamilyMarket, limit = Number.POSITIVE_INFINITY): WorstFound {
  const began = performance.now();
  const steps = searchWorst(kernel, market, everybody(market), { ties: 'strict' });
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - began < limit) continue;
    steps.return(step.value);
    return step.value;
  }
}

function check(): void {
  for (const family of families) {
    const market = familyMarket(family, { states: 5, policies: 3, bobs: 3, levels: 100 }, 9);
    const expected = worstOf(stableSchemes(listSchemes(market), everybody(market), 'strict'));
    assert.deepEqual(worst(market).scheme, expected.scheme);
  }
}

function once(name: string, market: FamilyMarket): Measured {
  const seconds: number[] = [];
  let trials = 0;
  for (let run = 0; run < 3; run++) {
    const began = performance.now();
    const found = worst(market);
    seconds.push((performance.now() - began) / 1000);
    assert(found.complete);
    trials = found.trials;
  }
  return { name: `${name} (${trials} trials)`, timing: timing(seconds) };
}

const shape = (over: Partial<FamilyShape>): FamilyShape => ({
  states: 60,
  policies: 4,
  bobs: 6,
  levels: 1000,
  ...over,
});

function growth() {
  const of = (name: string, over: Partial<FamilyShape>) => once(name, familyMarket('bias95', shape(over), 1));
  return [
    report(
      'states (bias .95, 4 policies, 6 Bobs, 3 decimals)',
      [15, 30, 60, 120, 240].map((states) => of(`${states} states`, { states })),
    ),
    report(
      'policies (60 states)',
      [2, 4, 8, 16].map((policies) => of(`${policies} policies`, { policies })),
    ),
    report(
      'Bobs (60 states)',
      [2, 4, 6, 8, 12].map((bobs) => of(`${bobs} Bobs`, { bobs })),
    ),
    report(
      'decimals (60 states)',
      [1, 2, 3, 4, 6].map((decimals) => of(`${decimals} decimals`, { levels: 10 ** decimals })),
    ),
  ];
}

/** Bobs in opposed pairs around a common taste, with a last state that makes all of them quarrel far below OPT. */
function hard(states: number, levels: number, slope: number): FamilyMarket {
  const next = random(1);
  const whole = (most: number) => Math.floor(next() * most);
  const far = Math.floor((states * levels) / 8);
  const rows: number[][][] = Array.from({ length: states }, () =>
    Array.from({ length: 6 }, () => {
      const loss = whole(levels);
      const own = [whole(100), whole(100), whole(100)];
      return [levels - loss, ...own.flatMap((one) => [slope * loss + one, slope * loss + 100 - one])];
    }),
  );
  const quarrel = (bob: number) => [
    0,
    ...Array.from({ length: 6 }, (_, j) => (j === bob ? 2 * slope * far + 500 * states : 0)),
  ];
  rows.push([[far, 0, 0, 0, 0, 0, 0], ...Array.from({ length: 6 }, (_, bob) => quarrel(bob))]);
  const firstCell = [0];
  for (const row of rows) firstCell.push(firstCell.at(-1)! + row.length);
  const gains = Array.from({ length: 7 }, (_, p) =>
    Float64Array.from(rows.flatMap((row) => row.map((cell) => cell[p]! - Math.min(...row.map((one) => one[p]!))))),
  );
  const most = gains.map((column) =>
    firstCell.slice(1).reduce((sum, end, s) => sum + Math.max(...column.subarray(firstCell[s]!, end)), 0),
  );
  return { firstCell, gains, most };
}

function hardOnes() {
  const lines = [
    [20, 30, 500],
    [30, 30, 700],
    [40, 30, 1000],
    [60, 30, 700],
    [60, 30, 1500],
    [60, 10, 1500],
  ].map(([states, levels, slope]) => {
    const market = hard(states!, levels!, slope!);
    const began = performance.now();
    const { found, possible, complete, trials } = worst(market, 2000);
    const seconds = (performance.now() - began) / 1000;
    const verdict = complete ? `exact: OPT - ${found}` : `between OPT - ${possible} and OPT - ${found}`;
    return {
      name: `${states} states, slope ${slope}: ${verdict}`,
      timing: timing([seconds]),
      rate: trials / seconds,
      unit: 'trials',
    };
  });
  return report('built to be hard, two seconds each', lines);
}

async function twins() {
  const market = familyMarket('bias95', shape({ states: 200, policies: 5, levels: 100 }), 1);
  const loss = losses(market);
  const reach = loss.reduce((sum, own) => sum + own, 0);
  const all = { firstCell: Int32Array.from(market.firstCell), loss, reach };
  const build = (kind: KernelBuild) => {
    const space = new SearchSpace(new Kernel(compileKernel(kind)), { ...all, tableBytes: tableBytes(all) });
    return () => {
      const direction = space.direction(market.gains[1]!);
      direction.release();
      return direction.levels;
    };
  };
  const plain = plainLevels(market.firstCell, loss, market.gains[1]!, reach);
  const levels = build('release')();
  for (let d = 0; d < plain.length; d++) assert.equal(levels.exactly(d), plain[d]);
  const line = async (name: string, work: () => unknown) => ({ name, timing: await time(name, work, { runs: 5 }) });
  return report('best totals for every deficit, 200 states, 5 policies, 2 decimals, all rows kept', [
    await line('wasm, SIMD', build('release')),
    await line('wasm, scalar', build('scalar')),
    await line('plain TypeScript, only the last row kept', () =>
      plainLevels(market.firstCell, loss, market.gains[1]!, reach),
    ),
  ]);
}

export async function run(): Promise<void> {
  check();
  const sections = [
    report(
      '60 states, 4 policies, 6 Bobs, three decimals: 10^36 schemes',
      families.map((family) => once(family, familyMarket(family, shape({}), 1))),
    ),
    report(
      '1,000 states, 5 policies, 4 Bobs, two decimals: 10^698 schemes',
      families.map((family) =>
        once(family, familyMarket(family, { states: 1000, policies: 5, bobs: 4, levels: 100 }, 1)),
      ),
    ),
    report(
      '30 states, 4 policies, 6 Bobs, six decimals',
      families.map((family) => once(family, familyMarket(family, shape({ states: 30, levels: 1e6 }), 1))),
    ),
    ...growth(),
    hardOnes(),
    await twins(),
  ];
  await save('search', sections);
}
