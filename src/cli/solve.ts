/** `solve <table.csv>`: one market's worst equilibrium, misalignment and dynamics. */
import { Command } from 'commander';
import { committeePositions } from '../market/committee.ts';
import type { Market } from '../market/market.ts';
import { type RestrictedOptions, restrictedGame } from '../market/normal-form.ts';
import { marketOf } from '../market/observations.ts';
import { readTable } from '../market/read.ts';
import { restrict } from '../market/restrict.ts';
import type { Misalignment, SolveResult } from '../market/results.ts';
import { solve } from '../market/solve.ts';
import { writeWhole } from '../report/files.ts';
import { nfgText } from '../report/nfg.ts';
import { isProved } from '../report/proved.ts';
import { measured, readingCells, readingColumns, readingsOf } from '../report/readings.ts';
import { shownScheme } from '../report/shown-scheme.ts';
import { type MarketCliOptions, marketOptions, observed, unusualRules } from './market-options.ts';
import { names, type SharedOptions, sharedOptions } from './options.ts';
import { type Output, type RunCommand, runCommand, shown, textTable } from './run.ts';
import { scalingOptions } from './scaling.ts';

interface Options extends SharedOptions, MarketCliOptions {
  committee?: string[];
}

export function command(run: RunCommand = runCommand): Command {
  const made = new Command('solve')
    .description('OPT, worst equilibrium, stable schemes, misalignment and dynamics of one market')
    .argument('<table>', 'utility table, CSV or JSON: state,policy,alice,<Bob>…')
    .option('--committee <names>', 'the Bobs in the market, comma-separated (default: all)', names)
    .option('--nfg <file>', 'write the selection game between the schemes found, for Gambit');
  for (const option of [...marketOptions(), ...sharedOptions(), ...scalingOptions()]) made.addOption(option);
  return made.action((file: string, options: Options) =>
    run(
      options,
      async ({ pool, signal, progress, note, input }) => {
        const table = await readTable(await input(file));
        const { observations, name } = await observed(file, options, input);
        const rules = { ...options, observations };
        const result = await solve(table, { ...rules, pool, signal, onProgress: progress, onNote: note });
        if (options.nfg !== undefined)
          await writeRestricted(options.nfg, marketOf(table, rules), result, {
            title: `The market of ${name}`,
            pool,
            method: options.method,
          });
        return output(result, name);
      },
      'solve',
    ),
  );
}

async function writeRestricted(path: string, all: Market, result: SolveResult, options: RestrictedOptions) {
  const market = restrict(all, committeePositions(all, result.market.bobs));
  await writeWhole(path, nfgText(await restrictedGame(market, result, options)));
}

function output(result: SolveResult, name: string): Output {
  const { optimum, worst, deterministic, lowerBound, stable, dynamics } = result;
  const readings = readingsOf(result.options, [result]);
  return {
    result,
    columns: [
      ...['bobs', 'optimum', 'worst', 'worst_exact'],
      ...(deterministic ? ['worst_deterministic'] : []),
      ...(lowerBound ? ['lower_bound'] : []),
      'stable',
      ...readingColumns(readings),
      ...(deterministic ? readingColumns(readings, '_deterministic') : []),
      ...['dynamics', 'selected', 'scheme'],
    ],
    rows: [
      [
        result.market.bobs.join(';'),
        optimum.alice.value,
        worst.alice.value,
        worst.alice.exact,
        ...(deterministic ? [deterministic.alice.value] : []),
        ...(lowerBound ? [lowerBound.value] : []),
        stable?.count ?? null,
        ...readingCells(readings, result),
        ...(deterministic ? readingCells(readings, deterministic) : []),
        dynamics.alice.value,
        dynamics.selected,
        shownScheme(worst).join(';'),
      ],
    ],
    lines: [result],
    text: () => text(result),
    plot: async (kind) => (await import('../report/figures/solve.ts')).drawSolve(result, kind, `The market of ${name}`),
  };
}

function text(result: SolveResult): string {
  const { market, schemes, optimum, worst, deterministic, stable, dynamics, lowerBound } = result;
  const rules = unusualRules(result);
  const along = (names: readonly string[]) => names.map((policy, s) => `${market.states[s]}: ${policy}`).join(', ');
  const rows = [
    ['market', `${market.bobs.join(', ')} (${schemes} schemes)`],
    ...(rules === '' ? [] : [['rules', rules]]),
    ['best for Alice', `${shown(optimum.alice.value)} = ${optimum.alice.exact}`],
    [
      isProved(result) ? 'worst equilibrium' : 'worst found so far',
      `${shown(worst.alice.value)} = ${worst.alice.exact}`,
    ],
    ['  its scheme', along(shownScheme(worst))],
    [
      '  the Bobs get',
      Object.entries(worst.bobs)
        .map(([bob, utility]) => `${bob} ${shown(utility.value)}`)
        .join(', '),
    ],
    ...(deterministic
      ? [
          [
            '  without randomising',
            `${shown(deterministic.alice.value)} = ${deterministic.alice.exact}${soFar(result)}`,
          ],
        ]
      : []),
    ...(lowerBound ? [['proved', `no equilibrium below ${shown(lowerBound.value)}`]] : []),
    ['stable schemes', `${stable?.count ?? 'not counted'}${deterministic ? ' (that do not randomise)' : ''}`],
    ...misaligned(result),
    [
      dynamics.unfinished ? 'dynamics so far' : 'dynamics end at',
      `${shown(dynamics.alice.value)} with ${dynamics.selected} (${shown(dynamics.range.min.value)} to ${shown(dynamics.range.max.value)} over orders and ties)${deterministic ? ', without randomising' : ''}`,
    ],
    ...dynamics.steps.map(({ bob, scheme, alice }) => ['', `${bob} → ${shown(alice.value)}  ${along(scheme)}`]),
    ...(dynamics.omitted ? [['', `and ${dynamics.omitted} more moves`]] : []),
  ];
  return textTable([], rows);
}

/** Where the search for the deterministic worst equilibrium was stopped early. */
function soFar({ complete, deterministic }: SolveResult): string {
  if (complete) return '';
  const bound = deterministic?.lowerBound;
  return ` found so far${bound ? `, at least ${shown(bound.value)}` : ''}`;
}

/** The readings of misalignment, and below each what it is without randomising. */
function misaligned(result: SolveResult): string[][] {
  const { misalignment, deterministic, complete } = result;
  const said = ({ epsilon, bound }: Misalignment, proved: boolean) =>
    proved
      ? `epsilon ${shown(epsilon)}, so at least ${shown(bound)} in any equilibrium`
      : `epsilon ${shown(epsilon)} over the equilibria found so far`;
  return misalignment.flatMap((reading) => {
    const plain = deterministic && measured(deterministic, reading);
    return [
      [`misalignment (${reading.scope}, ${reading.weights})`, said(reading, isProved(result))],
      ...(plain ? [['  without randomising', said(plain, complete)]] : []),
    ];
  });
}
