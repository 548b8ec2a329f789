/**
 * Best-response dynamics of the Best-AI selection game (section 7.1, Definition 16): Bobs start from their monopoly
 * schemes and take turns at profitable deviations until a full round passes without one. No scheme is enumerated.
 */
import { exactly } from '../exact/utility.ts';
import { answered, finished, type Steps, unless } from '../steps.ts';
import { committeeBobs } from './committee.ts';
import type { DeviationAnswers } from './deviations.ts';
import type { TieRule } from './enumerate.ts';
import type { CommitteeMask, Market, Scheme } from './market.ts';
import { type Move, type Order, type PlayRules, randomOrder, type Trajectory } from './play.ts';
import { handover, isNash } from './profile.ts';
import { type Responder, responder } from './responder.ts';
import type { Dynamics } from './results.ts';
import { schemeNames, totalsOf, utilityOf } from './scheme.ts';
import { bestCells } from './stable.ts';

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
  /** How many committees share the room that one result has for moves; default 1. */
  readonly committees?: number | undefined;
  /** Says when to end with what is known; default: never. */
  readonly late?: (() => boolean) | undefined;
}

/** Moves listed in a result, times states, over all its committees: half a megabyte. */
const MOST_LISTED = 2 ** 16;

/**
 * One committee's best-response dynamics, and the range of its ends over orders of turns (the table's, its reverse and
 * `runs` random ones) and over ties between equally good schemes (the lowest rank, the highest).
 *
 * Alice's total at the end is that of a stable scheme: at least V_min under the same tie rule.
 * @param deviations of the same market.
 * @example
 * // Table 2 of the paper, all five Bobs: .8267 → .8733 → .92
 * dynamics(market, 0b11111, new Deviations(kernel, market)).steps.map(({ alice }) => alice.value);
 */
export function dynamics(
  market: Market,
  committee: CommitteeMask,
  deviations: DeviationAnswers,
  options: DynamicsOptions = {},
): Dynamics {
  return finished(dynamicsSteps(market, committee, deviations, options));
}

/** `dynamics` in steps. Where `late` comes first, what is not known says so: `unfinished`, fewer `range.runs`. */
export function* dynamicsSteps(
  market: Market,
  committee: CommitteeMask,
  deviations: DeviationAnswers,
  options: DynamicsOptions,
): Steps<Dynamics> {
  const { ties = 'strict', order = 'round-robin', deviation = 'best', seed = 1, runs = 20 } = options;
  const { committees = 1, late = never } = options;
  const players = committeeBobs(committee).map((bob) => bob + 1);
  const answers = (rank: 'lowest' | 'highest') => responder(market, deviations, deviation === 'best', rank);
  const game: Game = { market, players, ties, late };
  const places = [...players.keys()];
  const reversed = places.toReversed();
  const orderOf = (i: number): Order =>
    i === 0 ? () => places : i === 1 ? () => reversed : randomOrder(places, seed, i - 2);
  const first = order === 'random' ? 2 : 0;
  const [lowest, highest] = [answers('lowest'), answers('highest')];
  try {
    if (!(yield* unless(late, lowest.prepare(players)))) return yield* unstarted(game, deviations);
    // The trajectory shown comes first: it gets the time that there is.
    const listed = Math.max(1, Math.floor(MOST_LISTED / (market.states.length * committees)));
    const shown = yield* lowest.play(game, orderOf(first), listed);
    const range: Range = { min: Number.POSITIVE_INFINITY, max: -1, runs: 0, nash: 0 };
    yield* tally(range, shown, lowest, ties);
    for (const some of [lowest, highest]) {
      if (!(yield* unless(late, some.prepare(players)))) break;
      for (let i = 0; i < 2 + runs && !late(); i++) {
        if (some === lowest && i === first) continue;
        yield;
        const run = yield* some.play(game, orderOf(i), 0);
        if (run.ended) yield* tally(range, run, some, ties);
      }
      some.release();
    }
    return yield* resultOf(game, lowest, shown, range);
  } finally {
    lowest.release();
    highest.release();
  }
}

/** Alice's totals at the ends of the runs so far. */
interface Range {
  min: number;
  max: number;
  runs: number;
  nash: number;
}

function* tally(range: Range, { end, ended }: Trajectory, responder: Responder, ties: TieRule): Steps<void> {
  const alice = end.alice[end.selected]!;
  range.min = Math.min(range.min, alice);
  range.max = Math.max(range.max, alice);
  range.runs++;
  if (ended && (yield* isNash(end, responder, ties))) range.nash++;
}

const never = () => false;

interface Game extends PlayRules {
  readonly market: Market;
}

function* resultOf(
  { market, ties }: Game,
  responder: Responder,
  shown: Trajectory,
  range: Readonly<Range>,
): Steps<Dynamics> {
  const { end, moves, count, ended } = shown;
  const alice = (total: number) => exactly(utilityOf(market, 0, total));
  const name = (place: number) => market.bobs[end.players[place]! - 1]!;
  const schemes = new Map<Move, readonly string[]>();
  for (const [place, player] of end.players.entries()) {
    const own = moves.filter((move) => move.place === place);
    if (own.length === 0) continue;
    const found = yield* responder.schemes(
      player,
      own.map((move) => move.shown),
    );
    own.forEach((move, i) => {
      schemes.set(move, schemeNames(market, found[i]!));
    });
  }
  const leaver = ended ? handover(end, responder, ties) : null;
  return {
    alice: alice(end.alice[end.selected]!),
    selected: name(end.selected),
    steps: moves.map((move) => ({
      bob: name(move.place),
      scheme: schemes.get(move)!,
      alice: alice(responder.total(end.players[move.place]!, move.shown, 0)),
    })),
    ...(moves.length < count ? { omitted: count - moves.length } : {}),
    nash: ended && (yield* isNash(end, responder, ties)),
    ...(ended ? {} : { unfinished: true as const }),
    ...(leaver === null ? {} : { handover: { bob: name(end.selected), selected: name(leaver) } }),
    range: { ...range, min: alice(range.min), max: alice(range.max) },
  };
}

/** The start alone, where no best response can be had: everybody shows his monopoly scheme of lowest rank. */
function* unstarted({ market, players }: Game, deviations: DeviationAnswers): Steps<Dynamics> {
  const follow = (player: number) => bestCells(market, player).map((cells, s) => cells[0]! - market.firstCell[s]!);
  deviations.hurry?.();
  function* obedient(player: number): Steps<Scheme> {
    return (yield* answered(deviations.scheme(player, 0, yield* answered(deviations.best(player, 0)))))!;
  }
  // Where nothing has to be made first, the receiver is `bayes`: not every scheme is obedient.
  const schemes = new Map<number, Scheme>();
  for (const player of players) schemes.set(player, deviations.prepare ? follow(player) : yield* obedient(player));
  const total = (player: number) => totalsOf(market, schemes.get(player)!)[0]!;
  const selected = players.reduce((best, player) => (total(player) > total(best) ? player : best));
  const alice = exactly(utilityOf(market, 0, total(selected)));
  const bob = market.bobs[selected - 1]!;
  return {
    alice,
    selected: bob,
    steps: [{ bob, scheme: schemeNames(market, schemes.get(selected)!), alice }],
    nash: false,
    unfinished: true,
    range: { min: alice, max: alice, runs: 1, nash: 0 },
  };
}
