/**
 * Best deviations without enumeration (section 7.1, Definition 16): what a Bob can get at most while Alice gets at
 * least a given total, and the lowest-ranked scheme that does it. Two ways: tables of best responses to every Alice total
 * (response-tables.ts) where Alice's totals are few enough, suffix frontiers (kernel/frontier.ts) elsewhere.
 */
import { type Frontier, suffixFrontiers } from '../kernel/frontier.ts';
import type { Kernel } from '../kernel/instance.ts';
import type { Extreme } from '../kernel/responses.ts';
import { finished, type Steps } from '../steps.ts';
import type { Market, Scheme } from './market.ts';
import { ResponseTables } from './response-tables.ts';

export type { Extreme } from '../kernel/responses.ts';

/** The largest Bob total on `frontier` with Alice's total at least `alice`; -1 where there is none. */
export function bestAt({ alice: levels, bob }: Frontier, alice: number): number {
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
  best(player: number, alice: number): number | Steps<number>;
  /** The scheme of lowest or highest rank with U_A >= alice and U_player >= bob, or null where there is none. */
  scheme(player: number, alice: number, bob: number, rank?: Extreme): Scheme | null | Steps<Scheme | null>;
  /** Makes what answers about a player need, in steps; without it everything is there. @throws TooLargeError */
  prepare?(player: number): Steps<void>;
  /** Answers from what is known already from now on. */
  hurry?(): void;
  /** Best responses from tables, where there are any. */
  readonly responses?: ResponseTables | undefined;
}

/** Answers questions about one market's Bobs; each Bob's frontiers are made when first asked for. */
export class Deviations implements DeviationAnswers {
  private readonly kernel: Kernel;
  private readonly market: Market;
  private readonly frontiers: Frontier[][] = [];
  /** Null where they do not fit. */
  private tables: ResponseTables | null | undefined;

  constructor(kernel: Kernel, market: Market) {
    this.kernel = kernel;
    this.market = market;
  }

  get responses(): ResponseTables | undefined {
    if (this.tables === undefined) {
      const tables = new ResponseTables(this.kernel, this.market);
      this.tables = tables.fit ? tables : null;
    }
    return this.tables ?? undefined;
  }

  /** The frontier of player `player` (1 … k) over whole schemes. @throws TooLargeError as `suffixFrontiers`. */
  frontier(player: number): Frontier {
    return this.suffixes(player)[0]!;
  }

  /** Makes a player's frontiers in steps. @throws TooLargeError as `suffixFrontiers`. */
  *prepare(player: number): Steps<void> {
    this.frontiers[player] ??= yield* suffixFrontiers(this.kernel, this.market, player);
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
    this.frontiers[player] ??= finished(suffixFrontiers(this.kernel, this.market, player));
    return this.frontiers[player];
  }
}
