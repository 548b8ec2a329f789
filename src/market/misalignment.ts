/**
 * Misalignment (Definition 1, Remark 5, section 7.1): the smallest epsilon such that some weights w >= 0 and an offset c
 * keep w·U + c within epsilon of Alice's utility, from above where equilibria can lead, from below where Alice's best
 * schemes lead. Exact: among all optimal (w, c) the lexicographically smallest, so that the answer depends on the
 * market alone and not on how its rows were found.
 */
import Fraction from 'fraction.js';
import { InternalError } from '../errors.ts';
import { nearestDouble } from '../exact/nearest.ts';
import { lexicographicMinimum } from '../lp/lexicographic.ts';
import type { LinearSolver } from '../lp/program.ts';
import type { ExactPoint, ExactRow } from '../lp/vertex.ts';
import { type AlignmentRows, cellRows, undominated } from './alignment-rows.ts';
import { committeeBobs } from './committee.ts';
import type { CommitteeMask, Market } from './market.ts';
import type { Misalignment, Scope, WeightSet } from './results.ts';
import { bestCells } from './stable.ts';

/**
 * What a row is and what weights are allowed. Scope `cells`: the (state, policy) pairs that some stable, or some
 * Alice-optimal, scheme uses; `schemes`: the expected totals of stable, and of Alice-optimal, schemes; `table`: all
 * pairs on both sides (Definition 1).
 */
export interface Reading {
  readonly scope: Scope;
  readonly weights: WeightSet;
}

/** What is known of a committee's stable schemes, as far as the scopes asked for need it. */
export interface StableEvidence {
  /** Bit c: some stable scheme uses cell c. For scope `cells`. */
  readonly cells?: bigint | null | undefined;
  /**
   * Totals of gains of stable schemes, Alice first: all of them, or at least those that no other dominates (Alice's
   * lower, the Bobs' higher). For scope `schemes`.
   */
  readonly rows?: readonly Float64Array[] | undefined;
  /**
   * In place of a full list of `rows`: the totals of a stable scheme that maximise Σ weights[i] · total of
   * `players[i]` − aliceWeight · Alice's total; all weights >= 0. Asked until it brings nothing new.
   */
  readonly separate?:
    | ((players: readonly number[], weights: readonly bigint[], aliceWeight: bigint) => Float64Array)
    | undefined;
}

/** One reading's exact answer. */
export interface ExactMisalignment extends Reading {
  readonly epsilon: Fraction;
  /** Weight of each Bob of the committee, by his number in the table (0-based). */
  readonly w: ReadonlyMap<number, Fraction>;
  readonly offset: Fraction;
  /** OPT − 2·epsilon: no equilibrium is worse for Alice (Theorem 6). */
  readonly bound: Fraction;
}

/**
 * The misalignment of a committee under one reading, exactly.
 * @param evidence must hold `cells` for scope `cells`, `rows` or `separate` for scope `schemes`; nothing for `table`.
 * @param solver HiGHS, to start from its optimum; without it the exact method goes all the way.
 */
export function misalignment(
  market: Market,
  committee: CommitteeMask,
  { scope, weights }: Reading,
  evidence: StableEvidence,
  solver?: LinearSolver,
): ExactMisalignment {
  const players = committeeBobs(committee).map((bob) => bob + 1);
  const rows = rowsOf(market, players, scope, evidence);
  const solved = alignment(rows, players, weights, {
    separate: scope === 'schemes' ? separation(market, players, evidence) : undefined,
    solver,
  });
  const best = market.base[0]!.add(market.unit[0]!.mul(market.most[0]!));
  return {
    scope,
    weights,
    epsilon: solved.epsilon,
    w: new Map(players.map((player, i) => [player - 1, solved.w[i]!])),
    offset: solved.offset,
    bound: best.sub(solved.epsilon.mul(2)),
  };
}

/** A reading's answer as results show it. */
export function printedMisalignment(market: Market, exact: ExactMisalignment): Misalignment {
  const { scope, weights, epsilon, w, offset, bound } = exact;
  return {
    scope,
    weights,
    epsilon: nearest(epsilon),
    w: Object.fromEntries([...w].map(([bob, weight]) => [market.bobs[bob]!, nearest(weight)])),
    offset: nearest(offset),
    bound: nearest(bound),
  };
}

const nearest = ({ s, n, d }: Fraction) => nearestDouble(s * n, d);

function rowsOf(market: Market, players: readonly number[], scope: Scope, evidence: StableEvidence): AlignmentRows {
  const { base, unit, rows } = cellRows(market);
  const keep = (upper: readonly Float64Array[], lower: readonly Float64Array[]) => ({
    upper: undominated(upper, players, 'upper'),
    lower: undominated(lower, players, 'lower'),
  });
  if (scope === 'table') return { base, unit, ...keep(rows, rows) };
  const optimal = bestCells(market, 0);
  if (scope === 'cells') {
    const { cells } = evidence;
    if (cells === undefined || cells === null)
      throw new InternalError('misalignment over cells needs the cells of stable schemes');
    const used = rows.filter((_, cell) => ((cells >> BigInt(cell)) & 1n) === 1n);
    return {
      base,
      unit,
      ...keep(
        used,
        optimal.flat().map((cell) => rows[cell]!),
      ),
    };
  }
  // One Alice-optimal scheme to begin with; the others come by separation.
  const first = market.gains.map((gains) => optimal.reduce((sum, [cell]) => sum + gains[cell!]!, 0));
  return { base: market.base, unit: market.unit, ...keep(evidence.rows ?? [], [Float64Array.from(first)]) };
}

/**
 * For scope `schemes`: the Alice-optimal scheme with the least weighted total is the least cell of each state, so those
 * schemes need not be listed.
 */
function separation(market: Market, players: readonly number[], { separate }: StableEvidence) {
  const optimal = bestCells(market, 0);
  const lower = (weights: readonly bigint[]) => {
    const totals = new Float64Array(market.gains.length);
    for (const cells of optimal) {
      const cell = least(cells, (one) =>
        players.reduce((sum, p, i) => sum + weights[i]! * BigInt(market.gains[p]![one]!), 0n),
      );
      market.gains.forEach((gains, p) => {
        totals[p]! += gains[cell]!;
      });
    }
    return totals;
  };
  return {
    lower,
    upper: separate && ((weights: readonly bigint[], aliceWeight: bigint) => separate(players, weights, aliceWeight)),
  };
}

function least(cells: readonly number[], cost: (cell: number) => bigint): number {
  if (cells.length === 1) return cells[0]!;
  const costs = cells.map(cost);
  return cells[costs.reduce((best, value, i) => (value < costs[best]! ? i : best), 0)]!;
}

interface AlignmentOptions {
  readonly separate?:
    | {
        readonly lower: (weights: readonly bigint[]) => Float64Array;
        readonly upper?: ((weights: readonly bigint[], aliceWeight: bigint) => Float64Array) | undefined;
      }
    | undefined;
  readonly solver?: LinearSolver | undefined;
}

/**
 * The linear program itself. In units of Alice's: with W_j = w_j·unit_j / unit_A, E = epsilon / unit_A and
 * C = (c + Σ w_j·base_j − base_A) / unit_A it is Σ W_j·r_j + C <= r_A + E on upper rows r, >= r_A − E on lower ones, all
 * in integers. Variables are W…, C, E.
 */
export function alignment(
  { base, unit, upper, lower }: AlignmentRows,
  players: readonly number[],
  weights: WeightSet,
  { separate, solver }: AlignmentOptions = {},
): { epsilon: Fraction; w: Fraction[]; offset: Fraction } {
  const m = players.length;
  const side = (row: Float64Array, sign: 1 | -1): ExactRow => ({
    coefficients: [...players.map((p) => BigInt(sign * row[p]!)), BigInt(sign), 1n],
    bound: BigInt(sign * row[0]!),
  });
  const nonNegative = (j: number): ExactRow => ({
    coefficients: Array.from({ length: m + 2 }, (_, i) => (i === j ? 1n : 0n)),
    bound: 0n,
  });
  const rows = [
    ...players.map((_, j) => nonNegative(j)),
    nonNegative(m + 1),
    ...lower.map((row) => side(row, 1)),
    ...upper.map((row) => side(row, -1)),
    ...(weights === 'simplex' ? sumIsOne(players.map((p) => unit[0]!.div(unit[p]!))) : []),
  ];
  const cut = ({ numerators, denominator }: ExactPoint): ExactRow | null => {
    const at = numerators.slice(0, m);
    for (const row of [
      separate && side(separate.lower(at), 1),
      separate?.upper && side(separate.upper(at, denominator), -1),
    ])
      if (row && row.coefficients.reduce((sum, a, j) => sum + a * numerators[j]!, 0n) < row.bound * denominator)
        return row;
    return null;
  };
  const solved = lexicographicMinimum(
    {
      order: [m + 1, ...players.keys(), m],
      rows,
      // At W = 0 and E = 0, C alone meets the first lower row: least in every coordinate, in that order.
      start: Array.from({ length: m + 2 }, (_, i) => i),
      separate: separate && cut,
    },
    solver,
  );
  if (!solved) throw new InternalError('a misalignment program always has a solution');
  const { numerators, denominator } = solved.x;
  const value = (j: number) => new Fraction(numerators[j]!, denominator);
  const w = players.map((p, j) => value(j).mul(unit[0]!).div(unit[p]!));
  return {
    epsilon: value(m + 1).mul(unit[0]!),
    w,
    offset: players.reduce((sum, p, j) => sum.sub(w[j]!.mul(base[p]!)), value(m).mul(unit[0]!).add(base[0]!)),
  };
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
