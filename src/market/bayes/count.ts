/** The stable obedient schemes of a committee one by one: how many there are, up to a cap, and which cells they use. */
import type { Counted } from '../search/count.ts';
import type { Level, ObedientCommittee } from './committee.ts';
import type { Meter } from './sums.ts';

/** Above this many stable schemes below OPT, or trials to find them, the count is null. */
const COUNT_CAP = 1_000_000;
const COUNT_TRIALS = 2 ** 25;

/**
 * The levels that may hold stable schemes with a deficit of at most `worst`, falling, thresholds exact; below OPT only,
 * but for a single Bob. Yields undefined every few ms.
 * @returns false where the meter ran out
 */
export function* stableLevels(
  committee: ObedientCommittee,
  worst: number,
  meter: Meter,
): Generator<Level | undefined, boolean> {
  for (let to = worst; to >= committee.all.from; ) {
    let level = committee.level(to);
    if (!committee.excludes(level)) {
      if (!level.exact) {
        for (const _ of committee.refine(to, meter)) yield undefined;
        level = committee.level(to);
        if (!level.exact) return false;
      }
      if (!committee.excludes(level)) yield level;
      if (meter.left <= 0) return false;
    }
    to = level.from - 1;
  }
  return true;
}

/**
 * Counts, yielding every few ms.
 * @param worst the largest deficit of a stable scheme
 */
export function* countObedient(committee: ObedientCommittee, worst: number): Generator<void, Counted> {
  const { optimal, session } = committee;
  const { firstCell } = session.market;
  const cells = new Set(optimal?.cells.flat());
  const meter = { left: COUNT_TRIALS };
  let count = 0;
  const levels = stableLevels(committee, worst, meter);
  for (;;) {
    const step = levels.next();
    if (step.done) return { count: step.value ? (optimal?.count ?? 0n) + BigInt(count) : null, cells };
    if (!step.value) {
      yield;
      continue;
    }
    const { from } = step.value;
    const ended = yield* committee.schemes(step.value, meter, (scheme) => {
      count++;
      for (const [s, policy] of scheme.entries()) cells.add(firstCell[s]! + policy);
      return count > COUNT_CAP ? Number.POSITIVE_INFINITY : from;
    });
    if (!ended || count > COUNT_CAP) return { count: null, cells };
  }
}
