/**
 * Cutting planes in doubles (Kelley 1960): the smallest x[0] over half-spaces that are found as they are needed, by the
 * dual simplex method on a dense inverse. Meant for a few dozen variables, where any point near the minimum will do.
 */

/** coefficients · x >= bound; coefficients about 1 in size. */
export interface HalfSpace {
  readonly coefficients: Float64Array;
  readonly bound: number;
}

/** Below this a slope, or a violation, is rounding noise. */
const NOISE = 1e-10;

/**
 * @param lower of every variable: where the method starts
 * @param known half-spaces to begin with
 * @param cut a half-space that x is not in, or null where x will do
 * @param most half-spaces that are asked for, and pivots between two of them
 */
export function cutDown(
  lower: readonly number[],
  known: readonly HalfSpace[],
  cut: (x: Float64Array) => HalfSpace | null,
  most: number,
): Float64Array {
  const n = lower.length;
  const x = Float64Array.from(lower);
  const unit = (i: number) => Float64Array.from(lower, (_, j) => (i === j ? 1 : 0));
  const rows: HalfSpace[] = [...lower.map((bound, i) => ({ coefficients: unit(i), bound })), ...known];
  /** Along edge i the slack of the i-th tight row grows by one unit, that of the others stays 0. */
  const edges = lower.map((_, i) => unit(i));
  for (let cuts = 0; cuts < most; cuts++) {
    for (let pivots = 0; pivots < most; pivots++) {
      const row = mostViolated(rows, x);
      if (!row) break;
      const speeds = edges.map((edge) => product(edge, row.coefficients));
      const leaving = steepest(edges, speeds);
      if (leaving < 0) return x;
      const edge = edges[leaving]!;
      const step = (row.bound - product(row.coefficients, x)) / speeds[leaving]!;
      for (let j = 0; j < n; j++) {
        edge[j]! /= speeds[leaving]!;
        x[j]! += step * speeds[leaving]! * edge[j]!;
      }
      edges.forEach((other, i) => {
        if (i !== leaving && speeds[i] !== 0) for (let j = 0; j < n; j++) other[j]! -= speeds[i]! * edge[j]!;
      });
    }
    const row = cut(x);
    if (!row || product(row.coefficients, x) >= row.bound - NOISE) return x;
    rows.push(row);
  }
  return x;
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j]! * b[j]!;
  return sum;
}

function mostViolated(rows: readonly HalfSpace[], x: Float64Array): HalfSpace | undefined {
  let worst: HalfSpace | undefined;
  let least = -NOISE;
  for (const row of rows) {
    const slack = product(row.coefficients, x) - row.bound;
    if (slack >= least) continue;
    least = slack;
    worst = row;
  }
  return worst;
}

/** The edge along which x[0] rises least for what the row gains, or -1; of several the one that gains most. */
function steepest(edges: readonly Float64Array[], speeds: readonly number[]): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  speeds.forEach((speed, i) => {
    if (speed <= NOISE) return;
    const rise = edges[i]![0]! / speed;
    if (rise > least || (rise === least && speed <= speeds[best]!)) return;
    best = i;
    least = rise;
  });
  return best;
}
