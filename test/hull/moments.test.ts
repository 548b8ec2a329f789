/** Gram matrices of folds against plain sums, in both builds and with workers. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, test } from 'vitest';
import { randomFolds } from '../../src/hull/folds.ts';
import { matrixFrom, scoreAt } from '../../src/hull/matrix.ts';
import { moments } from '../../src/hull/moments.ts';
import type { KernelBuild } from '../../src/kernel/instance.ts';
import { Pool } from '../../src/kernel/pool.ts';

const random = xoroshiro128plus(7);

/** Integer scores: sums are exact whatever their order. */
function matrixOf(items: number, bobs: number, targets: number) {
  const column = (name: string, j: number): [string, number[]] => [
    `${name} ${j}`,
    Array.from({ length: items }, () => uniformInt(random, -100, 100)),
  ];
  return matrixFrom(
    Array.from({ length: bobs }, (_, j) => column('Bob', j)),
    Array.from({ length: targets }, (_, j) => column('human', j)),
  );
}

test.each<[number, number, number, number, KernelBuild, number]>([
  [7, 1, 1, 2, 'release', 1],
  [130, 5, 3, 3, 'release', 1],
  [130, 5, 3, 3, 'scalar', 1],
  [301, 66, 2, 5, 'debug', 1],
  [3000, 130, 1, 5, 'release', 2],
])(
  '%d items, %d Bobs, %d targets, %d folds, %s build, %d threads',
  async (items, bobs, targets, count, build, threads) => {
    const matrix = matrixOf(items, bobs, targets);
    const folds = randomFolds(items, count, 3);
    const pool = new Pool({ threads, build });
    const result = await moments(matrix, folds, pool);
    await pool.close();
    const sum = (fold: number, inFold: boolean, i: number, j: number) => {
      let total = 0;
      for (let f = 0; f < count; f++)
        if ((f === fold) === inFold)
          for (let k = folds.start[f]!; k < folds.start[f + 1]!; k++)
            total += scoreAt(matrix, folds.rows[k]!, i) * scoreAt(matrix, folds.rows[k]!, j);
      return total;
    };
    const some = (n: number) => Array.from({ length: 12 }, () => uniformInt(random, 0, n - 1));
    for (let fold = 0; fold < count; fold++)
      for (const i of some(bobs)) {
        for (const j of some(bobs)) {
          expect(result.testGram[(fold * bobs + i) * bobs + j]).toBe(sum(fold, true, i, j));
          expect(result.gram[(fold * bobs + i) * bobs + j]).toBe(sum(fold, false, i, j));
        }
        for (let t = 0; t < targets; t++) {
          expect(result.testB[(fold * targets + t) * bobs + i]).toBe(sum(fold, true, i, bobs + t));
          expect(result.b[(fold * targets + t) * bobs + i]).toBe(sum(fold, false, i, bobs + t));
          expect(result.testYy[fold * targets + t]).toBe(sum(fold, true, bobs + t, bobs + t));
          expect(result.yy[fold * targets + t]).toBe(sum(fold, false, bobs + t, bobs + t));
        }
      }
  },
);
