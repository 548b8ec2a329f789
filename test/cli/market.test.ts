/** `solve` and `sweep` as commands: formats, files, exit codes, interrupts, and the messages of refusals. */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { endlessShape, hardTable } from '../reference/hard.ts';
import { cli, scratchFolder } from './run.ts';

const scratch = scratchFolder();
afterAll(scratch.clean);

const TABLE = 'data/tables/synthetic-2.csv';

/** Runs the command within a shell's pipes. */
const shell = (line: string) =>
  spawnSync('sh', ['-c', `"$0" dist/cli/main.js ${line}`, process.execPath], { encoding: 'utf8' });

/** A CSV table of `states` × `policies` cells in which Bobs share a bias against Alice. */
function largeTable(states: number, policies: number): string {
  const rows = ['state,policy,alice,A,B'];
  for (let s = 0; s < states; s++)
    for (let p = 0; p < policies; p++)
      rows.push(`s${s},p${p},${(7 * s + 3 * p) % 11},${(5 * s * p + p) % 13},${(3 * s + 11 * p * p) % 17}`);
  const file = scratch.path(`large-${states}-${policies}.csv`);
  writeFileSync(file, `${rows.join('\n')}\n`);
  return file;
}

describe('output', () => {
  test('json by default where stdout is no terminal; the same bytes for any number of threads and with --out', async () => {
    const one = await cli(['solve', TABLE, '--threads', '1']);
    expect(one.code).toBe(0);
    expect(one.stderr).toBe('');
    const result = JSON.parse(one.stdout);
    expect(result).toMatchObject({
      kind: 'solve',
      version: '0.1.0',
      complete: true,
      arithmetic: 'exact',
      schemes: '64',
      optimum: { alice: { value: 0.92, exact: '23/25' }, scheme: ['A', 'B', 'C'] },
    });
    const out = scratch.path('solve.json');
    const three = await cli(['solve', TABLE, '--threads', '3', '--out', out]);
    expect(three).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(out, 'utf8')).toBe(one.stdout);
  });

  test('a market large enough for workers gives the same bytes on 1, 2 and 5 threads', async () => {
    const table = largeTable(14, 4);
    const [one, two, five] = await Promise.all(['1', '2', '5'].map((n) => cli(['sweep', table, '--threads', n])));
    expect(one!.code).toBe(0);
    expect(two!.stdout).toBe(one!.stdout);
    expect(five!.stdout).toBe(one!.stdout);
  });

  test('csv, ndjson and table', async () => {
    const csv = await cli(['sweep', TABLE, '--format', 'csv']);
    expect(csv.stdout.trim().split('\n')).toHaveLength(32);
    const lines = (await cli(['sweep', TABLE, '--format', 'ndjson'])).stdout.trim().split('\n');
    expect(lines).toHaveLength(31);
    expect(JSON.parse(lines[30]!)).toMatchObject({ bobs: ['AI 1', 'AI 2', 'AI 3', 'AI 4', 'AI 5'] });
    const table = (await cli(['solve', TABLE, '--format', 'table'])).stdout;
    expect(table).toContain('worst equilibrium           0.92 = 23/25');
    expect(table).not.toContain('rules');
  });

  test('every reading has columns of its own, under its name; rules that are not the default are said', async () => {
    const asked = ['--scope', 'cells,table', '--weights', 'cone,simplex', '--round', '1', '--ties', 'index'];
    const solved = (await cli(['solve', TABLE, '--format', 'csv', ...asked])).stdout.split('\n')[0];
    const swept = (await cli(['sweep', TABLE, '--format', 'csv', ...asked])).stdout.split('\n')[0];
    for (const reading of ['cells_cone', 'cells_simplex', 'table_cone', 'table_simplex'])
      for (const header of [solved, swept]) expect(header).toContain(`epsilon_${reading},bound_${reading},`);
    const rules = 'ties index; utilities rounded to 1 decimals';
    expect((await cli(['solve', TABLE, '--format', 'table', ...asked])).stdout).toContain(
      `rules                          ${rules}`,
    );
    const text = (await cli(['sweep', TABLE, '--format', 'table', ...asked])).stdout;
    expect(text).toContain(`(${rules})`);
    expect(text).toContain('mean epsilon (table, simplex)');
  });

  test('randomised schemes stand beside deterministic ones in every format', async () => {
    const args = ['data/tables/synthetic-1.csv', '--schemes', 'randomised', '--format'];
    const table = (await cli(['sweep', ...args, 'table'])).stdout;
    expect(table).toMatch(/without randomising/);
    // The published means over pairs of Bobs, with and without randomising.
    expect(table).toMatch(/2 +10 +0\.576233 +0\.570400 /);
    // A committee that randomising helps: 27/50 without.
    expect(table).toMatch(/AI 3, AI 5 +0\.576667 +0\.540000 /);
    for (const command of ['sweep', 'solve']) {
      const csv = (await cli([command, ...args, 'csv'])).stdout;
      expect(csv).toMatch(/,worst_deterministic,(stable,)?epsilon_cells_cone,bound_cells_cone,/);
      expect(csv).toContain(',epsilon_cells_cone_deterministic,bound_cells_cone_deterministic,');
    }
    const solved = (await cli(['solve', ...args, 'table', '--committee', 'AI 3,AI 5'])).stdout;
    expect(solved).toMatch(/\n {2}without randomising +0\.54 = 27\/50\n/);
    expect(solved).toMatch(/\n {2}without randomising +epsilon 0\.0575, so at least 0\.461667 /);
    expect(solved).toMatch(/\ndynamics end at +0\.54 with .*, without randomising\n/);
  });

  test('rounding is recorded, timing goes to --stats', async () => {
    const stats = scratch.path('stats.json');
    const { stdout } = await cli(['solve', TABLE, '--round', '1', '--stats', stats, '--threads', '2']);
    expect(JSON.parse(stdout).arithmetic).toBe('rounded:1');
    expect(JSON.parse(readFileSync(stats, 'utf8'))).toMatchObject({ threads: 2, complete: true });
  });

  test('--help and --version end with 0', async () => {
    expect((await cli(['--help'])).code).toBe(0);
    expect(await cli(['--version'])).toMatchObject({ code: 0, stdout: '0.1.0\n' });
    expect((await cli(['solve', '--help'])).stdout).toContain('--committee');
  });
});

describe('refusals end with 2, print nothing on stdout and say place, rule and value', () => {
  test.each([
    [[], 'Usage'],
    [['solv', TABLE], "unknown command 'solv'"],
    [['constructor'], "unknown command 'constructor'"],
    [['solve'], "missing required argument 'table'"],
    [['solve', 'nowhere.csv'], 'nowhere.csv'],
    [['solve', 'data'], 'data'],
    [['solve', '-'], '-: must exist, there is no such file (standard input is /dev/stdin)'],
    [['solve', TABLE, '--committee', 'AI 1,AI 9'], 'committee must name Bobs of the table'],
    [['solve', TABLE, '--committee', 'AI 1,AI 1'], 'committee must name a Bob once, got "AI 1" twice'],
    [['solve', TABLE, '--ties', 'loose'], 'Allowed choices are strict, index'],
    [['solve', TABLE, '--threads', '1.5'], 'must be a whole number from 1 to 1024, got "1.5"'],
    [['solve', TABLE, '--seed', '-1'], 'must be a whole number from 0 to 4294967295, got "-1"'],
    [['solve', TABLE, '--time-limit', '0'], 'must be a number above 0, got "0"'],
    [['solve', TABLE, '--scope', 'cells,rows'], 'must be among cells, schemes, table, got "rows"'],
    [['solve', TABLE, '--plot', 'figure.bmp'], 'must end in .svg or .html, got "figure.bmp"'],
    [['solve', TABLE, '--out', '/proc/nowhere/x.json'], 'cannot write /proc/nowhere/x.json'],
    [['solve', TABLE, '--committee', '"AI 1'], 'those with a comma or a quote quoted as in CSV, got ""AI 1"'],
    [['solve', TABLE, '--committee', ','], 'must be comma-separated names'],
    [['solve', TABLE, '--round', '41'], 'must be a whole number from 0 to 40, got "41"'],
    [['sweep', TABLE, '--at-least', '1.5'], 'must be a share above 0 and at most 1, got "1.5"'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await cli(args);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('an --out that is a folder is refused and leaves no draft behind', async () => {
    mkdirSync(scratch.path('folder'));
    const { code, stderr } = await cli(['solve', TABLE, '--out', scratch.path('folder')]);
    expect(code).toBe(2);
    expect(stderr).toContain('cannot write');
    expect(readdirSync(scratch.path('folder'))).toEqual([]);
    expect(readdirSync(scratch.path('.')).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

describe('large markets', () => {
  // A market that no search outruns.
  const hard = () => {
    const { states, policies, bobs, utilities } = hardTable(endlessShape);
    const cells = policies.flatMap((names, s) => names.map((policy) => [states[s]!, policy]));
    const rows = cells.map((names, cell) => [...names, ...utilities.map((column) => column[cell]!)].join());
    const file = scratch.path('hard.csv');
    writeFileSync(file, [['state', 'policy', 'alice', ...bobs].join(), ...rows].join('\n'));
    return file;
  };

  test('a time limit on a search gives both bounds, complete: false, and exit code 3', async () => {
    const { code, stdout } = await cli(['solve', hard(), '--time-limit', '1']);
    const { complete, worst, lowerBound } = JSON.parse(stdout);
    expect(complete).toBe(false);
    expect(lowerBound.value).toBeLessThan(worst.alice.value);
    expect(code).toBe(3);
  });

  test.each(['SIGINT', 'SIGTERM'])(
    '%s while the code is being loaded: 130, before options are read',
    async (signal) => {
      // Sends itself the signal as soon as somebody listens for it.
      const send = `process.on('newListener', (name) => name === '${signal}' && setImmediate(() => process.kill(process.pid, name)))`;
      const env = { NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(send)}"` };
      expect(await cli(['solve', '--no-such-option'], { env })).toEqual({ code: 130, stdout: '', stderr: '' });
    },
  );

  test('Ctrl-C ends a search with 130', async () => {
    const { code, stdout } = await cli(['solve', hard()], {
      onStart: (kill) => setTimeout(() => kill('SIGINT'), 5000),
    });
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
  });

  test('10^30 schemes are refused before enumeration starts, with the count, the time and what to use', async () => {
    const { code, stderr } = await cli(['solve', largeTable(30, 10), '--method', 'enumerate']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/1000000000000000000000000000000 schemes .*hours.*--method search/);
  });

  test('a time limit gives what is known, complete: false, and exit code 3', async () => {
    const { code, stdout } = await cli(['solve', largeTable(20, 4), '--method', 'enumerate', '--time-limit', '0.3']);
    const result = JSON.parse(stdout);
    expect(result.complete).toBe(false);
    expect(result.stable).toBeNull();
    expect(result.worst.alice.value).toBeLessThanOrEqual(result.optimum.alice.value);
    expect(code).toBe(3);
  });

  test('what is not complete says so in every form', async () => {
    const run = (format: string) =>
      cli(['sweep', largeTable(20, 4), '--method', 'enumerate', '--time-limit', '0.3', '--format', format]);
    const [csv, ndjson, table] = await Promise.all(['csv', 'ndjson', 'table'].map(run));
    expect([csv!.code, ndjson!.code, table!.code]).toEqual([3, 3, 3]);
    const [header, ...rows] = csv!.stdout.trim().split('\n');
    expect(header).toMatch(/,complete$/);
    for (const row of rows) expect(row).toMatch(/,false$/);
    for (const line of ndjson!.stdout.trim().split('\n')) expect(JSON.parse(line).complete).toBe(false);
    expect(table!.stdout).toMatch(/\nStopped early: what stands here is known so far, not proved\.\n$/);
  });

  test('Ctrl-C ends with 130, on one thread and on several, and leaves no file', async () => {
    for (const threads of ['1', '2']) {
      const out = scratch.path(`interrupted-${threads}.json`);
      // It counts once some part is done and kept, however long the machine takes to come there.
      const checkpoint = scratch.path(`interrupted-${threads}.checkpoint`);
      const args = ['sweep', largeTable(21, 4), '--method', 'enumerate', '--threads', threads, '--out', out];
      const { code, stdout } = await cli([...args, '--checkpoint', checkpoint], {
        onStart: (kill) => {
          const waiting = setInterval(() => {
            if (!existsSync(checkpoint)) return;
            clearInterval(waiting);
            kill('SIGINT');
          }, 20);
        },
      });
      expect(code).toBe(130);
      expect(stdout).toBe('');
      expect(existsSync(out)).toBe(false);
    }
  });
});

describe('a result takes the place of nothing else', () => {
  const input = scratch.path('input.csv');
  copyFileSync(TABLE, input);
  symlinkSync('input.csv', scratch.path('link.csv'));

  test.each([
    [['--out', input], `--out must be a place of its own, got that of ${input}: ${input}`],
    [['--out', scratch.path('link.csv')], `got that of ${input}: ${scratch.path('link.csv')}`],
    [['--stats', input], `--stats must be a place of its own, got that of ${input}`],
    [['--nfg', input], `--nfg must be a place of its own, got that of ${input}`],
    [['--out', 'a.svg', '--plot', './a.svg'], '--plot must be a place of its own, got that of --out: ./a.svg'],
    [['--out', join(input, 'x.json')], `cannot write ${join(input, 'x.json')}: ${input} is no folder`],
  ])('%j is refused before anything is computed', async (args, message) => {
    const { code, stdout, stderr } = await cli(['solve', input, ...args]);
    expect(stderr).toContain(message);
    expect([code, stdout]).toEqual([2, '']);
    expect(readFileSync(input)).toEqual(readFileSync(TABLE));
  });

  test('a link is followed, and a pipe takes the result itself', async () => {
    const [target, link] = [scratch.path('target.json'), scratch.path('latest.json')];
    writeFileSync(target, 'before');
    symlinkSync('target.json', link);
    const { stdout } = await cli(['solve', TABLE]);
    expect(await cli(['solve', TABLE, '--out', link])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, 'utf8')).toBe(stdout);
    expect(shell(`solve ${TABLE} --out /dev/stdout | cat`)).toMatchObject({ stdout, stderr: '' });
    const piped = spawnSync('sh', ['-c', `cat ${TABLE} | "$0" dist/cli/main.js solve /dev/stdin`, process.execPath]);
    expect(piped.stdout.toString()).toBe(stdout);
  });
});

test('a reader that stops early is no failure, a full disk is one', async () => {
  expect(shell(`sweep ${TABLE} 2>&1 | head -1`)).toMatchObject({ stdout: '{\n', stderr: '' });
  expect(shell(`sweep ${TABLE} | true`)).toMatchObject({ stdout: '', stderr: '' });
  if (existsSync('/dev/full'))
    expect(shell(`sweep ${TABLE} > /dev/full`)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('market-alignment: cannot write to stdout: ENOSPC'),
    });
});
