/** Sections 2 to 5 and the appendices on small games: each definition and theorem, its instance, expected and computed. */
import { fileURLToPath } from 'node:url';
import Fraction from 'fraction.js';
import { agentsNeeded, exactFailure, unionBound } from '../../bounds/noise.ts';
import { roundsForLoss } from '../../bounds/substitutes.ts';
import { straightforwardConversation } from '../../conversation/agreement.ts';
import { firstBest, type Game, largest } from '../../conversation/game.ts';
import { analyseOblivious, combinedUtility, type SignallingScheme } from '../../conversation/persuasion.ts';
import { totalAt, utilityOf } from '../../conversation/profiles.ts';
import { analyseQuantal } from '../../conversation/quantal.ts';
import { parseGame } from '../../conversation/read.ts';
import { namesOf, theorem1 } from '../../conversation/result.ts';
import { silent } from '../../conversation/rules.ts';
import { analyseSelection } from '../../conversation/selection.ts';
import { analyseGame, type SolvedGame } from '../../conversation/solve.ts';
import { checkSubstitutes } from '../../conversation/substitutes.ts';
import { readText } from '../../input/text.ts';
import { BOUNDS_CAPTION, boundsFigure } from '../figures/bounds.ts';
import type { Section } from '../render.ts';
import type { Cell } from '../tables.ts';
import type { ReproduceContext } from './context.ts';

/** One line of the chapter's table: where in the paper, on what, which quantity. */
type Line = readonly [source: string, instance: string, quantity: string, expected: string, computed: string];

export async function bundledGame(name: string): Promise<Game> {
  const path = fileURLToPath(new URL(`../../../data/games/${name}.json`, import.meta.url));
  return parseGame(await readText(path), `${name}.json`);
}

/** Alice's utilities over the equilibria, ascending. */
function equilibriumUtilities({ integers, played, equilibria }: SolvedGame): string {
  const totals = new Set<number>();
  equilibria.marks.forEach((mark, rank) => {
    if (mark) totals.add(totalAt(played, 0, rank));
  });
  return [...totals]
    .sort((a, b) => a - b)
    .map((total) => utilityOf(integers, 0, total).toFraction())
    .join(', ');
}

async function competition(context: ReproduceContext): Promise<Line[]> {
  const { pool, signal } = context;
  const lines: Line[] = [];
  for (const [name, title, count, alice] of [
    ['xor', 'XOR, cancelling biases', '240', '1'],
    ['xor-opposed', 'XOR, both Bobs opposed', '160', '1/2, 1'],
    ['xor-one-opposed', 'XOR, one opposed Bob', '4', '1/2'],
  ] as const) {
    const solved = await analyseGame(await bundledGame(name), pool, { signal });
    lines.push(
      ['Definition 7', title, 'pure Nash equilibria', count, String(solved.equilibria.count)],
      ['Definition 7', title, 'Alice’s utilities in equilibrium', alice, equilibriumUtilities(solved)],
    );
    if (name !== 'xor') continue;
    const { applies, bound, holds } = theorem1(solved);
    lines.push(
      ['Definitions 3–6', title, 'profiles', '256', String(solved.played.profiles)],
      ['Definition 2', title, 'OPT', '1', firstBest(solved.game).toFraction()],
      ['Definition 8', title, 'U_A(C*)', '1', solved.leader.utility.toFraction()],
      ['Definition 9', title, 'profiles that violate it', '0', String(solved.induced.violations)],
      ['Theorem 1', title, 'bound, met', '1, yes', `${bound.exact}, ${applies && holds ? 'yes' : 'no'}`],
    );
    const { equilibria, utility } = await analyseSelection(solved.game, pool, { signal });
    lines.push(['Theorem 6', title, 'worst selection equilibrium', '1', utility(0, equilibria.worst!).toFraction()]);
  }
  const ties = await bundledGame('indifferent');
  const solved = await analyseGame(ties, pool, { signal, reference: 'silent' });
  const { first } = solved.induced;
  lines.push([
    'Proposition 1',
    'indifferent Alice, C* = silent',
    'a profile that violates Definition 9',
    'silent, reveal',
    first ? namesOf(solved, first.profile).join(', ') : 'none',
  ]);
  return lines;
}

async function boundedRationality({ pool, signal }: ReproduceContext): Promise<Line[]> {
  const game = await bundledGame('match');
  const instance = 'match the state, λ = ln 3';
  const revealing = await analyseQuantal(game, game.lambda!, pool, { signal });
  const silence = await analyseQuantal(game, game.lambda!, pool, { signal, reference: silent(game) });
  return [
    [
      'Definition 12',
      instance,
      'Alice, a Bob who reveals',
      '0.75',
      revealing.referenceUtility.toFixed(12).replace(/0+$/, ''),
    ],
    ['Definition 12', instance, 'Alice, a silent Bob', '0.5', silence.referenceUtility.toFixed(12).replace(/0+$/, '')],
    [
      'Definition 13',
      instance,
      'L1 distance, C* = silent',
      '0.5',
      silence.closeness.largest.toFixed(12).replace(/0+$/, ''),
    ],
  ];
}

async function informationSubstitutes(): Promise<Line[]> {
  const lines: Line[] = [];
  for (const [name, expected] of [
    ['xor', 'fails: 1/4 > 0'],
    ['or', 'fails: 1/8 > 1/16'],
    ['copy', 'holds'],
    ['sum', 'holds'],
  ] as const) {
    const { witness } = await checkSubstitutes(await bundledGame(`substitutes-${name}`));
    const found = witness ? `fails: ${witness.left.toFraction()} > ${witness.right.toFraction()}` : 'holds';
    lines.push([
      'Definition 14',
      name === 'copy' || name === 'sum' ? name : name.toUpperCase(),
      'information substitutes',
      expected,
      found,
    ]);
  }
  const { traces } = straightforwardConversation(await bundledGame('aumann'), 2);
  for (const [omega, xA, xB, expected] of [
    [1, 0, 0, '1/3, 1/2, 1/3, 1/3'],
    [4, 1, 0, '1/3, 1/2, 1, 1'],
  ] as const) {
    const trace = traces.find((one) => one.xA === xA && one.xB === xB)!;
    const said = trace.alice.flatMap((belief, round) => [belief[0]!, trace.bob[round]![0]!]);
    lines.push([
      'Definition 15',
      `Ω = 1..9, event {3, 4}, ω = ${omega}`,
      'beliefs in turn',
      expected,
      said.map((p) => p.toFraction()).join(', '),
    ]);
  }
  return lines;
}

function noise(): Line[] {
  const instance = '3 actions, 3 states, ε = .1, δ = .05';
  const half = new Fraction(1, 2);
  const coin = { values: [new Fraction(0), new Fraction(1)], probabilities: [half, half] };
  const k = agentsNeeded(3, 3, 0.1, 0.05);
  const exact = exactFailure(new Array<typeof coin>(9).fill(coin), new Fraction(1, 10), k);
  return [
    ['Proposition 3', instance, 'agents', '295', String(k)],
    ['Proposition 3', instance, 'failure, fair coins', '0.411 %', `${(100 * exact).toFixed(3)} %`],
    ['Proposition 3', instance, 'union bound', '4.93 %', `${(100 * unionBound(3, 3, 0.1, k)).toFixed(2)} %`],
    [
      'Theorem 5',
      'two actions, ε = 0',
      'K from which the loss is below 1',
      '1.3e+16',
      roundsForLoss(2, 1).toExponential(1),
    ],
  ];
}

async function oblivious(): Promise<Line[]> {
  const game = await bundledGame('courtroom');
  const instance = 'the courtroom';
  const { bobs, alice } = await analyseOblivious(game);
  const [prosecutor, defence] = bobs;
  const [one, zero] = [new Fraction(1), new Fraction(0)];
  const sayingNothing: SignallingScheme = game.xB.map(() => [one, zero]);
  const deterministic = await analyseOblivious(game, { deterministic: true });
  return [
    ['Definition 19', instance, 'the prosecutor’s optimum', '5/3', prosecutor!.utility.toFraction()],
    ['Definition 19', instance, 'the defence’s optimum', '1', defence!.utility.toFraction()],
    [
      'Definition 19',
      instance,
      'its x: share of the guilty',
      '1/2',
      largest(defence!.optima[0]![0]!.map((p) => (p.equals(1) ? zero : p))).toFraction(),
    ],
    ['Theorem 7', instance, 'first best', '2', firstBest(game).toFraction()],
    [
      'Theorem 7',
      instance,
      'Alice, the prosecutor says nothing',
      '5/3',
      combinedUtility(game, [sayingNothing, defence!.optima[0]!]).toFraction(),
    ],
    ['Theorem 7', instance, 'Alice, least over all optima', '5/3', alice.min.toFraction()],
    ['Theorem 7', `${instance}, deterministic schemes`, 'Alice', '2', deterministic.alice.min.toFraction()],
  ];
}

export async function theory(context: ReproduceContext): Promise<Section[]> {
  context.note('Definitions and theorems on small games');
  const lines = [
    ...(await competition(context)),
    ...(await boundedRationality(context)),
    ...(await informationSubstitutes()),
    ...noise(),
    ...(await oblivious()),
  ];
  const rows = lines.map(([source, instance, quantity, expected, computed]): Cell[] => {
    const { agrees } = context.check(`${source}: ${quantity} (${instance})`, expected, computed);
    return [source, instance, quantity, expected, { text: computed, verdict: agrees ? 'agrees' : 'differs' }];
  });
  const courtroom = await analyseOblivious(await bundledGame('courtroom'));
  return [
    {
      heading: 'The theory on small games',
      blocks: [
        {
          paragraph:
            'Sections 2 to 5 and the appendices, computed on games small enough to play every profile of conversation rules, in exact arithmetic (quantal response in doubles). The games are in data/games.',
        },
        { table: { columns: ['source', 'instance', 'quantity', 'expected', 'computed'], rows } },
        {
          paragraph: `The prosecutor’s oblivious optimum is not unique: over all of its ${courtroom.bobs[0]!.optima.length} vertices Alice gets ${courtroom.alice.min.toFraction()} to ${courtroom.alice.max.toFraction()}, so Theorem 7’s example needs the optimum that says nothing.`,
        },
        { figure: boundsFigure({ actions: 2, epsilon: 0, optimum: 1, trivial: 0 }), caption: BOUNDS_CAPTION },
      ],
    },
  ];
}
