/** `reproduce`: the paper's tables and figures, computed from the bundled inputs, into one report. */
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { prepareFolder, writeWhole } from '../report/files.ts';
import { ReproduceContext } from '../report/reproduce/context.ts';
import { HEADLINE_COLUMNS, reproduce } from '../report/reproduce/index.ts';
import { movieLensFolder } from '../report/reproduce/movielens.ts';
import { VERSION } from '../version.ts';
import { type SharedOptions, sharedOptions } from './options.ts';
import { ExitCode, runCommand, textTable } from './run.ts';

interface Options extends SharedOptions {
  data?: string;
}

/** The report decides its own figures and seeds, and is whole or not at all. */
const MEANINGLESS = new Set(['plot', 'timeLimit', 'seed', 'out']);

async function run(options: Options): Promise<void> {
  const folder = options.out ?? 'out';
  let disagreement = false;
  // A summary for a reader by default: the results themselves are in the folder.
  const printing = { ...options, out: undefined, format: options.format ?? 'table' };
  await runCommand(printing, async ({ pool, signal, progress }) => {
    if (options.data !== undefined) movieLensFolder(options.data);
    await prepareFolder(folder);
    let notes = 0;
    const note = (text: string) => progress(notes++, 12, text);
    const { files, checks, headline, summary } = await reproduce(
      new ReproduceContext({ pool, signal, data: options.data, note }),
    );
    for (const [name, content] of files) await writeWhole(join(folder, name), content);
    const agreeing = checks.filter(({ agrees }) => agrees).length;
    disagreement = agreeing < checks.length;
    const report = join(folder, 'report.html');
    return {
      result: {
        kind: 'reproduce',
        version: VERSION,
        complete: true,
        arithmetic: 'exact',
        options: { data: options.data ?? null },
        report,
        files: [...files.keys()],
        checks: { agreeing, total: checks.length },
        headline: headline.map((row) => Object.fromEntries(row.map((text, i) => [HEADLINE_COLUMNS[i]!, text]))),
        summary,
      },
      columns: HEADLINE_COLUMNS,
      rows: headline,
      text: () =>
        [
          textTable(HEADLINE_COLUMNS, headline),
          '',
          `${agreeing} of ${checks.length} numbers agree with answers known from elsewhere`,
          ...checks
            .filter(({ agrees }) => !agrees)
            .map(({ what, expected, computed }) => `  ${what}: expected ${expected}, computed ${computed}`),
          ...summary,
          `report: ${report} (and ${files.size - 1} files beside it)`,
        ].join('\n'),
    };
  });
  if (disagreement) process.exitCode = ExitCode.failed;
}

export function command(): Command {
  const made = new Command('reproduce')
    .description('every table and figure of the paper that can be computed, from bundled inputs, in one report')
    .addOption(new Option('--out <folder>', 'the folder for the report and its files').default('out'))
    .addOption(
      new Option(
        '--data <folder>',
        'raw data: rebuild Table 3 from ml-latest-small (this folder, or one that holds it)',
      ),
    );
  for (const option of sharedOptions()) if (!MEANINGLESS.has(option.attributeName())) made.addOption(option);
  return made.action(run);
}
