/**
 * What all searches for obedient schemes of one market share: obedience in sums, a program a Bob, and what is known so
 * far of the Bobs' best totals, which does not depend on committees.
 */
import { TooLargeError } from '../../errors.ts';
import type { Kernel } from '../../kernel/instance.ts';
import type { LinearSolver } from '../../lp/program.ts';
import type { Steps } from '../../steps.ts';
import type { Market, Scheme } from '../market.ts';
import { largest, losses, lowest, type Product, totalOf } from '../search/deficits.ts';
import { Known, type KnownScheme } from './known.ts';
import { obedience } from './obedience.ts';
import { type Meter, SchemeProgram } from './program.ts';
import { bestWithin, type Row } from './relaxation.ts';

/** Deficits that the search can count: its kernel holds them in 32 bits. */
const MOST_REACH = 2 ** 31 - 2;

export class ObedientSession {
  readonly market: Market;
  readonly loss: Float64Array;
  /** No obedient scheme has a larger deficit. */
  readonly reach: number;
  private readonly kernel: Kernel;
  private readonly solver: LinearSolver;
  private readonly obeys: readonly Row[];
  private readonly known = new Map<number, Known>();
  private readonly bobs = new Map<number, SchemeProgram>();

  /**
   * @throws InputError where states do not share one policy set
   * @throws TooLargeError where Alice's totals are too many
   */
  constructor(kernel: Kernel, market: Market, solver: LinearSolver) {
    this.kernel = kernel;
    this.market = market;
    this.solver = solver;
    this.loss = losses(market);
    const { rows, reach } = obedience(market);
    if (reach > MOST_REACH)
      throw new TooLargeError(
        `Alice's totals over obedient schemes range over ${reach} units, too many for the search (at most ${MOST_REACH}): round the utilities with --round D`,
      );
    this.reach = reach;
    this.obeys = rows.map((value) => ({ value, slack: 0 }));
    for (const player of market.bobs.keys()) this.known.set(player + 1, new Known());
    this.add(lowest(market, largest(market, market.gains[0]!)));
  }

  /** A program over obedient schemes: `rows`, then obedience. Release it. */
  program(value: Float64Array, ...rows: readonly Row[]): SchemeProgram {
    const { firstCell } = this.market;
    return new SchemeProgram(this.kernel, this.solver, {
      firstCell,
      loss: this.loss,
      value,
      rows: [...rows, ...this.obeys],
    });
  }

  /** What the rows of a program must reach: those given, and nothing to gain by disobeying. */
  leasts(...given: readonly number[]): number[] {
    return [...given, ...this.obeys.map(() => 0)];
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
   * The best obedient scheme for a Bob with a deficit of at most `budget` >= 0.
   * @returns null where the meter ran out
   */
  *best(player: number, budget: number, meter: Meter): Steps<KnownScheme | null> {
    const known = this.known.get(player)!;
    const within = Math.min(budget, this.reach);
    const before = known.exact(within);
    if (before) return before;
    const program = this.bob(player);
    const sought = { budget: within, leasts: this.leasts(), least: known.best(within)!.total + 1 };
    const bound = yield* program.relax(within, sought.leasts, meter);
    known.prove(within, Math.max(sought.least - 1, bestWithin(bound)));
    const { most } = yield* program.best(bound, sought, meter, (scheme) => this.add(scheme));
    known.prove(within, Math.max(known.best(within)!.total, most));
    return known.exact(within) ?? null;
  }

  /** A quick look for a good scheme for a Bob with a deficit of at most `budget` >= 0. */
  *probe(player: number, budget: number, meter: Meter): Steps<void> {
    const program = this.bob(player);
    const sought = { budget: Math.min(budget, this.reach), leasts: this.leasts() };
    const bound = yield* program.relax(sought.budget, sought.leasts, meter);
    const { total } = this.bestKnown(player, budget);
    yield* program.probe(bound, sought, total + 1, (scheme) => this.add(scheme));
  }

  /**
   * The obedient scheme of lowest (or highest) rank with a deficit of at most `budget` and at least `least` for the Bob,
   * which some scheme has.
   * @returns null where the meter ran out
   */
  *first(
    player: number,
    budget: number,
    least: number,
    meter: Meter,
    order: 'rank' | 'falling' = 'rank',
  ): Steps<Scheme | null> {
    const program = this.bob(player);
    const sought = { budget: Math.min(budget, this.reach), leasts: this.leasts(), least };
    const bound = yield* program.relax(sought.budget, sought.leasts, meter);
    let first: Scheme | null = null;
    const take = (scheme: Scheme) => {
      first = scheme;
      return false;
    };
    yield* program.all(bound, sought, meter, take, order);
    return first;
  }

  private bob(player: number): SchemeProgram {
    let program = this.bobs.get(player);
    if (!program) {
      program = this.program(this.market.gains[player]!);
      this.bobs.set(player, program);
    }
    return program;
  }

  release(): void {
    for (const program of this.bobs.values()) program.release();
  }
}
