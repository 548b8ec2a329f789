/** The figure of one market: the way of best-response dynamics between the worst equilibrium and OPT. */
import type { SolveResult } from '../../market/results.ts';
import { renderHtml, renderSvg } from '../render.ts';
import { colour, plotSize } from '../theme.ts';
import {
  lineLayer,
  optimumLine,
  type Plot,
  type PositionAxis,
  type ReferenceLine,
  separateScales,
  utilityAxis,
  utilityDomain,
} from './plot.ts';
import { short, shortExact } from './points.ts';

/** Alice's utility after each move of best-response dynamics, with OPT, the worst equilibrium and OPT - 2ε. */
export function dynamicsPath(result: SolveResult): Plot {
  const { dynamics, worst, optimum, misalignment } = result;
  const steps = dynamics.steps.map(({ bob, scheme, alice }, move) => ({
    move,
    bob,
    scheme: scheme.join(', '),
    alice: alice.value,
    aliceText: shortExact(alice),
  }));
  const last = Math.max(steps.length - 1, 1);
  const margin = 0.06 * last;
  const xDomain: [number, number] = [-margin, last + margin];
  const [reading] = misalignment;
  const bound = reading === undefined ? [] : [reading.bound];
  const heights = [optimum.alice.value, worst.alice.value, ...steps.map(({ alice }) => alice)];
  const every = Math.ceil(last / 8);
  const x: PositionAxis = {
    field: 'move',
    type: 'quantitative',
    title: 'moves of best-response dynamics',
    scale: { domain: xDomain, nice: false, zero: false },
    axis: {
      values: Array.from({ length: last + 1 }, (_, move) => move).filter((move) => move % every === 0),
      format: 'd',
    },
  };
  const domain = utilityDomain(heights, Math.min(...bound));
  const y = utilityAxis('alice', domain, 'Alice’s utility');
  const level = (name: string, height: number, style: ReferenceLine['style'], shade: string): ReferenceLine => ({
    name: `${name} = ${short(height)}`,
    style,
    colour: shade,
    through: height < domain[0] ? [] : xDomain.map((end) => ({ x: end, y: height })),
  });
  return {
    ...plotSize,
    layer: [
      lineLayer(
        [
          // Where lines coincide, each shows through the next: pale and solid, dashed, dotted.
          level(result.complete ? 'V_min' : 'worst found', worst.alice.value, 'solid', colour.pale),
          ...bound.map((height) => level('OPT − 2ε', height, 'dashed', colour.red)),
          optimumLine(optimum.alice.value, xDomain),
          { name: 'dynamics', style: 'solid', colour: colour.blue },
        ],
        { x, y },
      ),
      {
        data: { values: steps },
        mark: { type: 'line', interpolate: 'step-after', stroke: colour.blue, strokeWidth: 1.8 },
        encoding: { x, y },
      },
      {
        data: { values: steps },
        mark: { type: 'point', filled: true, fill: colour.blue, size: 45, opacity: 1 },
        encoding: {
          x,
          y,
          tooltip: [
            { field: 'move', type: 'nominal', title: 'move' },
            { field: 'bob', type: 'nominal', title: 'Bob' },
            { field: 'scheme', type: 'nominal', title: 'scheme' },
            { field: 'aliceText', type: 'nominal', title: 'Alice' },
          ],
        },
      },
    ],
    resolve: separateScales,
  };
}

/** What `solve --plot` writes. */
export function drawSolve(result: SolveResult, kind: 'svg' | 'html', title: string): Promise<string> {
  const plot = dynamicsPath(result);
  if (kind === 'svg') return renderSvg(plot);
  const caption =
    'Alice’s utility at the start of best-response dynamics (0) and after every move, with the worst equilibrium V_min, the optimum OPT and Theorem 6’s bound OPT − 2ε; a line below the plot is named in the legend only.';
  return renderHtml(title, [{ heading: 'Best-response dynamics', blocks: [{ figure: plot, caption }] }]);
}
