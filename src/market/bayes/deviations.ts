/** What best-response dynamics and the Nash check ask, over obedient schemes, within a number of trials. */
import { type Steps, unless } from '../../steps.ts';
import type { DeviationAnswers, Extreme } from '../deviations.ts';
import type { Scheme } from '../market.ts';
import type { Meter } from './program.ts';
import type { ObedientSession } from './session.ts';

/** Trials for one question: seconds. */
const QUESTION = 2 ** 22;
/** Trials for all questions of one committee that are not answered. */
const ALL = 2 ** 24;

export class ObedientDeviations implements DeviationAnswers {
  /** False once a question was answered with the best scheme known, not proved to be best. */
  exact = true;
  /** Says when to answer with the best scheme known. */
  late = () => false;
  private readonly session: ObedientSession;
  private left = ALL;
  /** By player: budgets whose questions were given up. */
  private readonly given = new Map<number, Set<number>>();

  constructor(session: ObedientSession) {
    this.session = session;
  }

  /** Answers from what is known already from now on. */
  hurry(): void {
    this.left = 0;
  }

  private budget(alice: number): number {
    return Math.min(this.session.market.most[0]! - alice, this.session.reach);
  }

  best(player: number, alice: number): number | Steps<number> {
    const budget = this.budget(alice);
    if (budget < 0) return -1;
    const known = this.session.bestKnown(player, budget);
    return known.exact ? known.total : this.search(player, budget);
  }

  private *search(player: number, budget: number): Steps<number> {
    const given = this.given.get(player) ?? new Set();
    this.given.set(player, given);
    if (!given.has(budget)) {
      const best = yield* this.asked((meter) => this.session.best(player, budget, meter));
      if (best) return best.total;
      given.add(budget);
    }
    this.exact = false;
    return this.session.bestKnown(player, budget).total;
  }

  /** A question within its trials and before it is late; what is not answered is taken off the trials for all. */
  private *asked<R>(question: (meter: Meter) => Steps<R>): Steps<R | undefined> {
    const allowed = Math.min(this.left, QUESTION);
    const meter = { left: allowed };
    const answer = yield* unless(this.late, question(meter));
    if (!answer) this.left -= allowed - meter.left;
    return answer;
  }

  *scheme(player: number, alice: number, bob: number, rank: Extreme = 'lowest'): Steps<Scheme | null> {
    const budget = this.budget(alice);
    if (budget < 0) return null;
    const best = this.best(player, alice);
    if ((typeof best === 'number' ? best : yield* best) < bob) return null;
    const order = rank === 'lowest' ? 'rank' : 'falling';
    const found = yield* this.asked((meter) => this.session.first(player, budget, bob, meter, order));
    if (found) return found;
    this.exact = false;
    return this.session.bestKnown(player, budget).scheme;
  }
}
