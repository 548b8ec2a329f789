/**
 * Best-response dynamics of the Best-AI selection game (section 7.1, Definition 16): Bobs start from their monopoly
 * schemes and take turns at profitable deviations until a full round passes without one. No scheme is enumerated:
 * every move is a question to the suffix frontiers.
 */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { exactly } from '../exact/utility.ts';
import { committeeBobs } from './committee.ts';
import type { DeviationAnswers, Extreme } from './deviations.ts';
import type { TieRule } from './enumerate.ts';
import type { CommitteeMask, Market } from './market.ts';
import { handover, isNash, needed, type Profile, type Shown } from './profile.ts';
import type { Dynamics } from './results.ts';
import { schemeNames, totalsOf, utilityOf } from './scheme.ts';

export interface DynamicsOptions {
  /** Whether a Bob who gives Alice as much as another is selected: `strict` never, `index` before higher indices. */
  readonly ties?: TieRule | undefined;
  /** The trajectory shown: turns in the table's order, or in an order drawn anew each round. */
  readonly order?: 'round-robin' | 'random' | undefined;
  /** `best`: the mover takes his best profitable deviation; `better`: the profitable one of lowest rank. */
  readonly deviation?: 'best' | 'better' | undefined;
  /** Seed of the random orders, a whole number. Default 1. */
  readonly seed?: number | undefined;
  /** How many random orders are tried for the range; at least 1. Default 20. */
  readonly runs?: number | undefined;
}

interface Rules {
  readonly ties: TieRule;
  readonly deviation: 'best' | 'better';
  /** Of several equally good schemes, the one of lowest or of highest rank. */
  readonly rank: Extreme;
}

/** `player` shows `shown` and is selected. A trajectory's first move is the start. */
interface Move {
  readonly player: number;
  readonly shown: Shown;
}

interface Trajectory {
  readonly moves: readonly Move[];
  readonly end: Profile;
  /** False where the work ran out: `end` is then the profile so far. */
  readonly ended: boolean;
}

/**
 * Moves times states over all trajectories of a committee. Thousands of states take thousands of small moves; what does
 * not fit is left out of the range, and the trajectory shown says that it is unfinished.
 */
const MOST_WORK = 2 ** 18;

/** Gives the players in the order of the next round's turns. */
type Order = () => readonly number[];

/**
 * One committee's best-response dynamics, and the range of its ends over orders of turns (the table's, its reverse and
 * `runs` random ones) and over ties between equally good schemes (the lowest rank, the highest).
 *
 * Alice's total at the end is that of a stable scheme: at least V_min under the same tie rule.
 * @param deviations of the same market.
 * @throws TooLargeError where a Bob's frontier is too large.
 * @example
 * // Table 2 of the paper, all five Bobs: .8267 → .8733 → .92
 * dynamics(market, 0b11111, new Deviations(kernel, market)).steps.map(({ alice }) => alice.value);
 */
export function dynamics(
  market: Market,
  committee: CommitteeMask,
  deviations: DeviationAnswers,
  { ties = 'strict', order = 'round-robin', deviation = 'best', seed = 1, runs = 20 }: DynamicsOptions = {},
): Dynamics {
  const players = committeeBobs(committee).map((bob) => bob + 1);
  const work = { left: MOST_WORK };
  const run = (rank: Extreme, next: Order) =>
    follow(market, players, deviations, { ties, deviation, rank }, next, work);
  const reversed = players.toReversed();
  const orders = (): Order[] => [
    () => players,
    () => reversed,
    ...Array.from({ length: runs }, (_, i) => randomOrder(players, seed, i)),
  ];
  const first = order === 'random' ? 2 : 0;
  // The trajectory shown comes first: it gets the work that there is.
  const shown = run('lowest', orders()[first]!);
  const others = (['lowest', 'highest'] as const).flatMap((rank) =>
    orders().flatMap((next, i) => (rank === 'lowest' && i === first ? [] : run(rank, next))),
  );
  const all = [shown, ...others.filter(({ ended }) => ended)];
  const ends = all.map(({ end }) => end.shown.get(end.selected)!.totals[0]!);
  const { end, moves } = shown;
  const leaver = shown.ended ? handover(end, ties) : null;
  const alice = (total: number) => exactly(utilityOf(market, 0, total));
  const name = (player: number) => market.bobs[player - 1]!;
  return {
    alice: alice(end.shown.get(end.selected)!.totals[0]!),
    selected: name(end.selected),
    steps: moves.map(({ player, shown: { scheme, totals } }) => ({
      bob: name(player),
      scheme: schemeNames(market, scheme),
      alice: alice(totals[0]!),
    })),
    nash: shown.ended && isNash(end, deviations, ties),
    ...(shown.ended ? {} : { unfinished: true as const }),
    ...(leaver === null ? {} : { handover: { bob: name(end.selected), selected: name(leaver) } }),
    range: {
      min: alice(Math.min(...ends)),
      max: alice(Math.max(...ends)),
      runs: all.length,
      nash: all.filter((one) => one.ended && isNash(one.end, deviations, ties)).length,
    },
  };
}

function randomOrder(players: readonly number[], seed: number, run: number): Order {
  const generator = xoroshiro128plus(Math.imul(seed, 0x9e3779b1) ^ run);
  return () => {
    const order = [...players];
    for (let i = order.length - 1; i > 0; i--) {
      const j = uniformInt(generator, 0, i);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order;
  };
}

/** Plays until a round passes without a move. It ends: every change of the selected Bob raises the runner-up's total. */
function follow(
  market: Market,
  players: readonly number[],
  deviations: DeviationAnswers,
  rules: Rules,
  next: Order,
  work: { left: number },
): Trajectory {
  const show = (player: number, alice: number, own: number): Shown => {
    const scheme = deviations.scheme(player, alice, own, rules.rank)!;
    return { scheme, totals: totalsOf(market, scheme) };
  };
  const shown = new Map(players.map((player) => [player, show(player, 0, deviations.best(player, 0))]));
  const alice = (player: number) => shown.get(player)!.totals[0]!;
  const first = players.reduce((best, player) => (alice(player) > alice(best) ? player : best));
  const profile: Profile = { players, shown, selected: first };
  const moves: Move[] = [{ player: first, shown: shown.get(first)! }];
  for (let moved = true; moved; ) {
    moved = false;
    for (const player of next()) {
      const least = needed(profile, player, rules.ties);
      const best = deviations.best(player, least);
      const current = shown.get(profile.selected)!.totals[player]!;
      if (best <= current) continue;
      if (work.left <= 0) return { moves, end: profile, ended: false };
      work.left -= market.states.length;
      const chosen = show(player, least, rules.deviation === 'best' ? best : current + 1);
      shown.set(player, chosen);
      profile.selected = player;
      moves.push({ player, shown: chosen });
      moved = true;
    }
  }
  return { moves, end: profile, ended: true };
}
