/**
 * Questions about stable obedient schemes that are too many to list: is a cell used by one, and which one has the
 * largest weighted total. They are what a cutting-plane solution of the misalignment program asks (Remark 5).
 */
import { TooLargeError } from '../../errors.ts';
import type { Steps } from '../../steps.ts';
import type { Scheme } from '../market.ts';
import type { Ties } from '../search/session.ts';
import type { StableQuestions } from '../stable.ts';
import { ObedientCommittee } from './committee.ts';
import { stableLevels } from './count.ts';
import type { ObedientSession } from './session.ts';
import type { Constraint } from './sums.ts';

/** Trials for one question: tens of seconds. */
const MOST_TRIALS = 2 ** 29;
/** Weighted totals are rounded to whole numbers of about this size. */
const PRECISION = 2 ** 42;

export class ObedientQuestions implements StableQuestions {
  private readonly session: ObedientSession;
  private readonly players: readonly number[];
  private readonly ties: Ties;
  private readonly worst: number;
  private readonly used: Set<number>;
  private readonly unused = new Set<number>();

  /**
   * @param worst the largest deficit of a stable scheme
   * @param used cells that some stable scheme uses, as far as known
   */
  constructor(
    session: ObedientSession,
    players: readonly number[],
    ties: Ties,
    worst: number,
    used: ReadonlySet<number>,
  ) {
    this.session = session;
    this.players = players;
    this.ties = ties;
    this.worst = worst;
    this.used = new Set(used);
  }

  get usedCells(): ReadonlySet<number> {
    return this.used;
  }

  /** Whether some stable scheme uses the cell. @throws TooLargeError where the search is too long. */
  *uses(cell: number): Steps<boolean> {
    if (this.used.has(cell)) return true;
    if (this.unused.has(cell)) return false;
    const value = new Float64Array(this.session.loss.length);
    value[cell] = 1;
    let found: Scheme | undefined;
    yield* this.search(value, 1, (scheme) => {
      found = scheme;
      return null;
    });
    if (!found) this.unused.add(cell);
    const { firstCell } = this.session.market;
    for (const [s, policy] of (found ?? []).entries()) this.used.add(firstCell[s]! + policy);
    return found !== undefined;
  }

  /**
   * The totals of gains, by player of the market, of a stable scheme with the largest
   * Σ weights[i] · total of players[i] − aliceWeight · Alice's total (to 12 digits).
   * @throws TooLargeError where the search is too long.
   */
  *largest(players: readonly number[], weights: readonly bigint[], aliceWeight: bigint): Steps<Float64Array> {
    const { market, loss } = this.session;
    const scale = [...weights, aliceWeight].reduce((most, weight) => (weight > most ? weight : most), 1n);
    const share = (weight: bigint) => Number((weight * 2n ** 60n) / scale) / 2 ** 60;
    const raw = loss.map(
      (own, cell) =>
        share(aliceWeight) * own + players.reduce((sum, p, i) => sum + share(weights[i]!) * market.gains[p]![cell]!, 0),
    );
    const most = Math.max(
      1,
      raw.reduce((a, b) => a + b, 0),
    );
    const value = raw.map((own) => Math.round((own * PRECISION) / most));
    let best: Scheme | undefined;
    let total = -1;
    yield* this.search(value, 0, (scheme) => {
      best = scheme;
      total = this.session.totalOf(scheme, value);
      return total + 1;
    });
    return Float64Array.from(market.gains, (gain) => this.session.totalOf(best!, gain));
  }

  /**
   * Goes through stable schemes with at least `least` of `value`, those at OPT first.
   * @param onFound returns what the next ones must have, or null for no more
   * @throws TooLargeError where the search is too long
   */
  private *search(value: Float64Array, least: number, onFound: (scheme: Scheme) => number | null): Steps<void> {
    const { session, players, ties, worst } = this;
    const direction = session.space.direction(value);
    const extra: Constraint = { value, direction, least, most: session.mostOf(value) };
    const committee = new ObedientCommittee(session, players, ties, [extra]);
    const meter = { left: MOST_TRIALS };
    const take = (scheme: Scheme): boolean => {
      const next = onFound(scheme);
      if (next !== null) extra.least = next;
      return next !== null;
    };
    try {
      const optimal = committee.optimal && session.richest(committee.optimal, value);
      if (optimal && session.totalOf(optimal, value) >= least && !take(optimal)) return;
      for (const level of stableLevels(committee, worst, meter)) {
        if (!level) {
          yield;
          continue;
        }
        let stopped = false;
        const found = (scheme: Scheme) => {
          stopped = !take(scheme);
          return stopped ? Number.POSITIVE_INFINITY : level.from;
        };
        yield* committee.schemes(level, meter, found);
        if (stopped) return;
      }
      if (meter.left <= 0)
        throw new TooLargeError(
          `misalignment asks for stable schemes that ${MOST_TRIALS} trials do not find: leave it out with an empty scope, or round the utilities`,
        );
    } finally {
      committee.release();
      direction.release();
    }
  }
}
