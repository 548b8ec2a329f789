/** `market-alignment game <game.json>`: the conversation game of sections 2 to 5 on a finite instance. */
import { Command, Option } from 'commander';
import { parseGame } from '../conversation/read.ts';
import { analyseGame, type GameResult, gameResult } from '../conversation/solve.ts';
import { readText } from '../input/text.ts';
import { names, type SharedOptions, sharedOptions, whole } from './options.ts';
import { type Output, runCommand, textTable } from './run.ts';

interface GameOptions extends SharedOptions {
  reference?: string;
  profile?: string[];
  sample?: number;
}

export function command(): Command {
  const result = new Command('game')
    .description('the conversation game on a finite instance: all pure equilibria, and the conditions of the theorems')
    .argument('<game.json>', 'features, prior, utilities, messages, rounds, rules (docs/game.md)')
    .option('--reference <rule>', "the rule that Definitions 9 and 13 deviate to (default: the aligned leader's)")
    .addOption(
      new Option(
        '--profile <rules>',
        'show this profile in full: a rule a Bob (default: the worst equilibrium)',
      ).argParser(names),
    )
    .addOption(
      new Option('--sample <n>', 'draw this many transcripts from the profile shown').argParser(whole(1, 1e6)),
    );
  for (const option of sharedOptions()) result.addOption(option);
  return result.action((file: string, options: GameOptions) => run(file, options));
}

function run(file: string, options: GameOptions): Promise<void> {
  return runCommand(options, async ({ pool, signal, progress }) => {
    const game = parseGame(await readText(file), file);
    const { reference, profile, sample, seed } = options;
    const asked = { reference, profile, sample, seed, signal };
    const solved = await analyseGame(game, pool, { ...asked, onProgress: progress });
    return output(gameResult(solved, asked));
  });
}

/** The result with its table of quantities. */
export function output(result: GameResult): Output {
  const columns = ['quantity', 'value', 'exact'] as const;
  const rows = quantities(result);
  return { result, columns, rows, text: textTable(columns, rows) };
}

function quantities(result: GameResult): (string | number | null)[][] {
  const { equilibria, theorem1, alignedLeader, identicalInducedDistribution: identical } = result;
  return [
    ['OPT, first best (Def. 2)', result.optimum.value, result.optimum.exact],
    ['Alice without talk', result.silent.value, result.silent.exact],
    [`U_A(C*) (Def. 8), rule ${alignedLeader.rule}`, alignedLeader.value, alignedLeader.exact],
    ['profiles', result.profiles, null],
    ['pure Nash equilibria (Def. 7)', equilibria.count, null],
    ['Alice, worst equilibrium', equilibria.alice?.min.value ?? null, equilibria.alice?.min.exact ?? null],
    ['Alice, best equilibrium', equilibria.alice?.max.value ?? null, equilibria.alice?.max.exact ?? null],
    [`profiles that violate Def. 9, reference ${identical.reference}`, identical.violations, null],
    ...result.misalignment.map(({ weights, epsilon }) => [
      `misalignment epsilon (Def. 1), weights ${weights}`,
      epsilon.value,
      epsilon.exact,
    ]),
    [
      `Theorem 1: U_A(C*) - 2 epsilon${theorem1.applies ? '' : ' (its conditions do not hold)'}`,
      theorem1.bound.value,
      theorem1.bound.exact,
    ],
  ];
}
