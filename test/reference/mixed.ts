/**
 * Worst equilibria over randomised obedient schemes from all vertices of their polytope, in fractions: envelopes are
 * hulls of the vertices' totals, and what is stable between two corners is the hull of the vertices on all of them.
 */
import Fraction from 'fraction.js';
import { cutVertices } from '../../src/conversation/vertices.ts';
import type { Market } from '../../src/market/market.ts';

export interface ReferenceVertex {
  /** Probabilities by cell. */
  readonly x: readonly Fraction[];
  readonly deficit: Fraction;
  /** By player. */
  readonly totals: readonly Fraction[];
}

const zero = new Fraction(0);
const inner = (x: readonly Fraction[], values: ArrayLike<number>) =>
  x.reduce((sum, own, cell) => (own.equals(0) ? sum : sum.add(own.mul(values[cell]!))), zero);

/** Of a market whose states share their policies in one order. */
export function obedientVertices({ firstCell, gains, most }: Market): ReferenceVertex[] {
  const [states, policies] = [firstCell.length - 1, firstCell[1]!];
  const cuts = Array.from({ length: policies }, (_, m) =>
    Array.from({ length: policies }, (__, n) =>
      Array.from({ length: states * policies }, (___, cell) => {
        const first = cell - (cell % policies);
        return new Fraction(cell % policies === m ? gains[0]![cell]! - gains[0]![first + n]! : 0);
      }),
    ),
  ).flat();
  return cutVertices(states, policies, cuts).map((x) => {
    const totals = gains.map((values) => inner(x, values));
    return { x, totals, deficit: new Fraction(most[0]!).sub(totals[0]!) };
  });
}

/** max{U_player : deficit <= d} over mixtures of the vertices: on a vertex, or on a chord between two. */
export function envelopeAt(vertices: readonly ReferenceVertex[], player: number, d: Fraction): Fraction {
  let best = new Fraction(-1);
  const raise = (value: Fraction) => {
    if (value.gt(best)) best = value;
  };
  const value = ({ totals }: ReferenceVertex) => totals[player]!;
  const within = vertices.filter(({ deficit }) => deficit.lte(d));
  const beyond = vertices.filter(({ deficit }) => deficit.gt(d));
  for (const a of within) {
    raise(value(a));
    for (const b of beyond) {
      const share = d.sub(a.deficit).div(b.deficit.sub(a.deficit));
      raise(value(a).add(value(b).sub(value(a)).mul(share)));
    }
  }
  return best;
}

export interface ReferenceMixed {
  readonly deficit: Fraction;
  readonly cells: ReadonlySet<number>;
}

const support = (x: readonly Fraction[]) => x.flatMap((own, cell) => (own.equals(0) ? [] : [cell]));

/** @param players the committee's player numbers, rising */
export function referenceMixed(
  vertices: readonly ReferenceVertex[],
  players: readonly number[],
  ties: 'strict' | 'index',
): ReferenceMixed {
  const most = (some: readonly ReferenceVertex[], player: number) =>
    some.reduce((high, { totals }) => (totals[player]!.gt(high) ? totals[player]! : high), new Fraction(-1));
  const answer = (stable: readonly ReferenceVertex[]) => ({
    deficit: stable.reduce((high, { deficit }) => (deficit.gt(high) ? deficit : high), zero),
    cells: new Set(stable.flatMap(({ x }) => support(x))),
  });
  if (players.length === 1) {
    const high = most(vertices, players[0]!);
    return answer(vertices.filter(({ totals }) => totals[players[0]!]!.equals(high)));
  }
  const optimal = vertices.filter(({ deficit }) => deficit.equals(0));
  const first = most(optimal, players[0]!);
  const stable = optimal.filter(({ totals }) => ties === 'strict' || totals[players[0]!]!.equals(first));
  const ends = [...new Map(vertices.map(({ deficit }) => [deficit.toFraction(), deficit])).values()];
  ends.sort((a, b) => a.compare(b));
  // All envelopes are linear between neighbouring deficits of vertices: their corners are vertices.
  for (let i = 1; i < ends.length; i++) {
    const [from, to] = [ends[i - 1]!, ends[i]!];
    const lines = players.map((player) => {
      const low = envelopeAt(vertices, player, from);
      const slope = envelopeAt(vertices, player, to).sub(low).div(to.sub(from));
      return { player, slope, at: low.sub(slope.mul(from)) };
    });
    const face = vertices.filter(({ totals, deficit }) =>
      lines.every(({ player, slope, at }) => totals[player]!.equals(at.add(slope.mul(deficit)))),
    );
    stable.push(...face.filter(({ deficit }) => face.some((one) => one.deficit.gt(0)) || deficit.gt(0)));
  }
  return answer(stable);
}
