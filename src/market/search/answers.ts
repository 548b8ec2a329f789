/** The search as `solve` and `sweep` call it: cancelled, timed, with what is proved where it stops early. */
import type { Pool } from '../../kernel/pool.ts';
import { Clock, type ClockOptions, type Steps } from '../../steps.ts';
import type { CommitteeMask, Market } from '../market.ts';
import { cellSet, monopolySchemes, type StableSchemes } from '../stable.ts';
import { CommitteeSearch, playersOf } from './committee.ts';
import type { Counted } from './count.ts';
import { losses } from './deficits.ts';
import { StableExtremes } from './extremes.ts';
import { Session, type Ties } from './session.ts';
import { Sweep } from './sweep.ts';
import { leastMonopoly, windowSteps } from './window.ts';
import type { WorstFound } from './worst.ts';

export interface SearchOptions extends ClockOptions {
  readonly ties: Ties;
  /** Called every few ms with the bounds so far. */
  readonly onBounds?: ((bounds: Pick<WorstFound, 'found' | 'possible'>) => void) | undefined;
}

/** One committee's answer; valid until the promise of the callback that receives it. */
export interface Searched {
  readonly stable: StableSchemes;
  /** False where the deadline came first: `stable` is then the worst equilibrium found so far. */
  readonly complete: boolean;
  /** No equilibrium leaves Alice less than this total of gains. */
  readonly proved: number;
}

/** Runs a search to its end or to the deadline, giving way now and then. */
export class Driver extends Clock {
  readonly options: SearchOptions;

  constructor(options: SearchOptions) {
    super(options);
    this.options = options;
  }

  /**
   * @returns the result, or undefined where the deadline came first; `onStep` sees what the search yields.
   * @throws AbortedError once the signal fires
   */
  async finish<T, R>(steps: Steps<R, T>, onStep: (step: T) => void): Promise<R | undefined> {
    try {
      for (;;) {
        if (this.late()) return undefined;
        const step = steps.next();
        if (step.done) return step.value;
        onStep(step.value);
        await this.giveWay();
      }
    } finally {
      // Ends the generator where it stands, so that it releases its memory.
      steps.return(undefined as never);
    }
  }
}

/** Asks everything of one committee and hands it to `use` while the tables live. */
async function answer<R>(
  pool: Pool,
  market: Market,
  search: CommitteeSearch,
  steps: Steps<WorstFound, WorstFound>,
  driver: Driver,
  use: (found: Searched) => R,
): Promise<Awaited<R>> {
  let worst = search.start;
  const finished = await driver.finish(steps, (step) => {
    worst = step;
    driver.options.onBounds?.(step);
  });
  worst = finished ?? { ...worst, complete: false };
  const counted = finished && (await driver.finish(search.count(worst.found), () => {}));
  const asks = counted && new StableExtremes(pool.local, market, search, worst.found, counted.cells);
  return await use(searched(market.most[0]!, worst, counted, asks));
}

/**
 * What a search found, as totals.
 * @param best Alice's largest total
 * @param counted undefined where the deadline came before the stable schemes were counted
 */
export function searched(
  best: number,
  worst: Pick<WorstFound, 'found' | 'possible' | 'scheme'>,
  counted: Counted | undefined,
  asks: StableSchemes['asks'],
): Searched {
  return {
    stable: {
      alice: best - worst.found,
      scheme: worst.scheme,
      count: counted?.count ?? null,
      cells: typeof counted?.count === 'bigint' ? cellSet(counted.cells) : null,
      rows: null,
      asks,
    },
    complete: counted !== undefined,
    proved: best - worst.possible,
  };
}

/**
 * The committee of all Bobs of `market` (restrict the market first for a smaller one).
 * @throws AbortedError @throws TooLargeError where Alice's totals are too many
 */
export async function searchOne<R>(
  pool: Pool,
  market: Market,
  options: SearchOptions,
  use: (found: Searched) => R,
): Promise<Awaited<R>> {
  const players = market.bobs.map((_, j) => j + 1);
  if (players.length === 1) return await use(monopoly(market, 1));
  const driver = new Driver(options);
  const loss = losses(market);
  const window = await driver.finish(windowSteps(pool.local, market, loss, players), () => {});
  const reach = window ?? leastMonopoly(market, loss, players);
  const session = new Session(pool.local, market, reach);
  const search = new CommitteeSearch(session, players, options.ties, reach);
  try {
    return await answer(pool, market, search, search.worst(), driver, use);
  } finally {
    search.release();
    session.release();
  }
}

function monopoly(market: Market, player: number): Searched {
  const stable = monopolySchemes(market, player);
  return { stable, complete: true, proved: stable.alice };
}

/**
 * Committees of the market's Bobs; smaller ones should come first.
 * @param use called for each in turn
 * @throws AbortedError @throws TooLargeError where Alice's totals are too many
 */
export async function searchAll(
  pool: Pool,
  market: Market,
  committees: readonly CommitteeMask[],
  options: SearchOptions,
  use: (committee: CommitteeMask, found: Searched) => void | Promise<void>,
): Promise<void> {
  const driver = new Driver(options);
  const sweep = await driver.run(Sweep.open(pool.local, market, options.ties, driver.late));
  try {
    for (const committee of committees) {
      const [player, second] = playersOf(committee);
      if (second === undefined) {
        sweep.monopoly(committee);
        await use(committee, monopoly(market, player!));
        continue;
      }
      const search = sweep.open(committee);
      try {
        const steps = sweep.worst(committee, search);
        await answer(pool, market, search, steps, driver, (found) => use(committee, found));
      } finally {
        search.release();
      }
    }
  } finally {
    sweep.release();
  }
}
