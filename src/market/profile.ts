/** A profile of the Best-AI selection game (Definition 16): who shows what, whom Alice selects, and whether it is an equilibrium. */
import { answered, type Steps } from '../steps.ts';
import type { TieRule } from './enumerate.ts';

/** What is asked about schemes that Bobs show; each player's are numbered by who answers. */
export interface ShownSchemes {
  /** The most that the player can get while Alice gets at least `alice`; -1 where no scheme gives her as much. */
  best(player: number, alice: number): number | Steps<number>;
  /** What scheme number `shown` of the player gives the player `of` (0 Alice). */
  total(player: number, shown: number, of: number): number;
}

/** Bobs are told apart by their places in the committee, 0 … k-1. */
export interface Profile {
  /** By place: the player, 1 … k of the market, rising. */
  readonly players: readonly number[];
  /** By place: the number of the scheme that he shows, and what it gives Alice. */
  readonly shown: readonly number[];
  readonly alice: readonly number[];
  /** The place of the Bob whom Alice selects. */
  readonly selected: number;
}

/** The place of the Bob whom Alice selects among the others (ties: the lowest index); -1 where there is no other. */
function bestOther({ alice }: Profile, place: number): number {
  let best = -1;
  let most = -1;
  for (let other = 0; other < alice.length; other++) {
    if (other === place || alice[other]! <= most) continue;
    best = other;
    most = alice[other]!;
  }
  return best;
}

/** The least Alice total with which the Bob at `place` is selected against what the others show. */
export function needed(profile: Profile, place: number, ties: TieRule): number {
  const other = bestOther(profile, place);
  if (other < 0) return 0;
  return profile.alice[other]! + (ties === 'index' && place < other ? 0 : 1);
}

/**
 * Whom the selected Bob would rather see selected, by place, so that he gains by showing something worse; null where he
 * would not, or cannot.
 */
export function handover(profile: Profile, schemes: ShownSchemes, ties: TieRule): number | null {
  const { players, selected, shown } = profile;
  const other = bestOther(profile, selected);
  // Some scheme gives Alice a total of 0; where even that keeps him selected he cannot hand over.
  if (other < 0 || needed(profile, selected, ties) === 0) return null;
  const own = players[selected]!;
  const without = schemes.total(players[other]!, shown[other]!, own);
  return without > schemes.total(own, shown[selected]!, own) ? other : null;
}

/**
 * Definition 17 on the whole profile: no Bob gains by a scheme with which he is selected, nor the selected one by
 * handing the selection on. (Others who are not selected change nothing.)
 */
export function* isNash(profile: Profile, schemes: ShownSchemes, ties: TieRule): Steps<boolean> {
  const { players, shown, selected } = profile;
  if (handover(profile, schemes, ties) !== null) return false;
  for (const [place, player] of players.entries()) {
    const most = yield* answered(schemes.best(player, needed(profile, place, ties)));
    if (most > schemes.total(players[selected]!, shown[selected]!, player)) return false;
  }
  return true;
}
