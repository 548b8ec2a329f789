/** The search as `solve` and `sweep` call it: cancelled, timed, with what is proved where it stops early. */
import { show } from '../../input/show.ts';
import type { Kernel } from '../../kernel/instance.ts';
import type { Pool } from '../../kernel/pool.ts';
import { Clock, type ClockOptions, type Steps } from '../../steps.ts';
import type { CommitteeMask, Market } from '../market.ts';
import { cellSet, monopolySchemes, type StableSchemes } from '../stable.ts';
import { CommitteeSearch, playersOf } from './committee.ts';
import type { Counted } from './count.ts';
import { losses } from './deficits.ts';
import { StableExtremes } from './extremes.ts';
import { Session, type Ties } from './session.ts';
import type { Known, Sweep } from './sweep.ts';
import { leastMonopoly, windowSteps } from './window.ts';
import type { WorstFound } from './worst.ts';

export interface SearchOptions extends ClockOptions {
  readonly ties: Ties;
  /** Called every few ms with the bounds so far. */
  readonly onBounds?: ((bounds: Pick<WorstFound, 'found' | 'possible'>) => void) | undefined;
  /** Called with the reason, once a Bob, where bounds stand in place of an answer. */
  readonly onNote?: ((text: string) => void) | undefined;
}

/** One committee's answer; valid until the promise of the callback that receives it. */
export interface Searched {
  readonly stable: StableSchemes;
  /** False where the deadline came first, or tables are too large: `stable` is then the worst equilibrium found so far. */
  readonly complete: boolean;
  /** No equilibrium leaves Alice less than this total of gains. */
  readonly proved: number;
}

/** Runs a search to its end or to the deadline, giving way now and then. */
export class Driver extends Clock {
  readonly options: SearchOptions;
  private readonly noted = new Set<number>();

  constructor(options: SearchOptions) {
    super(options);
    this.options = options;
  }

  /** Says which Bobs of a committee are left with bounds, and why. */
  noteTooLarge({ bobs }: Market, { tooLarge }: CommitteeSearch): void {
    for (const { player, bytes, allowed } of tooLarge) {
      if (this.noted.has(player)) continue;
      this.noted.add(player);
      this.options.onNote?.(
        `only bounds for committees with ${show(bobs[player - 1]!)}: his totals that no other beats for him and Alice may take ${mebibytes(bytes)}, and ${mebibytes(allowed)} are allowed for one Bob; round the utilities with --round D, or leave him out`,
      );
    }
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

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}

/** Who is told of a committee's answer. */
export interface Uses<R> {
  /** Of the worst equilibrium, as far as it is known once the search is over. */
  readonly onWorst?: ((worst: WorstFound) => void) | undefined;
  /** Of everything, while the committee's tables live. */
  readonly use: (found: Searched) => R;
}

/** Asks everything of one committee and hands it to `use` while the tables live. */
async function answer<R>(
  kernel: Kernel,
  market: Market,
  search: CommitteeSearch,
  steps: Steps<WorstFound, WorstFound>,
  driver: Driver,
  { onWorst, use }: Uses<R>,
): Promise<Awaited<R>> {
  let worst = search.start;
  const finished = await driver.finish(steps, (step) => {
    worst = step;
    driver.options.onBounds?.(step);
  });
  worst = finished ?? { ...worst, complete: false };
  onWorst?.(worst);
  driver.noteTooLarge(market, search);
  const counted = worst.complete ? await driver.finish(search.count(worst.found), () => {}) : undefined;
  const asks = counted && new StableExtremes(kernel, market, search, worst.found, counted.cells);
  return await use(searched(market.most[0]!, worst, counted, asks));
}

/**
 * What a search found, as totals.
 * @param best Alice's largest total
 * @param counted undefined where the stable schemes were not counted: the deadline came first, or tables are too large
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
 * @throws AbortedError
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
    return await answer(pool.local, market, search, search.worst(), driver, { use });
  } finally {
    search.release();
    session.release();
  }
}

function monopoly(market: Market, player: number): Searched {
  const stable = monopolySchemes(market, player);
  return { stable, complete: true, proved: stable.alice };
}

/** What the committees of a sweep share. */
export interface Sweeping {
  readonly kernel: Kernel;
  readonly market: Market;
  readonly sweep: Sweep;
  readonly driver: Driver;
}

/**
 * One committee of a sweep.
 * @param known the worst equilibria of the committees below it
 * @throws AbortedError
 */
export async function searchNext<R>(
  { kernel, market, sweep, driver }: Sweeping,
  committee: CommitteeMask,
  known: Known,
  uses: Uses<R>,
): Promise<Awaited<R>> {
  const [player, second] = playersOf(committee);
  if (second === undefined) {
    uses.onWorst?.(sweep.monopoly(committee));
    return await uses.use(monopoly(market, player!));
  }
  const search = sweep.open(committee, known);
  try {
    return await answer(kernel, market, search, sweep.worst(committee, search, known), driver, uses);
  } finally {
    search.release();
  }
}
