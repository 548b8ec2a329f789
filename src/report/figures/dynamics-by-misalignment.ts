/** Figure 6: misalignment against where best-response dynamics end, linked with the worst equilibrium below. */
import type { SweepResult } from '../../market/results.ts';
import { colour, plotSize } from '../theme.ts';
import { besideLegend, besideLink, besideMarks, worstTooltip } from './beside.ts';
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
import { type CommitteePoint, committeePoints, isMixed, readingOf } from './points.ts';

/** Says what outlined and solid markers are: draws nothing, has only a legend. */
function fillLegend(axes: Axes, mixed: boolean): Layer {
  const names = ['worst equilibrium', 'end of dynamics'];
  const fills = ['#ffffff', '#444444'];
  // Outlined ones have a legend of their own where there are two kinds of them.
  const first = mixed ? 1 : 0;
  return {
    data: { values: [] },
    mark: { type: 'point', filled: true, opacity: 1 },
    encoding: {
      ...axes,
      fill: {
        field: 'end',
        type: 'nominal',
        title: null,
        scale: { domain: names.slice(first), range: fills.slice(first) },
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
      // Dynamics are among deterministic schemes.
      epsilon: solid ? point.plainEpsilon : point.epsilon,
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
  const mixed = isMixed(result);
  const apart = points.filter(({ plainWorst, dynamics }) => plainWorst !== dynamics);
  const link = { name: 'difference', style: 'solid', colour: colour.pale } as const;
  const sizes = sizesOf(points);
  const optimum = result.optimum.alice.value;
  const xDomain = epsilonDomain(points.flatMap(({ epsilon, plainEpsilon }) => [epsilon, plainEpsilon]));
  const x = epsilonAxis(xDomain, readingOf(result, reading));
  const heights = points.flatMap(({ worst, plainWorst, dynamics }) => [worst, plainWorst, dynamics]);
  const y = utilityAxis('alice', utilityDomain([optimum, ...heights]), 'Alice’s utility');
  return {
    ...plotSize,
    layer: [
      lineLayer([optimumLine(optimum, xDomain), ...(apart.length > 0 ? [link] : []), ...besideLink(points)], { x, y }),
      ...(mixed ? [besideLegend({ x, y })] : []),
      fillLegend({ x, y }, mixed),
      {
        data: { values: apart.map((point) => ({ ...point })) },
        mark: { type: 'rule', stroke: colour.pale, strokeWidth: 1.6 },
        encoding: { x: { ...x, field: 'plainEpsilon' }, y: { ...y, field: 'plainWorst' }, y2: { field: 'dynamics' } },
      },
      ...(mixed ? besideMarks(points, sizes, { x, y }) : []),
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
            ...worstTooltip(mixed),
            { field: 'dynamicsText', type: 'nominal', title: 'dynamics' },
          ],
        },
      },
    ],
    resolve: separateScales,
  };
}
