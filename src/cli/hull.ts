/** `hull <scores.csv>`: the four fits for K = 1 … N over permutations or subsets: Figures 1 to 4. */
import { basename } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { hull } from '../hull/hull.ts';
import type { MissingPolicy } from '../hull/missing.ts';
import { readOrders, type Subsets } from '../hull/orders.ts';
import { readScores } from '../hull/read.ts';
import type { CurvePoint, HullResult } from '../hull/results.ts';
import type { EpsilonChoice } from '../hull/sup-norm.ts';
import { names, type SharedOptions, sharedOptions, whole } from './options.ts';
import { type Output, type RunCommand, runCommand, textTable } from './run.ts';
import { scalingOptions } from './scaling.ts';

interface Options extends SharedOptions {
  target?: string[];
  bobs?: string[];
  scale?: [number, number];
  folds?: number;
  foldColumn?: string;
  groupColumn?: string;
  itemColumn?: string;
  questionColumn?: string;
  raterColumn?: string;
  scoreColumn?: string;
  missing: MissingPolicy;
  permutations: number;
  ordersFile?: string;
  subsets?: Subsets;
  epsilon: EpsilonChoice;
}

function scale(text: string): [number, number] {
  const parts = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const [low, high] = parts;
  if (parts.length !== 2 || !(Number.isFinite(low) && Number.isFinite(high) && low! < high!))
    throw new InvalidArgumentError(`must be two numbers a,b with a < b, got "${text}"`);
  return [low!, high!];
}

function subsets(text: string): Subsets {
  if (text === 'all') return 'all';
  const [, count] = /^sample:(\d+)$/.exec(text) ?? [];
  if (count === undefined || Number(count) < 1)
    throw new InvalidArgumentError(`must be all or sample:N with N of at least 1, got "${text}"`);
  return { sample: Number(count) };
}

/** The options that say how a score file is read. */
export const scoreOptions = () => [
  new Option('--target <columns>', 'Alice, or one column a human (name* for all that begin so)').argParser(names),
  new Option('--bobs <columns>', 'the Bobs (default: all other columns)').argParser(names),
  new Option('--scale <a,b>', 'scores lie in [a,b] and are mapped to [0,1] (default: as given)').argParser(scale),
  new Option('--item-column <name>', 'names of items (default: item, if there)'),
  new Option('--group-column <name>', 'groups never straddle folds'),
  new Option('--fold-column <name>', 'folds as this column names them'),
  new Option('--question-column <name>', 'polls: rows are options of questions, scaled by 1/sqrt(their number)'),
  new Option('--rater-column <name>', 'a long file, with a row a score: whose score it is'),
  new Option('--score-column <name>', 'a long file: the score'),
  new Option('--missing <what>', 'items that lack a score: refuse the file, or drop-item')
    .choices(['refuse', 'drop-item'])
    .default('refuse'),
];

export function command(run: RunCommand = runCommand): Command {
  const made = new Command('hull')
    .description('how well combinations of K Bobs hold Alice: best, average, NNLS and simplex, cross-validated')
    .argument('<scores>', 'score file, CSV: alice,<Bob>…, a row an item');
  for (const option of scoreOptions()) made.addOption(option);
  made
    .option('--folds <n>', 'cross-validation folds (default: 5)', whole(2))
    .option('--permutations <n>', 'random permutations of the Bobs', whole(1, 1_000_000), 100);
  made.addOption(
    new Option('--orders-file <file>', 'permutations to follow instead, one a line').conflicts([
      'subsets',
      'permutations',
    ]),
  );
  made.addOption(
    new Option('--subsets <which>', 'subsets of every size instead: all, or sample:N')
      .argParser(subsets)
      .conflicts(['permutations']),
  );
  made.addOption(
    new Option(
      '--epsilon <when>',
      'epsilon of Definition 1 for the first K Bobs, K = 1 … N: all, none, or auto (small files)',
    )
      .choices(['auto', 'all', 'none'])
      .default('auto'),
  );
  for (const option of [...sharedOptions(), ...scalingOptions()]) made.addOption(option);
  return made.action((file: string, options: Options) =>
    run(
      options,
      async ({ pool, signal, progress, input }) => {
        const scores = await readScores(await input(file), { ...options, targets: options.target });
        const { ordersFile } = options;
        const orders = ordersFile === undefined ? undefined : await readOrders(await input(ordersFile), scores.bobs);
        const result = await hull(scores, { ...options, orders, pool, signal, onProgress: progress });
        return {
          ...output(result),
          plot: async (kind) => (await import('../report/figures/hull.ts')).drawHull(result, kind, basename(file)),
        };
      },
      'hull',
    ),
  );
}

const columns = [
  ...['k', 'sets', 'best_mse', 'best_std', 'average_mse', 'average_std'],
  ...['nnls_mse', 'nnls_std', 'nnls_nonzero', 'nnls_nonzero_std'],
  ...['simplex_mse', 'simplex_std', 'simplex_nonzero', 'simplex_nonzero_std'],
  ...['best_se', 'average_se', 'nnls_se', 'simplex_se'],
  ...['epsilon_cone', 'epsilon_simplex', 'epsilon_of_nnls', 'epsilon_of_simplex'],
];

const row = ({ k, sets, best, average, nnls, simplex, epsilon }: CurvePoint) => [
  ...[k, sets, best.mse, best.std, average.mse, average.std],
  ...[nnls.mse, nnls.std, nnls.nonzero, nnls.nonzeroStd],
  ...[simplex.mse, simplex.std, simplex.nonzero, simplex.nonzeroStd],
  ...[best.se ?? null, average.se ?? null, nnls.se ?? null, simplex.se ?? null],
  ...[epsilon?.cone ?? null, epsilon?.simplexLeast ?? null, epsilon?.nnls ?? null, epsilon?.simplex ?? null],
];

/** About a dozen sizes, the first and the last among them. */
function someSizes(curve: readonly CurvePoint[]): readonly CurvePoint[] {
  const step = Math.ceil(curve.length / 12);
  return curve.filter((_, i) => i % step === 0 || i === curve.length - 1);
}

function output(result: HullResult): Output {
  const { curve, weights, checks, unique } = result;
  const digits = (value: number) => value.toFixed(4);
  const epsilonHead = curve[0]?.epsilon ? ['ε, w ≥ 0', 'ε, Σ w = 1'] : [];
  const lines = textTable(
    ['Bobs', 'sets', 'best', 'average', 'NNLS', 'simplex', 'weights NNLS', 'weights simplex', ...epsilonHead],
    someSizes(curve).map(({ k, sets, best, average, nnls, simplex, epsilon }) => [
      ...[k, sets],
      ...[best, average, nnls, simplex].map(({ mse, std, se }) => `${digits(mse)} ± ${digits(se ?? std)}`),
      ...[nnls, simplex].map(({ nonzero, nonzeroStd }) => `${nonzero.toFixed(1)} ± ${nonzeroStd.toFixed(1)}`),
      ...(epsilon ? [digits(epsilon.cone), digits(epsilon.simplexLeast)] : []),
    ]),
  );
  const heaviest = textTable(
    ['Bob', 'NNLS weight', 'simplex weight'],
    weights
      .slice(0, 10)
      .map(({ bob, nnls, simplex }) => [
        bob,
        ...[nnls, simplex].map(({ mean, std }) => `${digits(mean)} ± ${digits(std)}`),
      ]),
  );
  const notes = [
    `${result.items} items, ${result.folds} folds by ${result.options.foldsBy}; mean test MSE, ± ${
      result.targets.length > 1
        ? `1 standard error over ${result.targets.length} targets`
        : '1 standard deviation over sets'
    }`,
    `${checks.fits} fits, ${checks.refitted} of them redone by QR on the data${checks.unverified > 0 ? `, ${checks.unverified} of which remain unverified` : ''}; largest KKT residual ${checks.residual.toExponential(1)} of scale`,
    ...(result.dropped
      ? [`${result.dropped.items} items left out: ${result.dropped.scores} of their scores are missing`]
      : []),
    ...(unique.nnls && unique.simplex ? [] : ['the weights of all Bobs together are not the only optimal ones']),
  ];
  return {
    result,
    columns,
    rows: curve.map(row),
    lines: curve,
    text: `${lines}\n${notes.join('\n')}\nHeaviest of all Bobs together, ± 1 standard deviation over folds${result.targets.length > 1 ? ' and targets' : ''}:\n${heaviest}`,
  };
}
