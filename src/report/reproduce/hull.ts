/** Section 6: Figures 1 to 4 on synthetic stand-ins (the paper's scores are not public), and on real scores with --data. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type HullOptions, hull } from '../../hull/hull.ts';
import {
  ETHICS_LIKE,
  MOVIELENS_LIKE,
  opinionPoll,
  paraphrases,
  personaFamilies,
  type SyntheticScores,
  syntheticScores,
} from '../../hull/personas.ts';
import { readScores } from '../../hull/read.ts';
import type { HullResult } from '../../hull/results.ts';
import type { Scores } from '../../hull/scores.ts';
import { hullBlocks, hullErrors, hullPanels, hullSparsity } from '../figures/hull.ts';
import { type Block, renderSvg, type Section } from '../render.ts';
import type { ReproduceContext } from './context.ts';

interface Panel {
  readonly title: string;
  readonly result: HullResult;
}

/** Topics of the four panels of Figure 4; only their seeds differ. */
const TOPICS = ['topic A', 'topic B', 'topic C', 'topic D'];

const percent = (part: number, whole: number) => `${Math.round(100 * (1 - part / whole))} %`;

function ends(panels: readonly Panel[]): Block {
  return {
    table: {
      columns: [
        ...['scores', 'Bobs', 'best', 'average', 'NNLS', 'simplex', 'NNLS below best', 'simplex below best'],
        ...['weights NNLS', 'weights simplex', 'fits', 'redone by QR', 'largest KKT residual'],
      ],
      rows: panels.map(({ title, result }) => {
        const { best, average, nnls, simplex } = result.curve.at(-1)!;
        return [
          ...[title, result.bobs.length],
          ...[best, average, nnls, simplex].map(({ mse }) => mse.toPrecision(4)),
          ...[percent(nnls.mse, best.mse), percent(simplex.mse, best.mse)],
          ...[nnls.nonzero.toFixed(1), simplex.nonzero.toFixed(1)],
          ...[result.checks.fits, result.checks.refitted, result.checks.residual.toExponential(1)],
        ];
      }),
      caption:
        'All Bobs together (K = N): mean test MSE over folds; its standard deviation over permutations is exactly 0.',
    },
  };
}

async function fit(context: ReproduceContext, scores: Scores, options: HullOptions = {}): Promise<HullResult> {
  return hull(scores, { ...options, pool: context.pool, signal: context.signal });
}

async function figure(
  context: ReproduceContext,
  name: string,
  sets: readonly SyntheticScores[],
  options: HullOptions = {},
): Promise<Panel[]> {
  const panels: Panel[] = [];
  for (const set of sets) {
    context.note(set.title);
    panels.push({ title: set.title, result: await fit(context, syntheticScores(set), options) });
  }
  return keep(context, name, panels);
}

/** Leaves each panel's numbers and a picture of all of them beside the report. */
async function keep(context: ReproduceContext, name: string, panels: readonly Panel[]): Promise<Panel[]> {
  const titled = panels.map(({ title, result }) => ({ title: title.split(':')[0]!, result }));
  context.files.set(`${name}.svg`, await renderSvg(hullPanels(titled)));
  context.files.set(`${name}.json`, `${JSON.stringify(panels, null, 2)}\n`);
  return [...panels];
}

const LABEL = 'Synthetic scores, made by a seeded generator: they show the method, and are not the paper’s data.';

async function synthetic(context: ReproduceContext): Promise<Section[]> {
  const domains = [ETHICS_LIKE, MOVIELENS_LIKE];
  const alike = await figure(
    context,
    'figures-1-2-synthetic',
    domains.map((domain) => paraphrases(domain)),
  );
  const families = await figure(
    context,
    'figure-3-synthetic',
    domains.map((domain) => personaFamilies(domain)),
  );
  const polls = TOPICS.map((topic, i) => opinionPoll(topic, { seed: i + 1 }));
  const opinions = await figure(context, 'figure-4-synthetic', polls, { subsets: 'all' });
  const narrow = (panels: readonly Panel[], draw: typeof hullErrors): Block[] =>
    panels.map(({ title, result }) => ({ figure: draw(result), caption: title, narrow: true }));
  const paragraph = (text: string): Block => ({ paragraph: `${LABEL} ${text}` });
  return [
    {
      heading: 'Figures 1 and 2: paraphrases of one prompt (synthetic)',
      level: 3,
      blocks: [
        paragraph(
          'Bobs score what Alice scores, with a bias that all share, leanings of their own and noise, rounded to 0 … 100 (after section 6.1.1 and Appendix A). Errors fall with K, NNLS and simplex lie far below the best individual. Bands: ±1 standard deviation over 100 permutations.',
        ),
        ...narrow(alike, hullErrors),
        ...narrow(alike, hullSparsity),
        ends(alike),
      ],
    },
    {
      heading: 'Figure 3: six families of personas (synthetic)',
      level: 3,
      blocks: [
        paragraph('Six basis personas lean far apart, each Bob is a paraphrase of one of them (after section 6.1.3).'),
        ...narrow(families, hullErrors),
        ends(families),
      ],
    },
    {
      heading: 'Figure 4: opinion polls (synthetic)',
      level: 3,
      blocks: [
        paragraph(
          'Alice is each of 50 humans in turn (one-hot answers), the Bobs are nine models’ answer distributions; all 511 subsets of the models, folds over questions, answers scaled by 1/√m of their question (after section 6.2.1). Bands: ±1 standard error over humans.',
        ),
        ...narrow(opinions, hullErrors),
        ends(opinions),
      ],
    },
  ];
}

/** Score files of a data folder, with how they are read. */
function scoreFiles(folder: string) {
  const judged = [folder, join(folder, 'llm-judge')].map((place) => join(place, 'relevance.csv')).find(existsSync);
  const others = join(folder, 'scores');
  return [
    ...(judged === undefined
      ? []
      : [
          { file: judged, title: 'LLMJudge relevance, folds by items', options: { scale: [0, 3] as const } },
          {
            file: judged,
            title: 'LLMJudge relevance, folds by query',
            options: { scale: [0, 3] as const, groupColumn: 'group' },
          },
        ]),
    ...(existsSync(others) ? readdirSync(others).sort() : [])
      .filter((name) => name.endsWith('.csv'))
      .map((name) => ({ file: join(others, name), title: basename(name, '.csv'), options: {} })),
  ];
}

async function real(context: ReproduceContext): Promise<Section> {
  const heading = 'Real scores';
  const files = context.data === undefined ? [] : scoreFiles(context.data);
  if (files.length === 0)
    return {
      heading,
      level: 3,
      blocks: [
        {
          paragraph:
            'Not done in this run: with --data, a folder’s relevance.csv or llm-judge/relevance.csv (scores 0 to 3, as in the LLMJudge challenge) and every scores/*.csv are fitted here.',
        },
      ],
    };
  const panels: Panel[] = [];
  for (const { file, title, options } of files) {
    context.note(title);
    panels.push({ title, result: await fit(context, await readScores(file, options)) });
  }
  await keep(context, 'hull-real', panels);
  const last = panels.map(({ title, result }) => {
    const { nnls, average } = result.curve.at(-1)!;
    return `${title}: NNLS ${nnls.mse.toFixed(4)}, simple average ${average.mse.toFixed(4)}`;
  });
  context.summary.push(`Real scores: ${last.join('; ')}`);
  return {
    heading,
    level: 3,
    blocks: [
      {
        paragraph:
          'How items are shared over folds matters: where items come in groups (queries), random folds let a fit see the test fold’s groups, and flatter it. Both are shown side by side where the file has groups.',
      },
      ...panels.flatMap(({ title, result }) => hullBlocks(result, title)),
      ends(panels),
    ],
  };
}

export async function hullExperiments(context: ReproduceContext): Promise<Section[]> {
  const introduction: Section = {
    heading: 'Section 6: is Alice in the convex hull?',
    blocks: [
      {
        paragraph:
          'Four ways to stand in for Alice with K Bobs: the best of them (chosen on the training folds), their simple average, the best non-negative combination (NNLS) and the best convex combination (simplex); mean squared error on held-out folds, five folds, 100 random permutations of the Bobs.',
      },
    ],
  };
  return [introduction, ...(await synthetic(context)), await real(context)];
}
