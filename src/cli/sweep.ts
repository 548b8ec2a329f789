/** `sweep <table.csv>`: every committee of a market, and growth paths: Figures 5, 6 and 7. */
import { Command } from 'commander';
import type { Exact } from '../exact/utility.ts';
import { readTable } from '../market/read.ts';
import type { SweepResult } from '../market/results.ts';
import { sweep } from '../market/sweep.ts';
import { measured, type Reading, readingsOf } from '../report/readings.ts';
import { sweepRows } from '../report/sweep-rows.ts';
import { type MarketCliOptions, marketOptions, observed, unusualRules } from './market-options.ts';
import { type SharedOptions, share, sharedOptions, whole } from './options.ts';
import { type Output, type RunCommand, runCommand, textTable } from './run.ts';
import { scalingOptions } from './scaling.ts';

interface Options extends SharedOptions, MarketCliOptions {
  paths: number;
  minimal?: boolean;
  atLeast?: number;
}

export function command(run: RunCommand = runCommand): Command {
  const made = new Command('sweep')
    .description('the same as solve for every committee, and random growth paths')
    .argument('<table>', 'utility table, CSV or JSON: state,policy,alice,<Bob>…')
    .option('--paths <n>', 'random growth paths', whole(0, 10_000), 20)
    .option('--minimal', 'list the smallest committees that guarantee Alice her optimum')
    .option('--at-least <share>', 'list those that guarantee her this share of it, such as 0.95', share);
  for (const option of [...marketOptions(), ...sharedOptions(), ...scalingOptions()]) made.addOption(option);
  return made.action((file: string, options: Options) =>
    run(
      options,
      async ({ pool, signal, progress, note, input }) => {
        const table = await readTable(await input(file));
        const { observations, name } = await observed(file, options, input);
        const rules = { ...options, observations };
        const atLeast = options.atLeast ?? (options.minimal ? 1 : undefined);
        const running = { pool, signal, onProgress: progress, onNote: note };
        return output(await sweep(table, { ...rules, atLeast, ...running }), name);
      },
      'sweep',
    ),
  );
}

function output(result: SweepResult, name: string): Output {
  const { committees, optimum, schemes, market } = result;
  return {
    result,
    ...sweepRows(result),
    lines: committees,
    text: () => {
      const rules = unusualRules(result);
      return [
        `${schemes} schemes, best for Alice ${optimum.alice.value}${rules === '' ? '' : ` (${rules})`}`,
        bySize(result),
        `${market.bobs.length <= 6 ? everyCommittee(result) : ''}${enough(result)}`,
      ].join('\n');
    },
    plot: async (kind) =>
      (await import('../report/figures/sweep.ts')).drawSweep(result, kind, `Every market of ${name}`),
  };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Headings of the misalignment readings, each with its name. */
const epsilons = (readings: readonly Reading[], what: string) =>
  readings.map(({ scope, weights }) => `${what} (${scope}, ${weights})`);

/** Blank where time ran out before some of them were measured. */
function meanEpsilon(committees: SweepResult['committees'], reading: Reading): string {
  const found = committees.map((committee) => measured(committee, reading)?.epsilon);
  const known = found.filter((epsilon) => epsilon !== undefined);
  return known.length < found.length ? '' : mean(known).toFixed(6);
}

function bySize(result: SweepResult): string {
  const { committees, market, options } = result;
  const sizes = market.bobs.map((_, i) => committees.filter(({ bobs }) => bobs.length === i + 1));
  const mixed = options.schemes === 'randomised';
  const readings = readingsOf(options, committees);
  return textTable(
    [
      ...['Bobs', 'committees', 'mean worst equilibrium'],
      ...(mixed ? ['without randomising'] : []),
      'least',
      ...epsilons(readings, 'mean epsilon'),
      'mean after dynamics',
    ],
    sizes.map((some, i) => [
      i + 1,
      some.length,
      mean(some.map(({ worst }) => worst.alice.value)).toFixed(6),
      ...(mixed ? [mean(some.map(({ worst, deterministic = worst }) => deterministic.alice.value)).toFixed(6)] : []),
      Math.min(...some.map(({ worst }) => worst.alice.value)).toFixed(6),
      ...readings.map((reading) => meanEpsilon(some, reading)),
      mean(some.map(({ dynamics }) => dynamics.alice.value)).toFixed(6),
    ]),
  );
}

/** Alice's utility, from what is proved to what was found where those differ. */
const between = (proved: Exact | undefined, found: Exact) =>
  `${proved ? `${proved.value.toFixed(6)} to ` : ''}${found.value.toFixed(6)}`;

function everyCommittee({ committees, options }: SweepResult): string {
  const mixed = options.schemes === 'randomised';
  const readings = readingsOf(options, committees);
  return textTable(
    [
      ...['committee', 'worst equilibrium'],
      ...(mixed ? ['without randomising'] : []),
      'stable',
      ...epsilons(readings, 'epsilon'),
      'after dynamics',
    ],
    committees.map((committee) => {
      const { bobs, worst, lowerBound, deterministic, stable, dynamics } = committee;
      return [
        bobs.join(', '),
        between(lowerBound, worst.alice),
        ...(mixed && deterministic ? [between(deterministic.lowerBound, deterministic.alice)] : []),
        stable?.count ?? '',
        ...readings.map((reading) => measured(committee, reading)?.epsilon.toFixed(6) ?? ''),
        dynamics.alice.value.toFixed(6),
      ];
    }),
  );
}

function enough({ minimal }: SweepResult): string {
  if (!minimal) return '';
  const { share, alice, committees, undecided } = minimal;
  const listed = committees.map((bobs) => `\n  ${bobs.join(', ')}`).join('') || '\n  none';
  const open = undecided ? `\n  undecided: ${undecided} more that do not hold one of these` : '';
  return `\nSmallest committees that guarantee Alice ${share} of her optimum (${alice.value}):${listed}${open}`;
}
