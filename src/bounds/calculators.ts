/** The theorems' bounds by name, for `market-alignment bounds`: what each asks for, and what it says. */
import Fraction from 'fraction.js';
import { InputError } from '../errors.ts';
import { VERSION } from '../version.ts';
import { agreementLevel, estimationError, roundsNeeded } from './agreement.ts';
import { theorem2, theorem6 } from './alignment.ts';
import { agentsNeeded, type CellDistribution, exactFailure, simulateFailure, unionBound } from './noise.ts';
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
  readonly complete: true;
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

type Values = Pick<BoundsResult, 'values' | 'vacuous'>;

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
      roundsForLossBelowOptimum: theorem === 'theorem5' ? roundsForLoss(actions, optimum, epsilon) : null,
    },
    vacuous: bound.vacuous,
  };
}

function proposition3(inputs: BoundInputs): Values {
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
      ? simulateFailure(cells, new Fraction(text), agents, inputs.simulate, inputs.seed ?? 1)
      : undefined;
  const union = unionBound(actions, states, epsilon, agents);
  return {
    values: {
      agentsNeeded: needed ?? null,
      agents,
      unionBound: union,
      exactFailure: cells ? exactFailure(cells, new Fraction(text), agents) : null,
      simulatedFailure: simulated?.estimate ?? null,
      simulatedHalfWidth: simulated?.halfWidth ?? null,
    },
    vacuous: union >= 1,
  };
}

const calculators: Record<Theorem, (inputs: BoundInputs) => Values> = {
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
 * Evaluates one theorem's bound.
 * @throws InputError naming what it needs and did not get.
 * @example calculate('theorem6', { leader: 1, epsilon: '0.25' }).values.bound // 0.5
 */
export function calculate(theorem: Theorem, inputs: BoundInputs): BoundsResult {
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
    ...calculators[theorem](inputs),
  };
}
