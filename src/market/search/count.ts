/** The stable schemes of a committee one by one: how many there are, up to a cap, and which cells they use. */
import { Status } from '../../kernel/status.ts';
import type { Product } from './deficits.ts';
import type { CommitteeLevels } from './levels.ts';

/** Above this many stable schemes below OPT, or trials to find them, the count is null: ties make counts explode. */
export const COUNT_CAP = 1_000_000;
export const COUNT_TRIALS = 2 ** 25;
const SLICE = 65_536;

export interface Counted {
  /** Null where a cap was passed. */
  readonly count: bigint | null;
  /** Cells that some stable scheme uses: all of them unless `count` is null. */
  readonly cells: ReadonlySet<number>;
}

/**
 * Counts, yielding every few ms.
 * @param optimal the stable schemes with deficit 0, a product: counted without listing
 * @param worst the largest deficit of a stable scheme
 */
export function* countStable(levels: CommitteeLevels, optimal: Product, worst: number): Generator<void, Counted> {
  const cells = new Set(optimal.cells.flat());
  const { search } = levels;
  let count = 0;
  let trials = 0;
  for (const d of levels.candidates) {
    if (d > worst) continue;
    search.begin(d, levels.thresholds(d));
    for (;;) {
      const status = search.run(SLICE);
      trials += SLICE - search.unused;
      if (status === Status.ok) break;
      if (status === Status.paused) yield;
      else {
        count++;
        search.mark(cells);
      }
      if (count > COUNT_CAP || trials > COUNT_TRIALS) return { count: null, cells };
    }
    yield;
  }
  return { count: optimal.count + BigInt(count), cells };
}
