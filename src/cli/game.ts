/** `market-alignment game <game.json>`: the conversation game of sections 2 to 5 on a finite instance. */
import { basename } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type AnswerOptions, type GameAnswer, type Part, solveGame } from '../conversation/answer.ts';
import { normalForm } from '../conversation/normal-form.ts';
import { parseGame } from '../conversation/read.ts';
import { readText } from '../input/text.ts';
import { writeWhole } from '../report/files.ts';
import { nfgText } from '../report/nfg.ts';
import { names, positive, type SharedOptions, sharedOptions, whole } from './options.ts';
import { type Output, runCommand, textTable } from './run.ts';

interface GameOptions extends SharedOptions {
  reference?: string;
  profile?: string[];
  sample?: number;
  lambda?: number;
  zeta?: number[];
  failure?: number;
  nfg?: string;
}

function probability(text: string): number {
  const value = positive(text);
  if (value >= 1) throw new InvalidArgumentError(`must be below 1, got "${text}"`);
  return value;
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
    .addOption(new Option('--sample <n>', 'draw this many transcripts from the profile shown').argParser(whole(1, 1e6)))
    .addOption(new Option('--lambda <number>', "quantal response; overrides the game's").argParser(positive))
    .addOption(
      new Option('--zeta <levels>', 'agreement levels, comma-separated').argParser((text) => names(text).map(positive)),
    )
    .addOption(new Option('--failure <p>', 'probability allowed to disagree (Theorem 3)').argParser(probability))
    .option('--nfg <file>', "write the Bobs' normal form for Gambit");
  for (const option of sharedOptions()) result.addOption(option);
  return result.action((file: string, options: GameOptions) => run(file, options));
}

function run(file: string, options: GameOptions): Promise<void> {
  return runCommand(options, async ({ pool, signal, progress }) => {
    const game = parseGame(await readText(file), file);
    const { reference, profile, sample, seed, lambda, zeta, failure } = options;
    const asked: AnswerOptions = { reference, profile, sample, seed, lambda, zeta, failure, signal };
    const { answer, solved } = await solveGame(game, pool, { ...asked, onProgress: progress });
    if (options.nfg !== undefined) await writeWhole(options.nfg, nfgText(normalForm(solved, basename(file))));
    return output(answer);
  });
}

type Row = (string | number | null)[];

function output(result: GameAnswer): Output {
  const columns = ['quantity', 'value', 'exact'] as const;
  const rows = [...competition(result), ...quantal(result), ...conversation(result), ...variants(result)];
  return { result, columns, rows, text: textTable(columns, rows) };
}

const exactRow = (name: string, value: { value: number; exact: string } | null | undefined): Row => [
  name,
  value?.value ?? null,
  value?.exact ?? null,
];

function competition(result: GameAnswer): Row[] {
  const { equilibria, theorem1, alignedLeader, identicalInducedDistribution: identical } = result;
  const bound = theorem1.applies ? '' : ' (its conditions do not hold)';
  return [
    exactRow('OPT, first best (Def. 2)', result.optimum),
    exactRow('Alice without talk', result.silent),
    exactRow(`U_A(C*) (Def. 8), rule ${alignedLeader.rule}`, alignedLeader),
    ['profiles', result.profiles, null],
    ['pure Nash equilibria (Def. 7)', equilibria.count, null],
    exactRow('Alice, worst equilibrium', equilibria.alice?.min),
    exactRow('Alice, best equilibrium', equilibria.alice?.max),
    [`profiles that violate Def. 9, reference ${identical.reference}`, identical.violations, null],
    ...result.misalignment.map(({ weights, epsilon }) => exactRow(`misalignment ε (Def. 1), ${weights}`, epsilon)),
    exactRow(`Theorem 1: U_A(C*) - 2ε${bound}`, theorem1.bound),
  ];
}

/** Rows of a part, or one that says why it is missing. */
function partRows<T extends object>(name: string, part: Part<T> | undefined, rows: (part: T) => Row[]): Row[] {
  if (part === undefined) return [];
  return 'refused' in part ? [[name, null, part.refused]] : rows(part);
}

const quantal = (result: GameAnswer): Row[] =>
  partRows('quantal response', result.quantal, (part) => [
    [`quantal-response equilibria (Def. 12), λ = ${part.lambda}`, part.equilibria.count, null],
    ['Alice, worst quantal equilibrium', part.equilibria.alice?.min ?? null, null],
    [`Alice with ${part.reference.rule} alone`, part.reference.alice, null],
    ['δ (Def. 13), L1', part.closeness.l1, null],
    ['δ (Def. 13), total variation', part.closeness.totalVariation, null],
    ['gap of Theorem 2’s last step', part.deviation.gap, null],
    [`Theorem 2: U_A(C*) - 2ε - δ${part.theorem2.vacuous ? ' (vacuous)' : ''}`, part.theorem2.bound, null],
  ]);

const conversation = (result: GameAnswer): Row[] => [
  ...partRows('agreement', result.agreement, ({ rounds, levels }) => [
    ['rounds until nothing is left to learn', rounds, null],
    ...levels.map(
      ({ zeta, reached, bound }): Row => [`rounds to ${zeta}-agreement (Def. 15)`, reached, `Theorem 3: ${bound}`],
    ),
  ]),
  ...partRows('information substitutes', result.informationSubstitutes, ({ holds, violations, checked }) => [
    ['information substitutes (Def. 14)', holds ? 'hold' : 'fail', `${violations} of ${checked} rectangles violate`],
  ]),
];

const variants = (result: GameAnswer): Row[] => [
  ...partRows('best-AI selection', result.selection, ({ equilibria, theorem6 }) => [
    ['best-AI selection equilibria (Def. 17)', equilibria.count, null],
    exactRow('Alice, worst selection equilibrium', equilibria.alice?.min),
    exactRow(`Theorem 6: U_A(C*) - 2ε${theorem6.applies ? '' : ' (C* is not every Bob’s)'}`, theorem6.bound),
  ]),
  ...partRows('oblivious senders', result.oblivious, ({ bobs, alice }) => [
    ...bobs.map(({ name, utility, optima }) =>
      exactRow(`${name}, oblivious optimum (${optima.length} vertices)`, utility),
    ),
    exactRow('Alice, oblivious senders, least', alice.min),
    exactRow('Alice, oblivious senders, most', alice.max),
  ]),
];
