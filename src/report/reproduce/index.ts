/** The report of the paper: its chapters in order, the overview in front of them, and the files beside it. */
import { AbortedError } from '../../errors.ts';
import { escapeHtml } from '../escape.ts';
import { renderHtml, type Section } from '../render.ts';
import { type Cell, htmlTable } from '../tables.ts';
import { bySize, mean } from './by-size.ts';
import { claims } from './claims.ts';
import { type Check, PAPER_TABLES, type ReproduceContext, type SectionModule } from './context.ts';
import { hullExperiments } from './hull.ts';
import { inequalities } from './inequalities.ts';
import { movieLensTable3 } from './movielens.ts';
import { paperTables, SWEEP_OPTIONS } from './paper-tables.ts';
import { provenance } from './provenance.ts';
import { randomised } from './randomised.ts';
import { theorem6 } from './theorem-6.ts';
import { theory } from './theory.ts';

/** The report's chapters, in order. A new chapter is a file of this folder and one entry here. */
export const SECTIONS: readonly SectionModule[] = [
  paperTables,
  theorem6,
  claims,
  randomised,
  movieLensTable3,
  hullExperiments,
  theory,
  inequalities,
  provenance,
];

export const HEADLINE_COLUMNS = ['table', 'Bobs', 'OPT', 'V_min, one Bob', 'two', 'three', 'all', 'ε, all'] as const;

/** One row a table: the paper's point in numbers. Means over committees of the size. */
async function headline(context: ReproduceContext): Promise<string[][]> {
  return Promise.all(
    PAPER_TABLES.map(async (paperTable) => {
      const result = await context.sweep(paperTable, SWEEP_OPTIONS);
      const groups = bySize(result);
      const worst = (size: number) => mean(groups[size - 1]!.map(({ worst: { alice } }) => alice.value)).toFixed(4);
      const all = result.market.bobs.length;
      return [
        `${paperTable.number} ${paperTable.name}`,
        String(all),
        result.optimum.alice.value.toFixed(4),
        ...[1, 2, 3, all].map(worst),
        result.committees.at(-1)!.misalignment[0]!.epsilon.toFixed(4),
      ];
    }),
  );
}

function overview(context: ReproduceContext, rows: readonly string[][]): Section {
  const { checks, summary } = context;
  const differing = checks.filter(({ agrees }) => !agrees);
  const cells = (some: readonly Check[]): Cell[][] =>
    some.map(({ what, expected, computed, agrees }) => [
      what,
      expected,
      { text: computed, verdict: agrees ? 'agrees' : 'differs' },
    ]);
  return {
    heading: 'Overview',
    blocks: [
      {
        paragraph:
          'Alice asks several AI providers (Bobs), each with utilities of his own, and follows the one whose scheme serves her best. V_min is her utility in the worst equilibrium of that market, OPT the most that any scheme gives her, ε how far her utility is from a non-negative combination of the Bobs’. More Bobs, less misalignment, better worst equilibria:',
      },
      { table: { columns: HEADLINE_COLUMNS, rows, caption: 'V_min: mean over all committees of the size.' } },
      {
        paragraph: `${checks.length - differing.length} of ${checks.length} computed numbers agree with answers known from elsewhere. ${summary.join('. ')}.`,
      },
      ...(differing.length === 0
        ? []
        : [{ table: { columns: ['differs', 'expected', 'computed'], rows: cells(differing) } }]),
      {
        html: `<details><summary>All ${checks.length} comparisons</summary>\n${htmlTable({ columns: ['quantity', 'expected', 'computed'], rows: cells(checks) })}\n</details>`,
      },
    ],
  };
}

/** What lies beside the report, by kind. */
function filesBeside(names: readonly string[]): Section {
  const list = ([ending, what]: readonly [string, string]) => {
    const links = names
      .filter((name) => name.endsWith(ending))
      .map((name) => `<a href="${encodeURIComponent(name)}">${escapeHtml(name)}</a>`);
    return `<li>${what}: ${links.join(', ')}</li>`;
  };
  const kinds = [
    ['.json', 'results with the options that decide them, and games to run again (JSON)'],
    ['.csv', 'tables for a spreadsheet (CSV)'],
    ['.svg', 'figures for a paper (SVG)'],
  ] as const;
  return { heading: 'Files beside this report', blocks: [{ html: `<ul>\n${kinds.map(list).join('\n')}\n</ul>` }] };
}

export interface Reproduction {
  /** By name, to be written in this order: the report is the last. */
  readonly files: ReadonlyMap<string, string>;
  readonly checks: readonly Check[];
  /** Rows under HEADLINE_COLUMNS. */
  readonly headline: readonly string[][];
  readonly summary: readonly string[];
}

/** Computes everything and returns the files; nothing is written. @throws AbortedError once the signal fires. */
export async function reproduce(
  context: ReproduceContext,
  modules: readonly SectionModule[] = SECTIONS,
): Promise<Reproduction> {
  const chapters: Section[] = [];
  for (const chapter of modules) {
    if (context.signal.aborted) throw new AbortedError();
    chapters.push(...(await chapter(context)));
  }
  const rows = await headline(context);
  const { files, checks, summary } = context;
  files.set('checks.json', `${JSON.stringify(checks, null, 2)}\n`);
  const title = 'Emergent Alignment via Competition: what can be computed of the paper';
  const sections = [overview(context, rows), ...chapters, filesBeside([...files.keys()])];
  files.set('report.html', await renderHtml(title, sections));
  if (context.signal.aborted) throw new AbortedError();
  return { files, checks, headline: rows, summary };
}
