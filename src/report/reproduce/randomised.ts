/** Schemes that may randomise (Definition 3), which section 7 leaves out: both worst equilibria side by side. */
import { stringify } from 'csv-stringify/sync';
import type { SweepResult } from '../../market/results.ts';
import { sweepFigures } from '../figures/sweep.ts';
import { type Block, renderSvg, type Section } from '../render.ts';
import { sweepRows } from '../sweep-rows.ts';
import type { Cell } from '../tables.ts';
import { bySize, type Committee, mean, six } from './by-size.ts';
import { PAPER_TABLES, type PaperTable, type ReproduceContext } from './context.ts';
import { EXPECTED } from './expected.ts';
import { SWEEP_OPTIONS } from './paper-tables.ts';

/** The figures' reading; the same seed and number of growth paths as without randomising. */
const OPTIONS = { schemes: 'randomised', scope: ['cells'], weights: ['cone'], paths: SWEEP_OPTIONS.paths } as const;
/** Dynamics are among deterministic schemes: Figure 6 would say nothing new. */
const SHOWN = ['figure-5', 'figure-7'];

/** The answer without randomising, which every committee of such a sweep has. */
const plainOf = ({ worst, misalignment, deterministic }: Committee) => deterministic ?? { ...worst, misalignment };

/** The sign of Alice's gain from randomising. */
function gained(committee: Committee): number {
  const [own, plain] = [committee.worst.alice, plainOf(committee).alice];
  return own.exact === plain.exact ? 0 : Math.sign(own.value - plain.value);
}

const count = (group: readonly Committee[], sign: number) => group.filter((one) => gained(one) === sign).length;

function rowsOf(context: ReproduceContext, { number, name }: PaperTable, result: SweepResult): Cell[][] {
  return bySize(result).map((group, i) => {
    const alice = mean(group.map(({ worst }) => worst.alice.value));
    const what = `Table ${number}: mean worst equilibrium over randomised schemes, size ${i + 1}`;
    const { computed, agrees } = context.check(what, EXPECTED[name].worstRandomised[i] ?? 'nothing', six(alice));
    return [
      `Table ${number}`,
      i + 1,
      group.length,
      six(mean(group.map((committee) => plainOf(committee).alice.value))),
      { text: computed, verdict: agrees ? 'agrees' : 'differs', numeric: true },
      `${count(group, 1)} of ${group.length}`,
      six(mean(group.map((committee) => plainOf(committee).misalignment[0]!.epsilon))),
      six(mean(group.map(({ misalignment }) => misalignment[0]!.epsilon))),
    ];
  });
}

async function pictures(context: ReproduceContext, { name, title }: PaperTable, result: SweepResult): Promise<Block[]> {
  const blocks: Block[] = [];
  for (const { name: figure, title: heading, caption, plot } of sweepFigures(result)) {
    if (!SHOWN.includes(figure)) continue;
    context.files.set(`${figure}-randomised-${name}.svg`, await renderSvg(plot));
    blocks.push({ figure: plot, caption: `${title}. ${heading}. ${caption}`, narrow: true });
  }
  return blocks;
}

export async function randomised(context: ReproduceContext): Promise<Section[]> {
  const rows: Cell[][] = [];
  const figures: Block[] = [];
  const all: Committee[] = [];
  for (const paperTable of PAPER_TABLES) {
    context.note(`${paperTable.title}, randomised schemes`);
    const result = await context.sweep(paperTable, OPTIONS);
    const { columns, rows: lines } = sweepRows(result);
    context.files.set(`${paperTable.name}-randomised.json`, `${JSON.stringify(result, null, 2)}\n`);
    context.files.set(`${paperTable.name}-randomised.csv`, stringify([columns, ...lines]));
    rows.push(...rowsOf(context, paperTable, result));
    figures.push(...(await pictures(context, paperTable, result)));
    all.push(...result.committees);
  }
  const [better, worse] = [count(all, 1), count(all, -1)];
  context.check('Randomised schemes: committees in which randomising hurts Alice', '0', String(worse));
  context.summary.push(`Randomising helps Alice in ${better} of ${all.length} committees and hurts her in ${worse}`);
  return [
    {
      heading: 'When Bobs may randomise',
      blocks: [
        {
          paragraph: `Definition 3 lets a Bob randomise; section 7 computes with deterministic schemes only. Over randomised schemes, with deviations that may randomise as well, the worst equilibrium is better for Alice in ${better} of the ${all.length} committees of the three tables and worse in ${worse}.`,
        },
        {
          table: {
            columns: [
              ...['table', 'size', 'committees', 'V_min, deterministic', 'V_min, randomised'],
              ...['randomising helps', 'ε, deterministic', 'ε, randomised'],
            ],
            rows,
            caption:
              'Means over the committees of a size; ε over cells, weights in the cone. Shaded cells are held against answers computed independently of this program.',
          },
        },
        ...figures,
      ],
    },
  ];
}
