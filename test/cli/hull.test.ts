/** `hull` as a process: formats, orders from a file, and refusals with exit code 2. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cli, scratchFolder } from './run.ts';

const scratch = scratchFolder();
afterAll(scratch.clean);
beforeAll(() => {
  const rows = Array.from({ length: 20 }, (_, i) => [
    i % 5,
    (i + 1) % 5,
    Math.min(4, (i % 5) + (i % 2)),
    i % 3,
    `g${i % 4}`,
  ]);
  writeFileSync(scratch.path('scores.csv'), `alice,A,B,C,group\n${rows.map((row) => row.join()).join('\n')}\n`);
  writeFileSync(scratch.path('orders.csv'), 'A,B,C\n2,1,0\n');
});
const hull = (...args: string[]) => cli(['hull', scratch.path('scores.csv'), ...args]);

test('json by default, csv with a row a size, a table with the heaviest Bobs', async () => {
  const json = await hull('--scale', '0,4', '--permutations', '3');
  expect({ code: json.code, stderr: json.stderr }).toEqual({ code: 0, stderr: '' });
  const result = JSON.parse(json.stdout);
  expect(result).toMatchObject({
    kind: 'hull',
    complete: true,
    arithmetic: 'double',
    options: { seed: 1, sets: 'permutations', foldsBy: 'items', scale: [0, 4] },
    items: 20,
    bobs: ['A', 'B', 'C'],
    folds: 5,
    orders: 3,
  });
  expect(result.curve.map(({ k }: { k: number }) => k)).toEqual([1, 2, 3]);
  expect(result.curve[2].nnls).toMatchObject({ std: 0, nonzeroStd: 0 });
  const csv = (
    await hull(
      '--format',
      'csv',
      '--orders-file',
      scratch.path('orders.csv'),
      '--group-column',
      'group',
      '--folds',
      '4',
    )
  ).stdout;
  expect(csv.split('\n')[0]).toMatch(/^k,sets,best_mse,best_std,average_mse/);
  expect(csv.trim().split('\n')).toHaveLength(4);
  const table = (await hull('--format', 'table', '--subsets', 'all')).stdout;
  expect(table).toContain('Heaviest of all Bobs together');
});

test('--plot writes the figure', async () => {
  await hull('--plot', scratch.path('hull.svg'));
  expect(readFileSync(scratch.path('hull.svg'), 'utf8')).toContain('best individual');
});

test.each([
  [['--scale', '0,3'], 'scores.csv line 5, column "A": must lie in the scale 0,3, got 4'],
  [['--folds', '21'], 'items must be at least as many as folds, got 20 for 21 folds'],
  [['--group-column', 'query'], 'must have a column "query"'],
  [['--target', 'human'], 'must have a column "human"'],
  [['--bobs', 'A'], 'must have at least 2 Bobs, got 1'],
  [['--subsets', 'some'], 'must be all or sample:N with N of at least 1, got "some"'],
  [['--scale', '3'], 'must be two numbers a,b with a < b, got "3"'],
])('refused: %j', async (args, message) => {
  const { code, stdout, stderr } = await hull(...args);
  expect(stderr).toContain(message);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});
