/** The scan of assembly/scan.ts in plain TypeScript, on the same plan (tie rule `strict`, all committees). */
import type { ScanEntry } from '../../src/kernel/scan.ts';
import type { ScanPlan } from '../../src/kernel/scan-plan.ts';

type Found = Pick<ScanEntry, 'least' | 'leastRank'> & { count: number };

export function plainScan(plan: ScanPlan, first: number, count: number): Map<number, Found> {
  const { bobs, lanes, lowCount, highStates, buckets, arrays: a } = plan;
  const found = new Map<number, Found>();
  // Row s+1 is what the states up to s add up to; the next combination changes the last rows only.
  const totals = Array.from({ length: highStates + 1 }, () => new Float64Array(bobs));
  const alices = new Float64Array(highStates + 1);
  const cellOf = new Int32Array(highStates);
  const put = (state: number, cell: number) => {
    cellOf[state] = cell;
    alices[state + 1] = alices[state]! + a.highAlice[cell]!;
    for (let j = 0; j < bobs; j++) totals[state + 1]![j] = totals[state]![j]! + a.highBobs[cell * lanes + j]!;
  };
  const high = totals[highStates]!;
  const levelOf = (t: number) => a.hint[t]!;
  const open = (bobTotals: ArrayLike<number>, row: number, level: number) => {
    let mask = 0;
    for (let j = 0; j < bobs; j++)
      if (bobTotals[row * lanes + j]! + high[j]! >= a.table[level * lanes + j]!) mask |= 1 << j;
    return mask;
  };
  const any = (bobTotals: ArrayLike<number>, row: number, level: number) => {
    for (let j = 0; j < bobs; j++)
      if (bobTotals[row * lanes + j]! + high[j]! >= a.table[level * lanes + j]!) return true;
    return false;
  };
  const end = first + count;
  const begin = Math.floor(first / lowCount);
  for (let state = highStates - 1, digits = begin; state >= 0; state--) {
    const policies = a.firstCell[state + 1]! - a.firstCell[state]!;
    cellOf[state] = a.firstCell[state]! + (digits % policies);
    digits = Math.floor(digits / policies);
  }
  for (let state = 0; state < highStates; state++) put(state, cellOf[state]!);
  const advance = () => {
    let state = highStates - 1;
    while (state >= 0 && cellOf[state]! + 1 === a.firstCell[state + 1]) state--;
    if (state < 0) return;
    put(state, cellOf[state]! + 1);
    while (++state < highStates) put(state, a.firstCell[state]!);
  };
  for (let combination = begin; combination * lowCount < end; combination++, advance()) {
    const alice = alices[highStates]!;
    for (let bucket = 0; bucket < buckets; bucket++) {
      if (!any(a.bucketBest, bucket, levelOf(alice + a.bucketAlice[bucket]!))) continue;
      for (let run = a.bucketStart[bucket]!; run < a.bucketStart[bucket + 1]!; run++) {
        const total = alice + a.runAlice[run]!;
        const level = levelOf(total);
        if (!any(a.runBest, run, level)) continue;
        for (let i = a.runStart[run]!; i < a.runStart[run + 1]!; i++) {
          const mask = open(a.lowBobs, i, level);
          if (mask === 0) continue;
          const rank = combination * lowCount + a.lowRank[i]!;
          if (rank < first || rank >= end) continue;
          const entry = found.get(mask);
          if (!entry) found.set(mask, { count: 1, least: total, leastRank: BigInt(rank) });
          else {
            entry.count++;
            if (total < entry.least || (total === entry.least && BigInt(rank) < entry.leastRank)) {
              entry.least = total;
              entry.leastRank = BigInt(rank);
            }
          }
        }
      }
    }
  }
  return found;
}
