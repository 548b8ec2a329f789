/**
 * Misalignment (Definition 1, Remark 5, section 7.1): the smallest epsilon such that some weights w >= 0 and an offset c
 * keep w·U + c within epsilon of Alice's utility, from above where equilibria can lead, from below where Alice's best
 * schemes lead. Exact: among all optimal (w, c) the lexicographically smallest, so that the answer depends on the
 * market alone and not on how its rows were found.
 */
import type Fraction from 'fraction.js';
import { type AlignmentOptions, alignmentSteps, type SidedRow, violation } from '../align/program.ts';
import { type AlignmentRow, type AlignmentRows, inDoubles, integers, undominated } from '../align/rows.ts';
import { InternalError } from '../errors.ts';
import { nearestDouble } from '../exact/nearest.ts';
import { type LinearSolver, linearSolver } from '../lp/program.ts';
import type { ExactPoint } from '../lp/vertex.ts';
import { answered, finished, type Steps } from '../steps.ts';
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
    | ((
        players: readonly number[],
        weights: readonly bigint[],
        aliceWeight: bigint,
      ) => Float64Array | Steps<Float64Array>)
    | undefined;
}

/** From about this many cells × Bobs on HiGHS's optimum saves more than it costs; the bytes are the same. */
const HIGHS_PAYS = 30_000;

/** The solver that misalignment programs of this market are given: HiGHS where the market is large enough. */
export async function misalignmentSolver(market: Market): Promise<LinearSolver | undefined> {
  return market.firstCell.at(-1)! * market.bobs.length < HIGHS_PAYS ? undefined : linearSolver();
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
  reading: Reading,
  evidence: StableEvidence,
  solver?: LinearSolver,
): ExactMisalignment {
  return finished(misalignmentSteps(market, committee, reading, evidence, solver));
}

/** `misalignment` in steps. */
export function* misalignmentSteps(
  market: Market,
  committee: CommitteeMask,
  { scope, weights }: Reading,
  evidence: StableEvidence,
  solver?: LinearSolver,
): Steps<ExactMisalignment> {
  const players = committeeBobs(committee).map((bob) => bob + 1);
  yield;
  const rows = rowsOf(market, players, scope, evidence);
  yield;
  const solved = yield* alignmentSteps(rows, players, weights, {
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

/** All cells in one unit a player, from the table's own numbers. */
type CellRows = Omit<AlignmentRows, 'upper' | 'lower'> & { readonly rows: readonly AlignmentRow[] };

const known = new WeakMap<Market, CellRows>();

/** The table's utilities, not weighted by the prior, as integers by cell; made once a market. */
function cellRows(market: Market): CellRows {
  const before = known.get(market);
  if (before) return before;
  const players = market.exactUtilities.map(integers);
  const small = players.every(({ whole }) => inDoubles(whole));
  const rows = Array.from({ length: market.firstCell.at(-1)! }, (_, cell) => {
    const row = players.map(({ whole }) => whole[cell]!);
    return small ? Float64Array.from(row, Number) : row;
  });
  const made = { base: players.map(({ base }) => base), unit: players.map(({ unit }) => unit), rows };
  known.set(market, made);
  return made;
}

function rowsOf(market: Market, players: readonly number[], scope: Scope, evidence: StableEvidence): AlignmentRows {
  const keep = (upper: readonly AlignmentRow[], lower: readonly AlignmentRow[]) => ({
    upper: undominated(upper, players, 'upper'),
    lower: undominated(lower, players, 'lower'),
  });
  const optimal = bestCells(market, 0);
  if (scope === 'schemes') {
    // One Alice-optimal scheme to begin with; the others come by separation.
    const first = Float64Array.from(market.gains, (gains) => optimal.reduce((sum, [cell]) => sum + gains[cell!]!, 0));
    return { base: market.base, unit: market.unit, ...keep(evidence.rows ?? [], [first]) };
  }
  const { base, unit, rows } = cellRows(market);
  if (scope === 'table') return { base, unit, ...keep(rows, rows) };
  const { cells } = evidence;
  if (cells === undefined || cells === null)
    throw new InternalError('misalignment over cells needs the cells of stable schemes');
  const used = rows.filter((_, cell) => ((cells >> BigInt(cell)) & 1n) === 1n);
  const best = optimal.flat().map((cell) => rows[cell]!);
  return { base, unit, ...keep(used, best) };
}

/**
 * For scope `schemes`: the Alice-optimal scheme with the least weighted total takes the least cell of each state, so
 * those schemes need not be listed; the stable ones come from the evidence where it can tell.
 */
function separation(
  market: Market,
  players: readonly number[],
  evidence: StableEvidence,
): AlignmentOptions['separate'] {
  const optimal = bestCells(market, 0);
  const leastOptimal = (weights: readonly bigint[]): Float64Array => {
    const chosen = optimal.map((cells) =>
      least(cells, (cell) => players.reduce((sum, p, i) => sum + weights[i]! * BigInt(market.gains[p]![cell]!), 0n)),
    );
    return Float64Array.from(market.gains, (gains) => chosen.reduce((sum, cell) => sum + gains[cell]!, 0));
  };
  return function* (x: ExactPoint): Steps<SidedRow | null> {
    const weights = x.numerators.slice(0, players.length);
    const lower: SidedRow = { row: leastOptimal(weights), side: 'lower' };
    if (violation(x, players, lower) > 0n) return lower;
    const row = evidence.separate && (yield* answered(evidence.separate(players, weights, x.denominator)));
    const upper: SidedRow | undefined = row && { row, side: 'upper' };
    return upper && violation(x, players, upper) > 0n ? upper : null;
  };
}

function least(cells: readonly number[], cost: (cell: number) => bigint): number {
  if (cells.length === 1) return cells[0]!;
  const costs = cells.map(cost);
  return cells[costs.reduce((best, value, i) => (value < costs[best]! ? i : best), 0)]!;
}
