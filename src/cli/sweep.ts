/** `sweep <table.csv>`: every committee of a market, and growth paths: Figures 5, 6 and 7. */
import { basename } from 'node:path';
import { Command } from 'commander';
import { readObservations } from '../market/observations.ts';
import { readTable } from '../market/read.ts';
import type { SweepResult } from '../market/results.ts';
import { sweep } from '../market/sweep.ts';
import { sweepRows } from '../report/sweep-rows.ts';
import { type MarketCliOptions, marketOptions, unusualRules } from './market-options.ts';
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
        const observations = options.observations && (await readObservations(await input(options.observations)));
        const rules = { ...options, observations: observations || undefined };
        const atLeast = options.atLeast ?? (options.minimal ? 1 : undefined);
        const running = { pool, signal, onProgress: progress, onNote: note };
        return output(await sweep(table, { ...rules, atLeast, ...running }), basename(file));
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
const epsilons = ({ committees }: SweepResult, what: string) =>
  (committees[0]?.misalignment ?? []).map(({ scope, weights }) => `${what} (${scope}, ${weights})`);

function bySize(result: SweepResult): string {
  const { committees, market } = result;
  const sizes = market.bobs.map((_, i) => committees.filter(({ bobs }) => bobs.length === i + 1));
  const mixed = committees.some(({ deterministic }) => deterministic);
  return textTable(
    [
      ...['Bobs', 'committees', 'mean worst equilibrium'],
      ...(mixed ? ['without randomising'] : []),
      'least',
      ...epsilons(result, 'mean epsilon'),
      'mean after dynamics',
    ],
    sizes.map((some, i) => [
      i + 1,
      some.length,
      mean(some.map(({ worst }) => worst.alice.value)).toFixed(6),
      ...(mixed ? [mean(some.map(({ worst, deterministic = worst }) => deterministic.alice.value)).toFixed(6)] : []),
      Math.min(...some.map(({ worst }) => worst.alice.value)).toFixed(6),
      ...some[0]!.misalignment.map((_, reading) =>
        mean(some.map(({ misalignment }) => misalignment[reading]!.epsilon)).toFixed(6),
      ),
      mean(some.map(({ dynamics }) => dynamics.alice.value)).toFixed(6),
    ]),
  );
}

function everyCommittee(result: SweepResult): string {
  return textTable(
    ['committee', 'worst equilibrium', 'stable', ...epsilons(result, 'epsilon'), 'after dynamics'],
    result.committees.map(({ bobs, worst, lowerBound, stable, misalignment, dynamics }) => [
      bobs.join(', '),
      `${lowerBound ? `${lowerBound.value.toFixed(6)} to ` : ''}${worst.alice.value.toFixed(6)}`,
      stable?.count ?? '',
      ...misalignment.map(({ epsilon }) => epsilon.toFixed(6)),
      dynamics.alice.value.toFixed(6),
    ]),
  );
}

function enough({ minimal }: SweepResult): string {
  if (!minimal) return '';
  const { share, alice, committees } = minimal;
  const listed = committees.map((bobs) => `\n  ${bobs.join(', ')}`).join('') || '\n  none';
  return `\nSmallest committees that guarantee Alice ${share} of her optimum (${alice.value}):${listed}`;
}
