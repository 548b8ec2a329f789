/**
 * The receiver `bayes`: worst equilibria over obedient schemes, listed and searched, against a native lister of all
 * schemes and HiGHS's branch and bound; growth in states; what listing cannot do.
 */
import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { compileKernel, Kernel } from '../src/kernel/instance.ts';
import { type LinearSolver, linearSolver } from '../src/lp/program.ts';
import { ObedientCommittee } from '../src/market/bayes/committee.ts';
import { ObedientSchemes } from '../src/market/bayes/listed.ts';
import { ObedientSession } from '../src/market/bayes/session.ts';
import { worstObedient } from '../src/market/bayes/worst.ts';
import type { Market } from '../src/market/market.ts';
import type { WorstFound } from '../src/market/search/worst.ts';
import { finished } from '../src/steps.ts';
import { sharedFamilies, sharedMarket } from '../test/bayes/markets.ts';
import type { FamilyShape } from '../test/reference/families.ts';
import { bestObedient, integerSolver } from '../test/reference/integer-program.ts';
import { nativePeer, type Peer, report, reportGrid, type Section, save, scratch, timeLong, timing } from './harness.ts';
import { writeMarket } from './inputs.ts';
import { drawGrowth, type GrowthPoint } from './plots.ts';
import { power, shownSeconds, shownTiming } from './shown.ts';

const kernel = new Kernel(compileKernel());
const everybody = ({ bobs }: Market) => bobs.map((_, j) => j + 1);

type Family = (typeof sharedFamilies)[number];

/** The search of all Bobs' market, stopped after `limit` ms. */
function searched(solver: LinearSolver, market: Market, limit = Number.POSITIVE_INFINITY): WorstFound {
  const began = performance.now();
  const session = new ObedientSession(kernel, market, solver);
  const committee = new ObedientCommittee(session, everybody(market), 'strict');
  const steps = worstObedient(committee, session.reach);
  try {
    for (;;) {
      const step = steps.next();
      if (step.done || performance.now() - began > limit) return step.value;
    }
  } finally {
    steps.return(committee.start(session.reach));
    committee.release();
    session.release();
  }
}

const listed = (market: Market) => new ObedientSchemes(market).stable(everybody(market), 'strict');

async function listing(solver: LinearSolver, native: Peer | null): Promise<Section> {
  const shape = { states: 10, policies: 4, bobs: 4, levels: 1000 };
  const market = sharedMarket('bias75', shape, 1);
  const { alice } = listed(market);
  assert.equal(market.most[0]! - searched(solver, market).found, alice);
  const schemes = Number(market.schemes);
  const lines = [
    { name: 'listing, this project', timing: await timeLong(() => listed(market)) },
    { name: 'search, this project', timing: await timeLong(() => searched(solver, market)) },
  ];
  if (native) {
    const file = writeMarket(join(scratch(), 'market.txt'), market);
    const answer = native([file, '3']) as { worst: number; obedient: number; seconds: number[] };
    assert.deepEqual([answer.worst, answer.obedient], [alice, new ObedientSchemes(market).schemes.length]);
    lines.push({ name: 'listing, native C++', timing: timing(answer.seconds) });
  }
  const rated = lines.map((line) =>
    line.name.startsWith('listing') ? { ...line, rate: schemes / line.timing.median, unit: 'schemes' } : line,
  );
  return report(`${shape.states} states, 4 policies, 4 Bobs: listed and searched`, rated, {
    asked: `The worst equilibrium among the obedient ones of ${power(schemes)} schemes. The native lister tries all of them; here a partial choice is dropped where the states left cannot make up for a regret.`,
  });
}

/** HiGHS's branch and bound on one Bob's best obedient scheme within half of what Alice may lose, checked against ours. */
async function integerPrograms(solver: LinearSolver): Promise<Section> {
  const highs = await integerSolver();
  const families: readonly Family[] = ['independent', 'bias75', 'bias95', 'anti', 'prior'];
  const rows: string[][] = [];
  for (const family of families) {
    const market = sharedMarket(family, { states: 40, policies: 4, bobs: 2, levels: 1000 }, 1);
    const ours = () => {
      const session = new ObedientSession(kernel, market, solver);
      try {
        return finished(session.best(1, Math.floor(session.reach / 2), { left: Number.POSITIVE_INFINITY }))!;
      } finally {
        session.release();
      }
    };
    const { reach } = new ObedientSession(kernel, market, solver);
    const peer = () => bestObedient(highs, market, 1, Math.floor(reach / 2));
    assert.equal(ours().total, peer());
    const own = await timeLong(ours);
    rows.push([family, shownTiming(own), shownTiming(await timeLong(peer, 1), own)]);
  }
  return reportGrid(
    "One Bob's best obedient scheme: 40 states, 4 policies",
    { head: ['family', 'this project', 'HiGHS branch and bound'], rows },
    {
      asked:
        'His largest total while Alice loses at most half of what obedience lets her lose: an integer program. Thresholds are made of such answers.',
      reading: 'Both start from the same linear relaxation; here cells that it excludes go before the search.',
    },
  );
}

async function largest(solver: LinearSolver, shape: FamilyShape, limit: number, title: string) {
  const rows = sharedFamilies.map((family) => {
    const market = sharedMarket(family, shape, 5);
    const began = performance.now();
    const { found, possible, complete } = searched(solver, market, limit);
    const seconds = (performance.now() - began) / 1000;
    const answer = complete ? `OPT - ${found}, exact` : `OPT - ${possible} … OPT - ${found}`;
    return { row: [family, answer, shownSeconds(seconds)], seconds, complete };
  });
  const schemes = shape.states * Math.log10(shape.policies);
  const section = reportGrid(
    title,
    { head: ['family', 'worst equilibrium', 'time'], rows: rows.map(({ row }) => row) },
    {
      asked: `The committee of all Bobs, stopped after ${shownSeconds(limit / 1000)}; bounds where that comes first.`,
      cannot: [
        `listing, by anyone: ${schemes < 300 ? power(10 ** schemes) : `10^${schemes.toFixed(0)}`} schemes.`,
        'HiGHS: stability is not one integer program. Thresholds are best totals themselves, one program each for thousands of levels.',
      ],
    },
  );
  return { section, slowest: Math.max(...rows.map(({ seconds }) => seconds)), all: rows.every((one) => one.complete) };
}

async function growth(solver: LinearSolver, native: Peer | null): Promise<Section> {
  const points: GrowthPoint[] = [];
  const rows: string[][] = [];
  for (const states of [6, 8, 10, 12, 20, 30, 60, 120]) {
    const market = sharedMarket('bias75', { states, policies: 4, bobs: 4, levels: 1000 }, 2);
    const began = performance.now();
    const { found, complete } = searched(solver, market, 10_000);
    const search = (performance.now() - began) / 1000;
    if (complete) points.push({ who: 'search', x: states, seconds: search });
    let listing = '–';
    if (native && states <= 12) {
      const answer = native([writeMarket(join(scratch(), 'market.txt'), market), '1']) as {
        worst: number;
        seconds: number[];
      };
      assert.equal(answer.worst, market.most[0]! - found);
      points.push({ who: 'listing, native C++', x: states, seconds: answer.seconds[0]! });
      listing = shownSeconds(answer.seconds[0]!);
    }
    rows.push([`${states} states`, complete ? shownSeconds(search) : `bounds after ${shownSeconds(search)}`, listing]);
  }
  const figure = await drawGrowth('bench-bayes', [{ title: 'states', points, log: true }]);
  return reportGrid(
    'Growth: shared bias .75, 4 policies, 4 Bobs',
    { head: ['', 'search', 'listing, native C++'], rows },
    { asked: 'States grow, three decimals.', figure },
  );
}

export async function run(): Promise<void> {
  const solver = await linearSolver();
  const native = nativePeer('bayes');
  const sixty = await largest(
    solver,
    { states: 60, policies: 4, bobs: 6, levels: 1000 },
    10_000,
    '60 states, 4 policies, 6 Bobs, three decimals',
  );
  const sections = [
    await listing(solver, native),
    await integerPrograms(solver),
    sixty.section,
    (await largest(solver, { states: 200, policies: 4, bobs: 4, levels: 100 }, 5000, '200 states, 4 policies, 4 Bobs'))
      .section,
    await growth(solver, native),
  ];
  const best = sixty.all ? `in ${shownSeconds(sixty.slowest)} at most over seven families` : 'or bounds after 10 s';
  await save('bayes', `where Alice best-responds, 60 states, 4 policies and 6 Bobs ${best}.`, sections);
}
