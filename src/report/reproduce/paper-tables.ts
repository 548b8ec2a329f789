/** Tables 1, 2 and 3: the utilities, every committee beside the expected answers, and Figures 5, 6 and 7 for each. */
import { stringify } from 'csv-stringify/sync';
import type { SweepResult } from '../../market/results.ts';
import type { UtilityTable } from '../../market/table.ts';
import { shortExact } from '../figures/points.ts';
import { sweepFigures } from '../figures/sweep.ts';
import { type Block, renderSvg, type Section } from '../render.ts';
import { sweepRows } from '../sweep-rows.ts';
import { type Cell, htmlTable } from '../tables.ts';
import { bySize, epsilonOf, mean, six } from './by-size.ts';
import { type Check, PAPER_TABLES, type PaperTable, type ReproduceContext } from './context.ts';
import { EXPECTED } from './expected.ts';

/** The default reading comes first: figures show it. */
export const SWEEP_OPTIONS = {
  scope: ['cells', 'schemes', 'table'],
  weights: ['cone', 'simplex'],
  paths: 30,
} as const;

const cell = ({ computed, agrees }: Check): Cell => ({ text: computed, verdict: agrees ? 'agrees' : 'differs' });

function utilities({ states, policies, bobs, utilities }: UtilityTable): Block {
  const rows = policies.flatMap((names, s) => names.map((policy) => [states[s]!, policy]));
  return {
    table: {
      columns: ['state', 'policy', 'Alice', ...bobs],
      rows: rows.map((names, i) => [...names, ...utilities.map((column) => column[i]!)]),
      caption: 'The utilities, as printed in Appendix D of the paper; the prior is uniform.',
    },
  };
}

/** One row a committee size: ours, coloured by whether it agrees with the expected number. */
function sizes(context: ReproduceContext, paperTable: PaperTable, result: SweepResult, index: SweepResult): Block {
  const expected = EXPECTED[paperTable.name];
  const groups = bySize(result);
  const indexGroups = bySize(index);
  const epsilons = (i: number, scope: string, weights: string) =>
    six(mean(groups[i]!.map((committee) => epsilonOf(committee, scope, weights) ?? Number.NaN)));
  const rows = groups.map((group, i): Cell[] => {
    const check = (what: string, wanted: string | undefined, computed: string) =>
      cell(context.check(`Table ${paperTable.number}: ${what}, size ${i + 1}`, wanted ?? 'nothing', computed));
    const above = group.filter(({ worst, dynamics }) => dynamics.alice.value > worst.alice.value).length;
    return [
      i + 1,
      group.length,
      check('mean worst equilibrium', expected.worst[i], six(mean(group.map(({ worst }) => worst.alice.value)))),
      check(
        'mean worst equilibrium, ties index',
        expected.worstIndex[i],
        six(mean(indexGroups[i]!.map(({ worst }) => worst.alice.value))),
      ),
      check(
        'stable schemes',
        expected.stable[i],
        String(group.reduce((sum, { stable }) => sum + BigInt(stable?.count ?? 0), 0n)),
      ),
      check('mean epsilon, cells and cone', expected.cellsCone[i], epsilons(i, 'cells', 'cone')),
      check('mean epsilon, schemes and simplex', expected.schemesSimplex[i], epsilons(i, 'schemes', 'simplex')),
      six(mean(group.map(({ dynamics }) => dynamics.alice.value))),
      `${above} of ${group.length}`,
    ];
  });
  const columns = ['size', 'committees', 'V_min', 'V_min, ties index', 'stable schemes', 'ε cells, cone'];
  return {
    table: {
      columns: [...columns, 'ε schemes, simplex', 'end of dynamics', 'dynamics above V_min'],
      rows,
      caption:
        'By committee size: means over committees (stable schemes: the sum). Shaded cells are held against answers computed independently of this program.',
    },
  };
}

/** Single numbers of a table: OPT, the count of schemes, the full market's misalignment and dynamics. */
function singles(context: ReproduceContext, paperTable: PaperTable, result: SweepResult): Block {
  const expected = EXPECTED[paperTable.name];
  const full = result.committees.at(-1)!;
  const check = (what: string, wanted: string, computed: string): Cell[] => {
    const made = context.check(`Table ${paperTable.number}: ${what}`, wanted, computed);
    return [what, wanted, cell(made)];
  };
  const rows = [
    check('schemes', expected.schemes, result.schemes),
    check('OPT', expected.optimum, result.optimum.alice.exact),
    check('ε of the full market, table and simplex', expected.tableSimplex, six(epsilonOf(full, 'table', 'simplex')!)),
    check('ε of the full market, table and cone', expected.tableCone, six(epsilonOf(full, 'table', 'cone')!)),
  ];
  if (expected.dynamics)
    rows.push(
      check(
        'Alice along best-response dynamics, full market',
        expected.dynamics.join(' → '),
        full.dynamics.steps.map(({ alice }) => alice.value.toFixed(4)).join(' → '),
      ),
    );
  return { table: { columns: ['quantity', 'expected', 'computed'], rows } };
}

/** All committees, folded away. */
function everyCommittee(result: SweepResult): Block {
  const readings = result.committees[0]!.misalignment.map(({ scope, weights }) => `ε ${scope}, ${weights}`);
  const rows = result.committees.map(({ bobs, worst, stable, misalignment, dynamics }) => [
    bobs.join(', '),
    shortExact(worst.alice),
    worst.scheme.join(', '),
    stable?.count ?? '',
    ...misalignment.map(({ epsilon }) => six(epsilon)),
    shortExact(dynamics.alice),
    dynamics.selected,
    `${six(dynamics.range.min.value)} to ${six(dynamics.range.max.value)}`,
  ]);
  const columns = [
    'committee',
    'V_min',
    'its scheme',
    'stable',
    ...readings,
    'dynamics',
    'selected',
    'over orders, ties',
  ];
  return {
    html: `<details><summary>All ${rows.length} committees</summary>\n${htmlTable({ columns, rows })}\n</details>`,
  };
}

async function chapter(context: ReproduceContext, paperTable: PaperTable): Promise<Section[]> {
  const { name, title, about } = paperTable;
  context.note(title);
  const result = await context.sweep(paperTable, SWEEP_OPTIONS);
  const index = await context.sweep(paperTable, { ties: 'index', scope: [], paths: 0, runs: 1 });
  const { columns, rows } = sweepRows(result);
  context.files.set(`${name}.json`, `${JSON.stringify(result, null, 2)}\n`);
  context.files.set(`${name}.csv`, stringify([columns, ...rows]));
  const figures = sweepFigures(result);
  for (const figure of figures) context.files.set(`${figure.name}-${name}.svg`, await renderSvg(figure.plot));
  return [
    {
      heading: title,
      blocks: [
        { paragraph: about },
        ...figures.map(({ title: heading, caption, plot }) => ({
          figure: plot,
          caption: `${heading}. ${caption}`,
          narrow: true,
        })),
        sizes(context, paperTable, result, index),
        singles(context, paperTable, result),
        everyCommittee(result),
        utilities(await context.table(paperTable)),
      ],
    },
  ];
}

export async function paperTables(context: ReproduceContext): Promise<Section[]> {
  const sections: Section[] = [];
  for (const paperTable of PAPER_TABLES) sections.push(...(await chapter(context, paperTable)));
  return sections;
}
