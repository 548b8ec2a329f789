/** `shard` and `merge`: the same bytes as one process, and every refusal by name. */
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AbortedError, InputError } from '../../src/errors.ts';
import { completeSet, readPart, writePart } from '../../src/parts/part-file.ts';
import { MergeEngine, ShardEngine, type Share, shareOf } from '../../src/parts/shard.ts';
import { cli, scratchFolder } from '../cli/run.ts';
import { biasedTable, scanInParts, smallScores } from './shared.ts';

const scratch = scratchFolder();
afterAll(scratch.clean);

test('every number of shards gives what one process finds, more shards than parts too', async () => {
  const whole = await scanInParts(13);
  for (const of of [1, 2, 3, 5, 13, 20]) {
    const shares: Share[] = [];
    for (let index = 0; index < of; index++) {
      const engine = new ShardEngine(of, index);
      await expect(scanInParts(13, engine)).rejects.toThrow(AbortedError);
      shares.push(engine.share!);
    }
    expect(await scanInParts(13, new MergeEngine(shares))).toEqual(whole);
  }
});

test('shares are neighbours that cover all parts once', () => {
  for (const parts of [0, 1, 7, 64, 1000])
    for (const of of [1, 2, 3, 64, 1000]) {
      const shares = Array.from({ length: of }, (_, index) => shareOf(parts, of, index));
      expect(shares[0]!.first).toBe(0);
      expect(shares.at(-1)!.end).toBe(parts);
      for (const [i, { first, end }] of shares.entries()) {
        expect(end).toBeGreaterThanOrEqual(first);
        if (i > 0) expect(first).toBe(shares[i - 1]!.end);
      }
    }
});

test('shares of other numbers are refused', async () => {
  const engine = new ShardEngine(1, 0);
  await expect(scanInParts(12, engine)).rejects.toThrow(AbortedError);
  await expect(scanInParts(13, new MergeEngine([engine.share!]))).rejects.toThrow('computed from other numbers');
});

describe('as commands', () => {
  const table = scratch.path('table.csv');
  const part = (i: number) => scratch.path(`part-${i}`);
  const sweep = ['sweep', table, '--method', 'enumerate', '--scope', 'cells,schemes'];

  beforeAll(async () => {
    biasedTable(table, 14, 4);
    const made = await Promise.all(
      [0, 1, 2].map((i) => cli(['shard', '--of', '3', '--index', String(i), '--out', part(i), ...sweep])),
    );
    for (const ran of made) expect(ran).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('merge prints the bytes of one process from anywhere, without the table', async () => {
    const formats = ['json', 'csv', 'table'];
    const whole = await Promise.all(formats.map((format) => cli([...sweep, '--format', format])));
    const moved = scratch.path('elsewhere.csv');
    copyFileSync(table, moved);
    writeFileSync(table, '');
    try {
      const merged = await Promise.all(
        formats.map((format) => cli(['merge', part(2), part(0), part(1), '--format', format])),
      );
      for (const [i, ran] of merged.entries()) {
        expect(ran).toEqual(whole[i]);
        expect(ran.code).toBe(0);
      }
    } finally {
      copyFileSync(moved, table);
    }
  });

  test('hull over permutations of a file and over subsets, with the file of orders inside the parts', async () => {
    const [scores, orders] = [scratch.path('scores.csv'), scratch.path('orders.txt')];
    smallScores(scores, 60, 5);
    writeFileSync(orders, '0,1,2,3,4\n4,3,2,1,0\n2,0,4,1,3\n');
    for (const [i, how] of [
      ['--orders-file', orders],
      ['--subsets', 'all'],
    ].entries()) {
      const files = [0, 1, 2].map((index) => scratch.path(`hull-${i}-${index}`));
      const command = ['hull', scores, ...how];
      const whole = await cli(command);
      const made = await Promise.all(
        files.map((file, index) => cli(['shard', '--of', '3', '--index', String(index), '--out', file, ...command])),
      );
      for (const ran of made) expect(ran).toEqual({ code: 0, stdout: '', stderr: '' });
      expect(whole.code).toBe(0);
      expect(await cli(['merge', ...files])).toEqual(whole);
    }
  });

  test('solve, and a run that has nothing to share out', async () => {
    const solve = ['solve', table, '--method', 'enumerate', '--format', 'csv'];
    const search = ['solve', 'data/tables/synthetic-1.csv', '--method', 'search'];
    for (const [i, command] of [solve, search].entries()) {
      const files = [0, 1].map((index) => scratch.path(`solve-${i}-${index}`));
      const made = await Promise.all(
        files.map((file, index) => cli(['shard', '--of', '2', '--index', String(index), '--out', file, ...command])),
      );
      expect(made.map(({ code }) => code)).toEqual([0, 0]);
      expect(made[1]!.stderr).toContain(i === 0 ? '' : 'nothing to share out');
      expect(await cli(['merge', ...files])).toEqual(await cli(command));
    }
  });

  test('missing, doubled, damaged, foreign parts and other files are refused by name', async () => {
    const other = scratch.path('other');
    const ties = await cli(['shard', '--of', '3', '--index', '2', '--out', other, ...sweep, '--ties', 'index']);
    expect(ties.code).toBe(0);
    const damaged = scratch.path('damaged');
    const bytes = readFileSync(part(1));
    bytes[bytes.length - 20]! ^= 1;
    writeFileSync(damaged, bytes);
    const cut = scratch.path('cut');
    writeFileSync(cut, bytes.subarray(0, bytes.length - 9));
    const refusals: [string[], string][] = [
      [[part(0), part(2)], '1 of 3 parts is missing: --index 1'],
      [[part(0)], '2 of 3 parts are missing: --index 1, 2'],
      [[part(0), part(1), part(2), part(1)], `${part(1)}: holds part 1 of 3 again, ${part(1)} holds it already`],
      [[part(0), damaged, part(2)], `${damaged}: is damaged`],
      [[part(0), cut, part(2)], `${cut}: is damaged`],
      [[part(0), part(1), other], `${other}: belongs to another run: its option ties is "index", not "strict"`],
      [[part(0), table], `${table}: must be a part that shard wrote`],
      [[part(0), scratch.path('absent')], 'absent: must exist'],
    ];
    const merged = async (files: string[]) => completeSet(await Promise.all(files.map(readPart)));
    for (const [files, text] of refusals) {
      await expect(merged(files)).rejects.toThrow(InputError);
      await expect(merged(files)).rejects.toThrow(text);
    }
    const { code, stdout, stderr } = await cli(['merge', part(0), part(2)]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('1 of 3 parts is missing: --index 1');
  });

  test('a part that names a file to write is not merged, and nothing is written', async () => {
    const [file, target] = [scratch.path('crafted'), scratch.path('target')];
    const { header, ...content } = await readPart(part(0));
    const run = { ...header.run, command: 'solve' };
    await writePart(file, { ...header, run, of: 1, argv: ['solve', table, '--nfg', target, '--out', target] }, content);
    const { code, stderr } = await cli(['merge', file]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--nfg must not be given')]);
    expect(existsSync(target)).toBe(false);
  });

  test('bad use of shard is refused', async () => {
    const shard = (...args: string[]) => cli(['shard', '--of', '3', '--out', scratch.path('x'), ...args]);
    const ran = await Promise.all([
      shard('--index', '3', ...sweep),
      shard('--index', '0', 'movielens', 'x'),
      shard('--index', '0', ...sweep, '--time-limit', '5'),
      shard('--index', '0', 'solve', table, '--nfg', scratch.path('game.nfg')),
      shard('--index', '0', 'sweep', scratch.path('absent.csv')),
      cli(['shard', '--index', '0', '--out', 'x', ...sweep]),
    ]);
    expect(ran.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2, 2]);
    const texts = [
      '--index must be from 0 to 2',
      'got "movielens"',
      '--time-limit must not',
      '--nfg must not',
      'absent.csv',
      '--of',
    ];
    for (const [i, text] of texts.entries()) expect(ran[i]!.stderr).toContain(text);
  });
});
