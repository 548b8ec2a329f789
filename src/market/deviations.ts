/**
 * Best deviations without enumeration (section 7.1, Definition 16): what a Bob can get at most while Alice gets at
 * least a given total, and the lowest-ranked scheme that does it, from his suffix frontiers.
 */
import { type Frontier, suffixFrontiers } from '../kernel/frontier.ts';
import type { Kernel } from '../kernel/instance.ts';
import type { Market, Scheme } from './market.ts';

/** Which of several schemes is meant. */
export type Extreme = 'lowest' | 'highest';

/** The largest Bob total on `frontier` with Alice's total at least `alice`; -1 where there is none. */
function bestAt({ alice: levels, bob }: Frontier, alice: number): number {
  let low = 0;
  let high = levels.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (levels[middle]! >= alice) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? -1 : bob[low - 1]!;
}

/** What dynamics and the Nash check ask about one market's Bobs. */
export interface DeviationAnswers {
  /** max{U_player(f) : U_A(f) >= alice} in integer totals, or -1 where no scheme gives Alice as much. */
  best(player: number, alice: number): number;
  /** The scheme of lowest or highest rank with U_A >= alice and U_player >= bob, or null where there is none. */
  scheme(player: number, alice: number, bob: number, rank?: Extreme): Scheme | null;
}

/** Answers questions about one market's Bobs; each Bob's frontiers are made when first asked for. */
export class Deviations implements DeviationAnswers {
  private readonly kernel: Kernel;
  private readonly market: Market;
  private readonly frontiers: Frontier[][] = [];

  constructor(kernel: Kernel, market: Market) {
    this.kernel = kernel;
    this.market = market;
  }

  /** The frontier of player `player` (1 … k) over whole schemes. @throws TooLargeError as `suffixFrontiers`. */
  frontier(player: number): Frontier {
    return this.suffixes(player)[0]!;
  }

  /**
   * max{U_player(f) : U_A(f) >= alice} in integer totals, or -1 where no scheme gives Alice as much.
   * @param player 1 … k. @param alice an integer total of Alice's; `t + 1` asks for strictly more than t.
   */
  best(player: number, alice: number): number {
    return bestAt(this.frontier(player), alice);
  }

  /** The scheme of lowest (or highest) rank with U_A >= alice and U_player >= bob, or null where there is none. */
  scheme(player: number, alice: number, bob: number, rank: Extreme = 'lowest'): Scheme | null {
    const { gains, firstCell, states } = this.market;
    const suffixes = this.suffixes(player);
    if (bestAt(suffixes[0]!, alice) < bob) return null;
    let aliceLeft = alice;
    let bobLeft = bob;
    return states.map((_, state) => {
      const from = firstCell[state]!;
      const policies = firstCell[state + 1]! - from;
      for (let i = 0; i < policies; i++) {
        const cell = from + (rank === 'lowest' ? i : policies - 1 - i);
        const a = aliceLeft - gains[0]![cell]!;
        const b = bobLeft - gains[player]![cell]!;
        const reached = bestAt(suffixes[state + 1]!, a);
        if (reached < 0 || reached < b) continue;
        aliceLeft = a;
        bobLeft = b;
        return cell - from;
      }
      throw new RangeError('a frontier promised a scheme that is not there');
    });
  }

  private suffixes(player: number): Frontier[] {
    this.frontiers[player] ??= suffixFrontiers(this.kernel, this.market, player);
    return this.frontiers[player];
  }
}
