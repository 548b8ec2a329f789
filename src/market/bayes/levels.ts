/**
 * The levels of a committee that may hold stable schemes: ranges of deficits, wide ones first, that the linear relaxation
 * does not prove empty, narrowed down to levels on which no threshold moves.
 */
import { type Steps, showing } from '../../steps.ts';
import type { Level, ObedientCommittee, Range } from './committee.ts';
import type { Meter } from './program.ts';

/** The first range is this share of all deficits. */
const FIRST_SHARE = 1 / 16;
/** What a range is cut to where it is not proved empty. */
const CUT = 1 / 4;
/** Ranges of this share of all deficits and less are not cut any further. */
const NARROW = 1 / 4096;

/** Above deficit `at` nothing is left but levels that were shown. */
interface Passed {
  readonly at: number;
  readonly level?: Level;
}

/**
 * Falling; yields every few ms.
 * @param patience trials for finding out the thresholds of one level
 * @returns false where the meter ran out
 */
export function* openLevels(
  committee: ObedientCommittee,
  { from: lowest, to: highest }: Range,
  patience: number,
  meter: Meter,
): Steps<boolean, Passed> {
  let to = highest;
  const passed = () => ({ at: to });
  const { reach } = committee.session;
  let step = Math.max(1, Math.ceil(reach * FIRST_SHARE));
  let approached = Number.NaN;
  while (to >= lowest && meter.left > 0) {
    yield passed();
    let level = committee.level(to);
    const from = Math.max(lowest, level.exact ? Math.min(level.from, to - step + 1) : to - step + 1);
    const range = { from, to, thresholds: committee.thresholds(from) };
    const most = yield* showing(committee.most(range, meter), passed);
    if (most < from) {
      to = from - 1;
      step *= 2;
      continue;
    }
    to = most;
    if (step > reach * NARROW && !(level.exact && level.from === from)) {
      // Better thresholds first, then a narrower range.
      if (Math.abs(approached - from) < step / 2) step = Math.max(1, Math.floor(step * CUT));
      else {
        approached = from;
        yield* showing(committee.approach(from, meter), passed);
      }
      continue;
    }
    if (!committee.level(to).exact) {
      const left = { left: Math.min(patience, meter.left) };
      const before = left.left;
      yield* showing(committee.refine(to, left), passed);
      meter.left -= before - left.left;
    }
    level = committee.level(to);
    if ((yield* showing(committee.most(level, meter), passed)) >= level.from) yield { at: to, level };
    to = level.from - 1;
  }
  return to < lowest;
}
