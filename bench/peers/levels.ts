/** The dynamic programme of assembly/levels.ts in plain TypeScript: best totals over all schemes for each deficit. */
export function plainLevels(
  firstCell: readonly number[],
  loss: Float64Array,
  value: Float64Array,
  reach: number,
): Float64Array {
  let from = Float64Array.of(0);
  for (let s = firstCell.length - 2; s >= 0; s--) {
    const most = Math.max(...loss.subarray(firstCell[s]!, firstCell[s + 1]!));
    const into = new Float64Array(Math.min(reach + 1, from.length + most)).fill(Number.NEGATIVE_INFINITY);
    for (let cell = firstCell[s]!; cell < firstCell[s + 1]!; cell++) {
      const by = loss[cell]!;
      const add = value[cell]!;
      const end = Math.min(from.length, into.length - by);
      for (let d = 0; d < end; d++) {
        const sum = from[d]! + add;
        if (sum > into[d + by]!) into[d + by] = sum;
      }
    }
    from = into;
  }
  return from;
}
