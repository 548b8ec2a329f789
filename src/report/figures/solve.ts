/** The figure of one market: the way of best-response dynamics between the worst equilibrium and OPT. */
import type { SolveResult } from '../../market/results.ts';
import { isProved } from '../proved.ts';
import { measured } from '../readings.ts';
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

/** Theorem 6's bound under the first reading, by name; with randomised schemes also that over deterministic ones. */
function boundsOf({ misalignment: [reading], deterministic }: SolveResult): (readonly [string, number])[] {
  if (!reading) return [];
  const name = 'OPT − 2ε';
  const plain = deterministic && measured(deterministic, reading);
  if (!plain) return [[name, reading.bound]];
  return [
    [`${name}, randomised`, reading.bound],
    [`${name}, deterministic`, plain.bound],
  ];
}

/** Alice's utility after each move of best-response dynamics, with OPT, the worst equilibrium and OPT - 2ε. */
export function dynamicsPath(result: SolveResult): Plot {
  const { dynamics, worst, optimum, deterministic } = result;
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
  const bounds = boundsOf(result);
  const heights = [optimum, worst, deterministic ?? worst].map(({ alice }) => alice.value);
  const x: PositionAxis = {
    field: 'move',
    type: 'quantitative',
    title: 'moves of best-response dynamics',
    scale: { domain: xDomain, nice: false, zero: false },
    // A whole number of moves at every tick.
    axis: {
      ...(last > 8 ? { tickCount: 8 } : { values: Array.from({ length: last + 1 }, (_, move) => move) }),
      format: 'd',
    },
  };
  const domain = utilityDomain(
    [...heights, ...steps.map(({ alice }) => alice)],
    Math.min(...bounds.map(([, bound]) => bound)),
  );
  const y = utilityAxis('alice', domain, 'Alice’s utility');
  const level = (name: string, height: number, style: ReferenceLine['style'], shade: string): ReferenceLine => ({
    name: `${name} = ${short(height)}`,
    style,
    colour: shade,
    through: height < domain[0] ? [] : xDomain.map((end) => ({ x: end, y: height })),
  });
  const least = (proved: boolean) => (proved ? 'V_min' : 'worst found');
  return {
    ...plotSize,
    layer: [
      lineLayer(
        [
          // Where lines coincide, each shows through the next: pale and solid, dashed, dotted.
          level(
            `${least(isProved(result))}${deterministic ? ', randomised' : ''}`,
            worst.alice.value,
            'solid',
            colour.pale,
          ),
          ...(deterministic
            ? [level(`${least(result.complete)}, deterministic`, deterministic.alice.value, 'dash-dotted', colour.grey)]
            : []),
          ...bounds.map(([name, bound], i) => level(name, bound, i === 0 ? 'dashed' : 'dash-dotted', colour.red)),
          optimumLine(optimum.alice.value, xDomain),
          { name: 'dynamics', style: 'solid', colour: colour.blue },
        ],
        { x, y },
        // Longer names do not stand side by side in one column of a paper.
        deterministic ? 1 : 2,
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

/** What the figure shows, for a reader. */
export function dynamicsCaption({ deterministic }: SolveResult): string {
  const line = 'a line below the plot is named in the legend only.';
  return deterministic
    ? `Alice’s utility at the start of best-response dynamics (0) and after every move, with the worst equilibrium V_min and Theorem 6’s bound OPT − 2ε over randomised schemes and over deterministic ones, and the optimum OPT. The dynamics are among deterministic schemes; ${line}`
    : `Alice’s utility at the start of best-response dynamics (0) and after every move, with the worst equilibrium V_min, the optimum OPT and Theorem 6’s bound OPT − 2ε; ${line}`;
}

/** What `solve --plot` writes. */
export function drawSolve(result: SolveResult, kind: 'svg' | 'html', title: string): Promise<string> {
  const plot = dynamicsPath(result);
  if (kind === 'svg') return renderSvg(plot);
  const caption = dynamicsCaption(result);
  return renderHtml(title, [{ heading: 'Best-response dynamics', blocks: [{ figure: plot, caption }] }]);
}
