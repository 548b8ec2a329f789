/** `align`: Definition 1 on a utility table or a score matrix, the smallest epsilon with its weights, offset and proof. */
import { AbortedError, InputError } from '../errors.ts';
import { nearestDouble } from '../exact/nearest.ts';
import { givenObject } from '../input/given.ts';
import { type LinearSolver, linearSolver } from '../lp/program.ts';
import type { UtilityTable } from '../market/table.ts';
import { VERSION } from '../version.ts';
import { type CuttingAnswer, type CuttingOptions, cuttingPlanes } from './cutting.ts';
import { type AlignmentPoints, alignmentPoints, type PointOptions } from './points.ts';
import { alignment, type Side, type WeightSet } from './program.ts';
import { exactRows, pointRow } from './residuals.ts';
import type { AlignmentRow } from './rows.ts';

export interface AlignOptions extends PointOptions {
  /** One reading or several. Default `['simplex']`, Definition 1 as printed. */
  readonly weights?: readonly WeightSet[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Stop after so many seconds with the best weights known, `complete: false`. */
  readonly timeLimit?: number | undefined;
  /** Called with the number of rows that the program holds so far. */
  readonly onProgress?: ((cuts: number) => void) | undefined;
}

/** One reading: within epsilon of Alice on every row, and no weights do better. */
export interface AlignReading {
  readonly weights: WeightSet;
  readonly epsilon: number;
  /** By Bob. */
  readonly w: Readonly<Record<string, number>>;
  readonly offset: number;
  /** Rows (from 0, below the header) where w·U + offset is off by exactly epsilon, rising; none where epsilon is 0. */
  readonly tight: readonly number[];
  /**
   * The linear program's dual: rows that no smaller epsilon can meet at once, on which side they bind, and multipliers
   * that sum to 1. Empty where epsilon is 0.
   */
  readonly proof: readonly {
    readonly row: number;
    readonly label?: readonly string[];
    readonly side: Side;
    readonly multiplier: number;
  }[];
  /**
   * `exact`: epsilon, w and offset are the nearest doubles of an exact optimum, the lexicographically first w among the
   * optimal ones. `double`: epsilon is what w reaches, and none reaches less than `lowerBound`.
   */
  readonly arithmetic: 'exact' | 'double';
  readonly lowerBound?: number;
}

/** The first reading asked for, and all of them in `readings` where several were asked for. */
export interface AlignResult extends Omit<AlignReading, 'arithmetic'> {
  readonly kind: 'align';
  readonly version: string;
  readonly complete: boolean;
  /** `exact`, `rounded:D`, or `double` where there are too many Bobs to be exact about the optimum. */
  readonly arithmetic: string;
  readonly options: { readonly weights: readonly WeightSet[]; readonly round?: number };
  /** Number of rows. */
  readonly rows: number;
  readonly bobs: readonly string[];
  readonly readings?: readonly AlignReading[];
}

/** At 100 Bobs the exact optimum takes 1 to 6 s, growing with the cube at least; beyond this, doubles with a bound. */
const MOST_EXACT_BOBS = 128;

/**
 * The smallest epsilon for which weights w >= 0 and an offset c keep Σ w_j·U_j + c within epsilon of Alice on every row
 * (Definition 1); on `simplex` the weights sum to 1, on the `cone` they need not.
 *
 * Up to 128 Bobs the optimum is exact. Cost: cutting planes, each round one pass over all rows.
 * @param source a utility table, CSV or JSON text of one or of a score matrix, or what `alignmentPoints` made of it.
 * @throws InputError on a bad input or option; AbortedError once `signal` fires.
 * @example
 * // Alice is the mean of A and B.
 * const { epsilon, w } = await align('item,alice,A,B\nx,0.5,1,0\ny,1.5,2,1\nz,0.5,0,1\n');
 * [epsilon, { ...w }] // [0, { A: 0.5, B: 0.5 }]
 */
export async function align(
  source: string | UtilityTable | AlignmentPoints,
  options: AlignOptions = {},
): Promise<AlignResult> {
  givenObject(options);
  const { weights = ['simplex'], timeLimit, signal, onProgress, round } = options;
  const asked = checkedWeights(weights);
  if (timeLimit !== undefined && !(timeLimit > 0))
    throw new InputError(`timeLimit must be a number of seconds above 0, got ${timeLimit}`);
  const deadline = timeLimit === undefined ? Number.POSITIVE_INFINITY : performance.now() + 1000 * timeLimit;
  const points = isPoints(source) ? source : alignmentPoints(source, options);
  const solver = await linearSolver();
  if (signal?.aborted) throw new AbortedError();
  const solved = asked.map((set) => readingOf(points, set, solver, { signal, deadline, onProgress }));
  const [{ reading: first }] = solved as [Solved, ...Solved[]];
  const exact = solved.every(({ reading }) => reading.arithmetic === 'exact');
  return {
    kind: 'align',
    version: VERSION,
    complete: solved.every(({ complete }) => complete),
    options: { weights: asked, ...(round === undefined ? {} : { round }) },
    rows: points.count,
    bobs: points.bobs,
    ...first,
    arithmetic: exact ? (round === undefined ? 'exact' : `rounded:${round}`) : 'double',
    ...(solved.length > 1 ? { readings: solved.map(({ reading }) => reading) } : {}),
  };
}

const isPoints = (source: string | UtilityTable | AlignmentPoints): source is AlignmentPoints =>
  typeof source === 'object' && source !== null && 'whole' in source;

function checkedWeights(weights: readonly WeightSet[]): WeightSet[] {
  if (weights.length === 0) throw new InputError('weights must name simplex, cone or both, got none');
  for (const set of weights)
    if (set !== 'simplex' && set !== 'cone')
      throw new InputError(`weights must be among simplex, cone, got ${JSON.stringify(set)}`);
  return [...new Set(weights)];
}

interface Solved {
  readonly reading: AlignReading;
  readonly complete: boolean;
}

function readingOf(points: AlignmentPoints, set: WeightSet, solver: LinearSolver, options: CuttingOptions): Solved {
  const cutting = cuttingPlanes(points, set, solver, options);
  const exact = cutting.complete && points.bobs.length <= MOST_EXACT_BOBS;
  return {
    reading: exact ? exactReading(points, set, cutting, solver) : doubleReading(points, set, cutting),
    complete: cutting.complete,
  };
}

/** From the rows that the cutting planes end with, the exact optimum over all rows. */
function exactReading(
  points: AlignmentPoints,
  set: WeightSet,
  { cuts }: CuttingAnswer,
  solver: LinearSolver,
): AlignReading {
  const players = points.bobs.map((_, j) => j + 1);
  const numbers = new Map<AlignmentRow, number>();
  const take = (row: number) => {
    const made = pointRow(points, row);
    numbers.set(made, row);
    return made;
  };
  const listed = (side: Side) => cuts.filter((cut) => cut.side === side).map(({ row }) => take(row));
  const solved = alignment({ ...points, upper: listed('upper'), lower: listed('lower') }, players, set, {
    solver,
    separate(x) {
      const { worst } = exactRows(points, players, x);
      return worst ? { row: take(worst.row), side: worst.side } : null;
    },
  });
  const zero = solved.epsilon.n === 0n;
  return {
    weights: set,
    epsilon: nearest(solved.epsilon),
    w: named(points, solved.w.map(nearest)),
    offset: nearest(solved.offset),
    tight: zero ? [] : [...new Set(exactRows(points, players, solved.x).tight)],
    proof: zero
      ? []
      : proofOf(
          points,
          solved.proof.map(({ row, side, multiplier }) => ({
            row: numbers.get(row)!,
            side,
            multiplier: nearest(multiplier),
          })),
        ),
    arithmetic: 'exact',
  };
}

function doubleReading(points: AlignmentPoints, set: WeightSet, answer: CuttingAnswer): AlignReading {
  const unit = points.unit.map((one) => one.valueOf());
  const base = points.base.map((one) => one.valueOf());
  const w = Array.from(answer.weights, (weight, j) => (weight * unit[0]!) / unit[j + 1]!);
  const tight = answer.cuts.filter(({ multiplier }) => multiplier > 0);
  return {
    weights: set,
    epsilon: answer.epsilon * unit[0]!,
    w: named(points, w),
    offset: answer.constant * unit[0]! + base[0]! - w.reduce((sum, weight, j) => sum + weight * base[j + 1]!, 0),
    tight: [...new Set(tight.map(({ row }) => row))].sort((a, b) => a - b),
    proof: proofOf(points, tight),
    arithmetic: 'double',
    lowerBound: answer.lowerBound * unit[0]!,
  };
}

const nearest = ({ s, n, d }: { s: bigint; n: bigint; d: bigint }) => nearestDouble(s * n, d);

function named({ bobs }: AlignmentPoints, w: readonly number[]): Record<string, number> {
  return Object.fromEntries(bobs.map((bob, j) => [bob, w[j]!]));
}

function proofOf({ labels }: AlignmentPoints, rows: readonly { row: number; side: Side; multiplier: number }[]) {
  return rows
    .toSorted((a, b) => a.row - b.row || (a.side < b.side ? -1 : 1))
    .map(({ row, side, multiplier }) => ({ row, ...(labels ? { label: labels[row]! } : {}), side, multiplier }));
}
