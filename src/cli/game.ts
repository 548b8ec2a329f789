/** `market-alignment game <game.json>`: the conversation game of sections 2 to 5 on a finite instance. */
import { basename } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type AnswerOptions, type GameAnswer, type StoppedAnswer, solveGame } from '../conversation/answer.ts';
import { normalForm } from '../conversation/normal-form.ts';
import type { Part } from '../conversation/part.ts';
import { parseGame } from '../conversation/read.ts';
import { InputError } from '../errors.ts';
import { readText } from '../input/text.ts';
import { writeWhole } from '../report/files.ts';
import { nfgText } from '../report/nfg.ts';
import { names, positive, type SharedOptions, sharedOptions, whole } from './options.ts';
import { type Output, runCommand, shown, textTable } from './run.ts';

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
  return runCommand(options, async ({ pool, signal, deadline, progress }) => {
    if (options.plot !== undefined) throw new InputError(`game draws no figure, got --plot ${options.plot}`);
    const game = parseGame(await readText(file), file);
    const { reference, profile, sample, seed, lambda, zeta, failure } = options;
    const asked: AnswerOptions = { reference, profile, sample, seed, lambda, zeta, failure, signal, deadline };
    const { answer, solved } = await solveGame(game, pool, { ...asked, onProgress: progress });
    if (solved === null) return stopped(answer);
    if (options.nfg !== undefined) await writeWhole(options.nfg, nfgText(normalForm(solved, basename(file))));
    return output(answer, profile !== undefined);
  });
}

type Row = (string | number | null)[];

const COLUMNS = ['quantity', 'value', 'exact'] as const;

const facts = (result: Pick<GameAnswer, 'optimum' | 'silent' | 'profiles'>): Row[] => [
  exactRow('OPT, first best (Def. 2)', result.optimum),
  exactRow('Alice without talk', result.silent),
  ['profiles', result.profiles, null],
];

function stopped(result: StoppedAnswer): Output {
  const rows = [...facts(result), ['equilibria', null, result.refused]];
  return { result, columns: COLUMNS, rows, text: table(rows) };
}

function output(result: GameAnswer, inFull: boolean): Output {
  const rows = [
    ...facts(result),
    ...competition(result),
    ...quantal(result),
    ...conversation(result),
    ...variants(result),
  ];
  const text = () => [table(rows), ...shownProfile(result, inFull), ...sampleText(result), TIES].join('\n\n');
  return { result, columns: COLUMNS, rows, lines: ndjson(result, rows), text };
}

const TIES = 'Ties: Alice takes her lowest action, and of equally good messages the lexicographically first.';

/** A reader's digits: the exact value stands beside it. */
const table = (rows: readonly Row[]): string =>
  textTable(
    COLUMNS,
    rows.map(([name, value, exact]) => [name, typeof value === 'number' ? shown(value) : value, exact]),
  );

/** One quantity a line; a sample's draws follow, one a line. */
const ndjson = ({ sample }: GameAnswer, rows: readonly Row[]): object[] => [
  ...rows.map((row) => Object.fromEntries(COLUMNS.map((name, i) => [name, row[i]]))),
  ...(sample ?? []),
];

const said = (messages: readonly (readonly number[])[]): string => messages.map((one) => one.join(' ')).join(' | ');

/** The profile's transcripts, where it was asked for. */
function shownProfile({ profile }: GameAnswer, inFull: boolean): string[] {
  if (profile === null || !inFull) return [];
  if ('refused' in profile) return [`The profile: ${profile.refused}`];
  const { rules, alice, bobs, transcripts, transcriptCount } = profile;
  const utilities = Object.entries(bobs).map(([name, { exact }]) => `${name} ${exact}`);
  const columns = ['x_A', "messages: Alice's and the Bob's in turn, Bob by Bob", 'probability', 'belief', 'action'];
  return [
    `Profile ${rules.join(', ')}: Alice ${alice.exact}, ${utilities.join(', ')}`,
    textTable(
      columns,
      transcripts.map(({ xA, messages, probability, belief, action }) => [
        ...[xA, said(messages), probability.exact],
        ...[belief.map(({ exact }) => exact).join(' '), action],
      ]),
    ),
    ...(transcriptCount > transcripts.length ? [`… ${transcriptCount} in all`] : []),
  ];
}

const sampleText = ({ sample }: GameAnswer): string[] =>
  sample === undefined
    ? []
    : [
        textTable(
          ['x_A', 'x_B', 'y', 'messages', 'action'],
          sample.map(({ xA, xB, y, messages, action }) => [xA, xB, y, said(messages), action]),
        ),
      ];

const exactRow = (name: string, value: { value: number; exact: string } | null | undefined): Row => [
  name,
  value?.value ?? null,
  value?.exact ?? null,
];

function competition(result: GameAnswer): Row[] {
  const { equilibria, theorem1, alignedLeader, identicalInducedDistribution: identical } = result;
  const bound = theorem1.applies ? '' : ' (its conditions do not hold)';
  const over = alignedLeader.over === 'listed' ? ', the best of those listed' : '';
  return [
    exactRow(`U_A(C*) (Def. 8), rule ${alignedLeader.rule}${over}`, alignedLeader),
    ['pure Nash equilibria (Def. 7)', equilibria.count, null],
    exactRow(`Alice, worst equilibrium${named(equilibria.worst)}`, equilibria.alice?.min),
    exactRow(`Alice, best equilibrium${named(equilibria.best)}`, equilibria.alice?.max),
    [
      `profiles that violate Def. 9, reference ${identical.reference}`,
      identical.violations,
      identical.example ? `such as ${identical.example.profile.join(', ')}` : null,
    ],
    ...result.misalignment.map(({ weights, epsilon }) => exactRow(`misalignment ε (Def. 1), ${weights}`, epsilon)),
    exactRow(`Theorem 1: U_A(C*) - 2ε${bound}`, theorem1.bound),
  ];
}

/** Names of a profile's rules, where there are few enough to read. */
const named = (rules: readonly string[] | null): string =>
  rules === null || rules.join().length > 40 ? '' : `: ${rules.join(', ')}`;

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
    ['Proposition 2: e^(4λε_u) - 1', part.proposition2, `ε_u = ${shown(part.estimationError)}`],
    ['Corollary 1: e^(4λε_u) - 1 + ρ', part.corollary1.bound, `ρ = ${shown(part.corollary1.rho)}`],
    ['Lemma 1: log |A| / λ', part.lemma1, null],
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
