/** The scan of assembly/scan.ts in plain TypeScript, on the same plan (tie rule `strict`, all committees). */
import type { ScanEntry } from '../../src/kernel/scan.ts';
import type { ScanPlan } from '../../src/kernel/scan-plan.ts';

type Found = Pick<ScanEntry, 'least' | 'leastRank'> & { count: number };

export function plainScan(plan: ScanPlan, first: number, count: number): Map<number, Found> {
  const { bobs, lanes, lowCount, highStates, buckets, arrays: a } = plan;
  const found = new Map<number, Found>();
  const high = new Float64Array(bobs);
  const levelOf = (t: number) => a.hint[t]!;
  const open = (totals: ArrayLike<number>, row: number, level: number) => {
    let mask = 0;
    for (let j = 0; j < bobs; j++)
      if (totals[row * lanes + j]! + high[j]! >= a.table[level * lanes + j]!) mask |= 1 << j;
    return mask;
  };
  const any = (totals: ArrayLike<number>, row: number, level: number) => {
    for (let j = 0; j < bobs; j++) if (totals[row * lanes + j]! + high[j]! >= a.table[level * lanes + j]!) return true;
    return false;
  };
  const end = first + count;
  for (let combination = Math.floor(first / lowCount); combination * lowCount < end; combination++) {
    high.fill(0);
    let alice = 0;
    let digits = combination;
    for (let state = highStates - 1; state >= 0; state--) {
      const policies = a.firstCell[state + 1]! - a.firstCell[state]!;
      const cell = a.firstCell[state]! + (digits % policies);
      digits = Math.floor(digits / policies);
      alice += a.highAlice[cell]!;
      for (let j = 0; j < bobs; j++) high[j]! += a.highBobs[cell * lanes + j]!;
    }
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
