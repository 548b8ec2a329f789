/**
 * The lexicographic minimum of a polyhedron in exact arithmetic: HiGHS finds an optimal basis in doubles, and the dual
 * simplex method in integers proves it or goes on from it. Rows may be listed or found as they are needed; the answer
 * depends on the polyhedron alone.
 */
import { InternalError } from '../errors.ts';
import { nearestDouble } from '../exact/nearest.ts';
import { answered, finished, type Steps } from '../steps.ts';
import type { LinearSolver } from './program.ts';
import { type ExactPoint, type ExactRow, Vertex } from './vertex.ts';

/** Minimise x[order[0]], among the minima x[order[1]], and so on, over {x : every row's coefficients · x >= bound}. */
export interface LexicographicProgram {
  readonly order: readonly number[];
  /** Non-negativity is a row like others; an equality is two rows. */
  readonly rows: readonly ExactRow[];
  /**
   * Rows whose vertex is the lexicographic minimum over these rows alone: where the method starts if HiGHS's basis
   * does not serve.
   */
  readonly start: readonly number[];
  /** A row that holds all over the polyhedron and not at `x`, or null: for rows too many to list. */
  readonly separate?: ((x: ExactPoint) => ExactRow | null | Steps<ExactRow | null>) | undefined;
}

export interface LexicographicMinimum {
  readonly x: ExactPoint;
  /** The tight rows that prove x[order[0]] minimal, with their multipliers (times the denominator), all above 0. */
  readonly proof: readonly { readonly row: ExactRow; readonly multiplier: bigint }[];
  readonly pivots: number;
}

/**
 * @param solver where given, HiGHS solves the listed rows first.
 * @returns null where no point satisfies the rows.
 */
export function lexicographicMinimum(
  program: LexicographicProgram,
  solver?: LinearSolver,
): LexicographicMinimum | null {
  return finished(lexicographicSteps(program, solver));
}

/** `lexicographicMinimum` in steps: a pivot each. HiGHS, where given, is one step. */
export function* lexicographicSteps(
  program: LexicographicProgram,
  solver?: LinearSolver,
): Steps<LexicographicMinimum | null> {
  const { order, separate } = program;
  const rows = program.rows.map(approximated);
  const vertex = (solver && fromHighs(program, solver)) ?? Vertex.at(program.rows, program.start);
  if (!vertex || !lexicographicallyOptimal(vertex, order))
    throw new InternalError('a lexicographic program needs a start that is minimal over its own rows');
  for (let pivots = 0; ; pivots++) {
    let violated = mostViolated(rows, vertex);
    if (violated < 0) {
      const row = separate && (yield* answered(separate(vertex)));
      if (!row) return { x: vertex, proof: proofOf(vertex, rows, order[0]!), pivots };
      violated = rows.push(approximated(row)) - 1;
    }
    const { row } = rows[violated]!;
    const position = leaving(vertex, vertex.speeds(row), order);
    if (position < 0) return null;
    vertex.pivot(position, violated, row);
    yield;
  }
}

/** The sign of the first coordinate of `edge`, in `order`, that is not 0. */
function lexicographicSign(edge: readonly bigint[], order: readonly number[]): number {
  for (const j of order) if (edge[j] !== 0n) return edge[j]! > 0n ? 1 : -1;
  return 0;
}

const lexicographicallyOptimal = ({ edges }: Vertex, order: readonly number[]): boolean =>
  edges.every((edge) => lexicographicSign(edge, order) > 0);

/** The dual ratio test: among the edges along which the violated row gains, the lexicographically smallest per gain. */
function leaving({ edges }: Vertex, speeds: readonly bigint[], order: readonly number[]): number {
  let best = -1;
  for (let i = 0; i < edges.length; i++) {
    if (speeds[i]! <= 0n) continue;
    if (best < 0 || lexicographicallyLess(edges[i]!, speeds[i]!, edges[best]!, speeds[best]!, order)) best = i;
  }
  return best;
}

function lexicographicallyLess(
  a: readonly bigint[],
  aScale: bigint,
  b: readonly bigint[],
  bScale: bigint,
  order: readonly number[],
): boolean {
  for (const j of order) {
    const left = a[j]! * bScale;
    const right = b[j]! * aScale;
    if (left !== right) return left < right;
  }
  return false;
}

interface ApproximatedRow {
  readonly row: ExactRow;
  readonly doubles: Float64Array;
  readonly boundDouble: number;
}

function approximated(row: ExactRow): ApproximatedRow {
  return { row, doubles: Float64Array.from(row.coefficients, Number), boundDouble: Number(row.bound) };
}

/** The row with the largest violation, or -1 where all hold: doubles decide where their error bound lets them. */
function mostViolated(rows: readonly ApproximatedRow[], vertex: Vertex): number {
  const x = Float64Array.from(vertex.numerators, (value) => nearestDouble(value, vertex.denominator));
  // Each of n + 1 terms carries three roundings (coefficient, coordinate, product), the sum up to n + 1 more.
  const relativeError = (x.length + 8) * Number.EPSILON;
  const tight = new Set(vertex.basis);
  let worst = -1;
  let worstSlack = 0;
  for (let i = 0; i < rows.length; i++) {
    const { doubles, boundDouble } = rows[i]!;
    let slack = -boundDouble;
    let magnitude = Math.abs(boundDouble);
    for (let j = 0; j < x.length; j++) {
      const term = doubles[j]! * x[j]!;
      slack += term;
      magnitude += Math.abs(term);
    }
    if (slack > relativeError * magnitude || tight.has(i)) continue;
    // Also where a number overflowed and nothing can be compared.
    if (!(slack < -relativeError * magnitude)) {
      if (vertex.slack(rows[i]!.row) >= 0n) continue;
      slack = Math.min(-Number.MIN_VALUE, slack);
    }
    if (worst < 0 || slack < worstSlack) {
      worst = i;
      worstSlack = slack;
    }
  }
  return worst;
}

function proofOf({ basis, edges }: Vertex, rows: readonly ApproximatedRow[], objective: number) {
  return basis
    .map((row, i) => ({ row: rows[row]!.row, multiplier: edges[i]![objective]! }))
    .filter(({ multiplier }) => multiplier > 0n);
}

/** HiGHS's optimal vertex for the first coordinate, where it is the lexicographic minimum over its tight rows. */
function fromHighs({ rows, order }: LexicographicProgram, solver: LinearSolver): Vertex | null {
  const n = order.length;
  const scale = Float64Array.from({ length: n }, (_, j) =>
    rows.reduce((most, { coefficients }) => Math.max(most, Math.abs(Number(coefficients[j]))), 0),
  );
  if (!scale.every((most) => most > 0 && most < Number.POSITIVE_INFINITY)) return null;
  const dense = Float64Array.from({ length: rows.length * n }, (_, entry) => {
    const j = entry % n;
    return Number(rows[(entry - j) / n]!.coefficients[j]) / scale[j]!;
  });
  const { status, rowStatus } = solver.solve({
    objective: order.map((_, j) => (j === order[0] ? 1 : 0)),
    lower: Array(n).fill(Number.NEGATIVE_INFINITY),
    rows: {
      lower: rows.map(({ bound }) => Number(bound)),
      upper: Array(rows.length).fill(Number.POSITIVE_INFINITY),
      coefficients: { dense },
    },
  });
  if (status !== 'optimal') return null;
  const basis = rowStatus.flatMap((state, row) => (state === 'basic' ? [] : [row]));
  if (basis.length !== n) return null;
  const vertex = Vertex.at(rows, basis);
  return vertex && lexicographicallyOptimal(vertex, order) ? vertex : null;
}
