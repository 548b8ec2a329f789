/**
 * Worst equilibria over randomised schemes (Definition 3), exactly. In deficits d = OPT - U_A, Bob j's best total
 * F_j(d) = max{U_j : deficit <= d} is concave and piecewise linear, its corners totals of schemes (kernel/envelope.ts). For
 * d > 0 a randomised scheme is stable iff U_j = F_j(d) for every Bob j of the committee: where F_j has slope v, that says
 * that it only uses cells with the largest gain_j - v · loss of their state. For one Bob such schemes span exactly the
 * deficits of his linear piece, so mixtures of the cells that all Bobs allow stay inside every piece: the linear program
 * "largest d on this piece" is over a box, and a scheme without any mixing solves it.
 */
import { compareSlopes, cornersBelow, type Envelope, envelope } from '../kernel/envelope.ts';
import type { Kernel } from '../kernel/instance.ts';
import { finished, type Steps } from '../steps.ts';
import type { Scheme } from './market.ts';
import { monopolySchemes, optimalStable } from './search/committee.ts';
import { type Gains, losses } from './search/deficits.ts';
import type { Ties } from './search/session.ts';

export interface RandomisedStable {
  /** OPT minus Alice's total at the worst equilibrium, in gains. */
  readonly deficit: number;
  /** The worst equilibrium of lowest rank that does not mix. */
  readonly scheme: Scheme;
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

/** Of the cells allowed, the first with the greatest loss, by state. */
function greatest(cells: readonly (readonly number[])[], loss: Float64Array): number[] {
  return cells.map((kept) => kept.reduce((most, cell) => (loss[cell]! > loss[most]! ? cell : most)));
}

/**
 * The worst equilibrium over randomised schemes.
 * @param players the committee's player numbers (1 … k), rising
 * @param ties decides among Alice-optimal schemes only: below OPT, deviations come as close as they like
 */
export function randomisedStable(kernel: Kernel, market: Gains, players: readonly number[], ties: Ties) {
  return finished(randomisedSteps(kernel, market, players, ties));
}

/** `randomisedStable` in steps. */
export function* randomisedSteps(
  kernel: Kernel,
  market: Gains,
  players: readonly number[],
  ties: Ties,
): Steps<RandomisedStable> {
  const loss = losses(market);
  const gains = players.map((player) => market.gains[player]!);
  const deficitOf = (cells: readonly number[]) => cells.reduce((sum, cell) => sum + loss[cell]!, 0);
  const answer = (cells: readonly number[], used: Iterable<number>): RandomisedStable => ({
    deficit: deficitOf(cells),
    scheme: cells.map((cell, s) => cell - market.firstCell[s]!),
    cells: new Set(used),
  });
  if (players.length === 1) {
    const { cells } = monopolySchemes(market, players[0]!);
    return answer(greatest(cells, loss), cells.flat());
  }
  const lines = gains.map((gain) => envelope(kernel, market.firstCell, loss, gain));
  const corners = [...new Set(lines.flatMap(({ deficit }) => [...deficit]))].sort((a, b) => b - a);
  const optimal = optimalStable(market, players, ties).cells;
  const used = new Set(optimal.flat());
  let worst = optimal.map((kept) => kept[0]!);
  for (const from of corners) {
    const slopes = lines.map((line) => slopeAt(line, from));
    const cells = allowed(market, loss, gains, slopes);
    yield;
    if (!cells) continue;
    const found = greatest(cells, loss);
    const deficit = deficitOf(found);
    // With deficit 0 the tie rule has said what is stable.
    if (deficit === 0) continue;
    for (const cell of cells.flat()) used.add(cell);
    if (deficit > deficitOf(worst) || (deficit === deficitOf(worst) && before(found, worst))) worst = found;
  }
  return answer(worst, used);
}

/** Whether cells `a` make a scheme of lower rank than `b`. */
function before(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((cell, s) => cell !== b[s]);
  return at >= 0 && a[at]! < b[at]!;
}
