/**
 * Questions about stable obedient schemes that are too many to list: is a cell used by one, and which one has the
 * largest weighted total. They are what a cutting-plane solution of the misalignment program asks (Remark 5).
 */
import { TooLargeError } from '../../errors.ts';
import type { Steps } from '../../steps.ts';
import type { Scheme } from '../market.ts';
import type { StableQuestions } from '../stable.ts';
import type { Level, ObedientCommittee } from './committee.ts';
import { openLevels } from './levels.ts';
import type { Meter } from './program.ts';
import { bestWithin } from './relaxation.ts';
import type { ObedientSession } from './session.ts';

/** Trials for one question: tens of seconds. */
const MOST_TRIALS = 2 ** 29;
/** Weighted totals are rounded to whole numbers of about this size. */
const PRECISION = 2 ** 42;

export class ObedientQuestions implements StableQuestions {
  private readonly committee: ObedientCommittee;
  private readonly session: ObedientSession;
  private readonly worst: number;
  private readonly used: Set<number>;
  private readonly unused = new Set<number>();
  private levels: readonly Level[] | undefined;

  /**
   * @param committee must outlive the questions
   * @param worst the largest deficit of a stable scheme
   * @param used cells that some stable scheme uses, as far as known
   */
  constructor(committee: ObedientCommittee, worst: number, used: ReadonlySet<number>) {
    this.committee = committee;
    this.session = committee.session;
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
    const found = yield* this.best(value, 1);
    if (!found) this.unused.add(cell);
    const { firstCell } = this.session.market;
    for (const [s, policy] of (found ?? []).entries()) this.used.add(firstCell[s]! + policy);
    return found !== null;
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
    const best = yield* this.best(value, 0);
    return Float64Array.from(market.gains, (gain) => this.session.totalOf(best!, gain));
  }

  /** A stable scheme with the largest total of `value`, at least `least`; null where there is none. */
  private *best(value: Float64Array, least: number): Steps<Scheme | null> {
    const { session } = this;
    const meter = { left: MOST_TRIALS };
    const levels = yield* this.open(meter);
    let best = this.committee.optimal && session.richest(this.committee.optimal, value);
    if (best && session.totalOf(best, value) < least) best = null;
    let needed = best ? session.totalOf(best, value) + 1 : least;
    const program = session.program(value, ...this.committee.rows, { value: session.loss, slack: 0 });
    try {
      for (const { from, to, thresholds } of levels) {
        const leasts = session.leasts(...thresholds, from);
        if (bestWithin(yield* program.relax(to, leasts, meter)) < needed) continue;
        const sought = { budget: to, leasts, least: needed };
        const take = (scheme: Scheme) => {
          best = scheme;
          needed = session.totalOf(scheme, value) + 1;
          sought.least = needed;
          return true;
        };
        const bound = yield* program.exclude(sought, meter);
        if (!(yield* program.all(bound, sought, meter, take, 'branching'))) throw tooLong();
      }
      return best;
    } finally {
      program.release();
    }
  }

  /** The levels that may hold stable schemes, found out once. */
  private *open(meter: Meter): Steps<readonly Level[]> {
    if (this.levels) return this.levels;
    const found: Level[] = [];
    const { committee, worst } = this;
    const steps = openLevels(committee, { from: committee.all.from, to: worst }, MOST_TRIALS, meter);
    for (;;) {
      const step = steps.next();
      if (step.done && !step.value) throw tooLong();
      if (step.done) break;
      const { level } = step.value;
      if (!level) yield;
      else if (!level.exact) throw tooLong();
      else found.push(level);
    }
    this.levels = found;
    return found;
  }
}

const tooLong = () =>
  new TooLargeError(
    `misalignment asks for stable schemes that ${MOST_TRIALS} trials do not find: leave it out with an empty scope, or round the utilities`,
  );
