/**
 * Search: worst equilibria of markets whose schemes cannot be listed, against native C++, numpy and plain TypeScript.
 * Families, growth in states, policies, Bobs and decimals, markets built to be hard, the dynamic programme by itself.
 */
import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { compileKernel, Kernel, type KernelBuild } from '../src/kernel/instance.ts';
import { Pool } from '../src/kernel/pool.ts';
import { SearchSpace } from '../src/kernel/space.ts';
import { tableBytes } from '../src/kernel/tables.ts';
import { exactMarket } from '../src/market/exact.ts';
import { searchWorst } from '../src/market/search/committee.ts';
import { losses } from '../src/market/search/deficits.ts';
import { windowSteps } from '../src/market/search/window.ts';
import type { WorstFound } from '../src/market/search/worst.ts';
import { sweep } from '../src/market/sweep.ts';
import type { UtilityTable } from '../src/market/table.ts';
import { finished } from '../src/steps.ts';
import { type FamilyMarket, type FamilyShape, families, familyMarket, tableOf } from '../test/reference/families.ts';
import { hardShapes, hardTable } from '../test/reference/hard.ts';
import { listSchemes, stableSchemes, worstOf } from '../test/reference/stability.ts';
import {
  nativePeer,
  numpyPeer,
  type Peer,
  report,
  reportGrid,
  type Section,
  save,
  scratch,
  type Timing,
  time,
  timeLong,
  timing,
} from './harness.ts';
import { writeMarket } from './inputs.ts';
import { plainRows, plainWorst, rowLengths } from './peers/search.ts';
import { drawGrowth, type GrowthPanel, type GrowthPoint } from './plots.ts';
import { scanRate } from './scan.ts';
import { against, power, shownBytes, shownRate, shownSeconds, shownTiming } from './shown.ts';

const kernel = new Kernel(compileKernel());
const everybody = ({ gains }: FamilyMarket) => gains.slice(1).map((_, j) => j + 1);
const PEERS = ['native C++', 'numpy', 'plain TypeScript'] as const;
/** Rows of all Bobs that plain TypeScript may take. */
const PLAIN_BYTES = 2 ** 31;

type PeerName = (typeof PEERS)[number];
type Peers = Record<'native' | 'numpy', Peer | null>;

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

interface Compared {
  readonly ours: Timing;
  readonly trials: number;
  readonly peers: Partial<Record<PeerName, Timing>>;
}

/** Bytes of the plain version's rows by deficit, which has no staircases. */
function plainBytes(market: FamilyMarket): number {
  const loss = losses(market);
  const reach = finished(windowSteps(kernel, market, loss, everybody(market)));
  const entries = reach > 0 ? rowLengths(market.firstCell, loss, reach).reduce((sum, length) => sum + length, 0) : 0;
  return 8 * entries * (market.gains.length - 1);
}

/** Ours and every peer on one market, each checked against the others: medians. */
async function compare(market: FamilyMarket, { native, numpy }: Peers, plain = true): Promise<Compared> {
  const { found, scheme, trials, complete } = worst(market);
  assert(complete);
  const ours = await time('search', () => worst(market), { runs: 5 });
  const peers: Partial<Record<PeerName, Timing>> = {};
  const file = writeMarket(join(scratch(), 'market.txt'), market);
  const ask = (name: PeerName, peer: Peer | null, runs: number) => {
    if (!peer) return;
    const answer = peer([file, String(runs)]) as { found: number; scheme: number[]; seconds: number[] };
    assert.deepEqual([answer.found, answer.scheme], [found, scheme]);
    peers[name] = timing(answer.seconds);
  };
  ask('native C++', native, 5);
  ask('numpy', numpy, 2);
  if (plain && plainBytes(market) <= PLAIN_BYTES) {
    const began = performance.now();
    const answer = plainWorst(market);
    peers['plain TypeScript'] = timing([(performance.now() - began) / 1000]);
    assert.deepEqual([answer.found, answer.scheme], [found, scheme]);
  }
  return { ours, trials, peers };
}

function row(name: string, { ours, trials, peers }: Compared, whom: readonly PeerName[]): string[] {
  const others = whom.map((peer) => (peers[peer] ? shownTiming(peers[peer], ours) : '–'));
  return [name, shownTiming(ours), ...others, String(trials)];
}

const middle = (values: readonly number[]) => timing(values).median;

async function familyTable(title: string, asked: string, shape: FamilyShape, peers: Peers, cannot: readonly string[]) {
  const markets = families.map((family) => ({ family, market: familyMarket(family, shape, 1) }));
  const compared: (Compared & { readonly family: string; readonly market: FamilyMarket })[] = [];
  for (const { family, market } of markets) compared.push({ family, market, ...(await compare(market, peers)) });
  const typical = (peer: PeerName) => {
    const ratios = compared.flatMap((one) => (one.peers[peer] ? [one.peers[peer].median / one.ours.median] : []));
    return ratios.length > 0 ? [against(peer, middle(ratios))] : [];
  };
  const tooLarge = compared.filter((one) => one.peers['plain TypeScript'] === undefined);
  const most = Math.max(...tooLarge.map(({ market }) => plainBytes(market)));
  const slowest = Math.max(...compared.map(({ ours }) => ours.median));
  const section = reportGrid(
    title,
    {
      head: ['family', 'wasm SIMD', ...PEERS, 'trials'],
      rows: compared.map((one) => row(one.family, one, PEERS)),
    },
    {
      asked,
      reading: `The slowest takes ${shownSeconds(slowest)}. ${compared.filter(({ trials }) => trials === 0).length} of ${compared.length} families need no trial: window and weights prove that nothing lies below OPT. In the middle of the families this project is ${PEERS.flatMap(typical).join(', ')}.`,
      cannot: [
        ...cannot,
        ...(tooLarge.length > 0
          ? [
              `plain TypeScript (rows by deficit only) on ${tooLarge.map(({ family }) => family).join(', ')}: the rows of all Bobs take ${shownBytes(most)} at most, over the ${shownBytes(PLAIN_BYTES)} it is given.`,
            ]
          : []),
      ],
    },
  );
  return { section, slowest };
}

const SHAPE: FamilyShape = { states: 60, policies: 4, bobs: 6, levels: 1000 };

const GROWTH: readonly {
  title: string;
  log?: boolean;
  points: readonly (readonly [number, Partial<FamilyShape>])[];
}[] = [
  { title: 'states', log: true, points: [15, 30, 60, 120, 240].map((states) => [states, { states }]) },
  { title: 'policies (60 states)', log: true, points: [2, 4, 8, 16].map((policies) => [policies, { policies }]) },
  { title: 'Bobs (60 states)', points: [2, 4, 6, 8, 12].map((bobs) => [bobs, { bobs }]) },
  {
    title: 'decimals (60 states)',
    points: [1, 2, 3, 4, 5, 6].map((decimals) => [decimals, { levels: 10 ** decimals }]),
  },
];

async function growth(peers: Peers): Promise<Section> {
  const panels: GrowthPanel[] = [];
  const rows: string[][] = [];
  const whom = ['native C++', 'numpy'] as const;
  for (const { title, log, points: xs } of GROWTH) {
    const points: GrowthPoint[] = [];
    for (const [x, over] of xs) {
      const one = await compare(familyMarket('bias95', { ...SHAPE, ...over }, 1), peers, false);
      points.push({ who: 'this project', x, seconds: one.ours.median });
      for (const who of whom) if (one.peers[who]) points.push({ who, x, seconds: one.peers[who].median });
      rows.push(row(`${x} ${title}`, one, whom));
    }
    panels.push({ title, points, ...(log ? { log } : {}) });
  }
  const figure = await drawGrowth('bench-search', panels);
  return reportGrid(
    'Growth: shared bias .95',
    { head: ['', 'wasm SIMD', ...whom, 'trials'], rows },
    {
      asked: 'One thing grows at a time; the others stay at 60 states, 4 policies, 6 Bobs, three decimals.',
      reading:
        'Rows by deficit grow with states and decimals until they would take more than 256 MiB a Bob; staircases take their place there, so six decimals are no harder than three.',
      figure,
    },
  );
}

function hardOnes(): Section {
  let finished = 0;
  const rows = Object.entries(hardShapes).flatMap(([kind, shapes]) =>
    shapes.map((shape) => {
      const { size, groups, states, policies, levels, wishes } = shape;
      const market = exactMarket(hardTable(shape), {});
      const began = performance.now();
      const { found, possible, complete, trials } = worst(market, 2000);
      const seconds = (performance.now() - began) / 1000;
      if (complete) finished++;
      return [
        `${kind}: ${size * groups} Bobs, ${states}×${policies}, ${levels} levels, ${wishes} wishes`,
        complete ? `OPT - ${found}, exact` : `OPT - ${possible} … OPT - ${found}`,
        shownSeconds(seconds),
        String(trials),
      ];
    }),
  );
  return reportGrid(
    'Built to be hard: what is known after two seconds',
    { head: ['', 'worst equilibrium', 'time', 'trials'], rows },
    {
      asked:
        'Bobs with a common taste that pays for the losses of Alice quarrel in pairs or triples, and one state makes all of them quarrel: levels that hold no stable scheme and do not show it early. The search is stopped after two seconds.',
      reading: `${finished} of ${rows.length} are settled. Of the others there are bounds: an equilibrium on the right, a proof that none lies below the left.`,
    },
  );
}

/** All committees, everything about each: the command `sweep` without reading and printing. */
async function sweeps(): Promise<Section> {
  const pools = [1, 2].map((threads) => new Pool({ threads }));
  const rows: string[][] = [];
  // The last is long enough for a second thread.
  for (const [family, shape] of [
    ...families.map((family) => [family, SHAPE] as const),
    ['anti', { ...SHAPE, states: 100, bobs: 7 }] as const,
  ]) {
    const table = tableOf(familyMarket(family, shape, 1));
    const [one, two] = await Promise.all(pools.map((pool) => sweep(table, { pool, method: 'search' })));
    assert.deepEqual(two, one);
    const [alone, both] = [await timeSweep(table, pools[0]!), await timeSweep(table, pools[1]!)];
    const size = shape === SHAPE ? family : `${family}, ${shape.states} states, ${shape.bobs} Bobs`;
    rows.push([size, shownTiming(alone), shownTiming(both, alone)]);
  }
  await Promise.all(pools.map((pool) => pool.close()));
  return reportGrid(
    'Sweep: 63 committees of 60 states, 4 policies, 6 Bobs',
    { head: ['family', 'one thread', 'two threads'], rows },
    {
      asked:
        'Worst equilibria, counts, misalignment and dynamics of every committee, in one process: with one thread, and with two. A worker joins where it finds more than half a second of work, its start counted: the last line, 127 committees. Medians of three.',
    },
  );
}

const timeSweep = (table: UtilityTable, pool: Pool) => timeLong(() => sweep(table, { pool, method: 'search' }));

async function dynamicProgramme(): Promise<Section> {
  const market = familyMarket('bias95', { ...SHAPE, states: 200, policies: 5, levels: 100 }, 1);
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
  const plain = () => plainRows(market.firstCell, loss, market.gains[1]!, reach);
  const [root] = plain();
  for (const kind of ['release', 'scalar'] as const) {
    const levels = build(kind)();
    for (let d = 0; d < root!.length; d++) assert.equal(levels.exactly(d), root![d]);
  }
  const line = async (name: string, work: () => unknown) => ({ name, timing: await time(name, work, { runs: 5 }) });
  return report(
    'The dynamic programme alone: 200 states, 5 policies, two decimals',
    [
      await line('wasm SIMD', build('release')),
      await line('wasm scalar', build('scalar')),
      await line('plain TypeScript', plain),
    ],
    { asked: 'The best total of one Bob for every suffix of states and every exact deficit, all rows kept.' },
  );
}

export async function run(): Promise<void> {
  check();
  const peers = { native: nativePeer('search'), numpy: numpyPeer('search') };
  const rate = await scanRate();
  const listing = (states: number, policies: number) => {
    const digits = states * Math.log10(policies);
    const schemes = digits < 300 ? power(policies ** states) : `10^${digits.toFixed(0)}`;
    const long =
      digits < 300
        ? shownSeconds(policies ** states / rate)
        : `10^${(digits - Math.log10(rate * 3.15576e7)).toFixed(0)} years`;
    return `enumeration, by anyone: ${schemes} schemes; at the ${shownRate(rate)} schemes/s of this project's scan ${long}.`;
  };
  const same =
    'native C++ runs the same search (window, weights, tables or staircases, levels, depth-first); numpy and plain TypeScript find window and weights by subgradient steps. Ratios are to this project.';
  const sixty = await familyTable(
    '60 states, 4 policies, 6 Bobs, three decimals',
    `The worst equilibrium of the committee of all Bobs, in eight families of random markets. Medians; ${same}`,
    SHAPE,
    peers,
    [listing(60, 4)],
  );
  const thousand = await familyTable(
    '1,000 states, 5 policies, 4 Bobs, two decimals',
    'The same question, the same peers.',
    { states: 1000, policies: 5, bobs: 4, levels: 100 },
    peers,
    [listing(1000, 5)],
  );
  const fine = await familyTable(
    '30 states, 4 policies, 6 Bobs, six decimals',
    'The same question. Alice has millions of levels: tables are staircases where rows would be too long.',
    { ...SHAPE, states: 30, levels: 1e6 },
    peers,
    [listing(30, 4)],
  );
  const sections = [
    sixty.section,
    thousand.section,
    fine.section,
    await growth(peers),
    hardOnes(),
    await sweeps(),
    await dynamicProgramme(),
  ];
  await save(
    'search',
    `the exact worst equilibrium of 60 states, 4 policies and 6 Bobs (${power(4 ** 60)} schemes) in ${shownSeconds(sixty.slowest)} at most over eight families; of 1,000 states and 4 Bobs in ${shownSeconds(thousand.slowest)}; with six decimals in ${shownSeconds(fine.slowest)}.`,
    sections,
  );
}
