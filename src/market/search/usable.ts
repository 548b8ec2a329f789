/**
 * Cells that no stable scheme below OPT can use, proved by the linear relaxation of single levels: with v a direction (a
 * Bob, or a weighted sum of Bobs) and λ the slope of its envelope at deficit d, every scheme with deficit d through a
 * cell has a total of at most envelope(d) - r, where r is what the cell's v - λ·loss lacks to the best of its state
 * (its reduced cost). A cell is usable at d where that reaches the threshold in every direction.
 */
import { cornersBelow, type Envelope, envelope } from '../../kernel/envelope.ts';
import type { Kernel } from '../../kernel/instance.ts';
import type { Steps } from '../../steps.ts';
import { dot } from './levels.ts';
import type { Sum } from './weights.ts';

/** Relative to the totals: what sums of doubles can be wrong by. */
const ROUNDING = 1e-9;
/** Cells looked at between two yields. */
const SLICE = 2 ** 18;
/** Cells times levels times directions in all: past it every cell counts as usable. */
const MOST_WORK = 2 ** 28;

interface Direction extends Sum {
  readonly line: Envelope;
}

/** What the proof needs of a committee. */
export interface LevelsToProve {
  readonly kernel: Kernel;
  readonly firstCell: readonly number[];
  readonly loss: Float64Array;
  /** Weighted sums of the Bobs, single Bobs among them. */
  readonly sums: readonly Sum[];
  /** Deficits that stable schemes may have. */
  readonly deficits: readonly number[];
  /** The Bobs' thresholds. */
  readonly thresholds: (d: number) => readonly number[];
}

/** By cell: 1 where no proof excludes it. */
export function* usableCells({
  kernel,
  firstCell,
  loss,
  sums,
  deficits,
  thresholds,
}: LevelsToProve): Steps<Uint8Array> {
  const usable = new Uint8Array(loss.length);
  const directions = sums.map((sum) => ({ ...sum, line: envelope(kernel, firstCell, loss, sum.value) }));
  if (loss.length * deficits.length * directions.length > MOST_WORK) return usable.fill(1);
  const possible = new Uint8Array(loss.length);
  let looked = 0;
  for (const d of deficits) {
    possible.fill(1);
    const needed = thresholds(d);
    for (const direction of directions) keep(possible, firstCell, loss, direction, d, dot(direction.weights, needed));
    possible.forEach((one, cell) => {
      if (one) usable[cell] = 1;
    });
    looked += loss.length * directions.length;
    if (looked < SLICE) continue;
    looked = 0;
    yield;
  }
  return usable;
}

/** Drops the cells through which no scheme with deficit d reaches `needed`. */
function keep(
  possible: Uint8Array,
  firstCell: readonly number[],
  loss: Float64Array,
  { line, value }: Direction,
  d: number,
  needed: number,
): void {
  const slope = slopeAt(line, d);
  let bound = slope * d;
  for (let s = 0; s + 1 < firstCell.length; s++) bound += bestOf(firstCell, loss, value, slope, s);
  const most = bound * (1 + ROUNDING) - needed;
  for (let s = 0; s + 1 < firstCell.length; s++) {
    const best = bestOf(firstCell, loss, value, slope, s);
    for (let cell = firstCell[s]!; cell < firstCell[s + 1]!; cell++)
      if (best - (value[cell]! - slope * loss[cell]!) > most) possible[cell] = 0;
  }
}

function bestOf(firstCell: readonly number[], loss: Float64Array, value: Float64Array, slope: number, s: number) {
  let best = Number.NEGATIVE_INFINITY;
  for (let cell = firstCell[s]!; cell < firstCell[s + 1]!; cell++)
    best = Math.max(best, value[cell]! - slope * loss[cell]!);
  return best;
}

/** The envelope's slope at d; any slope makes a valid bound. */
function slopeAt(line: Envelope, d: number): number {
  const after = Math.min(Math.max(1, cornersBelow(line, d)), line.deficit.length - 1);
  if (after < 1) return 0;
  return (line.value[after]! - line.value[after - 1]!) / (line.deficit[after]! - line.deficit[after - 1]!);
}
