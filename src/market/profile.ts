/** A profile of the Best-AI selection game (Definition 16): who shows what, whom Alice selects, and whether it is an equilibrium. */
import type { Steps } from '../steps.ts';
import type { DeviationAnswers } from './deviations.ts';
import type { TieRule } from './enumerate.ts';

/** A scheme that a Bob shows. */
export interface Shown {
  /** By player, integers. */
  readonly totals: readonly number[];
}

/** Bobs are told apart by their places in the committee, 0 … k-1. */
export interface Profile {
  /** By place: the player, 1 … k of the market, rising. */
  readonly players: readonly number[];
  /** By place. */
  readonly shown: readonly Shown[];
  /** The place of the Bob whom Alice selects. */
  selected: number;
}

/** The place of the Bob whom Alice selects among the others (ties: the lowest index); -1 where there is no other. */
function bestOther({ shown }: Profile, place: number): number {
  let best = -1;
  let most = -1;
  for (let other = 0; other < shown.length; other++) {
    const alice = shown[other]!.totals[0]!;
    if (other === place || alice <= most) continue;
    best = other;
    most = alice;
  }
  return best;
}

/** The least Alice total with which the Bob at `place` is selected against what the others show. */
export function needed(profile: Profile, place: number, ties: TieRule): number {
  const other = bestOther(profile, place);
  if (other < 0) return 0;
  return profile.shown[other]!.totals[0]! + (ties === 'index' && place < other ? 0 : 1);
}

/**
 * Whom the selected Bob would rather see selected, by place, so that he gains by showing something worse; null where he
 * would not, or cannot.
 */
export function handover(profile: Profile, ties: TieRule): number | null {
  const { players, selected, shown } = profile;
  const other = bestOther(profile, selected);
  // Some scheme gives Alice a total of 0; where even that keeps him selected he cannot hand over.
  if (other < 0 || needed(profile, selected, ties) === 0) return null;
  const own = players[selected]!;
  return shown[other]!.totals[own]! > shown[selected]!.totals[own]! ? other : null;
}

/**
 * Definition 17 on the whole profile: no Bob gains by a scheme with which he is selected, nor the selected one by
 * handing the selection on. (Others who are not selected change nothing.)
 */
export function* isNash(profile: Profile, deviations: Pick<DeviationAnswers, 'best'>, ties: TieRule): Steps<boolean> {
  if (handover(profile, ties) !== null) return false;
  const { totals } = profile.shown[profile.selected]!;
  for (const [place, player] of profile.players.entries()) {
    const best = deviations.best(player, needed(profile, place, ties));
    if ((typeof best === 'number' ? best : yield* best) > totals[player]!) return false;
  }
  return true;
}
