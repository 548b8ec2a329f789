/** Figure 5: misalignment against Alice's worst equilibrium, one marker a committee, with OPT and the bound OPT - 2ε. */
import type { SweepResult } from '../../market/results.ts';
import { plotSize } from '../theme.ts';
import { besideLegend, besideLink, besideMarks, worstTooltip } from './beside.ts';
import {
  boundLine,
  epsilonAxis,
  epsilonDomain,
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
import { committeePoints, isMixed, readingOf } from './points.ts';

/**
 * Figure 5 of section 7.2 as a Vega-Lite specification. A fuller marker stands for more committees on one place.
 * @param reading which of the result's misalignment readings is on the x axis
 */
export function worstByMisalignment(result: SweepResult, reading = 0): Plot {
  const points = committeePoints(result, reading);
  const optimum = result.optimum.alice.value;
  const mixed = isMixed(result);
  const xDomain = epsilonDomain(points.flatMap(({ epsilon, plainEpsilon }) => [epsilon, plainEpsilon]));
  const heights = points.flatMap(({ worst, plainWorst }) => [worst, plainWorst]);
  const yDomain = utilityDomain([optimum, ...heights], optimum - 2 * xDomain[1]);
  const x = epsilonAxis(xDomain, readingOf(result, reading));
  const y = utilityAxis('worst', yDomain, 'Alice’s worst utility');
  const sizes = sizesOf(points);
  const most = points.reduce((high, { count }) => Math.max(high, count), 2);
  return {
    ...plotSize,
    layer: [
      lineLayer([optimumLine(optimum, xDomain), boundLine(optimum, xDomain[1], yDomain[0]), ...besideLink(points)], {
        x,
        y,
      }),
      ...(mixed ? [besideLegend({ x, y }), ...besideMarks(points, sizes, { x, y })] : []),
      {
        data: {
          values: points.map((point) => ({
            ...point,
            area: markerArea(sizes, point.k),
            // A lone committee is nearly hollow, the most crowded place nearly full.
            fullness: 0.08 + (0.62 * Math.log(point.count)) / Math.log(most),
          })),
        },
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
            { field: 'boundText', type: 'nominal', title: 'OPT − 2ε' },
            { field: 'dynamicsText', type: 'nominal', title: 'dynamics' },
          ],
        },
      },
    ],
    resolve: separateScales,
  };
}
