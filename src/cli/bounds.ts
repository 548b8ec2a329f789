/** `market-alignment bounds <theorem>`: the paper's guarantees as calculators. */
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import Fraction from 'fraction.js';
import { type BoundInputs, type BoundsResult, calculate, THEOREMS, type Theorem } from '../bounds/calculators.ts';
import type { CellDistribution } from '../bounds/noise.ts';
import { readDecimal } from '../input/decimal.ts';
import { names, positive, type SharedOptions, share, sharedOptions, whole } from './options.ts';
import { type Output, runCommand, textTable } from './run.ts';

type Options = SharedOptions & BoundInputs;

function finite(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError(`must be a number, got "${text}"`);
  return value;
}

/** Kept as text: Proposition 3 compares with it exactly. */
function tolerance(text: string): string {
  if (finite(text) < 0) throw new InvalidArgumentError(`must be at least 0, got "${text}"`);
  const { digits, scale } = readDecimal(text, '--epsilon');
  return new Fraction(digits, 10n ** BigInt(scale)).toString(40);
}

function atLeastZero(text: string): number {
  const value = finite(text);
  if (value < 0) throw new InvalidArgumentError(`must be at least 0, got "${text}"`);
  return value;
}

/** `value:probability,…`, both decimals or fractions. */
function distribution(text: string): CellDistribution {
  const pairs = names(text).map((pair) => {
    const [value, probability, ...rest] = pair.split(':');
    if (value === undefined || probability === undefined || rest.length > 0)
      throw new InvalidArgumentError(`must be value:probability pairs, comma-separated, got "${pair}"`);
    try {
      return [new Fraction(value), new Fraction(probability)] as const;
    } catch {
      throw new InvalidArgumentError(`must be numbers or fractions, got "${pair}"`);
    }
  });
  const total = pairs.reduce((all, [, p]) => all.add(p), new Fraction(0));
  if (!total.equals(1) || pairs.some(([, p]) => p.lt(0)))
    throw new InvalidArgumentError(
      `must have probabilities of at least 0 that sum to 1, got a sum of ${total.toFraction()}`,
    );
  return { values: pairs.map(([value]) => value), probabilities: pairs.map(([, p]) => p) };
}

export function command(): Command {
  const made = new Command('bounds')
    .description('the guarantees of the paper as calculators; the best free parameter where one is not given')
    .addArgument(new Argument('<theorem>', 'which guarantee').choices([...THEOREMS]));
  for (const option of [
    new Option('--actions <n>', '|A|').argParser(whole(1)),
    new Option('--states <n>', '|Y|').argParser(whole(1)),
    new Option('--rounds <k>', 'rounds of conversation K').argParser(positive),
    new Option('--agents <k>', 'number of Bobs (Proposition 3)').argParser(whole(1, 1e6)),
    new Option('--lambda <number>', 'quantal response (default: the best)').argParser(positive),
    new Option('--epsilon <number>', 'market-alignment error or tolerance').argParser(tolerance),
    new Option('--delta <number>', 'closeness (Theorem 2) or failure probability (Proposition 3)').argParser(
      atLeastZero,
    ),
    new Option('--zeta <number>', 'agreement level (Theorem 3)').argParser(positive),
    new Option('--failure <p>', 'delta_conv (default: the best)').argParser(share),
    new Option('--leader <number>', 'U_A(C*)').argParser(finite),
    new Option('--optimum <number>', 'OPT (default 1)').argParser(finite),
    new Option('--trivial <number>', 'what Alice is sure of anyway (default 0)').argParser(finite),
    new Option('--distribution <pairs>', 'value:probability,… of every cell (Proposition 3)').argParser(distribution),
    new Option('--simulate <runs>', 'Monte Carlo runs (Proposition 3)').argParser(whole(1, 1e7)),
    ...sharedOptions(),
  ])
    made.addOption(option);
  return made.action((theorem: Theorem, options: Options) =>
    runCommand(options, async ({ signal, deadline, progress }) => {
      const result = await calculate(theorem, inputsOf(options), { signal, deadline, onProgress: progress });
      return output(result, options);
    }),
  );
}

function inputsOf(options: Options): BoundInputs {
  const { actions, states, rounds, agents, lambda, epsilon, delta, zeta, failure } = options;
  const { leader, optimum, trivial, distribution: cells, simulate, seed } = options;
  return {
    ...{ actions, states, rounds, agents, lambda, epsilon, delta, zeta, failure },
    ...{ leader, optimum, trivial, distribution: cells, simulate },
    ...(simulate !== undefined && { seed }),
  };
}

function output(result: BoundsResult, { actions = 2, epsilon = '0', optimum = 1, trivial = 0 }: Options): Output {
  const columns = ['quantity', 'value'] as const;
  const rows: [string, string | number | boolean | null][] = [
    ...Object.entries(result.values).filter(([, value]) => value !== null),
    ...(result.vacuous === null ? [] : [['vacuous', result.vacuous] as [string, boolean]]),
  ];
  return {
    result,
    columns,
    rows,
    text: `${result.theorem}${result.vacuous ? ' (vacuous)' : ''}\n${textTable(
      columns,
      rows.map(([name, value]) => [name, typeof value === 'number' ? Number(value.toPrecision(6)) : value]),
    )}`,
    plot: async (kind) =>
      (await import('../report/figures/bounds.ts')).drawBounds(
        { actions, epsilon: Number(epsilon), optimum, trivial },
        kind,
      ),
  };
}
