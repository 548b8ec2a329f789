/** What best-response dynamics and the Nash check ask, over obedient schemes, within a number of trials. */
import type { Kernel } from '../../kernel/instance.ts';
import type { DeviationAnswers, Extreme } from '../deviations.ts';
import type { Scheme } from '../market.ts';
import { ObedientSession } from './session.ts';

/** Trials for one question: a second or so. */
const QUESTION = 2 ** 24;
/** Trials for all questions of one market that are not answered. */
const ALL = 2 ** 27;

/** The steps of a generator, all at once. */
function finish<R>(steps: Generator<unknown, R>): R {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

export class ObedientDeviations implements DeviationAnswers {
  /** False once a question was answered with the best scheme known, not proved to be best. */
  exact = true;
  private readonly session: ObedientSession;
  private readonly kernel: Kernel;
  private mirror: ObedientSession | undefined;
  private left = ALL;
  /** By player: budgets whose questions were given up. */
  private readonly given = new Map<number, Set<number>>();

  constructor(kernel: Kernel, session: ObedientSession) {
    this.kernel = kernel;
    this.session = session;
  }

  /** Answers from what is known already from now on. */
  hurry(): void {
    this.left = 0;
  }

  private budget(alice: number): number {
    return Math.min(this.session.market.most[0]! - alice, this.session.reach);
  }

  best(player: number, alice: number): number {
    const budget = this.budget(alice);
    if (budget < 0) return -1;
    const known = this.session.bestKnown(player, budget);
    if (known.exact) return known.total;
    const given = this.given.get(player) ?? new Set();
    this.given.set(player, given);
    if (!given.has(budget)) {
      const allowed = Math.min(this.left, QUESTION);
      const meter = { left: allowed };
      const best = finish(this.session.best(player, budget, meter));
      if (best) return best.total;
      this.left -= allowed - meter.left;
      given.add(budget);
    }
    this.exact = false;
    return this.session.bestKnown(player, budget).total;
  }

  scheme(player: number, alice: number, bob: number, rank: Extreme = 'lowest'): Scheme | null {
    const budget = this.budget(alice);
    if (budget < 0 || this.best(player, alice) < bob) return null;
    const allowed = Math.min(this.left, QUESTION);
    const meter = { left: allowed };
    const session = rank === 'lowest' ? this.session : this.mirrored();
    const found = finish(session.first(player, budget, bob, meter));
    if (found) return rank === 'lowest' ? found : this.turned(found);
    this.left -= allowed;
    this.exact = false;
    return this.session.bestKnown(player, budget).scheme;
  }

  private turned(scheme: Scheme): Scheme {
    const { policies } = this.session.market;
    return scheme.map((policy, s) => policies[s]!.length - 1 - policy);
  }

  /** The same market with every state's policies the other way round: the lowest rank there is the highest here. */
  private mirrored(): ObedientSession {
    if (!this.mirror) {
      const { market, solver } = this.session;
      const turn = (values: Float64Array) => {
        const turned = values.slice();
        for (let s = 0; s + 1 < market.firstCell.length; s++)
          turned.subarray(market.firstCell[s]!, market.firstCell[s + 1]!).reverse();
        return turned;
      };
      const policies = market.policies.map((own) => own.toReversed());
      this.mirror = new ObedientSession(this.kernel, { ...market, policies, gains: market.gains.map(turn) }, solver);
    }
    return this.mirror;
  }

  release(): void {
    this.mirror?.release();
  }
}
