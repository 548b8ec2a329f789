/** Gram matrices of training and test folds, formed once for all fits. */
import type { FitsShared } from '../kernel/fits.ts';
import { type GramPart, gramStride, PANEL } from '../kernel/gram.ts';
import type { MapOptions, Pool } from '../kernel/pool.ts';
import type { Folds } from './folds.ts';
import { type ScoreMatrix, sharedNumbers } from './matrix.ts';

/** Products a second that the Gram kernel reaches at least, for estimates. */
const PRODUCTS_A_SECOND = 2e9;

/**
 * G = XᵀX, b = Xᵀy and yᵀy of every test fold, and of every training fold as the sum of the other test folds: nothing is
 * subtracted, so nothing cancels. Sums run over rows in ascending order whatever the threads.
 */
export async function moments(
  matrix: ScoreMatrix,
  folds: Folds,
  pool: Pool,
  options: Pick<MapOptions<null>, 'signal'> = {},
): Promise<FitsShared> {
  const n = matrix.bobs.length;
  const columns = n + matrix.targets.length;
  const stride = gramStride(columns);
  const whole = sharedNumbers(folds.count * stride * stride);
  const parts: GramPart[] = [];
  for (let fold = 0; fold < folds.count; fold++)
    for (let first = 0; first < stride; first += PANEL)
      parts.push({ fold, first, last: Math.min(first + PANEL, stride) });
  const { chunks, chunkRows } = matrix;
  await pool.map(
    'gram',
    { chunks, chunkRows, columns, bobs: n, rows: folds.rows, start: folds.start, gram: whole },
    parts,
    { ...options, seconds: (matrix.items * columns * n) / 2 / PRODUCTS_A_SECOND },
  );
  return split(whole, stride, n, matrix.targets.length, folds);
}

/** Takes the folds' Gram matrices apart and adds up the training folds. */
function split(whole: Float64Array, stride: number, n: number, targets: number, folds: Folds): FitsShared {
  const F = folds.count;
  const testGram = sharedNumbers(F * n * n);
  const testB = sharedNumbers(F * targets * n);
  const testYy = sharedNumbers(F * targets);
  for (let fold = 0; fold < F; fold++) {
    const from = fold * stride * stride;
    for (let i = 0; i < n; i++) {
      const row = from + i * stride;
      const to = fold * n * n;
      for (let j = i; j < n; j++) {
        const value = whole[row + j]!;
        testGram[to + i * n + j] = value;
        testGram[to + j * n + i] = value;
      }
      for (let t = 0; t < targets; t++) testB[(fold * targets + t) * n + i] = whole[row + n + t]!;
    }
    for (let t = 0; t < targets; t++) testYy[fold * targets + t] = whole[from + (n + t) * (stride + 1)]!;
  }
  return {
    bobs: n,
    folds: F,
    targets,
    items: Float64Array.from({ length: F }, (_, f) => folds.start[f + 1]! - folds.start[f]!),
    gram: sumOfOthers(testGram, F),
    b: sumOfOthers(testB, F),
    yy: sumOfOthers(testYy, F),
    testGram,
    testB,
    testYy,
  };
}

/** Of F equal pieces, piece f of the result is the sum of all but piece f: those before it plus those after it. */
function sumOfOthers(pieces: Float64Array, F: number): Float64Array {
  const size = pieces.length / F;
  const sums = sharedNumbers(pieces.length);
  const part = (array: Float64Array, f: number) => array.subarray(f * size, (f + 1) * size);
  for (let f = F - 2; f >= 0; f--) {
    const [to, later, piece] = [part(sums, f), part(sums, f + 1), part(pieces, f + 1)];
    for (let i = 0; i < size; i++) to[i] = later[i]! + piece[i]!;
  }
  const before = new Float64Array(size);
  for (let f = 1; f < F; f++) {
    const [to, piece] = [part(sums, f), part(pieces, f - 1)];
    for (let i = 0; i < size; i++) {
      before[i]! += piece[i]!;
      to[i]! += before[i]!;
    }
  }
  return sums;
}
