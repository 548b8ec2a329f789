/** Figure 7: Alice's worst utility while a market grows by one random Bob at a time, each path thin, their mean on top. */
import type { SweepResult } from '../../market/results.ts';
import { colour, dash, plotSize } from '../theme.ts';
import { WITH, WITHOUT } from './beside.ts';
import {
  type Axes,
  type Layer,
  lineLayer,
  optimumLine,
  type Plot,
  type ReferenceLine,
  separateScales,
  utilityAxis,
  utilityDomain,
} from './plot.ts';
import { gather, isMixed, listCommittees, short, shortExact } from './points.ts';

/** Distinct paths as lines, with how many took each; the darker, the more. */
function lines(paths: SweepResult['paths']) {
  const groups = [...gather(paths, (path) => path.map(({ alice }) => alice.exact).join(' ')).values()];
  const most = groups.reduce((high, group) => Math.max(high, group.length), 1);
  return groups.flatMap((group, path) =>
    group[0]!.map(({ bobs, alice }) => ({
      path,
      k: bobs.length,
      alice: alice.value,
      darkness: 0.25 + 0.5 * Math.sqrt(group.length / most),
    })),
  );
}

/** Every place that some path passes: a mark for the pointer. */
function stops(paths: SweepResult['paths']) {
  const steps = paths.flat();
  const places = gather(steps, ({ bobs, alice }) => `${bobs.length} ${alice.exact}`);
  return [...places.values()].map((group) => {
    const { bobs, alice } = group[0]!;
    const committees = [...gather(group, (step) => JSON.stringify(step.bobs)).values()].map((same) => same[0]!.bobs);
    return {
      k: bobs.length,
      alice: alice.value,
      aliceText: shortExact(alice),
      committees: listCommittees(committees),
      paths: `${group.length} of ${paths.length}`,
    };
  });
}

function means(paths: SweepResult['paths']) {
  const bySize = gather(paths.flat(), ({ bobs }) => String(bobs.length));
  return [...bySize.values()]
    .map((group) => {
      const mean = group.reduce((sum, { alice }) => sum + alice.value, 0) / group.length;
      return { k: group[0]!.bobs.length, mean, meanText: short(mean), paths: group.length };
    })
    .sort((a, b) => a.k - b.k);
}

/** The same paths with the worst equilibria over deterministic schemes. */
function plainPaths({ paths, committees }: SweepResult): SweepResult['paths'] {
  const key = (bobs: readonly string[]) => JSON.stringify([...bobs].sort());
  const plain = new Map(committees.map(({ bobs, deterministic, worst }) => [key(bobs), deterministic ?? worst]));
  return paths.map((path) => path.map(({ bobs, alice }) => ({ bobs, alice: plain.get(key(bobs))?.alice ?? alice })));
}

/** How one kind of paths looks: told apart by dashes and markers, not by colour alone. */
interface Look {
  readonly paths: SweepResult['paths'];
  readonly mean: string;
  readonly worst: string;
  readonly style: 'solid' | 'dashed';
  readonly shape: 'circle' | 'square';
  /** Of a mean's marker; where both means are on one place, the circle shows in the square. */
  readonly size: number;
  readonly colour: string;
}

function looksOf(result: SweepResult): Look[] {
  const own = { paths: result.paths, style: 'solid', shape: 'circle', size: 38, colour: colour.blue } as const;
  if (!isMixed(result)) return [{ ...own, mean: 'mean', worst: 'V_min' }];
  const plain = { paths: plainPaths(result), style: 'dashed', shape: 'square', size: 75, colour: colour.red } as const;
  return [
    { ...plain, mean: 'mean, deterministic', worst: WITHOUT },
    { ...own, mean: 'mean, randomised', worst: WITH },
  ];
}

function pathLayers({ paths, worst, style }: Look, { x, y }: Axes): Layer[] {
  return [
    {
      data: { values: lines(paths) },
      mark: {
        type: 'line',
        stroke: colour.grey,
        strokeWidth: 0.9,
        ...(style === 'dashed' ? { strokeDash: [...dash.dashed] } : {}),
      },
      encoding: {
        x,
        y,
        detail: { field: 'path', type: 'nominal' },
        strokeOpacity: { field: 'darkness', type: 'quantitative', scale: null, legend: null },
      },
    },
    {
      data: { values: stops(paths) },
      mark: { type: 'point', filled: true, fill: colour.grey, size: 14, opacity: 1 },
      encoding: {
        x,
        y,
        tooltip: [
          { field: 'committees', type: 'nominal', title: 'committee' },
          { field: 'k', type: 'nominal', title: 'size k' },
          { field: 'aliceText', type: 'nominal', title: worst },
          { field: 'paths', type: 'nominal', title: 'paths' },
        ],
      },
    },
  ];
}

function meanLayers({ paths, worst, style, shape, size, colour: shade }: Look, { x, y }: Axes): Layer[] {
  const values = means(paths);
  const dashes = style === 'dashed' ? { strokeDash: [...dash.dashed] } : {};
  return [
    {
      data: { values },
      mark: { type: 'line', stroke: shade, strokeWidth: 2.2, ...dashes },
      encoding: { x, y: { ...y, field: 'mean' } },
    },
    {
      data: { values },
      mark: { type: 'point', filled: true, fill: shade, shape, size, opacity: 1 },
      encoding: {
        x,
        y: { ...y, field: 'mean' },
        tooltip: [
          { field: 'k', type: 'nominal', title: 'size k' },
          { field: 'meanText', type: 'nominal', title: `mean ${worst}` },
          { field: 'paths', type: 'nominal', title: 'paths' },
        ],
      },
    },
  ];
}

/** Figure 7 of section 7.2 as a Vega-Lite specification. */
export function growthPaths(result: SweepResult): Plot {
  const { paths } = result;
  const looks = looksOf(result);
  const optimum = result.optimum.alice.value;
  const largest = paths.flat().reduce((most, { bobs }) => Math.max(most, bobs.length), 1);
  const step = Math.ceil(largest / 10);
  const margin = Math.max(0.04 * (largest - 1), 0.1);
  const xDomain: [number, number] = [1 - margin, largest + margin];
  const x = {
    field: 'k',
    type: 'quantitative' as const,
    title: 'committee size k',
    scale: { domain: xDomain, nice: false, zero: false },
    axis: { values: Array.from({ length: largest }, (_, i) => i + 1).filter((k) => (k - 1) % step === 0), format: 'd' },
  };
  const heights = looks.flatMap((look) => look.paths.flat().map(({ alice }) => alice.value));
  const y = utilityAxis('alice', utilityDomain([optimum, ...heights]), 'Alice’s worst utility');
  const one = paths.length === 1 ? '1 random path' : `${paths.length} random paths`;
  const key: ReferenceLine[] = [
    { name: one, style: 'solid', colour: colour.grey },
    ...looks.toReversed().map(({ mean, style, colour: shade }) => ({ name: mean, style, colour: shade })),
  ];
  return {
    ...plotSize,
    layer: [
      lineLayer([optimumLine(optimum, xDomain), ...key], { x, y }),
      ...looks.flatMap((look) => pathLayers(look, { x, y })),
      ...looks.flatMap((look) => meanLayers(look, { x, y })),
    ],
    resolve: separateScales,
  };
}
