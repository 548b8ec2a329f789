/** Figure 6: misalignment against where best-response dynamics end, linked with the worst equilibrium below. */
import type { SweepResult } from '../../market/results.ts';
import { colour, plotSize } from '../theme.ts';
import {
  type Axes,
  epsilonAxis,
  epsilonDomain,
  type Layer,
  lineLayer,
  markerArea,
  optimumLine,
  type Plot,
  separateScales,
  sizeEncoding,
  sizesOf,
  utilityAxis,
  utilityDomain,
} from './plot.ts';
import { type CommitteePoint, committeePoints, readingOf } from './points.ts';

/** Says what outlined and solid markers are: draws nothing, has only a legend. */
function fillLegend(axes: Axes): Layer {
  return {
    data: { values: [] },
    mark: { type: 'point', filled: true, opacity: 1 },
    encoding: {
      ...axes,
      fill: {
        field: 'end',
        type: 'nominal',
        title: null,
        scale: { domain: ['worst equilibrium', 'end of dynamics'], range: ['#ffffff', '#444444'] },
        legend: { orient: 'bottom', direction: 'horizontal', symbolType: 'circle', symbolStrokeColor: '#444444' },
      },
    },
  };
}

/** Outlined markers first, so that solid ones, which are smaller, lie inside them where both fall on one place. */
function markers(points: readonly CommitteePoint[], sizes: readonly number[]) {
  return [0, 1].flatMap((solid) =>
    points.map((point) => ({
      ...point,
      fullness: solid,
      alice: solid ? point.dynamics : point.worst,
      area: markerArea(sizes, point.k) * (solid ? 0.4 : 1),
    })),
  );
}

/**
 * Figure 6 of section 7.2 as a Vega-Lite specification.
 * @param reading which of the result's misalignment readings is on the x axis
 */
export function dynamicsByMisalignment(result: SweepResult, reading = 0): Plot {
  const points = committeePoints(result, reading);
  const apart = points.filter(({ worst, dynamics }) => worst !== dynamics);
  const link = { name: 'difference', style: 'solid', colour: colour.pale } as const;
  const sizes = sizesOf(points);
  const optimum = result.optimum.alice.value;
  const xDomain = epsilonDomain(points.map(({ epsilon }) => epsilon));
  const x = epsilonAxis(xDomain, readingOf(result, reading));
  const heights = points.flatMap(({ worst, dynamics }) => [worst, dynamics]);
  const y = utilityAxis('alice', utilityDomain([optimum, ...heights]), 'Alice’s utility');
  return {
    ...plotSize,
    layer: [
      lineLayer([optimumLine(optimum, xDomain), ...(apart.length > 0 ? [link] : [])], { x, y }),
      fillLegend({ x, y }),
      {
        data: { values: apart.map((point) => ({ ...point })) },
        mark: { type: 'rule', stroke: colour.pale, strokeWidth: 1.6 },
        encoding: { x, y: { ...y, field: 'worst' }, y2: { field: 'dynamics' } },
      },
      {
        data: { values: markers(points, sizes) },
        mark: { type: 'point', filled: true, strokeWidth: 1.2, opacity: 1 },
        encoding: {
          x,
          y,
          ...sizeEncoding(sizes),
          fillOpacity: { field: 'fullness', type: 'quantitative', scale: null, legend: null },
          tooltip: [
            { field: 'committees', type: 'nominal', title: 'committee' },
            { field: 'count', type: 'nominal', title: 'committees here' },
            { field: 'k', type: 'nominal', title: 'size k' },
            { field: 'worstText', type: 'nominal', title: 'V_min' },
            { field: 'dynamicsText', type: 'nominal', title: 'dynamics' },
            { field: 'epsilonText', type: 'nominal', title: 'ε' },
          ],
        },
      },
    ],
    resolve: separateScales,
  };
}
