/** The report on an elicitation: how scores are distributed, how far personas agree, what is missing. */
import { type Block, renderHtml, type Section } from '../report/render.ts';
import {
  alpha,
  correlation,
  type Distribution,
  distribution,
  forEachOf,
  histogram,
  type Matrix,
  withOthers,
} from './agreement.ts';
import type { Answers, Missing } from './answers.ts';
import type { Panel } from './personas.ts';
import type { ScoresPlan } from './plan.ts';
import { BINS, DRAWN_PERSONAS, histogramFigure, personasFigure } from './report-figures.ts';

/** Missing answers that the page shows; the rest is in missing.csv. */
const SHOWN_MISSING = 100;

export interface PersonaReport {
  readonly name: string;
  readonly distribution: Distribution | null;
  /** Correlation with the mean of the other personas, and with Alice. */
  readonly withOthers: number | null;
  readonly withAlice: number | null;
  /** Scores in 20 equal parts of the range asked for. */
  readonly histogram: readonly number[];
}

export interface Agreement {
  /** Krippendorff's, interval, over the Bobs. */
  readonly alpha: number | null;
  readonly personas: readonly PersonaReport[];
  /** Scores of all Bobs in 20 equal parts of the range asked for. */
  readonly histogram: readonly number[];
}

export interface Reported {
  readonly title: string;
  readonly scores: ScoresPlan;
  readonly panel: Panel;
  readonly items: number;
  /** Alice's values where they come from a column. */
  readonly target: readonly string[] | undefined;
  readonly answers: Answers;
  /** Lines on model, dates, counts and cost. */
  readonly facts: readonly (readonly [string, string | number])[];
}

function matrixOf({ panel, items, answers }: Reported): Matrix {
  return { personas: panel.bobs.length + (panel.alice ? 1 : 0), items, scores: answers.scores, states: answers.states };
}

/** Alice's value of every item that has one. */
function aliceValues(reported: Reported, matrix: Matrix): Map<number, number> {
  if (reported.target) return new Map(reported.target.map((text, item) => [item, Number(text)]));
  const values = new Map<number, number>();
  forEachOf(matrix, reported.panel.bobs.length, (score, item) => values.set(item, score));
  return values;
}

/** The numbers of the report. */
export function agreement(reported: Reported): Agreement {
  const matrix = matrixOf(reported);
  const alice = aliceValues(reported, matrix);
  const bobs = reported.panel.bobs.map((_, i) => i);
  const others = withOthers(matrix, bobs);
  const { from, to } = reported.scores;
  const personas = reported.panel.bobs.map(({ name }, persona): PersonaReport => {
    const pairs: [number, number][] = [];
    forEachOf(matrix, persona, (score, item) => {
      const value = alice.get(item);
      if (value !== undefined) pairs.push([score, value]);
    });
    return {
      name,
      distribution: distribution(matrix, persona) ?? null,
      withOthers: others[persona] ?? null,
      withAlice: (pairs.length < 2 ? undefined : correlation(pairs)) ?? null,
      histogram: histogram(matrix, [persona], from, to, BINS),
    };
  });
  return { alpha: alpha(matrix, bobs) ?? null, personas, histogram: histogram(matrix, bobs, from, to, BINS) };
}

const digits = (value: number | null | undefined, count = 3) =>
  value === null || value === undefined ? null : value.toFixed(count).replace(/^-(0\.?0*)$/, '$1');

function missingBlocks(missing: readonly Missing[]): Block[] {
  if (missing.length === 0) return [{ paragraph: 'None.' }];
  const reasons = new Map<string, number>();
  for (const { reason } of missing) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  const shown = missing
    .slice(0, SHOWN_MISSING)
    .map(({ persona, item, reason, reply }) => [persona, item, reason, reply]);
  return [
    { table: { columns: ['reason', 'answers'], rows: [...reasons] } },
    {
      table: {
        columns: ['persona', 'item', 'reason', 'reply'],
        rows: shown,
        caption:
          missing.length > shown.length
            ? `The first ${shown.length} of ${missing.length}; all are in missing.csv.`
            : '',
      },
    },
  ];
}

/** The report as one page. */
export function reportPage(reported: Reported, numbers: Agreement): Promise<string> {
  const rows = numbers.personas.map(({ name, distribution: d, withOthers: others, withAlice }) => [
    name,
    d?.count ?? 0,
    digits(d?.mean, 1),
    digits(d?.std, 1),
    d?.min ?? null,
    d?.max ?? null,
    digits(others),
    digits(withAlice),
  ]);
  const sections: Section[] = [
    { heading: 'What was asked', blocks: [{ table: { columns: ['', ''], rows: reported.facts } }] },
    {
      heading: 'Scores',
      blocks: [
        {
          figure: histogramFigure(numbers.histogram, reported.scores),
          caption: 'Scores of all personas, as answered.',
        },
        {
          figure: personasFigure(numbers.personas, reported.scores),
          caption:
            numbers.personas.length > DRAWN_PERSONAS
              ? `Scores of the first ${DRAWN_PERSONAS} of ${numbers.personas.length} personas.`
              : 'Scores of each persona.',
        },
      ],
    },
    {
      heading: 'Agreement',
      blocks: [
        {
          paragraph: `Krippendorff's alpha (interval) over the personas: ${digits(numbers.alpha) ?? 'undefined'}. 1 is full agreement, 0 what chance would give.`,
        },
        {
          table: {
            columns: [
              'persona',
              'answers',
              'mean',
              'std',
              'least',
              'most',
              'correlation with the others’ mean',
              'with Alice',
            ],
            rows,
          },
        },
      ],
    },
    { heading: 'Missing answers', blocks: missingBlocks(reported.answers.missing) },
  ];
  return renderHtml(reported.title, sections);
}
