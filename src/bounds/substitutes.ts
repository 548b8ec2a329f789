/** Theorem 5 and Corollary 3: what Alice keeps of OPT after K rounds under information substitutes. */
import { agreementLevel, estimationError } from './agreement.ts';
import { type Bound, bound } from './alignment.ts';
import { corollary2, lemma1, proposition2 } from './quantal.ts';
import { minimise } from './search.ts';

/** The loss OPT - bound, by its parts; the parameters are those given or the best. */
export interface Loss {
  readonly rounds: number;
  readonly actions: number;
  readonly lambda: number;
  /** delta_conv. */
  readonly failure: number;
  readonly zeta: number;
  readonly alignment: number;
  readonly estimation: number;
  readonly quantal: number;
  readonly total: number;
}

export interface LossParameters {
  readonly actions: number;
  readonly rounds: number;
  /** Market-alignment error. Default 0. */
  readonly epsilon?: number | undefined;
  /** Default: the best. */
  readonly lambda?: number | undefined;
  /** delta_conv, between 0 and 1. Default: the best. */
  readonly failure?: number | undefined;
}

/** Theorem 5's loss at given lambda and delta_conv. */
function exponentialLoss(p: LossParameters, lambda: number, failure: number): Loss {
  const zeta = agreementLevel(p.actions, p.rounds, failure);
  const error = estimationError(zeta);
  return parts(p, lambda, failure, zeta, 2 * (error + failure) + proposition2(lambda, error) + failure);
}

/** Corollary 3's loss; infinite where its premise lambda · 10 zeta^(1/3) <= 1/4 fails. */
function linearLoss(p: LossParameters, lambda: number, failure: number): Loss {
  const zeta = agreementLevel(p.actions, p.rounds, failure);
  const close = corollary2(lambda, estimationError(zeta));
  const estimation = close === null ? Number.POSITIVE_INFINITY : 2 * estimationError(zeta) + close + 3 * failure;
  return parts(p, lambda, failure, zeta, estimation);
}

function parts(p: LossParameters, lambda: number, failure: number, zeta: number, estimation: number): Loss {
  const { rounds, actions } = p;
  const alignment = 2 * (p.epsilon ?? 0);
  const quantal = lemma1(actions, lambda);
  return {
    ...{ rounds, actions, lambda, failure, zeta, alignment, estimation, quantal },
    total: alignment + estimation + quantal,
  };
}

/** Wide enough for any K up to 1e30. */
const FAILURES = [1e-12, 1] as const;

/** W(x) for x >= 0: the w with w·e^w = x (Newton's method, from above, where it converges). */
function lambertW(x: number): number {
  let w = Math.log1p(x);
  for (let step = 0; step < 60; step++) w -= (w - x * Math.exp(-w)) / (1 + w);
  return w;
}

/** With one action nothing is lost to quantal response: any lambda close to 0 will do. */
const LEAST_LAMBDA = 1e-9;

/** The lambda that minimises e^(4 lambda z) + log|A| / lambda: 4z·lambda² e^(4 lambda z) = log|A|. */
function exponentialLambda(actions: number, z: number): number {
  return Math.max(LEAST_LAMBDA, lambertW(Math.sqrt(z * Math.log(actions))) / (2 * z));
}

/** The lambda that minimises 4 e lambda z + log|A| / lambda within lambda · z <= 1/4. */
function linearLambda(actions: number, z: number): number {
  return Math.max(LEAST_LAMBDA, Math.min(Math.sqrt(Math.log(actions) / (4 * Math.E * z)), 1 / (4 * z)));
}

function best(
  p: LossParameters,
  loss: (p: LossParameters, lambda: number, failure: number) => Loss,
  bestLambda: (actions: number, z: number) => number,
): Loss {
  const at = (failure: number) => {
    const z = estimationError(agreementLevel(p.actions, p.rounds, failure));
    return loss(p, p.lambda ?? bestLambda(p.actions, z), failure);
  };
  return at(p.failure ?? minimise((failure) => at(failure).total, ...FAILURES));
}

/**
 * Theorem 5: OPT - 2 epsilon - (2(10 zeta^(1/3) + delta_conv) + e^(40 lambda zeta^(1/3)) - 1 + delta_conv) - log|A| / lambda,
 * with zeta = sqrt(3|A| / (K delta_conv)); lambda and delta_conv are chosen best where they are not given.
 * @example theorem5({ actions: 2, rounds: 1e20 }).loss.total // 0.4604653…
 */
export function theorem5(p: LossParameters, optimum = 1, trivial = 0): { loss: Loss; bound: Bound } {
  const loss = best(p, exponentialLoss, exponentialLambda);
  return { loss, bound: bound(optimum - loss.total, trivial) };
}

/** Corollary 3: Theorem 5 with 40 e lambda zeta^(1/3) in place of the exponential, where lambda · 10 zeta^(1/3) <= 1/4. */
export function corollary3(p: LossParameters, optimum = 1, trivial = 0): { loss: Loss; bound: Bound } {
  const loss = best(p, linearLoss, linearLambda);
  return { loss, bound: bound(optimum - loss.total, trivial) };
}

/** The least K at which Theorem 5's best loss falls below `loss`. */
export function roundsForLoss(actions: number, loss: number, epsilon = 0): number {
  let [low, high] = [1, 1e40];
  while (high / low > 1.0001) {
    const middle = Math.sqrt(low * high);
    if (theorem5({ actions, rounds: middle, epsilon }).loss.total < loss) high = middle;
    else low = middle;
  }
  return high;
}
