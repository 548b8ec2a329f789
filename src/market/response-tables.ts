/**
 * Best responses of best-response dynamics (section 7.1) from tables: a look-up a move. Tables reach as far as dynamics
 * ask: from the start on the selected Bob leaves Alice at least as much as the monopoly scheme that she selects first.
 */
import type { Kernel } from '../kernel/instance.ts';
import type { Pool } from '../kernel/pool.ts';
import { type ResponsePlan, responsePlan } from '../kernel/response-plan.ts';
import { bestResponses, type Extreme, type Responses, responseSchemes } from '../kernel/responses.ts';
import type { ClockOptions, Steps } from '../steps.ts';
import type { Market, Scheme } from './market.ts';
import { losses, totalOf } from './search/deficits.ts';
import { bestCells } from './stable.ts';

interface Made extends Responses {
  readonly plan: ResponsePlan;
}

/** A Bob's monopoly scheme of lowest or of highest rank. */
interface Monopoly {
  readonly scheme: Scheme;
  /** By player. */
  readonly totals: readonly number[];
}

/** The number of what a Bob shows first. Other responses count from 0. */
const MONOPOLY = -1;
/** What making tables takes, in seconds: an entry, and more a lane of its other totals. */
const ENTRY = 1e-9;
const LANE = 2.5e-10;

export class ResponseTables {
  private readonly kernel: Kernel;
  private readonly market: Market;
  private readonly loss: Float64Array;
  private readonly most: number;
  /** By rank, by player. */
  private readonly monopolies: Readonly<Record<Extreme, readonly Monopoly[]>>;
  private readonly made: Made[] = [];

  constructor(kernel: Kernel, market: Market) {
    this.kernel = kernel;
    this.market = market;
    this.loss = losses(market);
    this.most = market.most[0]!;
    const monopolies = (rank: Extreme) => market.gains.map((_, player) => monopoly(market, player, rank));
    this.monopolies = { lowest: monopolies('lowest'), highest: monopolies('highest') };
  }

  /** Whether tables can be made that answer for every committee. */
  get fit(): boolean {
    const { bobs, most } = this.market;
    const largest = most.reduce((a, b) => Math.max(a, b));
    return bobs.every((_, j) => this.plan(j + 1, this.furthest(j + 1)).fits(bobs.length, largest));
  }

  private plan(player: number, reach: number): ResponsePlan {
    const { firstCell, gains } = this.market;
    return responsePlan({ firstCell, gains, loss: this.loss, reach }, player);
  }

  /** The largest deficit that dynamics of a committee ask for: that of whom Alice selects first. */
  private reach(players: readonly number[]): number {
    if (players.length === 1) return 0;
    const first = (rank: Extreme) =>
      players.reduce((most, player) => Math.max(most, this.monopolies[rank][player]!.totals[0]!), 0);
    return this.most - Math.min(first('lowest'), first('highest'));
  }

  /** The same over all committees with the player. */
  private furthest(player: number): number {
    return this.market.bobs.reduce(
      (most, _, j) => (j + 1 === player ? most : Math.max(most, this.reach([player, j + 1]))),
      0,
    );
  }

  /** Makes what the other questions about a committee's Bobs need: ask for it first. */
  *prepare(players: readonly number[]): Steps<void> {
    const reach = this.reach(players);
    for (const player of players) {
      const before = this.made[player];
      if (before && before.plan.shape.reach >= reach) continue;
      const whole = players.length === this.market.bobs.length;
      const plan = this.plan(player, whole || players.length === 1 ? reach : this.furthest(player));
      this.made[player] = { plan, ...(yield* bestResponses(this.kernel, plan)) };
    }
  }

  /** `prepare` for all Bobs on the pool's threads, where that is faster; what the deadline leaves out is left out. */
  async share(pool: Pool, { signal, deadline }: ClockOptions): Promise<void> {
    const players = this.market.bobs.map((_, j) => j + 1);
    const { firstCell, gains } = this.market;
    const shared = { firstCell, gains, loss: this.loss, reach: this.reach(players) };
    const plans = players.map((player) => responsePlan(shared, player));
    const seconds = plans.reduce((sum, { entries, lanes }) => sum + entries * (ENTRY + LANE * lanes), 0);
    if (!pool.pays(seconds)) return;
    const { results } = await pool.map('responses', shared, players, { signal, deadline });
    for (const [j, found] of results.entries()) if (found) this.made[j + 1] = { plan: plans[j]!, ...found };
  }

  /** The most that the player can get while Alice gets at least `alice`, or with his monopoly scheme where that is known. */
  best(player: number, alice: number): number {
    if (alice > this.most) return -1;
    const { totals } = this.made[player]!;
    return totals[this.response(player, alice) * this.size]!;
  }

  private get size(): number {
    return 1 + 2 * this.market.bobs.length;
  }

  /** The number of the player's monopoly scheme. */
  start(): number {
    return MONOPOLY;
  }

  /** The number of his best response that leaves Alice at least `alice`. */
  response(player: number, alice: number): number {
    const { at } = this.made[player]!;
    return at[Math.min(this.most - alice, at.length - 1)]!;
  }

  /** What a response gives a player `of` (0 Alice), along its scheme of lowest or of highest rank. */
  total(player: number, response: number, of: number, rank: Extreme): number {
    if (response === MONOPOLY) return this.monopolies[rank][player]!.totals[of]!;
    const { totals } = this.made[player]!;
    const first = response * this.size;
    if (of === player) return totals[first]!;
    const others = first + 1 + (rank === 'lowest' ? 0 : this.market.bobs.length);
    if (of === 0) return this.most - totals[others]!;
    return totals[others + (of < player ? of : of - 1)]!;
  }

  /** The schemes of lowest rank of some responses. */
  *schemes(player: number, responses: readonly number[]): Steps<Scheme[]> {
    const { plan, tables, totals } = this.made[player]!;
    const asked = responses.filter((response) => response !== MONOPOLY);
    // What was found for some deficit is found for its own as well.
    const deficits = asked.map((response) => totals[response * this.size + 1]!);
    const found = yield* responseSchemes(this.kernel, plan, tables, deficits);
    let next = 0;
    return responses.map((response) =>
      response === MONOPOLY ? this.monopolies.lowest[player]!.scheme : found[next++]!,
    );
  }
}

function monopoly(market: Market, player: number, rank: Extreme): Monopoly {
  const scheme = bestCells(market, player).map(
    (cells, s) => cells.at(rank === 'lowest' ? 0 : -1)! - market.firstCell[s]!,
  );
  return { scheme, totals: market.gains.map((gains) => totalOf(market, scheme, gains)) };
}
