/** `solve <table.csv>`: one market's worst equilibrium, misalignment and dynamics. */
import { basename } from 'node:path';
import { Command } from 'commander';
import { readTable } from '../market/read.ts';
import type { SolveResult } from '../market/results.ts';
import { solve } from '../market/solve.ts';
import { type MarketCliOptions, marketOptions } from './market-options.ts';
import { names, type SharedOptions, sharedOptions } from './options.ts';
import { type Output, runCommand, shown, textTable } from './run.ts';

interface Options extends SharedOptions, MarketCliOptions {
  committee?: string[];
}

export function command(): Command {
  const made = new Command('solve')
    .description('OPT, worst equilibrium, stable schemes, misalignment and dynamics of one market')
    .argument('<table>', 'utility table, CSV or JSON: state,policy,alice,<Bob>…')
    .option('--committee <names>', 'the Bobs in the market, comma-separated (default: all)', names);
  for (const option of [...marketOptions(), ...sharedOptions()]) made.addOption(option);
  return made.action((file: string, options: Options) =>
    runCommand(options, async ({ pool, signal, progress }) => {
      const table = await readTable(file);
      return output(await solve(table, { ...options, pool, signal, onProgress: progress }), basename(file));
    }),
  );
}

function output(result: SolveResult, name: string): Output {
  const { optimum, worst, stable, misalignment, dynamics } = result;
  const first = misalignment[0];
  return {
    result,
    columns: [
      'bobs',
      'optimum',
      'worst',
      'worst_exact',
      'stable',
      'epsilon',
      'bound',
      'dynamics',
      'selected',
      'scheme',
    ],
    rows: [
      [
        result.market.bobs.join(';'),
        optimum.alice.value,
        worst.alice.value,
        worst.alice.exact,
        stable?.count ?? null,
        first?.epsilon ?? null,
        first?.bound ?? null,
        dynamics.alice.value,
        dynamics.selected,
        worst.scheme.join(';'),
      ],
    ],
    lines: [result],
    text: text(result),
    plot: async (kind) => (await import('../report/figures/solve.ts')).drawSolve(result, kind, `The market of ${name}`),
  };
}

function text({
  market,
  schemes,
  optimum,
  worst,
  stable,
  misalignment,
  dynamics,
  complete,
  lowerBound,
}: SolveResult): string {
  const along = (names: readonly string[]) => names.map((policy, s) => `${market.states[s]}: ${policy}`).join(', ');
  const rows = [
    ['market', `${market.bobs.join(', ')} (${schemes} schemes)`],
    ['best for Alice', `${shown(optimum.alice.value)} = ${optimum.alice.exact}`],
    [complete ? 'worst equilibrium' : 'worst found so far', `${shown(worst.alice.value)} = ${worst.alice.exact}`],
    ['  its scheme', along(worst.scheme)],
    [
      '  the Bobs get',
      Object.entries(worst.bobs)
        .map(([bob, utility]) => `${bob} ${shown(utility.value)}`)
        .join(', '),
    ],
    ...(lowerBound ? [['proved', `no equilibrium below ${shown(lowerBound.value)}`]] : []),
    ['stable schemes', stable?.count ?? 'not counted'],
    ...misalignment.map(({ scope, weights, epsilon, bound }) => [
      `misalignment (${scope}, ${weights})`,
      `epsilon ${shown(epsilon)}, so at least ${shown(bound)} in any equilibrium`,
    ]),
    [
      'dynamics end at',
      `${shown(dynamics.alice.value)} with ${dynamics.selected} (${shown(dynamics.range.min.value)} to ${shown(dynamics.range.max.value)} over orders and ties)`,
    ],
    ...dynamics.steps.map(({ bob, scheme, alice }) => ['', `${bob} → ${shown(alice.value)}  ${along(scheme)}`]),
  ];
  return textTable([], rows);
}
