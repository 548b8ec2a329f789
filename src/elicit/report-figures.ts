/** Figures of the report on an elicitation. */
import type { TopLevelSpec } from '../report/render.ts';
import { colour } from '../report/theme.ts';
import type { ScoresPlan } from './plan.ts';

/** Equal parts of the range of scores. */
export const BINS = 20;
const TEN_TICKS = { tickCount: 10, labelOverlap: true } as const;

/** Personas that the figure shows; the table has all. */
export const DRAWN_PERSONAS = 100;

/** Scores of all personas together. */
export function histogramFigure(counts: readonly number[], { from, to }: ScoresPlan): TopLevelSpec {
  const width = (to - from) / counts.length;
  return {
    width: 560,
    height: 160,
    data: { values: counts.map((count, i) => ({ left: from + i * width, right: from + (i + 1) * width, count })) },
    mark: { type: 'bar', color: colour.blue },
    encoding: {
      x: { field: 'left', type: 'quantitative', bin: { binned: true, step: width }, title: 'score', axis: TEN_TICKS },
      x2: { field: 'right' },
      y: { field: 'count', type: 'quantitative', title: 'answers' },
    },
  };
}

/** A row a persona: where its scores lie, dark for many. */
export function personasFigure(
  personas: readonly { readonly name: string; readonly histogram: readonly number[] }[],
  { from, to }: ScoresPlan,
): TopLevelSpec {
  const width = (to - from) / BINS;
  const drawn = personas.slice(0, DRAWN_PERSONAS);
  return {
    width: 560,
    height: { step: drawn.length > 30 ? 9 : 16 },
    data: {
      values: drawn.flatMap(({ name, histogram: counts }) =>
        counts.map((count, i) => ({ name, left: from + i * width, right: from + (i + 1) * width, count })),
      ),
    },
    mark: 'rect',
    encoding: {
      x: { field: 'left', type: 'quantitative', bin: { binned: true, step: width }, title: 'score', axis: TEN_TICKS },
      x2: { field: 'right' },
      y: { field: 'name', type: 'nominal', sort: null, title: null, axis: { labelFontSize: 8, labelLimit: 160 } },
      color: { field: 'count', type: 'quantitative', title: 'answers', scale: { scheme: 'blues', domainMin: 0 } },
    },
  };
}
