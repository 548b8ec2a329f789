/** The search as `solve` and `sweep` call it: cancelled, timed, with what is proved where it stops early. */
import { setImmediate } from 'node:timers/promises';
import { AbortedError } from '../../errors.ts';
import type { Pool } from '../../kernel/pool.ts';
import type { CommitteeMask, Market } from '../market.ts';
import { cellSet, monopolySchemes, type StableSchemes } from '../stable.ts';
import { CommitteeSearch, playersOf } from './committee.ts';
import { losses } from './deficits.ts';
import { StableExtremes } from './extremes.ts';
import { Session, type Ties } from './session.ts';
import { Sweep } from './sweep.ts';
import { stabilityWindow } from './window.ts';
import type { WorstFound } from './worst.ts';

export interface SearchOptions {
  readonly ties: Ties;
  readonly signal?: AbortSignal | undefined;
  /** On the clock of `performance.now()`, in ms. */
  readonly deadline?: number | undefined;
  /** Called every few ms with the bounds so far. */
  readonly onBounds?: ((bounds: Pick<WorstFound, 'found' | 'possible'>) => void) | undefined;
}

/** One committee's answer; valid during the callback that receives it. */
export interface Searched {
  readonly stable: StableSchemes;
  /** False where the deadline came first: `stable` is then the worst equilibrium found so far. */
  readonly complete: boolean;
  /** No equilibrium leaves Alice less than this total of gains. */
  readonly proved: number;
}

/** In this thread, give way to timers and signals after this many ms. */
const BREATH = 20;

/** Runs a search to its end or to the deadline, giving way now and then. @throws AbortedError */
export class Driver {
  readonly options: SearchOptions;
  private breath = performance.now();

  constructor(options: SearchOptions) {
    this.options = options;
  }

  get late(): boolean {
    return performance.now() >= (this.options.deadline ?? Number.POSITIVE_INFINITY);
  }

  /** @returns the result, or undefined where the deadline came first; `onStep` sees what the search yields. */
  async finish<T, R>(steps: Generator<T, R>, onStep: (step: T) => void): Promise<R | undefined> {
    try {
      for (;;) {
        const step = steps.next();
        if (step.done) return step.value;
        onStep(step.value);
        if (this.late) return undefined;
        await this.giveWay();
      }
    } finally {
      // Ends the generator where it stands, so that it releases its memory.
      steps.return(undefined as never);
    }
  }

  private async giveWay(): Promise<void> {
    if (performance.now() - this.breath < BREATH) return;
    await setImmediate();
    if (this.options.signal?.aborted) throw new AbortedError();
    this.breath = performance.now();
  }
}

/** Asks everything of one committee and hands it to `use` while the tables live. */
async function answer<R>(
  pool: Pool,
  market: Market,
  search: CommitteeSearch,
  steps: Generator<WorstFound, WorstFound>,
  driver: Driver,
  use: (found: Searched) => R,
): Promise<R> {
  let worst = search.start;
  const finished = await driver.finish(steps, (step) => {
    worst = step;
    driver.options.onBounds?.(step);
  });
  worst = finished ?? { ...worst, complete: false };
  const counted = finished && (await driver.finish(search.count(worst.found), () => {}));
  const best = market.most[0]!;
  return use({
    stable: {
      alice: best - worst.found,
      scheme: worst.scheme,
      count: counted?.count ?? null,
      cells: typeof counted?.count === 'bigint' ? cellSet(counted.cells) : null,
      rows: null,
      asks: counted && new StableExtremes(pool.local, market, search, worst.found, counted.cells),
    },
    complete: counted !== undefined,
    proved: best - worst.possible,
  });
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
): Promise<R> {
  const players = market.bobs.map((_, j) => j + 1);
  if (players.length === 1) return use(monopoly(market, 1));
  const { reach } = stabilityWindow(market, losses(market), players);
  const session = new Session(pool.local, market, reach);
  const search = new CommitteeSearch(session, players, options.ties, reach);
  try {
    return await answer(pool, market, search, search.worst(), new Driver(options), use);
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
  use: (committee: CommitteeMask, found: Searched) => void,
): Promise<void> {
  const driver = new Driver(options);
  const sweep = new Sweep(pool.local, market, options.ties);
  try {
    for (const committee of committees) {
      const [player, second] = playersOf(committee);
      if (second === undefined) {
        sweep.monopoly(committee);
        use(committee, monopoly(market, player!));
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
