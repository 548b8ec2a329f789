/** The look of every figure: sizes for one column of a paper (3.3 in), the Okabe–Ito colour-blind-safe palette. */
import type { Config as VegaConfig } from 'vega';
import type { Config } from 'vega-lite';

/** Okabe & Ito (2008), "Color Universal Design": told apart under all common forms of colour blindness. */
export const colour = {
  black: '#000000',
  orange: '#e69f00',
  sky: '#56b4e9',
  green: '#009e73',
  yellow: '#f0e442',
  blue: '#0072b2',
  red: '#d55e00',
  pink: '#cc79a7',
  grey: '#767676',
  pale: '#b8b8b8',
} as const;

/** For categories, in the order in which they differ most, also in print without colour. */
export const palette: readonly string[] = [
  colour.blue,
  colour.red,
  colour.green,
  colour.pink,
  colour.orange,
  colour.sky,
  colour.black,
  colour.yellow,
];

/** For ordered categories: viridis without its palest end, ordered in grey as well. */
export const ordered = { name: 'viridis' as const, extent: [0, 0.88] };

/** Of the plotting area, px at 96 to the inch: with axes and titles a figure fills one column of 3.3 in (317 px). */
export const plotSize = { width: 242, height: 190 } as const;

/** Dash patterns, named as they look. */
export const dash = { dashed: [6, 3], dotted: [1.5, 2.5], 'dash-dotted': [7, 2.5, 1.5, 2.5] } as const;

/** 9 and 10 px are 6.75 and 7.5 pt on paper. */
const FONT = 'Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif';

/** Vega-Lite's defaults for all our figures; a specification's own `config` wins. */
export const theme: Config = {
  background: 'white',
  padding: 4,
  font: FONT,
  view: { continuousWidth: plotSize.width, continuousHeight: plotSize.height, stroke: '#333333', strokeWidth: 0.75 },
  title: { fontSize: 11, fontWeight: 'bold', anchor: 'start', offset: 6, subtitleFontSize: 9 },
  axis: {
    labelFontSize: 9,
    titleFontSize: 10,
    titleFontWeight: 'normal',
    titlePadding: 5,
    labelOverlap: 'greedy',
    labelColor: '#222222',
    titleColor: '#000000',
    domain: false,
    tickColor: '#333333',
    tickSize: 3,
    grid: true,
    gridColor: '#e8e8e8',
    gridWidth: 0.5,
  },
  legend: {
    labelFontSize: 9,
    titleFontSize: 9,
    titleFontWeight: 'normal',
    labelLimit: 0,
    symbolSize: 40,
    symbolStrokeWidth: 1.2,
    rowPadding: 1,
    columnPadding: 8,
    padding: 0,
    offset: 6,
    titlePadding: 3,
  },
  header: { labelFontSize: 10, titleFontSize: 10, labelFontWeight: 'bold' },
  range: { category: [...palette] },
  text: { fontSize: 9 },
};

/** Legends below a plot stand one under the other, from its left edge. Vega's own setting: Vega-Lite has none for it. */
export const legendLayout: VegaConfig['legend'] = {
  layout: { bottom: { direction: 'vertical', anchor: 'start', margin: 4 } },
};
