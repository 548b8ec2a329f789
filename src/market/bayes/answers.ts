/** The receiver `bayes` as `solve` and `sweep` call it: obedient schemes listed or searched, the same answers either way. */
import Fraction from 'fraction.js';
import type { Pool } from '../../kernel/pool.ts';
import { linearSolver } from '../../lp/program.ts';
import type { DeviationAnswers } from '../deviations.ts';
import type { Market } from '../market.ts';
import { chosenMethod, type Method } from '../options.ts';
import type { AnswerOptions } from '../results.ts';
import { Driver, type Searched, type SearchOptions, searched } from '../search/answers.ts';
import { optimalStable } from '../search/committee.ts';
import { losses } from '../search/deficits.ts';
import { cellSet, type MixedWorst } from '../stable.ts';
import { ObedientCommittee } from './committee.ts';
import { countObedient } from './count.ts';
import { ObedientDeviations } from './deviations.ts';
import { ObedientSchemes } from './listed.ts';
import { MixedObedience, type MixedStable } from './mixed.ts';
import { sharedPolicies } from './obedience.ts';
import { ObedientPolytope, totalOf } from './polytope.ts';
import { ObedientQuestions } from './questions.ts';
import { ObedientSession } from './session.ts';
import { worstObedient } from './worst.ts';

/** `auto` lists up to this many schemes: some milliseconds. */
const LISTED = 2n ** 16n;

/** Stable schemes and deviations over obedient schemes. */
export interface ObedientAnswers {
  readonly deviations: DeviationAnswers & {
    /** Whether all answers so far are proved. */
    readonly exact: boolean;
    /** Says when to be content with what is known. */
    late: () => boolean;
  };
  /**
   * A committee's stable schemes; smaller committees should come first. The answer is valid until the next one.
   * @param players the committee's player numbers (1 … k), rising
   * @throws AbortedError
   */
  stable(players: readonly number[], options: SearchOptions): Promise<Searched>;
  release(): void;
}

/** @throws InputError where states do not share one policy set. @throws TooLargeError where the method cannot do it. */
export async function obedientAnswers(
  pool: Pool,
  market: Market,
  { schemes, scope, weights }: AnswerOptions,
  method: Method | undefined,
): Promise<ObedientAnswers> {
  sharedPolicies(market);
  const plain =
    chosenMethod(method, market.schemes, LISTED) === 'enumerate'
      ? listed(market)
      : new SearchedAnswers(new ObedientSession(pool.local, market, await linearSolver()));
  if (schemes === 'deterministic') return plain;
  return new MixedAnswers(plain, market, scope.includes('cells') && weights.length > 0);
}

function listed(market: Market): ObedientAnswers {
  const schemes = new ObedientSchemes(market);
  return {
    deviations: schemes,
    stable: async (players, { ties }) => {
      const stable = schemes.stable(players, ties);
      return { stable, complete: true, proved: stable.alice };
    },
    release: () => {},
  };
}

class SearchedAnswers implements ObedientAnswers {
  readonly deviations: ObedientDeviations;
  private readonly session: ObedientSession;
  private committee: ObedientCommittee | undefined;
  /** By committee, as bits of player numbers: bounds on the deficits of its stable schemes. */
  private readonly possible = new Map<number, number>();

  constructor(session: ObedientSession) {
    this.session = session;
    this.deviations = new ObedientDeviations(session);
  }

  async stable(players: readonly number[], options: SearchOptions): Promise<Searched> {
    this.committee?.release();
    const { session } = this;
    const committee = new ObedientCommittee(session, players, options.ties);
    this.committee = committee;
    const driver = new Driver(options);
    let worst = committee.start(this.bound(players, options));
    const finished = await driver.finish(worstObedient(committee, worst.possible), (step) => {
      worst = step;
      options.onBounds?.(step);
    });
    worst = finished ?? { ...worst, complete: false };
    this.possible.set(bits(players), worst.possible);
    const counted = finished && (await driver.finish(countObedient(committee, worst.found), () => {}));
    if (!counted) this.deviations.hurry();
    this.deviations.exact = true;
    const asks = counted && new ObedientQuestions(committee, worst.found, counted.cells);
    return searched(session.market.most[0]!, worst, counted, asks);
  }

  /** What smaller committees proved of a larger one's deficits; under `index` those that share its lowest Bob, or single Bobs. */
  private bound(players: readonly number[], { ties }: SearchOptions): number {
    const parts = players.map((left) => players.filter((player) => player !== left));
    const telling = parts.filter((part) => ties === 'strict' || part.length === 1 || part[0] === players[0]);
    return Math.min(this.session.reach, ...telling.map((part) => this.possible.get(bits(part)) ?? this.session.reach));
  }

  release(): void {
    this.committee?.release();
    this.session.release();
  }
}

/** Beside the answers without mixing, those over randomised schemes. */
class MixedAnswers implements ObedientAnswers {
  private readonly plain: ObedientAnswers;
  private readonly mixed: MixedObedience;
  private readonly cells: boolean;

  /** @param cells whether the cells of stable schemes are asked for */
  constructor(plain: ObedientAnswers, market: Market, cells: boolean) {
    this.plain = plain;
    this.mixed = new MixedObedience(new ObedientPolytope(market, losses(market)));
    this.cells = cells;
  }

  get deviations() {
    return this.plain.deviations;
  }

  async stable(players: readonly number[], options: SearchOptions): Promise<Searched> {
    const { market } = this.mixed.polytope;
    const optimal = optimalStable(market, players, options.ties);
    let worst = this.mixed.start(optimal);
    const steps = this.mixed.worst(players, optimal, this.cells);
    const finished = await new Driver(options).finish(steps, (step) => {
      worst = step;
    });
    const { stable, complete } = await this.plain.stable(players, options);
    worst = this.mixed.without(finished ?? worst, stable.scheme);
    const { deficit, one } = worst.possible;
    return {
      stable: { ...stable, mixed: this.worst(worst) },
      complete: complete && worst.complete,
      // Rounded down to whole totals.
      proved: market.most[0]! - Number((deficit + one - 1n) / one),
    };
  }

  private worst({ mixture, cells }: MixedStable): MixedWorst {
    const { polytope } = this.mixed;
    const share = (total: bigint) => new Fraction(total, mixture.one);
    const probabilities = polytope.loss.map(() => 0n);
    for (const { cells: used, share: own } of mixture.parts) for (const cell of used) probabilities[cell]! += own;
    return {
      totals: polytope.gains.map((values) => share(totalOf(mixture, values))),
      probabilities: probabilities.map(share),
      cells: cells && cellSet(cells),
    };
  }

  release(): void {
    this.plain.release();
  }
}

const bits = (players: readonly number[]) => players.reduce((mask, player) => mask | (1 << (player - 1)), 0);
