/**
 * How far below OPT an equilibrium can lie, before any table is built: linear relaxations against thresholds that
 * corners of the Bobs' envelopes prove. Large markets become small here, since the gaps between conflicting Bobs grow
 * with the number of states and the rounding of the relaxation does not.
 */
import { finished, type Steps } from '../../steps.ts';
import { type Gains, largest } from './deficits.ts';
import { cornersBelow, type Envelope, envelope, envelopeAt } from './hull.ts';
import { learnWeights, type Weighted } from './weights.ts';

/** Relative to the weighted totals: what summing up an envelope in doubles can be wrong by. */
const ROUNDING = 1e-9;
const MOST_DIRECTIONS = 16;

export interface Window {
  /** Every stable scheme has at most this deficit. */
  readonly reach: number;
  /** Weighted sums of the committee's Bobs that proved it, the tightest last. */
  readonly directions: readonly Weighted[];
}

/** The deficit of the worst monopoly scheme of a Bob (player number): nothing below it is stable with him. */
export function monopolyDeficit(market: Gains, loss: Float64Array, player: number): number {
  return largest(market, market.gains[player]!, loss).cells.reduce((sum, [cell]) => sum + loss[cell!]!, 0);
}

function excludes(direction: Weighted, thresholds: readonly number[], d: number): boolean {
  const reached = envelopeAt(direction.envelope, d);
  const needed = thresholds.reduce((sum, threshold, j) => sum + direction.weights[j]! * threshold, 0);
  return reached + ROUNDING * Math.abs(reached) < needed;
}

/** Thresholds proved by corners: lower bounds on max{U_j : deficit < d}. */
function proved(lines: readonly Envelope[], d: number): number[] {
  return lines.map((line) => line.value[Math.max(0, cornersBelow(line, d) - 1)]!);
}

/**
 * @param players the committee's player numbers, at least two
 * @param loss by cell, from `losses`
 */
export function stabilityWindow(market: Gains, loss: Float64Array, players: readonly number[]): Window {
  return finished(windowSteps(market, loss, players));
}

/** `stabilityWindow` in steps. */
export function* windowSteps(market: Gains, loss: Float64Array, players: readonly number[]): Steps<Window> {
  const { firstCell } = market;
  const gains = players.map((player) => market.gains[player]!);
  const most = players.map((player) => market.most[player]!);
  const lines = gains.map((gain) => envelope(firstCell, loss, gain));
  let reach = Math.min(...players.map((player) => monopolyDeficit(market, loss, player)));
  const ends = [...new Set(lines.flatMap((line) => [...line.deficit]))].sort((a, b) => b - a);
  const directions: Weighted[] = [];
  while (reach > 0 && directions.length < MOST_DIRECTIONS) {
    const threshold = proved(lines, reach);
    const learned = yield* learnWeights(firstCell, loss, gains, most, reach, threshold);
    directions.push(learned);
    if (!excludes(learned, threshold, reach)) break;
    reach = lowered(reach, ends, lines, directions);
  }
  return { reach, directions };
}

/** The next deficit below `reach` that no direction excludes; corners are where thresholds step. */
function lowered(
  reach: number,
  ends: readonly number[],
  lines: readonly Envelope[],
  directions: readonly Weighted[],
): number {
  // Thresholds are constant on (corner, next corner] and envelopes rise: an interval is empty where its right end is.
  for (const end of ends) {
    if (end >= reach) continue;
    if (!directions.some((direction) => excludes(direction, proved(lines, end), end))) return end;
  }
  return 0;
}
