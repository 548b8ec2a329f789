/**
 * Worst equilibria over randomised schemes (Definition 3), exactly. In deficits d = OPT - U_A, Bob j's best total
 * F_j(d) = max{U_j : deficit <= d} is concave and piecewise linear, its corners totals of schemes (search/hull.ts). For
 * d > 0 a randomised scheme is stable iff U_j = F_j(d) for every Bob j of the committee: where F_j has slope v, that says
 * that it only uses cells with the largest gain_j - v · loss of their state. Between two neighbouring corners of any of
 * the Bobs the linear program "largest d with all of that" therefore has one row left over a box, and is solved by
 * adding up: the deficits of the cells allowed reach from the sum of the least to the sum of the greatest losses.
 */
import Fraction from 'fraction.js';
import { monopolySchemes, optimalStable } from './search/committee.ts';
import { type Gains, losses } from './search/deficits.ts';
import { compareSlopes, cornersBelow, type Envelope, envelope } from './search/hull.ts';
import type { Ties } from './search/session.ts';

/** What a state's message probabilities are: cells of the state with shares that sum to 1. */
export type Mixture = readonly { readonly cell: number; readonly share: Fraction }[];

export interface RandomisedStable {
  /** OPT minus Alice's total at the worst equilibrium, in gains. A whole number: an end of an interval, or of the box. */
  readonly deficit: number;
  /** A worst equilibrium, one mixture a state; at most one state mixes two cells, the others use one. */
  readonly scheme: readonly Mixture[];
  /** Cells that some stable randomised scheme uses. */
  readonly cells: ReadonlySet<number>;
}

/** Slope of an envelope just after a corner: rise and run of the edge there, 0 past the last. */
function slopeAt(line: Envelope, d: number): { loss: number; value: number } {
  const after = cornersBelow(line, d, true);
  if (after >= line.deficit.length) return { loss: 1, value: 0 };
  return {
    loss: line.deficit[after]! - line.deficit[after - 1]!,
    value: line.value[after]! - line.value[after - 1]!,
  };
}

/** The cells that every Bob's slope allows, by state; null where some state has none. */
function allowed(
  { firstCell }: Gains,
  loss: Float64Array,
  gains: readonly Float64Array[],
  slopes: readonly { loss: number; value: number }[],
): number[][] | null {
  const result: number[][] = [];
  for (let s = 0; s + 1 < firstCell.length; s++) {
    let kept = Array.from({ length: firstCell[s + 1]! - firstCell[s]! }, (_, p) => firstCell[s]! + p);
    const all = kept;
    slopes.forEach((slope, j) => {
      const gain = gains[j]!;
      // gain - v·loss is larger at a than at b iff the edge from b to a is steeper than v.
      const better = (a: number, b: number) => above(gain[a]! - gain[b]!, loss[a]! - loss[b]!, slope);
      const best = all.reduce((most, cell) => (better(cell, most) > 0 ? cell : most));
      kept = kept.filter((cell) => better(cell, best) === 0);
    });
    if (kept.length === 0) return null;
    result.push(kept);
  }
  return result;
}

/** The sign of value - slope · loss. */
function above(value: number, loss: number, slope: { loss: number; value: number }): number {
  if (loss === 0) return Math.sign(value);
  const order = compareSlopes({ value: Math.abs(value), loss: Math.abs(loss) }, slope);
  if (loss > 0) return value <= 0 ? (value < 0 || slope.value > 0 ? -1 : 0) : Math.sign(order);
  return value >= 0 ? (value > 0 || slope.value > 0 ? 1 : 0) : -Math.sign(order);
}

/** Deficits that mixtures of the cells allowed can have. */
function span(cells: readonly (readonly number[])[], loss: Float64Array): { least: number; most: number } {
  let least = 0;
  let most = 0;
  for (const kept of cells) {
    const own = kept.map((cell) => loss[cell]!);
    least += Math.min(...own);
    most += Math.max(...own);
  }
  return { least, most };
}

/** Mixtures of the cells allowed with exactly this deficit: the greatest losses, given up from the last state on. */
function mixtures(cells: readonly (readonly number[])[], loss: Float64Array, deficit: number): Mixture[] {
  let excess = span(cells, loss).most - deficit;
  const pick = (kept: readonly number[], sign: number) =>
    kept.reduce((best, cell) => (sign * loss[cell]! > sign * loss[best]! ? cell : best));
  return cells
    .toReversed()
    .map((kept) => {
      const [high, low] = [pick(kept, 1), pick(kept, -1)];
      const room = loss[high]! - loss[low]!;
      const given = Math.min(room, excess);
      excess -= given;
      if (given === 0) return [{ cell: high, share: new Fraction(1) }];
      if (given === room) return [{ cell: low, share: new Fraction(1) }];
      const share = new Fraction(given, room);
      return [
        { cell: high, share: new Fraction(1).sub(share) },
        { cell: low, share },
      ].sort((a, b) => a.cell - b.cell);
    })
    .reverse();
}

/**
 * The worst equilibrium over randomised schemes.
 * @param players the committee's player numbers (1 … k), rising
 * @param ties decides among Alice-optimal schemes only: below OPT, deviations come as close as they like
 */
export function randomisedStable(market: Gains, players: readonly number[], ties: Ties): RandomisedStable {
  const loss = losses(market);
  const gains = players.map((player) => market.gains[player]!);
  if (players.length === 1) {
    const { cells } = monopolySchemes(market, players[0]!);
    const { most } = span(cells, loss);
    return { deficit: most, scheme: mixtures(cells, loss, most), cells: new Set(cells.flat()) };
  }
  const lines = gains.map((gain) => envelope(market.firstCell, loss, gain));
  const corners = [...new Set(lines.flatMap(({ deficit }) => [...deficit]))].sort((a, b) => b - a);
  const optimal = optimalStable(market, loss, players, ties).cells;
  const used = new Set(optimal.flat());
  let worst: { deficit: number; cells: readonly (readonly number[])[] } = { deficit: 0, cells: optimal };
  corners.forEach((from, i) => {
    const to = corners[i - 1] ?? Number.POSITIVE_INFINITY;
    const cells = allowed(
      market,
      loss,
      gains,
      lines.map((line) => slopeAt(line, from)),
    );
    if (!cells) return;
    const { least, most } = span(cells, loss);
    if (least > to || most < from || most === 0) return;
    const deficit = Math.min(most, to);
    // At deficit 0 alone the tie rule has said what is stable.
    if (deficit === 0) return;
    if (deficit > worst.deficit) worst = { deficit, cells };
    for (const kept of cells) {
      const own = kept.map((cell) => loss[cell]!);
      const reachable = kept.filter(
        (cell) => (least < to || loss[cell] === Math.min(...own)) && (most > from || loss[cell] === Math.max(...own)),
      );
      for (const cell of reachable) used.add(cell);
    }
  });
  return { deficit: worst.deficit, scheme: mixtures(worst.cells, loss, worst.deficit), cells: used };
}
