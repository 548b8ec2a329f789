/** Readings of misalignment by name: where time ran out a committee has fewer of them, so that places say nothing. */
import type { CommitteeResult, Misalignment } from '../market/results.ts';

export type Reading = Pick<Misalignment, 'scope' | 'weights'>;

/** A committee's readings, or those of the answer beside it. */
type Measured = Pick<CommitteeResult, 'misalignment'>;

/** The readings that some committee has, in the order of the options. */
export function readingsOf(
  { scope, weights }: { readonly scope: readonly Reading['scope'][]; readonly weights: readonly Reading['weights'][] },
  committees: readonly Measured[],
): Reading[] {
  const asked = scope.flatMap((one) => weights.map((set) => ({ scope: one, weights: set })));
  return asked.filter((reading) => committees.some((committee) => measured(committee, reading)));
}

/** What a committee has of a reading; undefined where time ran out before. */
export function measured({ misalignment }: Measured, { scope, weights }: Reading): Misalignment | undefined {
  return misalignment.find((one) => one.scope === scope && one.weights === weights);
}

/** Columns of readings, and a row's cells in them. */
export const readingColumns = (readings: readonly Reading[], ending = ''): string[] =>
  readings.flatMap(({ scope, weights }) => [
    `epsilon_${scope}_${weights}${ending}`,
    `bound_${scope}_${weights}${ending}`,
  ]);

export const readingCells = (readings: readonly Reading[], committee: Measured | undefined): (number | null)[] =>
  readings.flatMap((reading) => {
    const found = committee && measured(committee, reading);
    return [found?.epsilon ?? null, found?.bound ?? null];
  });
