/** Theorem 5's bound over the rounds K of conversation, one line a lambda, and the best lambda on top. */
import { theorem5 } from '../../bounds/substitutes.ts';
import { renderHtml, renderSvg } from '../render.ts';
import { colour, ordered, plotSize } from '../theme.ts';
import { lineLayer, type Plot, separateScales } from './plot.ts';

export interface BoundsFigure {
  readonly actions: number;
  readonly epsilon: number;
  readonly optimum: number;
  readonly trivial: number;
}

const LAMBDAS = [1, 3, 10, 30, 100] as const;
/** Powers of ten between which K runs: below the first every bound is vacuous, beyond the last little is gained. */
const EXPONENTS = [12, 30] as const;
const STEPS = 6;

const points = ({ actions, epsilon, optimum, trivial }: BoundsFigure, lambda?: number) =>
  Array.from({ length: (EXPONENTS[1] - EXPONENTS[0]) * STEPS + 1 }, (_, step) => {
    const exponent = EXPONENTS[0] + step / STEPS;
    const { bound, loss } = theorem5({ actions, rounds: 10 ** exponent, epsilon, lambda }, optimum, trivial);
    return { exponent, bound: bound.value, chosen: loss.lambda };
  });

/** The figure as a Vega-Lite specification. */
export function boundsFigure(figure: BoundsFigure): Plot {
  const { optimum, trivial } = figure;
  const bottom = trivial - 0.35 * (optimum - trivial);
  const x = {
    field: 'exponent',
    type: 'quantitative' as const,
    title: 'rounds of conversation K (powers of ten)',
    scale: { domain: [...EXPONENTS], nice: false, zero: false },
    axis: { tickCount: 9, format: 'd' },
  };
  const y = {
    field: 'bound',
    type: 'quantitative' as const,
    title: 'Theorem 5’s bound on Alice’s utility',
    scale: { domain: [bottom, optimum + 0.05 * (optimum - trivial)], nice: false, zero: false },
    axis: { tickCount: 6 },
  };
  const across = (height: number) => EXPONENTS.map((end) => ({ x: end, y: height }));
  return {
    ...plotSize,
    layer: [
      lineLayer(
        [
          { name: 'OPT', style: 'dotted', colour: colour.green, through: across(optimum) },
          { name: 'trivial', style: 'dashed', colour: colour.grey, through: across(trivial) },
          {
            name: 'best λ',
            style: 'solid',
            colour: colour.black,
            through: points(figure)
              .filter(({ bound }) => bound >= bottom)
              .map(({ exponent, bound }) => ({ x: exponent, y: bound })),
          },
        ],
        { x, y },
      ),
      {
        data: {
          values: LAMBDAS.flatMap((lambda) =>
            points(figure, lambda)
              .filter(({ bound }) => bound >= bottom)
              .map(({ exponent, bound }) => ({ lambda: `${lambda}`, exponent, bound })),
          ),
        },
        mark: { type: 'line', clip: true, strokeWidth: 1.6 },
        encoding: {
          x,
          y,
          stroke: {
            field: 'lambda',
            type: 'nominal',
            title: 'λ',
            sort: null,
            scale: { domain: LAMBDAS.map(String), scheme: ordered },
            legend: { orient: 'bottom', direction: 'horizontal', symbolType: 'stroke' },
          },
        },
      },
    ],
    resolve: separateScales,
  };
}

export const BOUNDS_CAPTION =
  'Theorem 5’s lower bound on Alice’s utility in quantal-response equilibrium over the rounds of conversation K, with delta_conv chosen best. Below the dashed line a bound is vacuous.';

/** What `bounds --plot` writes. */
export function drawBounds(figure: BoundsFigure, kind: 'svg' | 'html'): Promise<string> {
  const plot = boundsFigure(figure);
  if (kind === 'svg') return renderSvg(plot);
  return renderHtml('Theorem 5', [
    { heading: 'The bound over K and λ', blocks: [{ figure: plot, caption: BOUNDS_CAPTION }] },
  ]);
}
