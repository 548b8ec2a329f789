/** The options that `solve` and `sweep` share: the choices that decide what an equilibrium is, and what is shown of it. */
import { basename } from 'node:path';
import { Option } from 'commander';
import { readObservations } from '../market/observations.ts';
import type { MarketOptions, RunOptions } from '../market/options.ts';
import type { ObservationTable, SolveResult, SweepResult } from '../market/results.ts';
import { several, whole } from './options.ts';
import type { Context } from './run.ts';

export const marketOptions = () => [
  new Option('--ties <rule>', 'whom Alice selects when two Bobs offer her the same')
    .choices(['strict', 'index'])
    .default('strict'),
  new Option(
    '--receiver <kind>',
    'Alice takes the policy named, or best-responds to her posterior: obedient schemes only',
  )
    .choices(['follow', 'bayes'])
    .default('follow'),
  new Option('--schemes <kind>', 'whether schemes and deviations may randomise over policies')
    .choices(['deterministic', 'randomised'])
    .default('deterministic'),
  new Option('--scope <list>', 'misalignment over cells, schemes, table (several: comma-separated)')
    .argParser(several('cells', 'schemes', 'table'))
    .default(['cells'], 'cells'),
  new Option('--weights <list>', 'misalignment weights: simplex, cone (several: comma-separated)')
    .argParser(several('simplex', 'cone'))
    .default(['cone'], 'cone'),
  new Option('--method <method>', 'list all schemes, or search without listing; auto: by their number')
    .choices(['auto', 'enumerate', 'search'])
    .default('auto'),
  new Option('--observations <file>', 'what the Bobs see of the states, CSV: state,observation,probability'),
  new Option('--round <decimals>', 'round utilities to this many decimals first').argParser(whole(0, 40)),
  new Option('--order <order>', 'turns of best-response dynamics')
    .choices(['round-robin', 'random'])
    .default('round-robin'),
  new Option('--deviation <which>', 'a Bob moves to his best profitable deviation, or to the first that is better')
    .choices(['best', 'better'])
    .default('best'),
  new Option('--runs <n>', 'random orders tried for the range of the dynamics')
    .argParser(whole(1, 1_000_000))
    .default(20),
];

export type MarketCliOptions = Required<
  Pick<MarketOptions, 'ties' | 'receiver' | 'schemes' | 'scope' | 'weights' | 'order' | 'deviation' | 'runs'>
> &
  Pick<MarketOptions, 'round'> &
  Required<Pick<RunOptions, 'method'>> & { observations?: string };

/** What the Bobs observe, where a file says so, and what a figure calls the market. */
export async function observed(file: string, { observations }: MarketCliOptions, input: Context['input']) {
  const name = basename(file);
  if (observations === undefined) return { observations, name };
  const read = await readObservations(await input(observations));
  return { observations: read, name: `${name}, observed through ${basename(observations)}` };
}

function seenOf(observations: ObservationTable): string {
  const states = Object.values(observations);
  const seen = new Set(states.flatMap((own) => Object.keys(own)));
  return `${seen.size} observations in place of ${states.length} states`;
}

/** The rules of a result that are not the default ones, for a reader; blank where all are. */
export function unusualRules({ arithmetic, options }: SolveResult | SweepResult): string {
  const { ties, receiver, schemes, order, deviation } = options;
  const rules = [
    ties === 'strict' ? [] : `ties ${ties}`,
    receiver === 'follow' ? [] : `receiver ${receiver}`,
    schemes === 'deterministic' ? [] : `schemes ${schemes}`,
    order === 'round-robin' ? [] : `order ${order}, seed ${options.seed}`,
    deviation === 'best' ? [] : `deviation ${deviation}`,
    options.observations === undefined ? [] : seenOf(options.observations),
    arithmetic === 'exact' ? [] : `utilities ${arithmetic.replace(':', ' to ')} decimals`,
  ];
  return rules.flat().join('; ');
}
