/**
 * One committee's stable schemes among the obedient ones. Below OPT, deficits fall into intervals on which no Bob's
 * threshold moves: on each the stable schemes are those that meet constraints which add up over states.
 */
import type { Steps } from '../../steps.ts';
import type { Scheme } from '../market.ts';
import { optimalStable } from '../search/committee.ts';
import { lowest, type Product } from '../search/deficits.ts';
import type { Ties } from '../search/session.ts';
import type { WorstFound } from '../search/worst.ts';
import type { Meter, SchemeProgram } from './program.ts';
import { type Bound, bestWithin, type Row } from './relaxation.ts';
import type { ObedientSession } from './session.ts';

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

/** Trials of a short search for a Bob's best total, before a quick look for some good one. */
const SHORT = 2 ** 15;

export class ObedientCommittee {
  readonly session: ObedientSession;
  readonly players: readonly number[];
  /** The stable schemes with deficit 0; none for a single Bob, whose schemes are not judged by deficits. */
  readonly optimal: Product | null;
  private readonly ties: Ties;
  /** The largest deficit of schemes that leave the Bobs enough. */
  private readonly program: SchemeProgram;

  /** @param players the committee's player numbers (1 … k), rising */
  constructor(session: ObedientSession, players: readonly number[], ties: Ties) {
    this.session = session;
    this.players = players;
    this.ties = ties;
    this.program = session.program(session.loss, ...this.rows);
    this.optimal = players.length === 1 ? null : optimalStable(session.market, players, ties);
  }

  /** The Bobs' totals, as rows of a program. */
  get rows(): Row[] {
    const { gains, most } = this.session.market;
    return this.players.map((player) => ({ value: gains[player]!, slack: Math.max(1, most[player]!) }));
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

  /** Lower bounds on the thresholds at deficit d, and above. */
  thresholds(d: number): number[] {
    return this.players.map((player, j) => this.session.bestKnown(player, this.budget(j, d)).total);
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

  /** Finds out the thresholds at deficit d, as far as the meter lets it. */
  *refine(d: number, meter: Meter): Steps<void> {
    for (const [j, player] of this.players.entries())
      if (!(yield* this.session.best(player, this.budget(j, d), meter))) return;
  }

  /** Raises what is known of the thresholds at deficit d. */
  *approach(d: number, meter: Meter): Steps<void> {
    for (const [j, player] of this.players.entries()) {
      const short = { left: SHORT };
      const best = yield* this.session.best(player, this.budget(j, d), short);
      meter.left -= SHORT - short.left;
      if (!best) yield* this.session.probe(player, this.budget(j, d), meter);
    }
  }

  private bound({ to, thresholds }: Omit<Level, 'exact'>, meter?: Meter): Steps<Bound> {
    return this.program.relax(to, this.session.leasts(...thresholds), meter);
  }

  /** No scheme with a deficit of at most `to` that leaves the Bobs so much has a larger one than this. */
  *most(level: Omit<Level, 'exact'>, meter: Meter): Steps<number> {
    return Math.min(level.to, bestWithin(yield* this.bound(level, meter)));
  }

  private sought({ from, to, thresholds }: Omit<Level, 'exact'>) {
    return { budget: to, least: from, leasts: this.session.leasts(...thresholds) };
  }

  /**
   * The scheme with the largest deficit on a level.
   * @param onFound gets better and better ones, with their deficits
   * @returns whether the search came to its end
   */
  *worst(level: Level, meter: Meter, onFound: (scheme: Scheme, deficit: number) => void): Steps<boolean> {
    const sought = this.sought(level);
    const take = (scheme: Scheme) => {
      const deficit = this.session.add(scheme);
      sought.least = deficit + 1;
      onFound(scheme, deficit);
      return deficit < level.to;
    };
    return yield* this.program.all(yield* this.program.exclude(sought, meter), sought, meter, take, 'branching');
  }

  /**
   * All schemes on a level, in order of rank.
   * @param onFound says whether to go on
   * @returns whether it came to the end
   */
  *each(level: Omit<Level, 'exact'>, meter: Meter, onFound: (scheme: Scheme) => boolean): Steps<boolean> {
    const sought = this.sought(level);
    return yield* this.program.all(yield* this.program.exclude(sought, meter), sought, meter, onFound);
  }

  release(): void {
    this.program.release();
  }
}
