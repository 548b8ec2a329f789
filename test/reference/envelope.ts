/** Concave envelopes from the definition, in whole numbers without limit: slow, exact. */

/** A corner: deficit and total. */
export type Point = readonly [bigint, bigint];

/** Whether b lies on or below the line from a to c, which is further right. */
const below = ([x, y]: Point, [u, v]: Point, [p, q]: Point) => (v - y) * (p - x) <= (q - y) * (u - x);

/** Corners of the upper hull of points, deficits rising, as far as totals rise. */
function upperHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort(([a, v], [b, w]) => (a !== b ? (a < b ? -1 : 1) : v > w ? -1 : v < w ? 1 : 0));
  const hull: Point[] = [];
  for (const point of sorted) {
    if (hull.length > 0 && point[1] <= hull.at(-1)![1]) continue;
    while (hull.length > 1 && below(hull.at(-2)!, hull.at(-1)!, point)) hull.pop();
    hull.push(point);
  }
  return hull;
}

/** The envelope of a market: the hull of all sums of one point a state, state by state. */
export function referenceEnvelope(
  firstCell: readonly number[],
  loss: ArrayLike<number>,
  value: ArrayLike<number>,
): Point[] {
  let line: Point[] = [[0n, 0n]];
  for (let s = 0; s + 1 < firstCell.length; s++) {
    const own: Point[] = [];
    for (let cell = firstCell[s]!; cell < firstCell[s + 1]!; cell++)
      own.push([BigInt(loss[cell]!), BigInt(value[cell]!)]);
    line = upperHull(line.flatMap(([d, v]) => upperHull(own).map(([l, w]): Point => [d + l, v + w])));
  }
  return line;
}

/** Numerator and denominator of the envelope at deficit d. */
export function referenceAt(line: readonly Point[], d: bigint): [bigint, bigint] {
  const after = line.findIndex(([deficit]) => deficit > d);
  if (after < 0) return [line.at(-1)![1], 1n];
  const [[x, y], [u, v]] = [line[after - 1]!, line[after]!];
  return [y * (u - x) + (v - y) * (d - x), u - x];
}
