/**
 * Worst equilibria over randomised obedient schemes, exactly. Below OPT a scheme is stable iff every Bob of the committee
 * is on his envelope F_j (envelope.ts). Between neighbouring corners of the Bobs' envelopes all are linear, and such
 * schemes are a face of the polytope of obedient schemes; V_min is at the largest deficit on the highest face that is
 * not empty.
 */
import type { Scheme } from '../market.ts';
import { lowest, type Product } from '../search/deficits.ts';
import { type Corner, corners, type Piece, pieceBetween } from './envelope.ts';
import { type Demand, type Maximum, type Mixture, type ObedientPolytope, totalOf } from './polytope.ts';

export interface MixedStable {
  /** A worst equilibrium. */
  readonly mixture: Mixture;
  /** What the stable schemes next to it have at least, below OPT. */
  readonly face?: Demand;
  /** Cells that some stable scheme uses; null unless asked for. */
  readonly cells: ReadonlySet<number> | null;
  /** No equilibrium has a larger deficit than this many units of 1/one. */
  readonly possible: { readonly deficit: bigint; readonly one: bigint };
  readonly complete: boolean;
}

/** Envelopes of one market's Bobs, made when first asked for. */
export class MixedObedience {
  readonly polytope: ObedientPolytope;
  private readonly known = new Map<number, readonly Corner[]>();

  constructor(polytope: ObedientPolytope) {
    this.polytope = polytope;
  }

  /** What is known before any linear program. */
  start(optimal: Product): MixedStable {
    const { market, reach } = this.polytope;
    return {
      mixture: this.unmixed(lowest(market, optimal)),
      cells: null,
      possible: { deficit: BigInt(reach), one: 1n },
      complete: false,
    };
  }

  /**
   * The worst equilibrium of a committee, yielding what is known between linear programs.
   * @param optimal the stable schemes without mixing at OPT: the rule for ties decides there, and only there
   * @param cells whether the cells of all stable schemes are asked for
   */
  *worst(players: readonly number[], optimal: Product, cells: boolean): Generator<MixedStable, MixedStable> {
    const { polytope } = this;
    const alone = players.length === 1;
    const used = cells ? new Set(alone ? [] : optimal.cells.flat()) : null;
    const start = this.start(optimal);
    const faces = alone ? only(flat(polytope, players[0]!)) : this.levels(players);
    let known = start;
    let found = false;
    for (const { to, pieces } of faces) {
      if (!found) known = { ...start, possible: to ?? start.possible };
      yield known;
      const face = pieces && faceOf(polytope, pieces);
      if (!face) continue;
      if (!found) {
        const { total, mixture } = polytope.maximum(polytope.loss, {
          demands: [face.demand],
          start: face.inside.mixture,
        })!;
        // With deficit 0 the rule for ties has said what is stable.
        if (total === 0n && !alone) continue;
        found = true;
        known = { ...start, mixture, face: face.demand, possible: { deficit: total, one: mixture.one } };
      }
      if (!used) break;
      yield* addCells(polytope, face, used, known);
    }
    if (!found) known = { ...start, possible: { deficit: 0n, one: 1n } };
    return { ...known, cells: used, complete: true };
  }

  /** A committee's pieces between neighbouring corners, deficits falling; without pieces while envelopes are made. */
  private *levels(players: readonly number[]): Generator<Level, void> {
    const envelopes: (readonly Corner[])[] = [];
    for (const player of players) {
      const making = corners(this.polytope, player);
      let envelope = this.known.get(player);
      while (!envelope) {
        const step = making.next();
        if (step.done) envelope = step.value;
        else yield {};
      }
      this.known.set(player, envelope);
      envelopes.push(envelope);
    }
    const ends = endsOf(envelopes);
    for (const [i, from] of ends.entries())
      yield {
        // No mixture on these pieces has a larger deficit than where the next corner is.
        ...(i === 0 ? {} : { to: ends[i - 1]! }),
        pieces: envelopes.map((envelope, j) => pieceAt(this.polytope, players[j]!, envelope, from)),
      };
  }

  private unmixed(scheme: Scheme): Mixture {
    const { firstCell } = this.polytope.market;
    return { parts: [{ cells: scheme.map((policy, s) => firstCell[s]! + policy), share: 1n }], one: 1n };
  }

  /** The same with an obedient scheme that does not mix as the worst equilibrium, if it is one as well. */
  without(mixing: MixedStable, scheme: Scheme): MixedStable {
    const { loss } = this.polytope;
    const { mixture, face } = mixing;
    const plain = this.unmixed(scheme);
    const same = totalOf(plain, loss) * mixture.one === totalOf(mixture, loss);
    return same && face && totalOf(plain, face.values) === face.least ? { ...mixing, mixture: plain } : mixing;
  }
}

interface Level {
  /** Where the pieces end; absent where that is not known. */
  readonly to?: Corner;
  readonly pieces?: readonly Piece[];
}

function* only(piece: Piece): Generator<Level, void> {
  yield { pieces: [piece] };
}

/** The deficits where some envelope has a corner, falling. */
function endsOf(envelopes: readonly (readonly Corner[])[]): Corner[] {
  const order = (a: Corner, b: Corner) => b.deficit * a.one - a.deficit * b.one;
  const all = envelopes.flat().sort((a, b) => Number(order(a, b) > 0n) - Number(order(a, b) < 0n));
  return all.filter((corner, i) => i === 0 || order(corner, all[i - 1]!) !== 0n);
}

/** The piece of an envelope just after a deficit. */
function pieceAt(polytope: ObedientPolytope, player: number, envelope: readonly Corner[], from: Corner): Piece {
  const at = envelope.findLastIndex(({ deficit, one }) => deficit * from.one <= from.deficit * one);
  return pieceBetween(polytope, player, envelope[at]!, envelope[at + 1] ?? null);
}

/** The last piece of an envelope: what a single Bob's monopoly schemes have the most of. */
function flat(polytope: ObedientPolytope, player: number): Piece {
  const values = polytope.gains[player]!;
  const { total, mixture } = polytope.maximum(values)!;
  return { values, most: total, one: mixture.one };
}

/** Mixtures on every piece: those that meet the demand. */
interface Face {
  readonly demand: Demand;
  readonly inside: Maximum;
}

/** The mixtures that are on all pieces at once; null where there are none. */
function faceOf(polytope: ObedientPolytope, pieces: readonly Piece[]): Face | null {
  const one = pieces.reduce((product, piece) => product * piece.one, 1n);
  const values = polytope.loss.map((_, cell) => pieces.reduce((sum, piece) => sum + one * piece.values[cell]!, 0n));
  const least = pieces.reduce((sum, piece) => sum + piece.most * (one / piece.one), 0n);
  const inside = polytope.maximum(values, { atLeast: least });
  return inside && { demand: { values, least }, inside };
}

/** Adds the cells that mixtures on a face use: a mixture with the most of unknown ones brings all of its own. */
function* addCells(
  polytope: ObedientPolytope,
  { demand, inside }: Face,
  used: Set<number>,
  known: MixedStable,
): Generator<MixedStable, void> {
  const add = ({ parts }: Mixture) => {
    for (const { cells } of parts) for (const cell of cells) used.add(cell);
  };
  add(inside.mixture);
  for (;;) {
    yield known;
    const open = new Set(inside.tight.filter((cell) => !used.has(cell)));
    if (open.size === 0) return;
    const values = polytope.loss.map((_, cell) => (open.has(cell) ? 1n : 0n));
    const { total, mixture } = polytope.maximum(values, { demands: [demand], start: inside.mixture })!;
    if (total === 0n) return;
    add(mixture);
  }
}
