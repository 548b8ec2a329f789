/** The stable obedient schemes of a committee one by one: how many there are, up to a cap, and which cells they use. */
import type { Steps } from '../../steps.ts';
import type { Counted } from '../search/count.ts';
import type { ObedientCommittee } from './committee.ts';
import { openLevels } from './levels.ts';

/** Above this many stable schemes below OPT, or trials to find them, the count is null. */
const COUNT_CAP = 1_000_000;
const COUNT_TRIALS = 2 ** 25;

/**
 * Counts, yielding every few ms.
 * @param worst the largest deficit of a stable scheme
 */
export function* countObedient(committee: ObedientCommittee, worst: number): Steps<Counted> {
  const { optimal, session } = committee;
  const { firstCell } = session.market;
  const cells = new Set(optimal?.cells.flat());
  const meter = { left: COUNT_TRIALS };
  let count = 0;
  const levels = openLevels(committee, { from: committee.all.from, to: worst }, COUNT_TRIALS, meter);
  for (;;) {
    const step = levels.next();
    if (step.done) return { count: step.value ? (optimal?.count ?? 0n) + BigInt(count) : null, cells };
    const { level } = step.value;
    if (!level) {
      yield;
      continue;
    }
    if (!level.exact) return { count: null, cells };
    const ended = yield* committee.each(level, meter, (scheme) => {
      count++;
      for (const [s, policy] of scheme.entries()) cells.add(firstCell[s]! + policy);
      return count <= COUNT_CAP;
    });
    if (!ended || count > COUNT_CAP) return { count: null, cells };
  }
}
