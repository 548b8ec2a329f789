/** One committee's questions to the search: its worst equilibrium, and the number and the cells of its stable schemes. */
import type { Kernel } from '../../kernel/instance.ts';
import { type Steps, showing } from '../../steps.ts';
import type { CommitteeMask } from '../market.ts';
import { type Counted, countStable } from './count.ts';
import { type Gains, largest, losses, lowest, type Product, totalOf } from './deficits.ts';
import { CommitteeLevels } from './levels.ts';
import { Session, type Ties } from './session.ts';
import { stabilityWindow } from './window.ts';
import { searchLevels, settled, type WorstFound } from './worst.ts';

/** The monopoly schemes of a single Bob: his equilibria (section 7.1). */
export function monopolySchemes(market: Gains, player: number): Product {
  return largest(market, market.gains[player]!);
}

/** The worst of them. */
export function worstMonopoly(market: Gains, loss: Float64Array, player: number): WorstFound {
  const scheme = lowest(market, largest(market, market.gains[player]!, loss));
  return settled(totalOf(market, scheme, loss), scheme);
}

/** The stable schemes among the Alice-optimal ones: all of them, or those that leave the lowest-index Bob most. */
export function optimalStable(market: Gains, loss: Float64Array, players: readonly number[], ties: Ties): Product {
  const fewest = loss.map((own) => -own);
  return largest(market, fewest, ...(ties === 'index' ? [market.gains[players[0]!]!] : []));
}

/** Player numbers (1 … k) of a committee's Bobs, rising. */
export function playersOf(committee: CommitteeMask): number[] {
  const players: number[] = [];
  for (let bob = 0; bob < 31; bob++) if ((committee >> bob) & 1) players.push(bob + 1);
  return players;
}

/** A committee of two Bobs or more, on a session whose reach covers its stable schemes. Release it. */
export class CommitteeSearch {
  readonly players: readonly number[];
  /** The stable schemes with deficit 0. */
  readonly optimal: Product;
  /** A proved bound on the deficit of stable schemes. */
  readonly possible: number;
  private readonly session: Session;
  private readonly ties: Ties;
  private made: CommitteeLevels | undefined;

  constructor(session: Session, players: readonly number[], ties: Ties, possible: number) {
    this.session = session;
    this.players = players;
    this.ties = ties;
    this.possible = possible;
    this.optimal = optimalStable(session.market, session.loss, players, ties);
  }

  get loss(): Float64Array {
    return this.session.loss;
  }

  private get schemes(): bigint {
    const { firstCell } = this.session.market;
    return firstCell.slice(1).reduce((product, end, s) => product * BigInt(end - firstCell[s]!), 1n);
  }

  get levels(): CommitteeLevels {
    this.made ??= new CommitteeLevels(this.session, this.players, this.ties, this.possible);
    return this.made;
  }

  /** What is known before any search. */
  get start(): WorstFound {
    const scheme = lowest(this.session.market, this.optimal);
    return { found: 0, possible: this.possible, complete: false, scheme, trials: 0 };
  }

  /** Makes the tables that the search needs. */
  *prepare(): Steps<void, WorstFound> {
    const { start } = this;
    for (const player of this.players) yield* showing(this.session.prepare(player), () => start);
  }

  /** The worst equilibrium, yielding bounds every few ms. */
  *worst(): Steps<WorstFound, WorstFound> {
    const { start } = this;
    if (this.possible <= 0) return settled(0, start.scheme);
    yield* this.prepare();
    return yield* searchLevels(this.levels, start.scheme);
  }

  /** Counts the stable schemes. @param worst the largest deficit among them */
  *count(worst: number): Steps<Counted> {
    if (worst === 0) return { count: this.optimal.count, cells: new Set(this.optimal.cells.flat()) };
    return yield* countStable(this.levels, this.optimal, worst, this.schemes);
  }

  release(): void {
    this.made?.release();
    this.made = undefined;
  }
}

/**
 * The worst equilibrium of one committee, with tables of its own.
 * @param players the committee's player numbers (1 … k), rising
 */
export function* searchWorst(
  kernel: Kernel,
  market: Gains,
  players: readonly number[],
  { ties, stairs }: { readonly ties: Ties; readonly stairs?: boolean },
): Steps<WorstFound, WorstFound> {
  const loss = losses(market);
  if (players.length === 1) return worstMonopoly(market, loss, players[0]!);
  const { reach } = stabilityWindow(market, loss, players);
  const session = new Session(kernel, market, reach, stairs);
  const committee = new CommitteeSearch(session, players, ties, reach);
  try {
    return yield* committee.worst();
  } finally {
    committee.release();
    session.release();
  }
}
