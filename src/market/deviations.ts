/**
 * Best deviations without enumeration (section 7.1, Definition 16): what a Bob can get at most while Alice gets at
 * least a given total, and the lowest-ranked scheme that does it. Two ways: tables of best responses to every Alice total
 * (kernel/responses.ts) where Alice's totals are few enough, suffix frontiers (kernel/frontier.ts) elsewhere.
 */
import { type Frontier, suffixFrontiers } from '../kernel/frontier.ts';
import type { Kernel } from '../kernel/instance.ts';
import {
  bestResponses,
  type Extreme,
  type ResponseShape,
  type Responses,
  responseSchemes,
  responsesFit,
} from '../kernel/responses.ts';
import { finished, type Steps } from '../steps.ts';
import type { Market, Scheme } from './market.ts';
import type { Shown } from './profile.ts';
import { losses } from './search/deficits.ts';
import { monopolyDeficit } from './search/window.ts';

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
  /** Best responses from tables, where there are any. */
  readonly responses?: BestResponses | undefined;
}

/** Of the schemes that give a Bob his most while Alice gets at least some total, the one of lowest or highest rank. */
export interface BestResponses {
  /** Makes what `shown` needs for a player: ask for it first. */
  prepare(player: number, rank: Extreme): Steps<void>;
  /** What it gives the Bob, as `DeviationAnswers.best`. */
  best(player: number, alice: number): number;
  /** Its totals. */
  shown(player: number, alice: number, rank: Extreme): Shown;
  /** The schemes of lowest rank, for several Alice totals. */
  schemes(player: number, alice: readonly number[]): Steps<Scheme[]>;
}

/** Answers questions about one market's Bobs; each Bob's frontiers are made when first asked for. */
export class Deviations implements DeviationAnswers {
  readonly responses: BestResponses | undefined;
  private readonly kernel: Kernel;
  private readonly market: Market;
  private readonly frontiers: Frontier[][] = [];

  constructor(kernel: Kernel, market: Market) {
    this.kernel = kernel;
    this.market = market;
    this.responses = tablesFit(market) ? new ResponseTables(kernel, market) : undefined;
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

/** Nobody asks a Bob to leave Alice less than his monopoly schemes do. */
function shapeOf(market: Market, player: number): ResponseShape {
  const loss = losses(market);
  return { firstCell: market.firstCell, loss, reach: monopolyDeficit(market, loss, player) };
}

function tablesFit(market: Market): boolean {
  const most = market.most.reduce((a, b) => Math.max(a, b));
  return market.bobs.every((_, j) => responsesFit(shapeOf(market, j + 1), market.bobs.length + 1, most));
}

class ResponseTables implements BestResponses {
  private readonly kernel: Kernel;
  private readonly market: Market;
  private readonly most: number;
  /** Of a table: a player has one each. */
  private readonly rows: number;
  private readonly tables: Record<Extreme, Responses[]> = { lowest: [], highest: [] };

  constructor(kernel: Kernel, market: Market) {
    this.kernel = kernel;
    this.market = market;
    this.most = market.most[0]!;
    this.rows = market.gains.length;
  }

  *prepare(player: number, rank: Extreme): Steps<void> {
    if (this.tables[rank][player]) return;
    const { gains } = this.market;
    const shape = shapeOf(this.market, player);
    // The Bob himself, the deficit, the other Bobs.
    const rows = [gains[player]!, shape.loss, ...gains.filter((_, p) => p !== 0 && p !== player)];
    this.tables[rank][player] = yield* bestResponses(this.kernel, shape, rows, rank);
  }

  shown(player: number, alice: number, rank: Extreme): Shown {
    const { at, totals } = this.tables[rank][player]!;
    const first = at[Math.min(this.most - alice, at.length - 1)]! * this.rows;
    const all = [this.most - totals[first + 1]!];
    for (let p = 1, row = first + 2; p < this.rows; p++) all.push(totals[p === player ? first : row++]!);
    return { totals: all };
  }

  best(player: number, alice: number): number {
    const { at, totals } = this.tables.lowest[player]!;
    const deficit = this.most - alice;
    return deficit < 0 ? -1 : totals[at[Math.min(deficit, at.length - 1)]! * this.rows]!;
  }

  *schemes(player: number, alice: readonly number[]): Steps<Scheme[]> {
    const deficits = alice.map((total) => this.most - total);
    const shape = shapeOf(this.market, player);
    return yield* responseSchemes(this.kernel, shape, this.market.gains[player]!, deficits);
  }
}
