/**
 * Appendix A: how many noisy but unbiased agents make a market aligned (Proposition 3), what the failure probability
 * really is for given distributions, and a simulation of it.
 */
import Fraction from 'fraction.js';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { InputError, TooLargeError } from '../errors.ts';
import { Pause, type Stop } from '../pause.ts';

/** Distribution of one agent's utility of one (action, state): values with probabilities that sum to 1. */
export interface CellDistribution {
  readonly values: readonly Fraction[];
  readonly probabilities: readonly Fraction[];
}

/** Proposition 3: the least whole k above (ln(2|A||Y|) - ln delta) / (2 epsilon²). @example agentsNeeded(3, 3, 0.1, 0.05) // 295 */
export function agentsNeeded(actions: number, states: number, epsilon: number, delta: number): number {
  return Math.floor((Math.log(2 * actions * states) - Math.log(delta)) / (2 * epsilon * epsilon)) + 1;
}

/** Hoeffding's union bound on the probability that k agents' average misses some cell by more than epsilon. */
export function unionBound(actions: number, states: number, epsilon: number, agents: number): number {
  return Math.min(1, 2 * actions * states * Math.exp(-2 * agents * epsilon * epsilon));
}

/** Additions at most: some seconds. */
const MOST_STEPS = 2e9;

interface Lattice {
  /** Whole numbers: value · scale. */
  readonly values: readonly number[];
  readonly probabilities: readonly number[];
  readonly mean: Fraction;
  readonly scale: bigint;
}

function lattice({ values, probabilities }: CellDistribution): Lattice {
  const total = probabilities.reduce((all, p) => all.add(p), new Fraction(0));
  if (!total.equals(1))
    throw new InputError(`probabilities of a distribution must sum to 1, got ${total.toFraction()}`);
  const scale = values.reduce((common, { d }) => (common * d) / gcd(common, d), 1n);
  return {
    values: values.map(({ s, n, d }) => Number((s * n * scale) / d)),
    probabilities: probabilities.map((p) => p.valueOf()),
    mean: values.reduce((all, value, i) => all.add(value.mul(probabilities[i]!)), new Fraction(0)),
    scale,
  };
}

function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

/**
 * P(|average of k draws - mean| > epsilon) for one cell. The threshold is compared in whole numbers; probabilities are
 * sums of positive doubles, right to about k · 1e-16.
 */
export function cellFailure(cell: CellDistribution, epsilon: Fraction, agents: number): number {
  const { values, probabilities, mean, scale } = lattice(cell);
  const least = Math.min(...values);
  const span = Math.max(...values) - least;
  if (agents * agents * span * values.length > MOST_STEPS)
    throw new TooLargeError(
      `the exact failure probability needs ${agents} convolutions over ${agents * span} sums: use coarser values or simulate`,
    );
  let sums = Float64Array.of(1);
  for (let k = 1; k <= agents; k++) {
    const next = new Float64Array(k * span + 1);
    probabilities.forEach((p, i) => {
      const shift = values[i]! - least;
      if (p > 0) for (let s = 0; s < sums.length; s++) next[s + shift]! += p * sums[s]!;
    });
    sums = next;
  }
  // Sum number s is the total least·k + s in units of 1/scale; it fails outside [low, high].
  const offset = new Fraction(BigInt(least) * BigInt(agents));
  const unit = new Fraction(scale * BigInt(agents));
  const low = Number(mean.sub(epsilon).mul(unit).sub(offset).ceil().valueOf());
  const high = Number(mean.add(epsilon).mul(unit).sub(offset).floor().valueOf());
  let failure = 0;
  sums.forEach((p, s) => {
    if (s < low || s > high) failure += p;
  });
  return failure;
}

/**
 * The probability that the average of k independent agents misses Alice's utility by more than epsilon in some cell,
 * cells independent too, each with its own distribution (its mean is Alice's utility).
 */
export function exactFailure(cells: readonly CellDistribution[], epsilon: Fraction, agents: number): number {
  const known = new Map<CellDistribution, number>();
  let logarithm = 0;
  for (const cell of cells) {
    const failure = known.get(cell) ?? cellFailure(cell, epsilon, agents);
    known.set(cell, failure);
    logarithm += Math.log1p(-failure);
  }
  return -Math.expm1(logarithm);
}

export interface Simulation {
  /** Those done: fewer than asked for where the deadline came first. */
  readonly runs: number;
  readonly failures: number;
  readonly estimate: number;
  /** A 95 % interval (Wilson 1927: right for few failures too). */
  readonly interval: readonly [number, number];
}

export interface SimulateOptions extends Stop {
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Monte Carlo of `exactFailure`. @throws AbortedError once the signal fires. */
export async function simulateFailure(
  cells: readonly CellDistribution[],
  epsilon: Fraction,
  agents: number,
  runs: number,
  seed: number,
  options: SimulateOptions = {},
): Promise<Simulation> {
  const generator = xoroshiro128plus(Math.imul(seed, 0x9e3779b1));
  const lattices = cells.map((cell) => {
    const made = lattice(cell);
    const unit = new Fraction(made.scale * BigInt(agents));
    return {
      ...made,
      low: made.mean.sub(epsilon).mul(unit).ceil().valueOf(),
      high: made.mean.add(epsilon).mul(unit).floor().valueOf(),
    };
  });
  const draw = ({ values, probabilities }: Lattice): number => {
    let left = uniformFloat64(generator);
    for (let i = 0; i < values.length - 1; i++) {
      left -= probabilities[i]!;
      if (left < 0) return values[i]!;
    }
    return values.at(-1)!;
  };
  const pause = new Pause({ signal: options.signal });
  const { deadline = Number.POSITIVE_INFINITY } = options;
  let failures = 0;
  let run = 0;
  for (; run < runs; run++) {
    if (pause.due) {
      if (run > 0 && performance.now() >= deadline) break;
      options.onProgress?.(run, runs);
      await pause.breathe();
    }
    const missed = lattices.some((cell) => {
      let total = 0;
      for (let k = 0; k < agents; k++) total += draw(cell);
      return total < cell.low || total > cell.high;
    });
    if (missed) failures++;
  }
  return { runs: run, failures, estimate: failures / run, interval: wilson(failures, run) };
}

/** The 95 % interval of a probability after `failures` in `runs`. */
function wilson(failures: number, runs: number): [number, number] {
  const z = 1.96;
  const share = failures / runs;
  const centre = share + (z * z) / (2 * runs);
  const half = z * Math.sqrt((share * (1 - share)) / runs + (z * z) / (4 * runs * runs));
  const scale = 1 + (z * z) / runs;
  return [Math.max(0, (centre - half) / scale), Math.min(1, (centre + half) / scale)];
}
