/**
 * The linear program of Definition 1 and Remark 5 in integers: the smallest epsilon such that weights w >= 0 and an
 * offset c keep w·U(r) + c at most u_A(r) + epsilon on upper rows r and at least u_A(r) − epsilon on lower ones.
 *
 * In units of Alice's, with W_j = w_j·unit_j / unit_A, E = epsilon / unit_A and C = (c + Σ w_j·base_j − base_A) / unit_A,
 * the rows are Σ W_j·r_j + C <= r_A + E and >= r_A − E. Variables are W…, C, E; among all optimal (w, c) the
 * lexicographically smallest is taken, so that the answer depends on the feasible set alone.
 */
import Fraction from 'fraction.js';
import { InternalError } from '../errors.ts';
import { lexicographicSteps } from '../lp/lexicographic.ts';
import type { LinearSolver } from '../lp/program.ts';
import type { ExactPoint, ExactRow } from '../lp/vertex.ts';
import { answered, finished, type Steps } from '../steps.ts';
import type { AlignmentRow, AlignmentRows } from './rows.ts';

/** `simplex`: w >= 0 with sum 1; `cone`: w >= 0. */
export type WeightSet = 'simplex' | 'cone';
export type Side = 'upper' | 'lower';

/** A row that must hold on one side; rows hold every player's integers, Alice first. */
export interface SidedRow {
  readonly row: AlignmentRow;
  readonly side: Side;
}

export interface AlignmentOptions {
  /** A row that is violated at (W…, C, E), or null where all hold: for rows too many to list. */
  readonly separate?: ((x: ExactPoint) => SidedRow | null | Steps<SidedRow | null>) | undefined;
  /** HiGHS, to start from its optimum: worth it where rows are many. */
  readonly solver?: LinearSolver | undefined;
}

export interface Alignment {
  readonly epsilon: Fraction;
  /** By player, in the order given. */
  readonly w: readonly Fraction[];
  readonly offset: Fraction;
  /** Rows that no smaller epsilon can meet, with their multipliers, which sum to 1. Empty where epsilon is 0. */
  readonly proof: readonly (SidedRow & { readonly multiplier: Fraction })[];
  /** (W…, C, E). */
  readonly x: ExactPoint;
}

/** Whether a row fails at x, by how much (times the denominator); 0 or less where it holds. */
export function violation(
  { numerators, denominator }: ExactPoint,
  players: readonly number[],
  { row, side }: SidedRow,
) {
  const m = players.length;
  let over = numerators[m]! - BigInt(row[0]!) * denominator;
  for (let j = 0; j < m; j++) over += numerators[j]! * BigInt(row[players[j]!]!);
  return (side === 'upper' ? over : -over) - numerators[m + 1]!;
}

/**
 * @param players the players, 1 … k, whose columns carry weights.
 * @param rows at least one lower row.
 */
export function alignment(
  rows: AlignmentRows,
  players: readonly number[],
  weights: WeightSet,
  options: AlignmentOptions = {},
): Alignment {
  return finished(alignmentSteps(rows, players, weights, options));
}

/** `alignment` in steps. */
export function* alignmentSteps(
  { base, unit, upper, lower }: AlignmentRows,
  players: readonly number[],
  weights: WeightSet,
  { separate, solver }: AlignmentOptions = {},
): Steps<Alignment> {
  const m = players.length;
  const sided = new Map<ExactRow, SidedRow>();
  const constraint = (given: SidedRow): ExactRow => {
    const { row, side } = given;
    const sign = side === 'lower' ? 1n : -1n;
    const coefficients = [...players.map((p) => sign * BigInt(row[p]!)), sign, 1n];
    const made = { coefficients, bound: sign * BigInt(row[0]!) };
    sided.set(made, given);
    return made;
  };
  const solved = yield* lexicographicSteps(
    {
      order: [m + 1, ...players.keys(), m],
      rows: [
        ...players.map((_, j) => nonNegative(j, m + 2)),
        nonNegative(m + 1, m + 2),
        ...lower.map((row) => constraint({ row, side: 'lower' })),
        ...upper.map((row) => constraint({ row, side: 'upper' })),
        ...(weights === 'simplex' ? sumIsOne(players.map((p) => unit[0]!.div(unit[p]!))) : []),
      ],
      // At W = 0 and E = 0, C alone meets the first lower row: least in every coordinate, in that order.
      start: Array.from({ length: m + 2 }, (_, i) => i),
      separate:
        separate &&
        function* (x) {
          const found = yield* answered(separate(x));
          return found && constraint(found);
        },
    },
    solver,
  );
  if (!solved) throw new InternalError('an alignment program always has a solution');
  const { numerators, denominator } = solved.x;
  const value = (j: number) => new Fraction(numerators[j]!, denominator).mul(unit[0]!);
  const w = players.map((p, j) => value(j).div(unit[p]!));
  return {
    epsilon: value(m + 1),
    w,
    offset: players.reduce((sum, p, j) => sum.sub(w[j]!.mul(base[p]!)), value(m).add(base[0]!)),
    proof: solved.proof.flatMap(({ row, multiplier }) => {
      const known = sided.get(row);
      return known ? [{ ...known, multiplier: new Fraction(multiplier, denominator) }] : [];
    }),
    x: solved.x,
  };
}

function nonNegative(variable: number, variables: number): ExactRow {
  return { coefficients: Array.from({ length: variables }, (_, i) => (i === variable ? 1n : 0n)), bound: 0n };
}

/** Σ ratios[j]·W_j = 1 as two rows in integers. */
function sumIsOne(ratios: readonly Fraction[]): ExactRow[] {
  const scale = ratios.reduce((product, { d }) => product * d, 1n);
  const coefficients = [...ratios.map(({ n, d }) => n * (scale / d)), 0n, 0n];
  return [
    { coefficients, bound: scale },
    { coefficients: coefficients.map((a) => -a), bound: -scale },
  ];
}
