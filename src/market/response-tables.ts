/**
 * Best responses of best-response dynamics (section 7.1) from tables: a look-up a move. Tables reach as far as dynamics
 * ask: from the start on the selected Bob leaves Alice at least as much as the monopoly scheme that she selects first.
 */
import { AbortedError } from '../errors.ts';
import type { Kernel } from '../kernel/instance.ts';
import type { Pool } from '../kernel/pool.ts';
import { ResponsePlan } from '../kernel/response-plan.ts';
import { responseSchemes } from '../kernel/response-schemes.ts';
import { bestResponses, type Extreme, type Responses } from '../kernel/responses.ts';
import type { ClockOptions, Steps } from '../steps.ts';
import type { Market, Scheme } from './market.ts';
import { losses } from './search/deficits.ts';

/** A Bob's responses; one more at the end is his monopoly scheme, of lowest and of highest rank. */
interface Made extends Pick<Responses, 'at' | 'totals' | 'tables'> {
  readonly plan: ResponsePlan;
}

/** A Bob's monopoly scheme of lowest or of highest rank. */
interface Monopoly {
  readonly scheme: Scheme;
  /** By player. */
  readonly totals: readonly number[];
}

/** What making tables takes, in seconds: an entry, and more a lane of its other totals. */
const ENTRY = 2e-9;
const LANE = 2e-10;

/** A timer's longest delay in ms. */
const LONGEST = 2 ** 31 - 1;

export class ResponseTables {
  readonly kernel: Kernel;
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
    return new ResponsePlan({ firstCell, gains, loss: this.loss, reach }, player);
  }

  private keep(plan: ResponsePlan, { at, totals, tables }: Responses): void {
    const { lowest, highest } = this.monopolies;
    const monopoly = [...lowest[plan.player]!.totals, ...highest[plan.player]!.totals];
    const all = new Int32Array(totals.length + monopoly.length);
    all.set(totals);
    all.set(monopoly, totals.length);
    this.made[plan.player] = { plan, at, totals: all, tables };
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
      this.keep(plan, yield* bestResponses(this.kernel, plan));
    }
  }

  /** `prepare` for all Bobs on the pool's threads, where that is faster; what the deadline leaves out is left out. */
  async share(pool: Pool, { signal, deadline }: ClockOptions): Promise<void> {
    const players = this.market.bobs.map((_, j) => j + 1);
    const { firstCell, gains } = this.market;
    const shape = { firstCell, gains, loss: this.loss, reach: this.reach(players) };
    const plans = players.map((player) => new ResponsePlan(shape, player));
    const seconds = plans.reduce((sum, { entries, lanes }) => sum + entries * (ENTRY + LANE * lanes), 0);
    if (!pool.pays(seconds)) return;
    const making = pool.map('responses', shape, players, { signal, deadline }).then(({ results }) => {
      for (const [j, found] of results.entries()) if (found) this.keep(plans[j]!, found);
    });
    await within(making, { signal, deadline });
  }

  /** A player's responses: ask for them to be prepared first. */
  of(player: number): Pick<Responses, 'at' | 'totals'> {
    return this.made[player]!;
  }

  /** The schemes of lowest rank of some responses. */
  *schemes(player: number, responses: readonly number[]): Steps<Scheme[]> {
    const { plan, totals, tables } = this.made[player]!;
    const size = 2 * this.market.gains.length;
    const { scheme } = this.monopolies.lowest[player]!;
    const found = new Map([[totals.length / size - 1, scheme]]);
    const asked = [...new Set(responses)].filter((response) => !found.has(response));
    // What was found for some deficit is found for its own as well.
    const deficits = asked.map((response) => this.most - totals[response * size]!);
    const schemes = yield* responseSchemes(this.kernel, plan, tables, deficits);
    asked.forEach((response, i) => {
      found.set(response, schemes[i]!);
    });
    return responses.map((response) => found.get(response)!);
  }
}

function monopoly({ firstCell, gains }: Market, player: number, rank: Extreme): Monopoly {
  const own = gains[player]!;
  const scheme: number[] = [];
  const totals = gains.map(() => 0);
  for (let s = 0; s + 1 < firstCell.length; s++) {
    let best = firstCell[s]!;
    for (let cell = best + 1; cell < firstCell[s + 1]!; cell++)
      if (own[cell]! > own[best]! || (own[cell] === own[best] && rank === 'highest')) best = cell;
    scheme.push(best - firstCell[s]!);
    for (let p = 0; p < totals.length; p++) totals[p]! += gains[p]![best]!;
  }
  return { scheme, totals };
}

/** Waits for a part of the work that cannot be interrupted, until the deadline at most. @throws AbortedError */
async function within(
  work: Promise<void>,
  { signal, deadline = Number.POSITIVE_INFINITY }: ClockOptions,
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>((resolve, reject) => {
    signal?.addEventListener('abort', () => reject(new AbortedError()), { once: true });
    const left = deadline - performance.now();
    if (left < LONGEST) timer = setTimeout(resolve, Math.max(0, left));
  });
  try {
    await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}
