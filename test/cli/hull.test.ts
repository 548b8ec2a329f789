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

test('columns by option: folds, items, questions, what is missing, epsilon', async () => {
  const rows = Array.from({ length: 12 }, (_, i) => [`q${i >> 1}`, i % 3, `n${i}`, i % 2, (i * 7) % 5, (i * 3) % 4]);
  const head = 'topic,part,label,human,A,B\n';
  writeFileSync(scratch.path('poll.csv'), `${head}${rows.map((row) => row.join()).join('\n')}\nq6,0,n12,1,,2\n`);
  const poll = async (...args: string[]) => {
    const named = ['--target', 'human', '--bobs', 'A,B', '--missing', 'drop-item', '--permutations', '2'];
    const { code, stdout, stderr } = await cli(['hull', scratch.path('poll.csv'), ...named, ...args]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout);
  };
  const folds = await poll('--fold-column', 'part', '--item-column', 'label', '--epsilon', 'none');
  expect(folds).toMatchObject({ items: 12, folds: 3, foldItems: [4, 4, 4], dropped: { items: 1, scores: 1 } });
  expect(folds.options).toMatchObject({ foldsBy: 'column', missing: 'drop-item' });
  expect(folds.curve[0]).not.toHaveProperty('epsilon');
  const questions = await poll('--question-column', 'topic', '--folds', '3', '--epsilon', 'all');
  expect(questions).toMatchObject({ options: { foldsBy: 'questions' }, foldItems: [4, 4, 4] });
  expect(questions.curve[1].epsilon.cone).toBeGreaterThan(0);
  const refused = await cli(['hull', scratch.path('poll.csv'), '--target', 'human', '--bobs', 'A,B']);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('poll.csv line 14, column "A": must be a number, got a blank cell');
});

test('a long file gives what the wide one gives', async () => {
  const wide = readFileSync(scratch.path('scores.csv'), 'utf8').trim().split('\n').slice(1);
  const long = wide.flatMap((line, i) => line.split(',').map((cell, c) => [i, ['alice', 'A', 'B', 'C'][c], cell]));
  const scores = long.filter(([, rater]) => rater !== undefined).map((row) => row.join());
  writeFileSync(scratch.path('long.csv'), `item,who,value\n${scores.join('\n')}\n`);
  const options = ['--permutations', '2'];
  const { stdout } = await cli([
    'hull',
    scratch.path('long.csv'),
    ...['--rater-column', 'who', '--score-column', 'value', '--item-column', 'item'],
    ...options,
  ]);
  expect(stdout).toBe((await hull('--bobs', 'A,B,C', ...options)).stdout);
});

test('--plot writes the figure', async () => {
  await hull('--plot', scratch.path('hull.svg'));
  expect(readFileSync(scratch.path('hull.svg'), 'utf8')).toContain('best individual');
});

test.each([
  [['--scale', '0,3'], 'scores.csv line 5, column "A": must lie in the scale 0,3, got 4'],
  [['--subsets', 'all', '--permutations', '7'], "'--subsets <which>' cannot be used with option '--permutations <n>'"],
  [['--folds', '21'], 'scores.csv: items must be at least as many as folds, got 20 for 21 folds'],
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
