/** `--checkpoint`: a run that is cut short anywhere goes on with the same bytes; a wrong file is refused. */
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { afterAll, describe, expect, test } from 'vitest';
import { AbortedError } from '../../src/errors.ts';
import { Checkpoint } from '../../src/parts/checkpoint.ts';
import type { Run } from '../../src/parts/run.ts';
import { cli, scratchFolder } from '../cli/run.ts';
import { biasedTable, scanInParts, smallScores } from './shared.ts';

const scratch = scratchFolder();
afterAll(scratch.clean);

const RUN: Run = { program: '1', command: 'sweep', options: { ties: 'strict' }, inputs: [] };

async function scanWith(file: string, count = 9, run = RUN) {
  const checkpoint = new Checkpoint(file, () => run);
  try {
    return await scanInParts(count, checkpoint);
  } finally {
    checkpoint.close();
  }
}

describe('the file', () => {
  const file = scratch.path('scan.checkpoint');

  test('cut at any byte after its first line, the run goes on to the same result and the same file', async () => {
    const whole = await scanInParts(9);
    expect(await scanWith(file)).toEqual(whole);
    const bytes = readFileSync(file);
    const head = bytes.indexOf(0x0a) + 1;
    for (let cut = head; cut < bytes.length; cut += 97) {
      writeFileSync(file, bytes.subarray(0, cut));
      expect(await scanWith(file)).toEqual(whole);
      expect(readFileSync(file)).toEqual(bytes);
    }
    writeFileSync(file, '');
    expect(await scanWith(file)).toEqual(whole);
    expect(readFileSync(file)).toEqual(bytes);
  });

  test('known parts are not computed again', async () => {
    await scanWith(file);
    const before = statSync(file);
    await scanWith(file);
    expect(statSync(file).size).toBe(before.size);
  });

  test('several jobs of one run lie in one file', async () => {
    await scanWith(file);
    const before = statSync(file).size;
    expect(await scanWith(file, 4)).toEqual(await scanInParts(4));
    expect(statSync(file).size).toBeGreaterThan(before);
    expect(await scanWith(file)).toEqual(await scanInParts(9));
  });

  test('damage, another run and other files are refused by name', async () => {
    await scanWith(file);
    const bytes = readFileSync(file);
    const second = bytes.indexOf(0x0a) + 200;
    const damaged = Buffer.from(bytes);
    damaged[second]! ^= 1;
    writeFileSync(file, damaged);
    await expect(scanWith(file)).rejects.toThrow(`${file} line 2: is damaged`);
    expect(readFileSync(file)).toEqual(damaged);
    writeFileSync(file, bytes);
    await expect(scanWith(file, 9, { ...RUN, options: { ties: 'index' } })).rejects.toThrow(
      'belongs to another run: its option ties is "strict", not "index"',
    );
    await expect(scanWith(file, 9, { ...RUN, program: '2' })).rejects.toThrow('made by version 1, not 2');
    await expect(scanWith(file, 9, { ...RUN, inputs: [{ path: 't.csv', sha256: 'ab' }] })).rejects.toThrow(
      'other content',
    );
    writeFileSync(file, 'state,policy\n');
    await expect(scanWith(file)).rejects.toThrow('must be a checkpoint of this program');
    writeFileSync(file, 'state');
    await expect(scanWith(file)).rejects.toThrow('must be a checkpoint of this program');
    await expect(scanWith(scratch.path('no/such/folder'))).rejects.toThrow('cannot write checkpoint');
  });

  test('cancelling leaves what was done, and the next run goes on from there', async () => {
    const file = scratch.path('cancelled');
    const controller = new AbortController();
    const checkpoint = new Checkpoint(file, () => RUN);
    const cancel = (done: number) => done === 4 && controller.abort();
    await expect(scanInParts(9, checkpoint, { signal: controller.signal, onPart: cancel })).rejects.toThrow(
      AbortedError,
    );
    checkpoint.close();
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(1 + 4 + 1);
    const done: number[] = [];
    const again = new Checkpoint(file, () => RUN);
    expect(await scanInParts(9, again, { onPart: (n) => done.push(n) })).toEqual(await scanInParts(9));
    again.close();
    expect(done).toEqual([5, 6, 7, 8, 9]);
  });
});

test('killed at 20 random instants, sweep, solve and hull print the bytes of undisturbed runs', async () => {
  const [table, scores] = [scratch.path('table.csv'), scratch.path('scores.csv')];
  biasedTable(table, 15, 4);
  smallScores(scores, 200, 40);
  const listed = ['--method', 'enumerate', '--scope', 'cells,schemes', '--threads', '2'];
  const runs: [number, string[]][] = [
    [8, ['sweep', table, ...listed]],
    [4, ['solve', table, ...listed]],
    [8, ['hull', scores, '--permutations', '1500', '--threads', '2']],
  ];
  const random = xoroshiro128plus(20260);
  let resumed = 0;
  for (const [wanted, args] of runs) {
    const whole = await cli(args);
    expect(whole.code).toBe(0);
    const file = scratch.path(`${args[0]}.checkpoint`);
    const kept = [...args, '--checkpoint', file];
    // A line for every part that was computed: no more of them after kills than without, so none was computed again.
    expect(await cli(kept)).toEqual(whole);
    const lines = linesOf(file);
    rmSync(file);
    for (let kills = 0; kills < wanted; ) {
      if (existsSync(file)) resumed++;
      const ran = await killedAfter(kept, file, uniformInt(random, 0, 3), uniformInt(random, 0, 60));
      if (ran.code === null) kills++;
      else {
        expect(ran).toEqual(whole);
        expect(linesOf(file)).toBe(lines);
        rmSync(file);
      }
    }
    expect(await cli(kept)).toEqual(whole);
    expect(linesOf(file)).toBe(lines);
  }
  expect(resumed).toBeGreaterThan(0);
});

const linesOf = (file: string) => (existsSync(file) ? readFileSync(file, 'latin1').split('\n').length : 0);

/** Starts the command and kills it so many ms after its checkpoint has got so many more lines. */
async function killedAfter(args: readonly string[], file: string, lines: number, ms: number) {
  const wanted = linesOf(file) + lines;
  let over = false;
  let kill = () => {};
  const ran = cli(args, { onStart: (signal) => (kill = () => signal('SIGKILL')) }).finally(() => {
    over = true;
  });
  while (!over && linesOf(file) < wanted) await sleep(3);
  await sleep(ms);
  kill();
  return ran;
}
