/**
 * The combinations of a scan's first states (the high half), one after the other. What the states up to each one add up
 * to is kept, so that the next combination costs one or two additions of vectors, however many states there are.
 *
 * Row s+1 is what states 0 … s add up to, row 0 is zero, the last row is the whole combination. A row is
 *
 *      0 Alice's total A      8 cell of the state u32      16 Bobs' totals T[lanes]      then cells used u64[words]
 *
 * padded to 16 bytes. `plan` is the one drawn in scan.ts.
 */

/** Where a row's totals lie; its cells follow them. */
export const ROW_TOTALS: usize = 16;

export function rowBytesOf<T>(plan: usize): usize {
  const totals = <usize>load<u32>(plan, 4) * sizeof<T>();
  return (ROW_TOTALS + totals + ((<usize>load<u32>(plan, 8)) << 3) + 15) & ~15;
}

/** Row = the row before it and one cell. */
function addCell<T, A>(plan: usize, row: usize, rowBytes: usize, cell: usize): void {
  const before = row - rowBytes;
  const stride = <usize>load<u32>(plan, 4) * sizeof<T>();
  const gains = <usize>load<u32>(plan, 32) + cell * stride;
  store<A>(row, load<A>(before) + load<A>(<usize>load<u32>(plan, 28) + cell * sizeof<A>()));
  store<u32>(row, <u32>cell, 8);
  if (ASC_FEATURE_SIMD) {
    for (let at: usize = 0; at < stride; at += 16) {
      const sum = v128.add<T>(v128.load(before + at, ROW_TOTALS), v128.load(gains + at));
      v128.store(row + at, sum, ROW_TOTALS);
    }
  } else {
    for (let at: usize = 0; at < stride; at += sizeof<T>())
      store<T>(row + at, load<T>(before + at, ROW_TOTALS) + load<T>(gains + at), ROW_TOTALS);
  }
  for (let at = ROW_TOTALS + stride; at < rowBytes; at += 8) store<u64>(row + at, load<u64>(before + at));
  const word = row + ROW_TOTALS + stride + ((cell >> 6) << 3);
  store<u64>(word, load<u64>(word) | ((<u64>1) << (<u64>(cell & 63))));
}

/** Fills all rows for the combination of rank `high`; the last state varies fastest. */
export function standAt<T, A>(plan: usize, rows: usize, rowBytes: usize, high: u64): void {
  const states = load<u32>(plan, 12);
  const firstCell = <usize>load<u32>(plan, 24);
  memory.fill(rows, 0, rowBytes);
  let digits = high;
  for (let state: usize = states; state > 0; state--) {
    const from = load<u32>(firstCell + ((state - 1) << 2));
    const policies = <u64>(load<u32>(firstCell + (state << 2)) - from);
    store<u32>(rows + state * rowBytes, from + <u32>(digits % policies), 8);
    digits /= policies;
  }
  for (let state: usize = 1; state <= states; state++) {
    const row = rows + state * rowBytes;
    addCell<T, A>(plan, row, rowBytes, <usize>load<u32>(row, 8));
  }
}

/** Goes on to the next combination; after the last one, nothing changes. */
export function advance<T, A>(plan: usize, rows: usize, rowBytes: usize): void {
  const states = load<u32>(plan, 12);
  const firstCell = <usize>load<u32>(plan, 24);
  let state: usize = states;
  let row = rows + state * rowBytes;
  while (state > 0 && load<u32>(row, 8) + 1 == load<u32>(firstCell + (state << 2))) {
    state--;
    row -= rowBytes;
  }
  if (state == 0) return;
  addCell<T, A>(plan, row, rowBytes, <usize>load<u32>(row, 8) + 1);
  for (state++; state <= states; state++) {
    row += rowBytes;
    addCell<T, A>(plan, row, rowBytes, <usize>load<u32>(firstCell + ((state - 1) << 2)));
  }
}
