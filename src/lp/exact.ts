/**
 * Exact optima of small linear programs: HiGHS's basis, solved in rationals, proved feasible and optimal, or flagged
 * where it is neither.
 */
import Fraction from 'fraction.js';
import { gcd } from '../exact/gcd.ts';
import type { BasisStatus, LinearSolution, LinearSolver, LinearStatus } from './program.ts';
import { dot, type ExactRow, Vertex } from './vertex.ts';

/** `lower <= coefficients · x <= upper`; null where a side is open. */
export interface ExactConstraint {
  readonly coefficients: readonly Fraction[];
  readonly lower: Fraction | null;
  readonly upper: Fraction | null;
}

export interface ExactLinearProgram {
  /** Default: minimise. */
  readonly sense?: 'minimise' | 'maximise' | undefined;
  readonly objective: readonly Fraction[];
  /** By variable; default 0. */
  readonly lower?: readonly (Fraction | null)[] | undefined;
  /** By variable; default none. */
  readonly upper?: readonly (Fraction | null)[] | undefined;
  readonly rows: readonly ExactConstraint[];
}

export interface ExactLinearSolution {
  readonly status: LinearStatus;
  /** The optimum, proved; null where the proof failed and only `approximate` is known, or there is no optimum. */
  readonly exact: { readonly value: Fraction; readonly x: readonly Fraction[] } | null;
  readonly approximate: LinearSolution;
}

/**
 * Solves a program in doubles, then its basis in rationals. Cost beyond HiGHS: O(n³ + rows · n) operations on integers
 * of about n times the data's digits; meant for tens of variables.
 * @example
 * // max x + y, 3x + y <= 1, x + 3y <= 1: exact.value 1/2
 */
export function solveExactly(program: ExactLinearProgram, solver: LinearSolver): ExactLinearSolution {
  const approximate = solver.solve(inDoubles(program));
  return { status: approximate.status, exact: certify(program, approximate), approximate };
}

const value = (bound: Fraction | null, open: number) => (bound === null ? open : bound.valueOf());

function bounds(program: ExactLinearProgram) {
  const { objective, lower, upper } = program;
  return objective.map((_, j) => ({
    lower: lower ? lower[j]! : new Fraction(0),
    upper: upper ? upper[j]! : null,
  }));
}

function inDoubles(program: ExactLinearProgram) {
  const { sense = 'minimise', objective, rows } = program;
  const variables = bounds(program);
  const low = (sides: readonly { lower: Fraction | null }[]) =>
    sides.map(({ lower }) => value(lower, Number.NEGATIVE_INFINITY));
  const high = (sides: readonly { upper: Fraction | null }[]) =>
    sides.map(({ upper }) => value(upper, Number.POSITIVE_INFINITY));
  return {
    sense,
    objective: objective.map(Number),
    lower: low(variables),
    upper: high(variables),
    rows: {
      lower: low(rows),
      upper: high(rows),
      coefficients: { dense: rows.flatMap(({ coefficients }) => coefficients.map(Number)) },
    },
  };
}

/** coefficients · x >= bound in integers. */
function whole(coefficients: readonly Fraction[], bound: Fraction): ExactRow {
  const scale = [...coefficients, bound].reduce((product, { d }) => product * (d / gcd(product, d)), 1n);
  const integer = ({ s, n, d }: Fraction) => s * n * (scale / d);
  return { coefficients: coefficients.map(integer), bound: integer(bound) };
}

interface Tight {
  readonly row: ExactRow;
  /** A row whose two sides coincide, or a free variable at 0, is tight whatever its dual's sign. */
  readonly dual: 'any' | 'nonnegative' | 'zero';
}

/** All constraints as >= rows, and those that the basis holds tight. */
function constraints(program: ExactLinearProgram, solution: LinearSolution) {
  const all: ExactRow[] = [];
  const tight: Tight[] = [];
  const add = ({ coefficients, lower, upper }: ExactConstraint, state: BasisStatus) => {
    const equal = lower !== null && upper !== null && lower.equals(upper);
    if (lower !== null) {
      const row = whole(coefficients, lower);
      all.push(row);
      if (state === 'lower' || (equal && state !== 'basic')) tight.push({ row, dual: equal ? 'any' : 'nonnegative' });
    }
    if (upper !== null) {
      const row = whole(
        coefficients.map((one) => one.neg()),
        upper.neg(),
      );
      all.push(row);
      if (state === 'upper' && !equal) tight.push({ row, dual: 'nonnegative' });
    }
    if (state === 'zero') tight.push({ row: whole(coefficients, new Fraction(0)), dual: 'zero' });
  };
  const unit = (j: number) => program.objective.map((_, i) => new Fraction(i === j ? 1 : 0));
  bounds(program).forEach((sides, j) => {
    add({ coefficients: unit(j), ...sides }, solution.variableStatus[j]!);
  });
  program.rows.forEach((row, i) => {
    add(row, solution.rowStatus[i]!);
  });
  return { all, tight };
}

function certify(program: ExactLinearProgram, solution: LinearSolution): ExactLinearSolution['exact'] {
  if (solution.status !== 'optimal') return null;
  const { all, tight } = constraints(program, solution);
  if (tight.length !== program.objective.length) return null;
  const basis = tight.map(({ row }) => row);
  const vertex = Vertex.at(basis, [...basis.keys()]);
  if (!vertex || all.some((row) => vertex.slack(row) < 0n)) return null;
  const sign = program.sense === 'maximise' ? -1n : 1n;
  // The objective in integers; its scale does not change signs.
  const { coefficients } = whole(program.objective, new Fraction(0));
  const optimal = vertex.edges.every((edge, i) => {
    const { dual } = tight[vertex.basis[i]!]!;
    const gain = sign * dot(coefficients, edge);
    return dual === 'any' || (dual === 'zero' ? gain === 0n : gain >= 0n);
  });
  if (!optimal) return null;
  const x = vertex.numerators.map((numerator) => new Fraction(numerator, vertex.denominator));
  return { x, value: x.reduce((sum, one, j) => sum.add(one.mul(program.objective[j]!)), new Fraction(0)) };
}
