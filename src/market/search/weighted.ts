/** A weighted total of gains and losses in exact integers, with whole numbers that doubles hold for a search to go by. */
import { gcd } from '../../exact/gcd.ts';
import type { Scheme } from '../market.ts';
import type { Gains } from './deficits.ts';

const MOST = BigInt(Number.MAX_SAFE_INTEGER);

/** A scheme's total is the sum over its cells. In every state the least cell has 0, and all have no common factor. */
export class WeightedTotal {
  private readonly market: Gains;
  /** By cell. */
  readonly exact: readonly bigint[];
  /** By cell: `exact` without its last `shift` bits, so that totals are below 2^53. */
  readonly searched: Float64Array;
  private readonly shift: bigint;

  /** Σ weights[i] · gains of players[i] + aliceWeight · loss, up to what all schemes have in common; weights >= 0. */
  constructor(
    market: Gains,
    loss: Float64Array,
    players: readonly number[],
    weights: readonly bigint[],
    aliceWeight: bigint,
  ) {
    const { firstCell, gains } = market;
    this.market = market;
    const raw = Array.from(loss, (own, cell) =>
      players.reduce((sum, p, i) => sum + weights[i]! * BigInt(gains[p]![cell]!), aliceWeight * BigInt(own)),
    );
    const lifted: bigint[] = [];
    let most = 0n;
    for (let s = 0; s + 1 < firstCell.length; s++) {
      const own = raw.slice(firstCell[s]!, firstCell[s + 1]!);
      const least = own.reduce((a, b) => (b < a ? b : a));
      lifted.push(...own.map((value) => value - least));
      most += own.reduce((a, b) => (b > a ? b : a)) - least;
    }
    const unit = lifted.reduce(gcd, 0n) || 1n;
    this.exact = lifted.map((value) => value / unit);
    let shift = 0n;
    while ((most / unit) >> shift > MOST) shift++;
    this.shift = shift;
    this.searched = Float64Array.from(this.exact, (value) => Number(value >> shift));
  }

  /** Whether schemes with the same searched total may differ. */
  get rounded(): boolean {
    return this.shift > 0n;
  }

  of(scheme: Scheme): bigint {
    const { firstCell } = this.market;
    return scheme.reduce((sum, policy, s) => sum + this.exact[firstCell[s]! + policy]!, 0n);
  }

  /** What the searched total of every scheme with more than `total` is at least. */
  leastAbove(total: bigint): number {
    // Each state's cell may have lost almost 1.
    return Number((total + 1n) >> this.shift) - (this.rounded ? this.market.firstCell.length - 1 : 0);
  }

  /** The least searched total of schemes that surely have more than `total`. */
  surelyAbove(total: bigint): number {
    return Number(total >> this.shift) + 1;
  }
}
