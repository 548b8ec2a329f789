/** A profile of the Best-AI selection game (Definition 16): who shows what, whom Alice selects, and whether it is an equilibrium. */
import type { DeviationAnswers } from './deviations.ts';
import type { TieRule } from './enumerate.ts';
import type { Scheme } from './market.ts';

export interface Shown {
  readonly scheme: Scheme;
  /** By player, integers. */
  readonly totals: readonly number[];
}

export interface Profile {
  /** The committee's players, 1 … k, rising. */
  readonly players: readonly number[];
  readonly shown: ReadonlyMap<number, Shown>;
  selected: number;
}

const aliceOf = ({ shown }: Profile, player: number) => shown.get(player)!.totals[0]!;

/** Whom Alice selects among the others (ties: the lowest index), or null where there is no other. */
function bestOther(profile: Profile, player: number): number | null {
  return profile.players.reduce<number | null>(
    (best, other) =>
      other !== player && (best === null || aliceOf(profile, other) > aliceOf(profile, best)) ? other : best,
    null,
  );
}

/** The least Alice total with which `player` is selected against what the others show. */
export function needed(profile: Profile, player: number, ties: TieRule): number {
  const other = bestOther(profile, player);
  if (other === null) return 0;
  return aliceOf(profile, other) + (ties === 'index' && player < other ? 0 : 1);
}

/**
 * Whom the selected Bob would rather see selected, so that he gains by showing something worse; null where he would
 * not, or cannot.
 */
export function handover(profile: Profile, ties: TieRule): number | null {
  const { selected, shown } = profile;
  const other = bestOther(profile, selected);
  // Some scheme gives Alice a total of 0; where even that keeps him selected he cannot hand over.
  if (other === null || needed(profile, selected, ties) === 0) return null;
  return shown.get(other)!.totals[selected]! > shown.get(selected)!.totals[selected]! ? other : null;
}

/**
 * Definition 17 on the whole profile: no Bob gains by a scheme with which he is selected, nor the selected one by
 * handing the selection on. (Others who are not selected change nothing.)
 */
export function isNash(profile: Profile, deviations: DeviationAnswers, ties: TieRule): boolean {
  const { totals } = profile.shown.get(profile.selected)!;
  return (
    handover(profile, ties) === null &&
    profile.players.every((player) => deviations.best(player, needed(profile, player, ties)) <= totals[player]!)
  );
}
