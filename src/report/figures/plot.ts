/** What the figures have in common: their type, the axis of Alice's utility, the lines of OPT and of the bound. */
import type { TopLevelSpec } from 'vega-lite';
import type { Reading } from '../readings.ts';
import { colour, dash, ordered } from '../theme.ts';
import { short } from './points.ts';

/** A figure of several layers: stands alone or as a part of a row of figures. */
export type Plot = Extract<TopLevelSpec, { layer: unknown }>;
export type Layer = Plot['layer'][number];

/** Marker shapes in the order in which they differ most. */
const SHAPES = [
  'circle',
  'square',
  'triangle-up',
  'diamond',
  'cross',
  'triangle-down',
  'triangle-right',
  'triangle-left',
] as const;

/** How far down the bound's line may pull the axis: at most this share of the utilities' own range. */
const ROOM_FOR_BOUND = 0.35;

/** The range of an axis of Alice's utility: all `values` and some of the way down to `lowest`, with a margin. */
export function utilityDomain(values: readonly number[], lowest = Number.POSITIVE_INFINITY): [number, number] {
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  if (low > high) return [0, 1];
  // All the same: a window around it.
  const range = high - low || Math.abs(high) * 0.05 || 0.1;
  const bottom = Math.min(low, Math.max(lowest, low - ROOM_FOR_BOUND * range), high - range / 2);
  return [bottom - 0.07 * range, high + 0.07 * range];
}

/** From 0 to a little beyond the largest epsilon. */
export function epsilonDomain(epsilons: readonly number[]): [number, number] {
  const most = epsilons.reduce((high, value) => Math.max(high, value), 0);
  // A margin left of 0, so that markers at 0 are whole.
  return most > 0 ? [-0.04 * most, 1.05 * most] : [-0.004, 0.1];
}

/** The axis of misalignment, which says what reading it is. */
export const epsilonAxis = (domain: readonly [number, number], reading?: Reading): PositionAxis => ({
  field: 'epsilon',
  type: 'quantitative',
  title: reading === undefined ? 'misalignment ε' : `misalignment ε (${reading.scope}, ${reading.weights})`,
  scale: { domain: [...domain], nice: false, zero: false },
  axis: { tickCount: 4 },
});

export const utilityAxis = (field: string, domain: readonly [number, number], title: string): PositionAxis => ({
  field,
  type: 'quantitative',
  title,
  scale: { domain: [...domain], nice: false, zero: false },
  axis: { tickCount: 6 },
});

/** A marker's area in px² by committee size: larger committees have smaller markers, so that all show on one place. */
export function markerArea(sizes: readonly number[], k: number, largest = 95): number {
  return Math.round(largest * (1 - (0.75 * sizes.indexOf(k)) / Math.max(sizes.length - 1, 4)));
}

/** Shape and colour by committee size; the area is a field of the data. */
export function sizeEncoding(sizes: readonly number[]) {
  const legend = { columns: Math.min(sizes.length, 7), direction: 'horizontal' as const, orient: 'bottom' as const };
  const common = { field: 'k', type: 'nominal' as const, title: 'committee size k', sort: null, legend };
  return {
    shape: { ...common, scale: { domain: [...sizes], range: sizes.map((k) => SHAPES[(k - 1) % SHAPES.length]!) } },
    stroke: { ...common, scale: { domain: [...sizes], scheme: ordered } },
    fill: { ...common, scale: { domain: [...sizes], scheme: ordered } },
    size: { field: 'area', type: 'quantitative' as const, scale: null, legend: null },
  };
}

/** A quantitative axis with its domain fixed: layers agree on it without sharing scales. */
export interface PositionAxis {
  readonly field: string;
  readonly type: 'quantitative';
  readonly title: string;
  readonly scale: { domain: number[]; nice: boolean; zero: boolean };
  readonly axis: { tickCount?: number; values?: number[]; format?: string };
}

export interface Axes {
  readonly x: PositionAxis;
  readonly y: PositionAxis;
}

export interface ReferenceLine {
  readonly name: string;
  readonly style: keyof typeof dash | 'solid';
  readonly colour: string;
  /** Its corners; without any it stands in the legend only, for lines that another layer draws. */
  readonly through?: readonly { readonly x: number; readonly y: number }[];
}

/** OPT, dotted green from side to side. */
export function optimumLine(optimum: number, [left, right]: readonly [number, number]): ReferenceLine {
  return {
    name: `OPT = ${short(optimum)}`,
    style: 'dotted',
    colour: colour.green,
    through: [
      { x: left, y: optimum },
      { x: right, y: optimum },
    ],
  };
}

/** Theorem 6's bound OPT - 2ε, dashed red; where it leaves the plot it ends. */
export function boundLine(optimum: number, right: number, bottom: number): ReferenceLine {
  const end = Math.min(right, (optimum - bottom) / 2);
  return {
    name: 'bound OPT − 2ε',
    style: 'dashed',
    colour: colour.red,
    through: [
      { x: 0, y: optimum },
      { x: end, y: optimum - 2 * end },
    ],
  };
}

/** Lines with a legend of their own; `axes` are the encodings of x and y that all layers share. */
export function lineLayer(lines: readonly ReferenceLine[], axes: Axes, columns = 2): Layer {
  const names = lines.map(({ name }) => name);
  const legend = {
    orient: 'bottom' as const,
    direction: 'horizontal' as const,
    symbolType: 'stroke',
    symbolSize: 260,
    columns,
  };
  return {
    data: {
      values: lines.flatMap(({ name, through = [] }) =>
        through.map(({ x, y }) => ({ line: name, lineX: x, lineY: y })),
      ),
    },
    mark: { type: 'line', strokeWidth: 1.4, clip: true },
    encoding: {
      x: { ...axes.x, field: 'lineX', type: 'quantitative' },
      y: { ...axes.y, field: 'lineY', type: 'quantitative' },
      stroke: {
        field: 'line',
        type: 'nominal',
        title: null,
        scale: { domain: names, range: lines.map((line) => line.colour) },
        legend,
      },
      strokeDash: {
        field: 'line',
        type: 'nominal',
        title: null,
        scale: {
          domain: names,
          range: lines.map(({ style }) => (style === 'solid' ? [1, 0] : [...dash[style]])),
        },
        legend,
      },
    },
  };
}

/** The sizes that occur, in order. */
export function sizesOf(points: readonly { readonly k: number }[]): number[] {
  return [...new Set(points.map(({ k }) => k))].sort((a, b) => a - b);
}

/** Layers keep their scales and legends to themselves; a marker's shape and colour then share one legend. */
export const separateScales = {
  scale: {
    color: 'independent',
    stroke: 'independent',
    fill: 'independent',
    shape: 'independent',
    strokeDash: 'independent',
  },
} as const;
