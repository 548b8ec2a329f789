/** `align <file.csv>`: Definition 1 on a utility table or a score matrix. */
import { Command, Option } from 'commander';
import { type AlignOptions, type AlignReading, type AlignResult, align } from '../align/align.ts';
import type { WeightSet } from '../align/program.ts';
import { InputError } from '../errors.ts';
import { readText } from '../input/text.ts';
import { names, type SharedOptions, several, sharedOptions, whole } from './options.ts';
import { type Output, runCommand, textTable } from './run.ts';

interface Options extends SharedOptions {
  weights: WeightSet[];
  aliceColumn?: string;
  itemColumn?: string;
  groupColumn?: string;
  foldColumn?: string;
  ignore?: string[];
  round?: number;
}

function text(result: AlignResult): string {
  return readingsOf(result)
    .map(({ weights, epsilon, offset, w, tight, proof, lowerBound }) => {
      const bound = lowerBound === undefined ? '' : ` (at least ${lowerBound})`;
      const used = Object.entries(w).filter(([, weight]) => weight > 0);
      const sorted = used.toSorted(([, a], [, b]) => b - a);
      const rows = proof.map(({ row, label, side, multiplier }) => [row, label?.join(' / '), side, multiplier]);
      return [
        `${weights}: epsilon ${epsilon}${bound}, offset ${offset}, ${used.length} of ${result.bobs.length} Bobs, ${tight.length} tight of ${result.rows} rows`,
        textTable(['Bob', 'weight'], sorted),
        ...(rows.length > 0 ? [textTable(['row', 'name', 'side', 'multiplier'], rows)] : []),
      ].join('\n');
    })
    .join('\n\n');
}

const readingsOf = (result: AlignResult): readonly AlignReading[] =>
  result.readings ?? [{ ...result, arithmetic: result.arithmetic === 'double' ? 'double' : 'exact' }];

function output(result: AlignResult): Output {
  return {
    result,
    columns: ['weights', 'epsilon', 'offset', ...result.bobs],
    rows: readingsOf(result).map(({ weights, epsilon, offset, w }) => [
      weights,
      epsilon,
      offset,
      ...result.bobs.map((bob) => w[bob]!),
    ]),
    text: text(result),
  };
}

export function command(): Command {
  const built = new Command('align')
    .description(
      'the smallest epsilon for which weighted Bobs and an offset stay within epsilon of Alice (Definition 1)',
    )
    .argument('<file>', 'a utility table or a score matrix: CSV or JSON')
    .addOption(
      new Option('--weights <sets>', 'simplex (sum 1), cone (any weights >= 0), or both, comma-separated')
        .argParser(several('simplex', 'cone'))
        .default(['simplex'], 'simplex'),
    )
    .addOption(new Option('--alice-column <name>', "Alice's column (default: alice)"))
    .addOption(new Option('--item-column <name>', 'the column that names the rows (default: item, where there is one)'))
    .addOption(new Option('--group-column <name>', 'a column that is no Bob, as group is'))
    .addOption(new Option('--fold-column <name>', 'a column that is no Bob, as fold is'))
    .addOption(new Option('--ignore <names>', 'further columns that are no Bobs, comma-separated').argParser(names))
    .addOption(new Option('--round <decimals>', 'round all numbers first').argParser(whole(0, 40)));
  for (const option of sharedOptions()) built.addOption(option);
  return built.action((file: string, options: Options) =>
    runCommand(options, async ({ signal }) => {
      if (options.plot !== undefined) throw new InputError(`--plot: align draws no figure, got ${options.plot}`);
      const { weights, aliceColumn, itemColumn, groupColumn, foldColumn, round, timeLimit } = options;
      const ignore = [groupColumn, foldColumn, ...(options.ignore ?? [])].filter((column) => column !== undefined);
      const asked: AlignOptions = { weights, aliceColumn, itemColumn, ignore, round, timeLimit, signal };
      return output(await align(await readText(file), { ...asked, name: file }));
    }),
  );
}
