/**
 * Where worst equilibria are over randomised schemes, figures show those over deterministic ones beside them: outlined
 * markers with a bar through them, linked to the marker that they belong to. No difference is by colour alone.
 */
import { colour } from '../theme.ts';
import { type Axes, type Layer, markerArea, type ReferenceLine, sizeEncoding } from './plot.ts';
import type { CommitteePoint } from './points.ts';

export const WITH = 'V_min, randomised';
export const WITHOUT = 'V_min, deterministic';

/** How long the bar is, in widths of its marker. */
const BAR = 1.6;
/** A circle with a bar, in units of a symbol's half width. */
const BARRED_CIRCLE = `M-1,0A1,1,0,1,1,1,0A1,1,0,1,1,-1,0M${-BAR},0L${BAR},0`;

/** Says what markers with and without a bar are: draws nothing, has only a legend. */
export function besideLegend(axes: Axes): Layer {
  return {
    data: { values: [] },
    mark: { type: 'point', opacity: 1 },
    encoding: {
      ...axes,
      shape: {
        field: 'schemes',
        type: 'nominal',
        title: null,
        scale: { domain: [WITH, WITHOUT], range: ['circle', BARRED_CIRCLE] },
        legend: {
          orient: 'bottom',
          direction: 'horizontal',
          symbolStrokeColor: '#444444',
          symbolFillColor: 'transparent',
          symbolSize: 60,
          // The bar sticks out.
          labelOffset: 8,
        },
      },
    },
  };
}

/** The line between two markers, for a legend; none where all are on one place. */
export function besideLink(points: readonly CommitteePoint[]): ReferenceLine[] {
  return points.some(({ apart }) => apart) ? [{ name: 'same committee', style: 'solid', colour: colour.grey }] : [];
}

/** The deterministic worst equilibria of the points where they are apart, each linked to the randomised one. */
export function besideMarks(all: readonly CommitteePoint[], sizes: readonly number[], { x, y }: Axes): Layer[] {
  const points = all.filter(({ apart }) => apart);
  const values = points.map((point) => ({ ...point, area: markerArea(sizes, point.k) }));
  const at = { x: { ...x, field: 'plainEpsilon' }, y: { ...y, field: 'plainWorst' } };
  const { shape, stroke, size } = sizeEncoding(sizes);
  return [
    {
      data: { values },
      mark: { type: 'rule', stroke: colour.grey, strokeWidth: 0.8 },
      encoding: { ...at, x2: { field: 'epsilon' }, y2: { field: 'worst' } },
    },
    {
      data: { values },
      mark: { type: 'point', filled: true, fillOpacity: 0, strokeWidth: 1.2, opacity: 1 },
      // The legend of sizes is that of the other markers.
      encoding: { ...at, shape: { ...shape, legend: null }, stroke: { ...stroke, legend: null }, size },
    },
    {
      data: { values: values.map((value) => ({ ...value, area: BAR ** 2 * value.area })) },
      mark: { type: 'point', shape: 'stroke', strokeWidth: 1.4, opacity: 1 },
      encoding: { ...at, stroke: { ...stroke, legend: null }, size },
    },
  ];
}

const line = (field: keyof CommitteePoint, title: string) => ({ field, type: 'nominal' as const, title });

/** What the pointer says of worst equilibria and misalignment. */
export const worstTooltip = (mixed: boolean) =>
  mixed
    ? [
        line('worstText', WITH),
        line('plainWorstText', WITHOUT),
        line('epsilonText', 'ε, randomised'),
        line('plainEpsilonText', 'ε, deterministic'),
      ]
    : [line('worstText', 'V_min'), line('epsilonText', 'ε')];
