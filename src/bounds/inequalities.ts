/** Lemmas 1 and 2, Corollaries 2 and 3 and Proposition 3 on random numbers: they need no game. */
import Fraction from 'fraction.js';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type CellDistribution, exactFailure, unionBound } from './noise.ts';
import { corollary2, lemma1, lemma2, proposition2, quantalResponse } from './quantal.ts';
import { corollary3, theorem5 } from './substitutes.ts';
import { type Trial, Trials } from './trials.ts';

const shown = (values: ArrayLike<number>): string => Array.from(values, (value) => value.toPrecision(4)).join(', ');

/** Tries each on `instances` random instances, the same for the same seed. */
export function tryFormulas(instances: number, seed: number): Trial[] {
  const generator = xoroshiro128plus(Math.imul(seed, 0x9e3779b1));
  for (let i = 0; i < 32; i++) generator.next();
  const uniform = () => uniformFloat64(generator);
  const whole = (least: number, most: number) => uniformInt(generator, least, most);
  const between = (low: number, high: number) => low * (high / low) ** uniform();
  const gap = new Trials('Lemma 1', 'max u − E[quantal response] ≤ log|A| / λ');
  const ratio = new Trials('Lemma 2, ratio', '|log P(a)/Q(a)| ≤ 2λε');
  const distance = new Trials('Lemma 2, distance', '‖P − Q‖₁ ≤ e^(2λε) − 1');
  const linear = new Trials('Corollary 2', 'e^(4λε) − 1 ≤ 4eλε where λε ≤ 1/4');
  const weaker = new Trials('Corollary 3', 'its loss is at least Theorem 5’s, same K, λ and delta_conv');
  const hoeffding = new Trials('Proposition 3', 'exact failure probability ≤ Hoeffding’s union bound');
  for (let i = 0; i < instances; i++) {
    const actions = whole(2, 6);
    const lambda = between(0.01, 100);
    // A third of the vectors have one action ahead of all others, where Lemma 1 is tightest.
    const ahead = whole(0, 2) === 0;
    const beliefs = Array.from({ length: actions }, (_, a) =>
      ahead ? (a === 0 ? 1 : 1 - uniform() / lambda) : uniform(),
    );
    const response = quantalResponse(beliefs, lambda);
    const kept = beliefs.reduce((all, value, a) => all + value * response[a]!, 0);
    const where = () => `u = (${shown(beliefs)}), λ = ${lambda.toPrecision(4)}`;
    gap.add(lemma1(actions, lambda) - (Math.max(...beliefs) - kept), where);
    const error = between(1e-4, 1) / Math.max(1, lambda);
    const near = beliefs.map((value) => value + error * (whole(0, 1) === 0 ? 1 - 2 * uniform() : whole(0, 1) * 2 - 1));
    const other = quantalResponse(near, lambda);
    const logs = Math.max(...Array.from(response, (p, a) => Math.abs(Math.log(p / other[a]!))));
    const l1 = response.reduce((all, p, a) => all + Math.abs(p - other[a]!), 0);
    const both = () => `${where()}, u′ = (${shown(near)}), ε = ${error.toPrecision(4)}`;
    ratio.add(2 * lambda * error - logs, both);
    distance.add(lemma2(lambda, error) - l1, both);
    const small = between(1e-4, 1) / (4 * lambda);
    linear.add(
      corollary2(lambda, small)! - proposition2(lambda, small),
      () => `λε = ${(lambda * small).toPrecision(4)}`,
    );
    const parameters = { actions, rounds: 10 ** (8 + 20 * uniform()), lambda, failure: between(1e-6, 1) };
    const simple = corollary3(parameters).loss.total;
    if (Number.isFinite(simple))
      weaker.add(simple - theorem5(parameters).loss.total, () => `K = ${parameters.rounds.toPrecision(4)}, ${where()}`);
    const cells = Array.from({ length: whole(1, 4) }, () => randomCell(whole));
    const agents = whole(1, 30);
    const tolerance = new Fraction(whole(1, 9), 10);
    const union = unionBound(cells.length, 1, tolerance.valueOf(), agents);
    const exact = exactFailure(cells, tolerance, agents);
    hoeffding.add(
      union - exact,
      () => `${cells.length} cells, ${agents} agents, ε = ${tolerance.toFraction()}`,
      exact > 0 && union < 1,
    );
  }
  // Corollary 3 asks for λ · 10 ζ^(1/3) ≤ 1/4: draw until as many instances meet it.
  for (let left = instances - weaker.result.instances; left > 0; ) {
    const parameters = {
      actions: whole(2, 6),
      rounds: 10 ** (16 + 14 * uniform()),
      lambda: between(0.01, 1),
      failure: uniform(),
    };
    const simple = corollary3(parameters).loss.total;
    if (!Number.isFinite(simple)) continue;
    weaker.add(simple - theorem5(parameters).loss.total, () => `K = ${parameters.rounds.toPrecision(4)}`);
    left--;
  }
  return [gap, ratio, distance, linear, weaker, hoeffding].map(({ result }) => result);
}

function randomCell(whole: (least: number, most: number) => number): CellDistribution {
  const count = whole(2, 3);
  const weights = Array.from({ length: count }, () => whole(1, 4));
  const total = weights.reduce((all, weight) => all + weight, 0);
  return {
    values: Array.from({ length: count }, (_, i) => new Fraction(i === 0 ? 0 : whole(1, 4), 4)),
    probabilities: weights.map((weight) => new Fraction(weight, total)),
  };
}
