/**
 * The market as the search sees it: Alice's totals turned into deficits from OPT, and what follows from single states
 * alone, in closed form: Alice-optimal schemes and monopoly schemes.
 */
import type { Market, Scheme } from '../market.ts';

/** The part of a `Market` that the search needs. */
export type Gains = Pick<Market, 'firstCell' | 'gains' | 'most'>;

/** A set of schemes that is a product: for every state, the cells that a scheme of the set may use there. */
export interface Product {
  readonly cells: readonly (readonly number[])[];
  /** Number of schemes. */
  readonly count: bigint;
}

/** By cell: Alice's largest gain in the cell's state minus the cell's own. The deficit of a scheme is its sum. */
export function losses({ firstCell, gains }: Gains): Float64Array {
  const alice = gains[0]!;
  const loss = new Float64Array(alice.length);
  for (let s = 0; s + 1 < firstCell.length; s++) {
    const own = alice.subarray(firstCell[s]!, firstCell[s + 1]!);
    const best = own.reduce((a, b) => Math.max(a, b));
    own.forEach((gain, p) => {
      loss[firstCell[s]! + p] = best - gain;
    });
  }
  return loss;
}

/** The schemes with the largest total of `first`, and among those of `then` (by cell), … */
export function largest({ firstCell }: Pick<Gains, 'firstCell'>, ...keys: readonly ArrayLike<number>[]): Product {
  const cells = Array.from({ length: firstCell.length - 1 }, (_, s) => {
    let kept = Array.from({ length: firstCell[s + 1]! - firstCell[s]! }, (_, p) => firstCell[s]! + p);
    for (const key of keys) {
      const best = Math.max(...kept.map((cell) => key[cell]!));
      kept = kept.filter((cell) => key[cell]! === best);
    }
    return kept;
  });
  return { cells, count: cells.reduce((product, { length }) => product * BigInt(length), 1n) };
}

/** The scheme of lowest rank in a product. */
export function lowest({ firstCell }: Pick<Gains, 'firstCell'>, { cells }: Product): Scheme {
  return cells.map((kept, s) => kept[0]! - firstCell[s]!);
}

/** A scheme's total over `value` (by cell). */
export function totalOf({ firstCell }: Pick<Gains, 'firstCell'>, scheme: Scheme, value: ArrayLike<number>): number {
  return scheme.reduce((sum, policy, s) => sum + value[firstCell[s]! + policy]!, 0);
}
