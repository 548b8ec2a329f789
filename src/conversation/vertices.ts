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
  readonly tight: bigint;
}

/** More vertices than this, at any stage, are refused. */
const MOST_VERTICES = 4096;

function refuse(count: number): never {
  throw new TooLargeError(`the obedient schemes have more than ${MOST_VERTICES} vertices (${count} at one stage)`);
}

/** Two corners share an edge where no third corner has all the constraints that are tight at both. */
function adjacent(a: Corner, b: Corner, all: readonly Corner[]): boolean {
  const common = a.tight & b.tight;
  return all.every((other) => other === a || other === b || (other.tight & common) !== common);
}

/**
 * The vertices of {x : x >= 0, each block of `size` coordinates sums to 1, every cut holds}, in no particular order.
 * @throws TooLargeError beyond 4,096 vertices.
 */
export function cutVertices(blocks: number, size: number, cuts: readonly Cut[]): (readonly Fraction[])[] {
  if (size ** blocks > MOST_VERTICES) refuse(size ** blocks);
  let corners = productCorners(blocks, size);
  cuts.forEach((cut, number) => {
    const bit = 1n << BigInt(blocks * size + number);
    const slacks = new Map(
      corners.map((corner) => [corner, sum(corner.x.map((value, i) => (value.equals(0) ? zero : value.mul(cut[i]!))))]),
    );
    const inside = corners.filter((corner) => slacks.get(corner)!.gte(0));
    const outside = corners.filter((corner) => slacks.get(corner)!.lt(0));
    if (outside.length === 0) {
      corners = corners.map((corner) =>
        slacks.get(corner)!.equals(0) ? { ...corner, tight: corner.tight | bit } : corner,
      );
      return;
    }
    const crossed: Corner[] = [];
    for (const a of inside) {
      const up = slacks.get(a)!;
      if (up.equals(0)) continue;
      for (const b of outside) {
        if (!adjacent(a, b, corners)) continue;
        const down = slacks.get(b)!.neg();
        const share = up.div(up.add(down));
        crossed.push({
          x: a.x.map((value, i) => value.add(b.x[i]!.sub(value).mul(share))),
          tight: (a.tight & b.tight) | bit,
        });
      }
    }
    corners = [
      ...inside.map((corner) => (slacks.get(corner)!.equals(0) ? { ...corner, tight: corner.tight | bit } : corner)),
      ...crossed,
    ];
    if (corners.length > MOST_VERTICES) refuse(corners.length);
  });
  return corners.map(({ x }) => x);
}

function productCorners(blocks: number, size: number): Corner[] {
  let rows: number[][] = [[]];
  for (let block = 0; block < blocks; block++)
    rows = rows.flatMap((row) => Array.from({ length: size }, (_, i) => [...row, i]));
  return rows.map((row) => {
    const x = row.flatMap((chosen) => Array.from({ length: size }, (_, i) => (i === chosen ? one : zero)));
    return { x, tight: x.reduce((bits, value, i) => (value.equals(0) ? bits | (1n << BigInt(i)) : bits), 0n) };
  });
}
