/**
 * One committee's stable schemes among the obedient ones. Below OPT, deficits fall into intervals on which no Bob's
 * threshold moves: on each the stable schemes are those that meet constraints which add up over states.
 */
import type { Scheme } from '../market.ts';
import { optimalStable } from '../search/committee.ts';
import { lowest, type Product } from '../search/deficits.ts';
import type { Ties } from '../search/session.ts';
import type { WorstFound } from '../search/worst.ts';
import { refutingMultipliers } from './multipliers.ts';
import type { ObedientSession } from './session.ts';
import type { Constraint, Meter, Sums } from './sums.ts';

/** Deficits from `from` to `to`, whole numbers. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What the Bobs must reach on a range; `exact` where those are their thresholds, else lower bounds on them. */
export interface Level extends Range {
  readonly thresholds: readonly number[];
  readonly exact: boolean;
}

/** Trials after which multipliers are learned. */
const PATIENCE = 4096;

export class ObedientCommittee {
  readonly session: ObedientSession;
  readonly players: readonly number[];
  /** The stable schemes with deficit 0; none for a single Bob, whose schemes are not judged by deficits. */
  readonly optimal: Product | null;
  private readonly ties: Ties;
  private readonly sums: Sums;
  /** The constraints of `sums` that change: the committee's Bobs, then the deficit. */
  private readonly moving: readonly Constraint[];
  private learned = -1;

  /**
   * @param players the committee's player numbers (1 … k), rising
   * @param extra one more constraint, for questions about some stable schemes
   */
  constructor(session: ObedientSession, players: readonly number[], ties: Ties, extra: readonly Constraint[] = []) {
    this.session = session;
    this.players = players;
    this.ties = ties;
    this.moving = [...players.map((player) => session.bob(player, 0)), session.deficit(0)];
    this.sums = session.obedient(...this.moving, ...extra);
    this.optimal = players.length === 1 ? null : optimalStable(session.market, players, ties);
  }

  /** Deficits below OPT, or all of them for a single Bob. */
  get all(): Range {
    return { from: this.optimal ? 1 : 0, to: this.session.reach };
  }

  /**
   * What is known before any search. For one Bob whose best is not known there is no equilibrium yet, but a scheme that
   * may be one.
   * @param possible a proved bound on the deficit of stable schemes
   */
  start(possible: number): WorstFound {
    const { market, reach } = this.session;
    const known = this.session.bestKnown(this.players[0]!, reach);
    const { deficit, scheme } = this.optimal ? { deficit: 0, scheme: lowest(market, this.optimal) } : known;
    return { found: deficit, scheme, possible: Math.max(deficit, possible), complete: false, trials: 0 };
  }

  /** The deficits whose best schemes are the threshold of the committee's Bob number j at deficit d. */
  private budget(j: number, d: number): number {
    if (!this.optimal) return this.session.reach;
    return this.ties === 'index' && j === 0 ? d : d - 1;
  }

  /** The level that ends at deficit `to`, as far as it is known. */
  level(to: number): Level {
    const known = this.players.map((player, j) => this.session.bestKnown(player, this.budget(j, to)));
    const starts = known.map(({ deficit }, j) => (this.optimal ? deficit + to - this.budget(j, to) : 0));
    return {
      from: Math.max(this.all.from, ...starts),
      to,
      thresholds: known.map(({ total }) => total),
      exact: known.every(({ exact }) => exact),
    };
  }

  /** Finds out the thresholds at deficit d, as far as the meter lets it. Yields every few ms. */
  *refine(d: number, meter: Meter): Generator<void, void> {
    for (const [j, player] of this.players.entries())
      if (!(yield* this.session.best(player, this.budget(j, d), meter))) return;
  }

  private set({ from, thresholds }: Pick<Level, 'from' | 'thresholds'>): void {
    this.moving.forEach((one, k) => {
      one.least = thresholds[k] ?? from;
    });
  }

  /** Whether weighted sums show that no scheme is on the level. */
  excludes(level: Level): boolean {
    this.set(level);
    return this.sums.excludes(level.to);
  }

  /**
   * Looks through the schemes on a level in order of rank. Yields every few ms.
   * @param onFound gets the scheme and its deficit; returns the smallest deficit of interest from there on
   * @returns whether it came to the end
   */
  *schemes(level: Level, meter: Meter, onFound: (scheme: Scheme, deficit: number) => number): Generator<void, boolean> {
    if (this.excludes(level)) return true;
    // Where a short look neither finds anything nor ends, better multipliers are worth their linear program.
    const short = { left: Math.min(meter.left, PATIENCE) };
    let empty = true;
    const ended = yield* this.sums.search(level.to, short, () => (empty = false));
    if (ended && empty) return true;
    if (!ended) this.learn(level);
    this.set(level);
    return yield* this.sums.search(level.to, meter, (scheme) => {
      const deficit = this.moving.at(-1)!;
      deficit.least = onFound(scheme, this.session.add(scheme));
      return deficit.least <= level.to;
    });
  }

  /** Adds multipliers that show best that nothing is on the level, once a level. */
  private learn(level: Level): void {
    if (!this.session.apart(this.learned, level.to)) return;
    this.learned = level.to;
    const { market, loss, solver } = this.session;
    const relaxation = { firstCell: market.firstCell, loss, budget: level.to, sums: this.sums.sums };
    const scale = this.sums.constraints.map(({ most }, k) => (k < this.players.length ? Math.max(1, most) : 0));
    const multipliers = refutingMultipliers(solver, relaxation, scale);
    if (multipliers) this.sums.weigh(multipliers);
  }

  release(): void {
    this.sums.release();
  }
}
