/**
 * Bob j's best expected total F_j(d) over randomised obedient schemes with a deficit of at most d: concave and piecewise
 * linear. Its corners are found by slopes (Eisner and Severance 1976): between two corners the slope of their chord
 * either leads to a corner above it or proves that there is none.
 */
import { gcd } from '../../exact/gcd.ts';
import { type Mixture, type ObedientPolytope, totalOf, type Values } from './polytope.ts';

/** A corner: deficit and total in units of 1/one. */
export interface Corner {
  readonly deficit: bigint;
  readonly total: bigint;
  readonly one: bigint;
}

/** A linear piece: mixtures on it have the largest `values` = a · gains - b · loss of all, which is `most` / `one`. */
export interface Piece {
  readonly values: Values;
  readonly most: bigint;
  readonly one: bigint;
}

function cornerOf({ gains, loss }: ObedientPolytope, player: number, mixture: Mixture): Corner {
  const [deficit, total] = [totalOf(mixture, loss), totalOf(mixture, gains[player]!)];
  const common = gcd(gcd(mixture.one, deficit), total);
  return { deficit: deficit / common, total: total / common, one: mixture.one / common };
}

/** The piece between two corners; past the last one, `after` is null and the piece flat. */
export function pieceBetween(polytope: ObedientPolytope, player: number, before: Corner, after: Corner | null): Piece {
  let [a, b] = [1n, 0n];
  if (after) {
    a = after.deficit * before.one - before.deficit * after.one;
    b = after.total * before.one - before.total * after.one;
    const common = gcd(a, b);
    [a, b] = [a / common, b / common];
  }
  return {
    values: polytope.gains[player]!.map((gain, cell) => a * gain - b * polytope.loss[cell]!),
    most: a * before.total - b * before.deficit,
    one: before.one,
  };
}

/** The corners of F_j, deficits rising from 0, totals rising. Yields between linear programs. */
export function* corners(polytope: ObedientPolytope, player: number): Generator<void, Corner[]> {
  const first = polytope.bestOptimal(player);
  const last = cornerOf(polytope, player, polytope.maximum(polytope.gains[player]!)!.mixture);
  const found = [cornerOf(polytope, player, first)];
  // Corners still to be joined to the last one found, the nearest on top.
  const ahead = [last];
  while (ahead.length > 0) {
    const [before, after] = [found.at(-1)!, ahead.at(-1)!];
    if (after.total * before.one <= before.total * after.one) {
      // As much for the Bob with a larger deficit: no corner.
      ahead.pop();
      continue;
    }
    yield;
    const { values, most, one } = pieceBetween(polytope, player, before, after);
    const { mixture, total } = polytope.maximum(values)!;
    if (total * one > most * mixture.one) ahead.push(cornerOf(polytope, player, mixture));
    else found.push(ahead.pop()!);
  }
  return found;
}
