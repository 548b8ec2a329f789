/** Items that lack a score: refused with their count, or left out as if they had never been in the file. */
import { expect, test } from 'vitest';
import { hull } from '../../src/hull/hull.ts';
import { parseScores } from '../../src/hull/read.ts';

const rows = Array.from({ length: 30 }, (_, i) => ({
  item: `i${i}`,
  cells: [(i * 7) % 11, (i * 5) % 13, (i * 3) % 7].map(String),
  group: `g${i % 6}`,
}));
const lacking = new Map([
  [4, [0]],
  [11, [1, 2]],
  [29, [2]],
]);
const header = 'item,alice,b1,b2,group';
const line = (i: number, gaps: boolean) => {
  const { item, cells, group } = rows[i]!;
  return [item, ...cells.map((cell, c) => (gaps && lacking.get(i)?.includes(c) ? ' ' : cell)), group].join(',');
};
const all = rows.map((_, i) => i);
const kept = all.filter((i) => !lacking.has(i));
const wide = (which: readonly number[], gaps: boolean) =>
  `${[header, ...which.map((i) => line(i, gaps))].join('\n')}\n`;
const long = (which: readonly number[], gap: string | undefined) =>
  `item,group,rater,score\n${which
    .flatMap((i) =>
      rows[i]!.cells.flatMap((cell, c) => {
        const score = lacking.get(i)?.includes(c) ? gap : cell;
        return score === undefined ? [] : [`${rows[i]!.item},${rows[i]!.group},${['alice', 'b1', 'b2'][c]},${score}`];
      }),
    )
    .join('\n')}\n`;

const options = { groupColumn: 'group', missing: 'drop-item' } as const;
const longOptions = { ...options, raterColumn: 'rater', scoreColumn: 'score' };

test('refused with the first place and the count', async () => {
  await expect(parseScores(wide(all, true), { groupColumn: 'group' }, 's.csv')).rejects.toThrow(
    's.csv line 6, column "alice": must be a number, got a blank cell (missing in all: 4 scores of 3 items; --missing drop-item leaves those items out)',
  );
  await expect(parseScores(long(all, undefined), { ...longOptions, missing: 'refuse' }, 's.csv')).rejects.toThrow(
    /the item of line \d+ must have a score of "alice", got none \(missing in all: 4 scores of 3 items/,
  );
});

test.each([
  ['wide', wide(all, true), wide(kept, false), options],
  ['long, lines absent', long(all, undefined), long(kept, undefined), longOptions],
  ['long, cells blank', long(all, ''), long(kept, undefined), longOptions],
])('%s: left out, the rest is as if they had never been there', async (_, gappy, clean, how) => {
  const dropped = await parseScores(gappy, how, 's.csv');
  expect(dropped.items).toBe(27);
  expect(dropped.dropped).toEqual({ items: 3, scores: 4 });
  const result = await hull(dropped, { permutations: 2, folds: 3 });
  const expected = await hull(await parseScores(clean, how, 's.csv'), { permutations: 2, folds: 3 });
  expect(result).toEqual({ ...expected, dropped: { items: 3, scores: 4 } });
  expect(result.options).toMatchObject({ missing: 'drop-item', foldsBy: 'groups' });
});

test('with no item left, the file is refused', async () => {
  await expect(parseScores('alice,a,b\n1,,2\n', { missing: 'drop-item' }, 's.csv')).rejects.toThrow(
    's.csv: must have at least one item, got 1, all of which lack a score',
  );
});
