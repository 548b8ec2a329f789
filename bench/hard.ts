/** Markets built to break the search. */
import { type FamilyMarket, random } from '../test/reference/families.ts';

/** Bobs in opposed pairs around a common taste, with a last state that makes all of them quarrel far below OPT. */
export function hard(states: number, levels: number, slope: number): FamilyMarket {
  const next = random(1);
  const whole = (most: number) => Math.floor(next() * most);
  const far = Math.floor((states * levels) / 8);
  const rows: number[][][] = Array.from({ length: states }, () =>
    Array.from({ length: 6 }, () => {
      const loss = whole(levels);
      const own = [whole(100), whole(100), whole(100)];
      return [levels - loss, ...own.flatMap((one) => [slope * loss + one, slope * loss + 100 - one])];
    }),
  );
  const quarrel = (bob: number) => [
    0,
    ...Array.from({ length: 6 }, (_, j) => (j === bob ? 2 * slope * far + 500 * states : 0)),
  ];
  rows.push([[far, 0, 0, 0, 0, 0, 0], ...Array.from({ length: 6 }, (_, bob) => quarrel(bob))]);
  const firstCell = [0];
  for (const row of rows) firstCell.push(firstCell.at(-1)! + row.length);
  const gains = Array.from({ length: 7 }, (_, p) =>
    Float64Array.from(rows.flatMap((row) => row.map((cell) => cell[p]! - Math.min(...row.map((one) => one[p]!))))),
  );
  const most = gains.map((column) =>
    firstCell.slice(1).reduce((sum, end, s) => sum + Math.max(...column.subarray(firstCell[s]!, end)), 0),
  );
  return { firstCell, gains, most };
}
