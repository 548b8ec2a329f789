/** The stable schemes of a committee: how many there are, and which cells they use, without listing them. */
import { SchemeCounter } from '../../kernel/count.ts';
import { Status } from '../../kernel/status.ts';
import type { Steps } from '../../steps.ts';
import type { Product } from './deficits.ts';
import type { CommitteeLevels } from './levels.ts';

/** Markets with up to this many schemes, which enumeration can list too, are counted whatever it takes. */
export const ALWAYS_COUNTED = 2n ** 42n;
/** Of larger ones the count is null past this much work, about a second: ties make counts explode. */
export const MOST_WORK = 2 ** 24;
/** Trials of a search that may find a level empty before it is counted. */
const TRIALS = 256;

export interface Counted {
  /** Null where the work was too much. */
  readonly count: bigint | null;
  /** Cells that some stable scheme uses: all of them unless `count` is null. */
  readonly cells: ReadonlySet<number>;
}

/**
 * Counts, yielding every few ms.
 * @param optimal the stable schemes with deficit 0, a product: counted without listing
 * @param worst the largest deficit of a stable scheme
 * @param schemes number of schemes of the market
 */
export function* countStable(
  levels: CommitteeLevels,
  optimal: Product,
  worst: number,
  schemes: bigint,
): Steps<Counted> {
  const cells = new Set(optimal.cells.flat());
  const work = { left: schemes <= ALWAYS_COUNTED ? Number.POSITIVE_INFINITY : MOST_WORK };
  const { search } = levels;
  const counter = new SchemeCounter(search);
  let sum = optimal.count;
  try {
    for (const d of levels.candidates) {
      if (d > worst) continue;
      const thresholds = levels.thresholds(d);
      search.begin(d, thresholds);
      yield;
      if (search.run(TRIALS) === Status.ok) continue;
      const count = yield* counter.count(d, thresholds, work, (cell) => cells.add(cell));
      if (count === null) return { count: null, cells };
      sum += count;
    }
    return { count: sum, cells };
  } finally {
    counter.release();
  }
}
