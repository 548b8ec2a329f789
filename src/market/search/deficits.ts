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
    const [begin, end] = [firstCell[s]!, firstCell[s + 1]!];
    let best = 0;
    for (let cell = begin; cell < end; cell++) best = Math.max(best, alice[cell]!);
    for (let cell = begin; cell < end; cell++) loss[cell] = best - alice[cell]!;
  }
  return loss;
}

/** The deficit of the worst monopoly scheme of a Bob (player number): nothing below it is stable with him. */
export function monopolyDeficit({ firstCell, gains }: Gains, loss: Float64Array, player: number): number {
  const gain = gains[player]!;
  let sum = 0;
  for (let s = 0; s + 1 < firstCell.length; s++) {
    let worst = firstCell[s]!;
    for (let cell = worst + 1; cell < firstCell[s + 1]!; cell++)
      if (gain[cell]! > gain[worst]! || (gain[cell] === gain[worst] && loss[cell]! > loss[worst]!)) worst = cell;
    sum += loss[worst]!;
  }
  return sum;
}

/** The schemes with the largest total of `first`, and among those of `then` (by cell), … */
export function largest(
  { firstCell }: Pick<Gains, 'firstCell'>,
  first: ArrayLike<number>,
  ...others: readonly ArrayLike<number>[]
): Product {
  const cells: number[][] = [];
  let [count, several] = [1n, 1];
  for (let s = 0; s + 1 < firstCell.length; s++) {
    let kept: number[] = [];
    let best = Number.NEGATIVE_INFINITY;
    for (let cell = firstCell[s]!; cell < firstCell[s + 1]!; cell++) {
      if (first[cell]! > best) kept = [];
      if (first[cell]! >= best) kept.push(cell);
      best = Math.max(best, first[cell]!);
    }
    for (const key of kept.length > 1 ? others : []) {
      const most = Math.max(...kept.map((cell) => key[cell]!));
      kept = kept.filter((cell) => key[cell] === most);
    }
    cells.push(kept);
    several *= kept.length;
    if (several < MANY) continue;
    count *= BigInt(several);
    several = 1;
  }
  return { cells, count: count * BigInt(several) };
}

/** Products stay exact in doubles until then. */
const MANY = 2 ** 26;

/** The scheme of lowest rank in a product. */
export function lowest({ firstCell }: Pick<Gains, 'firstCell'>, { cells }: Product): Scheme {
  return cells.map((kept, s) => kept[0]! - firstCell[s]!);
}

/** A scheme's total over `value` (by cell). */
export function totalOf({ firstCell }: Pick<Gains, 'firstCell'>, scheme: Scheme, value: ArrayLike<number>): number {
  return scheme.reduce((sum, policy, s) => sum + value[firstCell[s]! + policy]!, 0);
}
