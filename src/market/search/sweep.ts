/**
 * The worst equilibria of all committees, small ones first: V_min never falls as a committee grows, so what smaller
 * committees prove bounds the larger ones, OPT stays OPT, and a worst scheme that is stable for the larger committee as
 * well is its answer. Under the tie rule `index` the lowest-index Bob is held to more than the others, so only committees
 * that share him, and single Bobs, bound a larger one.
 */
import type { Kernel } from '../../kernel/instance.ts';
import { type Steps, showing, unless } from '../../steps.ts';
import type { CommitteeMask } from '../market.ts';
import { CommitteeSearch, playersOf, worstMonopoly } from './committee.ts';
import { type Gains, losses, totalOf } from './deficits.ts';
import { Session, type Ties } from './session.ts';
import { leastMonopoly, relaxationOf, windowOf } from './window.ts';
import { settled, type WorstFound } from './worst.ts';

/** What is known of committees' worst equilibria. */
export type Known = ReadonlyMap<CommitteeMask, WorstFound>;

/** Smaller committees whose stable schemes (or, of single Bobs, worst totals) bound this one's. */
export function committeesBelow(committee: CommitteeMask, ties: Ties): CommitteeMask[] {
  const members = playersOf(committee).map((player) => 1 << (player - 1));
  const parts = members.map((member) => committee & ~member).filter((part) => part !== 0);
  if (ties === 'strict' || members.length === 2) return parts;
  return parts.filter((part) => (part & members[0]!) !== 0);
}

/**
 * How far the tables of a sweep must reach: as far as some pair of Bobs needs, since no committee needs more. Yields how
 * many pairs are done.
 * @param late says when to be content with what is known
 */
export function* sweepReach(kernel: Kernel, market: Gains, late = () => false): Steps<number, number> {
  const loss = losses(market);
  const bobs = market.gains.length - 1;
  const relaxation = relaxationOf(kernel, market, loss);
  let reach = 0;
  let done = 0;
  try {
    for (let first = 1; first <= bobs; first++)
      for (let second = first + 1; second <= bobs; second++) {
        const pair = [first, second];
        const window = yield* showing(unless(late, windowOf(relaxation, market, loss, pair)), () => done);
        reach = Math.max(reach, window ?? leastMonopoly(market, loss, pair));
        yield ++done;
      }
  } finally {
    relaxation.release();
  }
  return reach;
}

/** The searches of a sweep on one kernel; what each finds is the caller's to keep. Release it. */
export class Sweep {
  readonly market: Gains;
  readonly ties: Ties;
  readonly session: Session;

  /** @param reach from `sweepReach` */
  constructor(kernel: Kernel, market: Gains, ties: Ties, reach: number) {
    this.market = market;
    this.ties = ties;
    this.session = new Session(kernel, market, reach);
  }

  /** The search of a committee of two or more, bounded by what those below it proved. Release it. */
  open(committee: CommitteeMask, known: Known): CommitteeSearch {
    const below = committeesBelow(committee, this.ties).flatMap((part) => known.get(part) ?? []);
    const possible = Math.min(this.session.reach, ...below.map((part) => part.possible));
    return new CommitteeSearch(this.session, playersOf(committee), this.ties, possible);
  }

  /** A single Bob's worst monopoly scheme. */
  monopoly(committee: CommitteeMask): WorstFound {
    return worstMonopoly(this.market, this.session.loss, playersOf(committee)[0]!);
  }

  /** A committee's worst equilibrium, from `open`; those below it should be known. */
  *worst(committee: CommitteeMask, search: CommitteeSearch, known: Known): Steps<WorstFound, WorstFound> {
    // The thresholds that `inherited` asks for need the Bobs' tables.
    const prepared = search.possible > 0 && (yield* search.prepare());
    return (prepared ? this.inherited(committee, search, known) : undefined) ?? (yield* search.worst());
  }

  /** The answer of a smaller committee, where it settles this one's. */
  private inherited(committee: CommitteeMask, search: CommitteeSearch, known: Known): WorstFound | undefined {
    const { market } = this;
    const { possible } = search;
    for (const part of committeesBelow(committee, this.ties)) {
      const worst = known.get(part);
      // Monopoly schemes of a single Bob are not all that is stable for him beside others.
      if (!worst?.complete || worst.found !== possible || playersOf(part).length === 1) continue;
      const totals = search.players.map((player) => totalOf(market, worst.scheme, market.gains[player]!));
      if (search.levels.meets(possible, totals)) return settled(possible, worst.scheme);
    }
    return undefined;
  }

  release(): void {
    this.session.release();
  }
}
