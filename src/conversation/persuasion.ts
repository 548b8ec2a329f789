/**
 * Oblivious senders (Appendix B): each Bob picks the signalling scheme that is best for him as if he were alone, one
 * round, Alice silent; she then pieces all signals together. A signal recommends an action to each x_A, and a scheme is
 * obedient where following the recommendation is best for Alice (she breaks ties as the sender likes, so that his
 * optimum is attained). Several signals may recommend the same: alone they tell her nothing more, together with another
 * Bob's they do. All obedient optima on the Bobs' message set are found, since Alice's utility depends on which he picks.
 */
import type Fraction from 'fraction.js';
import { TooLargeError } from '../errors.ts';
import { linearSolver } from '../lp/program.ts';
import { Pause, type Stop } from '../pause.ts';
import { type Game, gains, largest, one, sum, zero } from './game.ts';
import { type Budget, type Cut, cutVertices } from './vertices.ts';

/** Probability of each signal by x_B: [x_B][signal]. */
export type SignallingScheme = readonly (readonly Fraction[])[];

export interface ObliviousBob {
  readonly name: string;
  /** His utility alone at his optimum. */
  readonly utility: Fraction;
  /** The optimal value of his obedience linear program as HiGHS finds it. */
  readonly linearProgram: number;
  /** All vertices of the set of his optimal schemes. */
  readonly optima: readonly SignallingScheme[];
}

export interface ObliviousRange {
  readonly min: Fraction;
  readonly max: Fraction;
  /** Every combination was tried; else, being too many, those of each Bob's first vertices. */
  readonly whole: boolean;
}

export interface ObliviousAnalysis {
  readonly bobs: readonly ObliviousBob[];
  /** Alice's utility with all signals, least and largest over the Bobs' optimal vertices. */
  readonly alice: ObliviousRange;
  /** No mixture of optima brings her less: the largest, over Bobs, of her least utility with his signal alone. */
  readonly aliceAtLeast: Fraction;
}

export interface ObliviousOptions extends Stop {
  /** Signals must be a function of x_B. */
  readonly deterministic?: boolean | undefined;
}

/** More ways to attach recommendations to messages than this are not tried. */
const MOST_ASSIGNMENTS = 500;
/** More combinations of optimal vertices than this are not tried. */
const MOST_COMBINATIONS = 20_000;

function recommendations({ xA, actions }: Game): number[][] {
  let all: number[][] = [[]];
  for (const _ of xA) all = all.flatMap((row) => actions.map((__, a) => [...row, a]));
  return all;
}

/** Σ_y P(x_A, x_B, y) · utility(action, y), by [x_A][x_B][action]. */
const weighed = (game: Game, utility: Game['alice']) => gains({ ...game, alice: utility });

/** For each signal, x_A and other action: following the signal is at least as good for Alice. */
function obedience(game: Game, signals: readonly (readonly number[])[]): Cut[] {
  const alice = weighed(game, game.alice);
  return signals.flatMap((signal, s) =>
    signal.flatMap((recommended, xA) =>
      game.actions.flatMap((_, other) =>
        other === recommended
          ? []
          : [
              game.xB.flatMap((__, xB) =>
                signals.map((___, i) => (i === s ? alice[xA]![xB]![recommended]!.sub(alice[xA]![xB]![other]!) : zero)),
              ),
            ],
      ),
    ),
  );
}

/** A sender's objective on [x_B][signal] flat. */
function objective(game: Game, signals: readonly (readonly number[])[], utility: Game['alice']): Fraction[] {
  const totals = weighed(game, utility);
  return game.xB.flatMap((_, xB) =>
    signals.map((signal) => sum(signal.map((action, xA) => totals[xA]![xB]![action]!))),
  );
}

const inner = (a: readonly Fraction[], b: readonly Fraction[]): Fraction =>
  sum(a.map((value, i) => (value.equals(0) ? zero : value.mul(b[i]!))));

/** Every way to attach recommendations to the messages, up to the messages' order. */
function assignments(game: Game): number[][][] {
  const menus = recommendations(game);
  let all: { chosen: number[][]; from: number }[] = [{ chosen: [], from: 0 }];
  for (let message = 0; message < game.messages.bob; message++) {
    all = all.flatMap(({ chosen, from }) =>
      menus.slice(from).map((menu, i) => ({ chosen: [...chosen, menu], from: from + i })),
    );
    if (all.length > MOST_ASSIGNMENTS)
      throw new TooLargeError(
        `oblivious schemes: more than ${MOST_ASSIGNMENTS} ways to attach ${menus.length} recommendations to ${game.messages.bob} messages`,
      );
  }
  return all.map(({ chosen }) => chosen);
}

/** The obedient schemes under one way to attach recommendations. */
interface Attached {
  readonly signals: readonly (readonly number[])[];
  readonly cuts: readonly Cut[];
  readonly vertices: readonly (readonly Fraction[])[];
}

function attached(
  game: Game,
  signals: readonly (readonly number[])[],
  deterministic: boolean,
  budget: Budget,
): Attached {
  const cuts = obedience(game, signals);
  const vertices = deterministic
    ? cutVertices(game.xB.length, signals.length, []).filter((x) => cuts.every((cut) => inner(x, cut).gte(0)))
    : cutVertices(game.xB.length, signals.length, cuts, budget);
  return { signals, cuts, vertices };
}

/**
 * Each Bob's optimal schemes and Alice's range.
 * @throws TooLargeError where the obedient schemes have more than 4,096 vertices.
 */
export async function analyseOblivious(game: Game, options: ObliviousOptions = {}): Promise<ObliviousAnalysis> {
  const deterministic = options.deterministic === true;
  const pause = new Pause(options);
  const budget = { spent: 0 };
  const all: Attached[] = [];
  for (const signals of assignments(game)) {
    if (pause.due) await pause.breathe();
    all.push(attached(game, signals, deterministic, budget));
  }
  const bobs: ObliviousBob[] = [];
  const alone: Fraction[] = [];
  for (const { name, utility } of game.bobs) {
    const reached = all.flatMap(({ signals, cuts, vertices }) => {
      const values = objective(game, signals, utility);
      return vertices.map((x) => ({ x, signals, cuts, values, utility: inner(x, values) }));
    });
    const best = largest(reached.map((one) => one.utility));
    const optimal = reached.filter((one) => one.utility.equals(best));
    const { signals, values, cuts } = optimal[0]!;
    const linearProgram = deterministic ? best.valueOf() : await programValue(game, signals.length, values, cuts);
    bobs.push({
      name,
      utility: best,
      linearProgram,
      optima: distinct(
        optimal.map(({ x }) => x),
        signals.length,
      ),
    });
    alone.push(least(optimal.map((one) => inner(one.x, objective(game, one.signals, game.alice)))));
  }
  return { bobs, alice: await range(game, bobs, pause), aliceAtLeast: largest(alone) };
}

/** Schemes that differ by more than the order of their signals, each once, signals in descending order. */
function distinct(vertices: readonly (readonly Fraction[])[], size: number): SignallingScheme[] {
  const schemes = new Map<string, readonly Fraction[]>();
  for (const x of vertices) {
    const blocks = rows(x, size);
    const columns = Array.from({ length: size }, (_, signal) => blocks.map((row) => row[signal]!)).sort(compare);
    const sorted = blocks.flatMap((_, block) => columns.map((column) => column[block]!));
    schemes.set(sorted.map((p) => p.toFraction()).join(), sorted);
  }
  return [...schemes.values()].sort(compare).map((x) => rows(x, size));
}

function compare(a: readonly Fraction[], b: readonly Fraction[]): number {
  const at = a.findIndex((value, i) => !value.equals(b[i]!));
  return at < 0 ? 0 : b[at]!.compare(a[at]!);
}

const rows = (x: readonly Fraction[], size: number): Fraction[][] =>
  Array.from({ length: x.length / size }, (_, block) => x.slice(block * size, (block + 1) * size));

const least = (values: readonly Fraction[]): Fraction => largest(values.map((value) => value.neg())).neg();

/** Alice's utility where she sees every Bob's signal. */
export function combinedUtility(game: Game, schemes: readonly SignallingScheme[]): Fraction {
  const alice = weighed(game, game.alice);
  const follow = (bob: number, weights: readonly Fraction[]): Fraction => {
    if (weights.every((weight) => weight.equals(0))) return zero;
    if (bob === schemes.length)
      return sum(
        game.xA.map((_, xA) =>
          largest(game.actions.map((__, a) => sum(weights.map((weight, xB) => weight.mul(alice[xA]![xB]![a]!))))),
        ),
      );
    return sum(
      schemes[bob]![0]!.map((_, signal) =>
        follow(
          bob + 1,
          weights.map((weight, xB) => weight.mul(schemes[bob]![xB]![signal]!)),
        ),
      ),
    );
  };
  return follow(
    0,
    game.xB.map(() => one),
  );
}

async function range(game: Game, bobs: readonly ObliviousBob[], pause: Pause): Promise<ObliviousRange> {
  const combinations = bobs.reduce((product, { optima }) => product * optima.length, 1);
  const whole = combinations <= MOST_COMBINATIONS;
  // Beyond the limit each Bob keeps his first vertices.
  const kept = whole ? Number.POSITIVE_INFINITY : Math.floor(MOST_COMBINATIONS ** (1 / bobs.length));
  let profiles: SignallingScheme[][] = [[]];
  for (const { optima } of bobs)
    profiles = profiles.flatMap((profile) => optima.slice(0, kept).map((scheme) => [...profile, scheme]));
  const values: Fraction[] = [];
  for (const schemes of profiles) {
    if (pause.due) await pause.breathe();
    values.push(combinedUtility(game, schemes));
  }
  return { min: least(values), max: largest(values), whole };
}

async function programValue(
  game: Game,
  signals: number,
  values: readonly Fraction[],
  cuts: readonly Cut[],
): Promise<number> {
  const solver = await linearSolver();
  const sums = game.xB.map((_, xB) => values.map((__, i) => (Math.floor(i / signals) === xB ? 1 : 0)));
  const { value } = solver.solve({
    sense: 'maximise',
    objective: values.map((one) => one.valueOf()),
    rows: {
      lower: [...sums.map(() => 1), ...cuts.map(() => 0)],
      upper: [...sums.map(() => 1), ...cuts.map(() => Number.POSITIVE_INFINITY)],
      coefficients: { dense: [...sums.flat(), ...cuts.flatMap((cut) => cut.map((one) => one.valueOf()))] },
    },
  });
  return value;
}
