/**
 * The worst equilibrium of one committee over obedient schemes: levels from Alice's lowest total up, each searched with
 * a budget of trials; what is left undecided comes again with a larger one. At every moment the scheme found and the
 * largest undecided deficit bound the answer from both sides.
 */
import { type Steps, showing } from '../../steps.ts';
import type { Scheme } from '../market.ts';
import { lowest } from '../search/deficits.ts';
import { settled, type WorstFound } from '../search/worst.ts';
import type { Level, ObedientCommittee, Range } from './committee.ts';
import { openLevels } from './levels.ts';

/** Trials for a level in the first round, and how much more each later round gives. */
const FIRST_BUDGET = 2 ** 19;
const GROWTH = 8;

interface Found {
  readonly deficit: number;
  readonly scheme: Scheme;
}

/** What a round leaves behind. */
interface Round {
  best: Found | null;
  /** Falling. */
  readonly undecided: Range[];
  /** Above this deficit nothing is left but what is undecided. */
  at: number;
}

/**
 * @param possible a proved bound on the deficit of stable schemes
 */
export function* worstObedient(committee: ObedientCommittee, possible: number): Steps<WorstFound, WorstFound> {
  const { all, optimal, session } = committee;
  let best = optimal ? { deficit: 0, scheme: lowest(session.market, optimal) } : null;
  let open: Range[] = [{ from: all.from, to: Math.min(possible, all.to) }];
  for (let budget = FIRST_BUDGET; open.length > 0; budget *= GROWTH) {
    const round: Round = { best, undecided: [], at: open[0]!.to };
    for (const range of open) {
      for (const _ of searchRange(committee, range, budget, round)) yield bounds(committee, round);
      if (round.best !== best) break;
    }
    best = round.best;
    const settledTo = best?.deficit ?? -1;
    open = round.undecided
      .filter(({ to }) => to > settledTo)
      .map(({ from, to }) => ({ from: Math.max(from, settledTo + 1), to }));
  }
  const { deficit } = best!;
  const scheme = deficit === 0 && optimal ? best!.scheme : yield* lowestAt(committee, deficit, best!.scheme);
  return settled(deficit, scheme);
}

function bounds(committee: ObedientCommittee, { best, undecided, at }: Round): WorstFound {
  if (!best) return committee.start(undecided[0]?.to ?? at);
  const { deficit, scheme } = best;
  return { found: deficit, scheme, possible: Math.max(deficit, undecided[0]?.to ?? at), complete: false, trials: 0 };
}

/** Goes down a range level by level until a stable scheme is found. Yields every few ms. */
function* searchRange(committee: ObedientCommittee, range: Range, budget: number, round: Round): Steps<void> {
  for (const { at, level } of openLevels(committee, range, budget, { left: Number.POSITIVE_INFINITY })) {
    round.at = Math.max(at, 0);
    if (!level) yield;
    else if (yield* searchLevel(committee, level, budget, round)) return;
  }
}

/** @returns whether a stable scheme was found: the worst on its level, but for what is noted as undecided */
function* searchLevel(committee: ObedientCommittee, level: Level, budget: number, round: Round): Steps<boolean> {
  let worst: Found | null = null;
  const ended = yield* committee.worst(level, { left: budget }, (scheme, deficit) => {
    worst = { scheme, deficit };
  });
  const found = worst as Found | null;
  if (found === null || !level.exact) {
    // Against bounds on the thresholds a scheme proves nothing; none at all settles the level.
    if (!ended || found !== null) round.undecided.push(level);
    return false;
  }
  if (!ended) round.undecided.push({ from: found.deficit + 1, to: level.to });
  round.best = found;
  return true;
}

/** The stable scheme of lowest rank with this deficit, which some stable scheme has. */
function* lowestAt(committee: ObedientCommittee, deficit: number, some: Scheme): Steps<Scheme, WorstFound> {
  let first = some;
  const level = { ...committee.level(deficit), from: deficit };
  const steps = committee.each(level, { left: Number.POSITIVE_INFINITY }, (scheme) => {
    first = scheme;
    return false;
  });
  const shown = () => ({ found: deficit, possible: deficit, complete: false, scheme: first, trials: 0 });
  yield* showing(steps, shown);
  return first;
}
