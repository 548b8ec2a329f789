/** The theorems' bounds by name, for `market-alignment bounds`: what each asks for, and what it says. */
import Fraction from 'fraction.js';
import { InputError, TooLargeError } from '../errors.ts';
import { givenObject } from '../input/given.ts';
import { VERSION } from '../version.ts';
import { agreementLevel, estimationError, roundsNeeded } from './agreement.ts';
import { theorem2, theorem6 } from './alignment.ts';
import {
  agentsNeeded,
  type CellDistribution,
  exactFailure,
  type SimulateOptions,
  simulateFailure,
  unionBound,
} from './noise.ts';
import { lemma1 } from './quantal.ts';
import { corollary3, roundsForLoss, theorem5 } from './substitutes.ts';

export const THEOREMS = [
  'lemma1',
  'theorem2',
  'theorem3',
  'theorem5',
  'theorem6',
  'corollary3',
  'proposition3',
] as const;
export type Theorem = (typeof THEOREMS)[number];

/** Everything that some theorem asks for; each checks what it needs. */
export interface BoundInputs {
  /** |A|. */
  readonly actions?: number | undefined;
  /** |Y|. */
  readonly states?: number | undefined;
  /** K. */
  readonly rounds?: number | undefined;
  /** k, the number of Bobs. */
  readonly agents?: number | undefined;
  readonly lambda?: number | undefined;
  /** Market-alignment error; in Proposition 3 the tolerance. A decimal string. */
  readonly epsilon?: string | undefined;
  /** Closeness (Theorem 2), or the failure probability of Proposition 3. */
  readonly delta?: number | undefined;
  readonly zeta?: number | undefined;
  /** delta_conv. */
  readonly failure?: number | undefined;
  /** U_A(C*) of Theorems 2 and 6. */
  readonly leader?: number | undefined;
  /** OPT of Theorem 5 and Corollary 3. Default 1. */
  readonly optimum?: number | undefined;
  /** What Alice is sure of without a theorem. Default 0. */
  readonly trivial?: number | undefined;
  /** Proposition 3: the distribution of every cell. */
  readonly distribution?: CellDistribution | undefined;
  /** Proposition 3: Monte Carlo runs. */
  readonly simulate?: number | undefined;
  readonly seed?: number | undefined;
}

export interface BoundsResult {
  readonly kind: 'bounds';
  readonly version: string;
  /** False where the time limit came before the last simulated run. */
  readonly complete: boolean;
  /** Logarithms and exponentials: nearest doubles. */
  readonly arithmetic: 'double';
  readonly theorem: Theorem;
  /** What was given. */
  readonly options: Record<string, unknown>;
  /** The formula's values, by name. */
  readonly values: Record<string, number | boolean | null>;
  /** The bound is not above the trivial one; null where the theorem bounds no utility. */
  readonly vacuous: boolean | null;
}

/** What each theorem asks for. */
const USES: Readonly<Record<Theorem, readonly (keyof BoundInputs)[]>> = {
  lemma1: ['actions', 'lambda'],
  theorem2: ['leader', 'epsilon', 'delta', 'trivial'],
  theorem3: ['actions', 'failure', 'zeta', 'rounds'],
  theorem5: ['actions', 'rounds', 'epsilon', 'lambda', 'failure', 'optimum', 'trivial'],
  theorem6: ['leader', 'epsilon', 'trivial'],
  corollary3: ['actions', 'rounds', 'epsilon', 'lambda', 'failure', 'optimum', 'trivial'],
  proposition3: ['actions', 'states', 'epsilon', 'delta', 'agents', 'distribution', 'simulate', 'seed'],
};

type Rule = readonly [holds: (value: number) => boolean, text: string];
const count: Rule = [(value) => Number.isSafeInteger(value) && value >= 1, 'a whole number of at least 1'];
const above: Rule = [(value) => value > 0 && Number.isFinite(value), 'a number above 0'];
const any: Rule = [Number.isFinite, 'a finite number'];

const RULES: Readonly<Partial<Record<keyof BoundInputs, Rule>>> = {
  actions: count,
  states: count,
  agents: count,
  simulate: count,
  rounds: above,
  lambda: above,
  zeta: above,
  epsilon: [(value) => value >= 0 && Number.isFinite(value), 'a number of at least 0'],
  delta: [(value) => value >= 0 && Number.isFinite(value), 'a number of at least 0'],
  failure: [(value) => value > 0 && value <= 1, 'above 0 and at most 1'],
  leader: any,
  optimum: any,
  trivial: any,
};

/** Proposition 3 is about a positive tolerance and a probability. */
const STRICTER: typeof RULES = { epsilon: above, delta: [(value) => value > 0 && value < 1, 'between 0 and 1'] };

/** @throws InputError naming the input, the rule and the value. */
function checkInputs(theorem: Theorem, inputs: BoundInputs): void {
  if (!Object.hasOwn(USES, theorem))
    throw new InputError(`theorem must be one of ${Object.keys(USES).join(', ')}, got ${theorem}`);
  givenObject(inputs, 'inputs');
  for (const [key, value] of Object.entries(inputs) as [keyof BoundInputs, unknown][]) {
    if (value === undefined) continue;
    if (!USES[theorem].includes(key))
      throw new InputError(
        `${theorem} has no use for --${key}: it takes ${USES[theorem].map((one) => `--${one}`).join(', ')}`,
      );
    const rule = (theorem === 'proposition3' && STRICTER[key]) || RULES[key];
    if (rule && !rule[0](Number(value)))
      throw new InputError(`--${key} of ${theorem} must be ${rule[1]}, got ${value}`);
  }
  if (inputs.simulate !== undefined && inputs.distribution === undefined)
    throw new InputError(`--simulate needs --distribution, got none`);
}

type Values = Pick<BoundsResult, 'values' | 'vacuous'> & { readonly complete?: boolean };

function need<K extends keyof BoundInputs>(theorem: Theorem, inputs: BoundInputs, key: K): NonNullable<BoundInputs[K]> {
  const value = inputs[key];
  if (value === undefined || value === null) throw new InputError(`${theorem} needs --${key}, got none`);
  return value as NonNullable<BoundInputs[K]>;
}

function substitutes(theorem: 'theorem5' | 'corollary3', inputs: BoundInputs): Values {
  const { lambda, failure, optimum = 1, trivial } = inputs;
  const actions = need(theorem, inputs, 'actions');
  const rounds = need(theorem, inputs, 'rounds');
  const epsilon = Number(inputs.epsilon ?? 0);
  const formula = theorem === 'theorem5' ? theorem5 : corollary3;
  const { loss, bound } = formula({ actions, rounds, epsilon, lambda, failure }, optimum, trivial);
  return {
    values: {
      bound: Number.isFinite(bound.value) ? bound.value : null,
      ...{ lambda: loss.lambda, failure: loss.failure, zeta: loss.zeta },
      alignmentError: loss.alignment,
      estimationError: Number.isFinite(loss.estimation) ? loss.estimation : null,
      quantalGap: loss.quantal,
      // Corollary 3 asks for lambda · 10 zeta^(1/3) <= 1/4.
      ...(theorem === 'corollary3' && { premiseHolds: Number.isFinite(loss.estimation) }),
      roundsForLossBelowOptimum: theorem === 'theorem5' ? roundsForLoss(actions, optimum, epsilon) : null,
    },
    vacuous: bound.vacuous,
  };
}

/** Null where it is too long to compute and a simulation stands in for it. @throws TooLargeError without one. */
function exactOrSimulated(
  cells: readonly CellDistribution[],
  epsilon: Fraction,
  agents: number,
  simulated: boolean,
): number | null {
  try {
    return exactFailure(cells, epsilon, agents);
  } catch (error) {
    if (simulated && error instanceof TooLargeError) return null;
    throw error;
  }
}

async function proposition3(inputs: BoundInputs, options: SimulateOptions): Promise<Values> {
  const actions = need('proposition3', inputs, 'actions');
  const states = need('proposition3', inputs, 'states');
  const text = need('proposition3', inputs, 'epsilon');
  const epsilon = Number(text);
  const needed = inputs.delta === undefined ? undefined : agentsNeeded(actions, states, epsilon, inputs.delta);
  const agents = inputs.agents ?? needed;
  if (agents === undefined) throw new InputError('proposition3 needs --delta or --agents, got neither');
  const cells = inputs.distribution && Array.from({ length: actions * states }, () => inputs.distribution!);
  const simulated =
    cells && inputs.simulate
      ? await simulateFailure(cells, new Fraction(text), agents, inputs.simulate, inputs.seed ?? 1, options)
      : undefined;
  const union = unionBound(actions, states, epsilon, agents);
  return {
    values: {
      agentsNeeded: needed ?? null,
      agents,
      unionBound: union,
      exactFailure: cells ? exactOrSimulated(cells, new Fraction(text), agents, simulated !== undefined) : null,
      simulatedFailure: simulated?.estimate ?? null,
      simulatedRuns: simulated?.runs ?? null,
      simulatedLow: simulated?.interval[0] ?? null,
      simulatedHigh: simulated?.interval[1] ?? null,
    },
    vacuous: union >= 1,
    complete: simulated === undefined || simulated.runs === inputs.simulate,
  };
}

const calculators: Record<Theorem, (inputs: BoundInputs, options: SimulateOptions) => Values | Promise<Values>> = {
  lemma1: (inputs) => ({
    values: { loss: lemma1(need('lemma1', inputs, 'actions'), need('lemma1', inputs, 'lambda')) },
    vacuous: lemma1(inputs.actions!, inputs.lambda!) >= 1,
  }),
  theorem2(inputs) {
    const { value, vacuous } = theorem2(
      need('theorem2', inputs, 'leader'),
      Number(inputs.epsilon ?? 0),
      need('theorem2', inputs, 'delta'),
      inputs.trivial,
    );
    return { values: { bound: value }, vacuous };
  },
  theorem3(inputs) {
    const actions = need('theorem3', inputs, 'actions');
    const failure = need('theorem3', inputs, 'failure');
    const zeta = inputs.zeta ?? agreementLevel(actions, need('theorem3', inputs, 'rounds'), failure);
    const rounds = inputs.zeta === undefined ? inputs.rounds! : roundsNeeded(actions, zeta, failure);
    // Beliefs lie in [0, 1]: agreement within 1, or an error of 1, says nothing.
    return { values: { rounds, zeta, estimationError: estimationError(zeta) }, vacuous: estimationError(zeta) >= 1 };
  },
  theorem5: (inputs) => substitutes('theorem5', inputs),
  theorem6(inputs) {
    const { value, vacuous } = theorem6(
      need('theorem6', inputs, 'leader'),
      Number(need('theorem6', inputs, 'epsilon')),
      inputs.trivial,
    );
    return { values: { bound: value }, vacuous };
  },
  corollary3: (inputs) => substitutes('corollary3', inputs),
  proposition3,
};

/**
 * Evaluates one theorem's bound on Alice's utility, or the number or probability that it is about.
 * @param inputs utilities, errors and probabilities as numbers, `epsilon` as a decimal string
 * @param options `signal`, `deadline` and `onProgress` of a simulation (Proposition 3)
 * @throws InputError naming what the theorem needs and did not get; AbortedError once the signal fires.
 * @example
 * const { values, vacuous } = await calculate('theorem6', { leader: 0.9, epsilon: '0.05' });
 * values.bound; // 0.8
 * vacuous; // false
 */
export async function calculate(
  theorem: Theorem,
  inputs: BoundInputs,
  options: SimulateOptions = {},
): Promise<BoundsResult> {
  checkInputs(theorem, inputs);
  const { distribution, ...plain } = inputs;
  const given = Object.entries(plain).filter(([, value]) => value !== undefined);
  return {
    kind: 'bounds',
    version: VERSION,
    complete: true,
    arithmetic: 'double',
    theorem,
    options: {
      ...Object.fromEntries(given),
      ...(distribution && {
        distribution: distribution.values.map((value, i) => [
          value.toFraction(),
          distribution.probabilities[i]!.toFraction(),
        ]),
      }),
    },
    ...(await calculators[theorem](inputs, options)),
  };
}
