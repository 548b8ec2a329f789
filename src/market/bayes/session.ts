/**
 * What all searches for obedient schemes of one market share: tables of Alice's deficit, of obedience and of every Bob,
 * and what is known so far of the Bobs' best totals, which does not depend on committees.
 */
import { TooLargeError } from '../../errors.ts';
import { type BudgetDirection, BudgetSpace } from '../../kernel/budgets.ts';
import type { Kernel } from '../../kernel/instance.ts';
import type { LinearSolver } from '../../lp/program.ts';
import type { Market, Scheme } from '../market.ts';
import { largest, losses, lowest, type Product, totalOf } from '../search/deficits.ts';
import { Known, type KnownScheme } from './known.ts';
import { boundingMultipliers } from './multipliers.ts';
import { obedience } from './obedience.ts';
import { type Constraint, type Meter, MOST_WEIGHTED, Sums } from './sums.ts';

/** Deficits that the search can count: its kernel holds them in 32 bits. */
const MOST_REACH = 2 ** 31 - 2;
/** All tables of a session together take at most this. */
const SESSION_BYTES = 2 ** 30;
/** Trials before multipliers are learned. */
const PATIENCE = 4096;
/** Multipliers serve deficits around, this share of the reach to both sides. */
const NEARBY = 128;

export class ObedientSession {
  readonly market: Market;
  readonly solver: LinearSolver;
  readonly loss: Float64Array;
  /** No obedient scheme has a larger deficit. */
  readonly reach: number;
  readonly space: BudgetSpace;
  private readonly made: BudgetDirection[] = [];
  private readonly obeys: readonly Constraint[];
  private readonly known = new Map<number, Known>();
  private readonly bobs = new Map<number, { readonly sums: Sums; learned: number }>();
  private lost: Constraint | undefined;
  private readonly directions = new Map<number, BudgetDirection>();

  /**
   * @throws InputError where states do not share one policy set
   * @throws TooLargeError where Alice's totals are too many
   */
  constructor(kernel: Kernel, market: Market, solver: LinearSolver) {
    this.market = market;
    this.solver = solver;
    this.loss = losses(market);
    const { rows, reach } = obedience(market);
    if (reach > MOST_REACH)
      throw new TooLargeError(
        `Alice's totals over obedient schemes range over ${reach} units, too many for the search (at most ${MOST_REACH}): round the utilities with --round D`,
      );
    this.reach = reach;
    // Obedience, the deficit and the Bobs, weighted sums of every Bob's search and of a committee's, and a question's own.
    const tables = rows.length + 1 + market.bobs.length * (1 + MOST_WEIGHTED) + 2 * MOST_WEIGHTED + 1;
    this.space = new BudgetSpace(kernel, {
      firstCell: Int32Array.from(market.firstCell),
      loss: this.loss,
      reach,
      tableBytes: SESSION_BYTES / tables,
    });
    this.obeys = rows.map(({ value, least }) => this.constraint(value, least));
    for (const player of market.bobs.keys()) this.known.set(player + 1, new Known());
    this.add(lowest(market, largest(market, market.gains[0]!)));
  }

  /** A constraint whose tables live as long as the session. */
  constraint(value: Float64Array, least: number): Constraint {
    const direction = this.space.direction(value);
    this.made.push(direction);
    return { value, least, direction, most: this.mostOf(value) };
  }

  /** Obedience, beside others. Release it. */
  obedient(...others: readonly Constraint[]): Sums {
    return new Sums(this.space, [...others, ...this.obeys]);
  }

  /** That Bob `player` (1 … k) gets at least so much. */
  bob(player: number, least: number): Constraint {
    const value = this.market.gains[player]!;
    let direction = this.directions.get(player);
    if (!direction) {
      direction = this.space.direction(value);
      this.made.push(direction);
      this.directions.set(player, direction);
    }
    return { value, least, direction, most: this.market.most[player]! };
  }

  /** That the deficit is at least so much. */
  deficit(least: number): Constraint {
    this.lost ??= this.constraint(this.loss, 0);
    return { ...this.lost, least };
  }

  /** The largest total of `value` over all schemes. */
  mostOf(value: Float64Array): number {
    return this.totalOf(lowest(this.market, largest(this.market, value)), value);
  }

  /** A scheme with the largest total of `value` in a product. */
  richest({ cells }: Product, value: ArrayLike<number>): Scheme {
    const { firstCell } = this.market;
    return cells.map(
      (own, s) => own.reduce((most, cell) => (value[cell]! > value[most]! ? cell : most)) - firstCell[s]!,
    );
  }

  totalOf(scheme: Scheme, value: ArrayLike<number>): number {
    return totalOf(this.market, scheme, value);
  }

  /** An obedient scheme is news about every Bob. @returns its deficit */
  add(scheme: Scheme): number {
    const deficit = this.totalOf(scheme, this.loss);
    for (const [player, known] of this.known)
      known.add({ deficit, total: this.totalOf(scheme, this.market.gains[player]!), scheme });
    return deficit;
  }

  /** The best scheme known for a Bob with a deficit of at most `budget` >= 0, and whether there is none better. */
  bestKnown(player: number, budget: number): KnownScheme & { readonly exact: boolean } {
    const known = this.known.get(player)!;
    const within = Math.min(budget, this.reach);
    return { ...known.best(within)!, exact: known.exact(within) !== undefined };
  }

  /**
   * The best obedient scheme for a Bob with a deficit of at most `budget` >= 0: from above, thresholds fall from what
   * the tables allow until a search finds one. Yields every few ms.
   * @returns null where the meter ran out
   */
  *best(player: number, budget: number, meter: Meter): Generator<void, KnownScheme | null> {
    const known = this.known.get(player)!;
    const within = Math.min(budget, this.reach);
    const bob = this.bobSums(player);
    const own = bob.sums.constraints[0]!;
    let patience = PATIENCE;
    for (let step = 1; ; step *= 4) {
      const low = known.best(within)!.total;
      const high = Math.min(known.most(within), bob.sums.bound(0, within));
      known.prove(within, high);
      if (high <= low) return known.exact(within)!;
      own.least = Math.max(low + 1, high - step + 1);
      const sought = own.least;
      const spent = { left: Math.min(patience, meter.left) };
      const before = spent.left;
      const ended = yield* bob.sums.search(within, spent, (scheme) => {
        this.add(scheme);
        own.least = known.best(within)!.total + 1;
        return true;
      });
      meter.left -= before - spent.left;
      if (ended) known.prove(within, Math.max(sought - 1, known.best(within)!.total));
      else if (meter.left <= 0) return null;
      else {
        if (this.apart(bob.learned, within)) this.learn(bob, player, within);
        patience *= 8;
        step = 1 / 4;
      }
    }
  }

  /**
   * The obedient scheme of lowest rank with a deficit of at most `budget` and at least `least` for the Bob, which some
   * scheme has. Yields every few ms.
   * @returns null where the meter ran out
   */
  *first(player: number, budget: number, least: number, meter: Meter): Generator<void, Scheme | null> {
    const bob = this.bobSums(player);
    bob.sums.constraints[0]!.least = least;
    let first: Scheme | null = null;
    const stop = (scheme: Scheme) => {
      first = scheme;
      return false;
    };
    const short = { left: Math.min(PATIENCE, meter.left) };
    if (!(yield* bob.sums.search(budget, short, stop))) {
      if (this.apart(bob.learned, budget)) this.learn(bob, player, budget);
      yield* bob.sums.search(budget, meter, stop);
    }
    return first;
  }

  /** Whether multipliers learned at deficit `a` are worth learning anew at `b`. */
  apart(a: number, b: number): boolean {
    return a < 0 || Math.abs(a - b) > this.reach / NEARBY;
  }

  private bobSums(player: number) {
    let bob = this.bobs.get(player);
    if (!bob) {
      bob = { sums: this.obedient(this.bob(player, 0)), learned: -1 };
      this.bobs.set(player, bob);
    }
    return bob;
  }

  /** Multipliers of obedience that bound what a Bob gets within a budget. */
  private learn(bob: { readonly sums: Sums; learned: number }, player: number, budget: number): void {
    bob.learned = budget;
    const { firstCell, gains } = this.market;
    const sums = bob.sums.sums.slice(1);
    const relaxation = { firstCell, loss: this.loss, budget, sums };
    const multipliers = boundingMultipliers(this.solver, relaxation, gains[player]!);
    if (multipliers) bob.sums.weigh([1, ...multipliers]);
  }

  release(): void {
    for (const { sums } of this.bobs.values()) sums.release();
    for (const direction of this.made) direction.release();
  }
}
