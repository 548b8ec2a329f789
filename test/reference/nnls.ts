/**
 * Oracle for NNLS and simplex fits over integer data: every support is tried, in bigint fractions. An optimum always exists
 * on a support with (affinely) independent columns, where the equations have one solution.
 */

/** Solves A x = b exactly by fraction-free elimination; x = numerators / denominator, or null where A is singular. */
export function solveExactly(a: bigint[][], b: bigint[]): { numerators: bigint[]; denominator: bigint } | null {
  const n = b.length;
  const rows = a.map((row, i) => [...row, b[i]!]);
  let previous = 1n;
  for (let k = 0; k < n; k++) {
    const pivot = rows.findIndex((row, i) => i >= k && row[k] !== 0n);
    if (pivot < 0) return null;
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = rows[i]![k]!;
      for (let j = 0; j <= n; j++) rows[i]![j] = (rows[i]![j]! * rows[k]![k]! - factor * rows[k]![j]!) / previous;
    }
    previous = rows[k]![k]!;
  }
  // Every pivot is now the last one (Bareiss, Gauss–Jordan form).
  return { numerators: rows.map((row) => row[n]!), denominator: previous };
}

const sum = (values: bigint[]) => values.reduce((total, value) => total + value, 0n);
const dot = (x: bigint[], y: bigint[]) => sum(x.map((value, i) => value * y[i]!));

/** p/q as the nearest double or close to it, for numbers of any size. */
export function ratio(p: bigint, q: bigint): number {
  if (p === 0n) return 0;
  const shift = BigInt(Math.max(0, 80 - (p < 0n ? -p : p).toString(2).length + q.toString(2).length));
  return Number((p << shift) / q) / 2 ** Number(shift);
}

/** The smallest |Xw - y|² over w >= 0, and with sum w = 1, for columns of integers. */
export function exactObjective(columns: readonly number[][], target: readonly number[], simplex: boolean): number {
  const x = columns.map((column) => column.map(BigInt));
  const y = target.map(BigInt);
  const gram = x.map((a) => x.map((b) => dot(a, b)));
  const b = x.map((a) => dot(a, y));
  const yy = dot(y, y);
  let best: { p: bigint; q: bigint } | undefined = simplex ? undefined : { p: yy, q: 1n };
  for (let mask = 1; mask < 2 ** x.length; mask++) {
    const support = x.flatMap((_, j) => ((mask >> j) & 1 ? [j] : []));
    const rows = support.map((i) => support.map((j) => gram[i]![j]!));
    const right = support.map((i) => b[i]!);
    if (simplex) {
      for (const row of rows) row.push(1n);
      rows.push([...support.map(() => 1n), 0n]);
      right.push(1n);
    }
    const solution = solveExactly(rows, right);
    if (!solution) continue;
    const sign = solution.denominator < 0n ? -1n : 1n;
    const q = solution.denominator * sign;
    const w = solution.numerators.slice(0, support.length).map((value) => value * sign);
    if (w.some((value) => value < 0n)) continue;
    // |Xw - y|² = (q² yᵀy - 2q bᵀw + wᵀGw) / q² for weights w / q.
    const quadratic = dot(
      w,
      support.map((i) => sum(support.map((j, k) => gram[i]![j]! * w[k]!))),
    );
    const p =
      q * q * yy -
      2n *
        q *
        dot(
          w,
          support.map((i) => b[i]!),
        ) +
      quadratic;
    if (!best || p * best.q < best.p * q * q) best = { p, q: q * q };
  }
  return ratio(best!.p, best!.q);
}
