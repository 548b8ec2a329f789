/**
 * All vertices of a product of simplices cut by half-spaces, in exact arithmetic (double description: Motzkin et al.
 * 1953): each cut keeps the vertices on its side and adds one on every edge that it crosses.
 */
import type Fraction from 'fraction.js';
import { TooLargeError } from '../errors.ts';
import { one, sum, zero } from './game.ts';

/** The half-space Σ coefficients[i] · x[i] >= 0. */
export type Cut = readonly Fraction[];

interface Corner {
  readonly x: readonly Fraction[];
  /** Tight constraints, one bit each: coordinates that are 0, then cuts met with equality. */
  readonly tight: Uint32Array;
}

/** More vertices than this, at any stage, are refused. */
const MOST_VERTICES = 4096;

function refuse(count: number): never {
  throw new TooLargeError(`the obedient schemes have more than ${MOST_VERTICES} vertices (${count} at one stage)`);
}

/** Word comparisons at most, over all calls that share a budget: half a minute. */
const MOST_WORK = 2e10;

/** What a caller with several polytopes may spend on all of them together. */
export interface Budget {
  spent: number;
}

function bits(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return (((v + (v >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

/**
 * Two corners share an edge where no third corner has all the constraints that are tight at both; there are then at
 * least as many of these as the edge's dimension leaves.
 */
function adjacent(a: Corner, b: Corner, all: readonly Corner[], least: number, budget: Budget): boolean {
  const common = a.tight.map((word, i) => word & b.tight[i]!);
  if (common.reduce((count, word) => count + bits(word), 0) < least) return false;
  let looked = 0;
  const other = all.some((corner) => {
    looked++;
    return corner !== a && corner !== b && common.every((word, i) => (corner.tight[i]! & word) >>> 0 === word);
  });
  budget.spent += looked;
  return !other;
}

const marked = (tight: Uint32Array, bit: number): Uint32Array => {
  const copy = tight.slice();
  copy[bit >>> 5]! |= 1 << (bit & 31);
  return copy;
};

/**
 * The vertices of {x : x >= 0, each block of `size` coordinates sums to 1, every cut holds}, in no particular order.
 * @throws TooLargeError beyond 4,096 vertices.
 */
export function cutVertices(
  blocks: number,
  size: number,
  cuts: readonly Cut[],
  budget: Budget = { spent: 0 },
): (readonly Fraction[])[] {
  if (size ** blocks > MOST_VERTICES) refuse(size ** blocks);
  const words = Math.ceil((blocks * size + cuts.length) / 32);
  let corners = productCorners(blocks, size, words);
  // An edge of a polytope of dimension d has at least d - 1 tight constraints.
  const least = blocks * (size - 1) - 1;
  cuts.forEach((cut, number) => {
    const bit = blocks * size + number;
    const slacks = new Map(
      corners.map((corner) => [corner, sum(corner.x.map((value, i) => (value.equals(0) ? zero : value.mul(cut[i]!))))]),
    );
    const inside = corners.filter((corner) => slacks.get(corner)!.gte(0));
    const outside = corners.filter((corner) => slacks.get(corner)!.lt(0));
    if (outside.length === 0) {
      corners = corners.map((corner) =>
        slacks.get(corner)!.equals(0) ? { ...corner, tight: marked(corner.tight, bit) } : corner,
      );
      return;
    }
    const crossed: Corner[] = [];
    budget.spent += inside.length * outside.length;
    if (budget.spent > MOST_WORK)
      throw new TooLargeError(`the obedient schemes take too long to list (${corners.length} vertices at one stage)`);
    for (const a of inside) {
      const up = slacks.get(a)!;
      if (up.equals(0)) continue;
      for (const b of outside) {
        if (!adjacent(a, b, corners, least, budget)) continue;
        const down = slacks.get(b)!.neg();
        const share = up.div(up.add(down));
        crossed.push({
          x: a.x.map((value, i) => value.add(b.x[i]!.sub(value).mul(share))),
          tight: marked(
            a.tight.map((word, i) => word & b.tight[i]!),
            bit,
          ),
        });
      }
    }
    corners = [
      ...inside.map((corner) =>
        slacks.get(corner)!.equals(0) ? { ...corner, tight: marked(corner.tight, bit) } : corner,
      ),
      ...crossed,
    ];
    if (corners.length > MOST_VERTICES) refuse(corners.length);
  });
  return corners.map(({ x }) => x);
}

function productCorners(blocks: number, size: number, words: number): Corner[] {
  let rows: number[][] = [[]];
  for (let block = 0; block < blocks; block++)
    rows = rows.flatMap((row) => Array.from({ length: size }, (_, i) => [...row, i]));
  return rows.map((row) => {
    const x = row.flatMap((chosen) => Array.from({ length: size }, (_, i) => (i === chosen ? one : zero)));
    const tight = new Uint32Array(words);
    x.forEach((value, i) => {
      if (value.equals(0)) tight[i >>> 5]! |= 1 << (i & 31);
    });
    return { x, tight };
  });
}
