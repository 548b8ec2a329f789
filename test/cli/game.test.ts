/** `game` and `bounds` as processes: what they print, where, and their exit codes. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readNfg } from '../reference/nfg.ts';

const folder = mkdtempSync(join(tmpdir(), 'game-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) => spawnSync(process.execPath, ['dist/cli/main.js', ...args], { encoding: 'utf8' });
const xor = 'data/games/xor.json';

test('game prints the same bytes for any number of threads, with the published counts, and writes the normal form', () => {
  const nfg = join(folder, 'xor.nfg');
  const one = run('game', xor, '--threads', '1', '--nfg', nfg);
  expect({ status: one.status, stderr: one.stderr }).toEqual({ status: 0, stderr: '' });
  expect(run('game', xor, '--threads', '2').stdout).toBe(one.stdout);
  expect(JSON.parse(one.stdout)).toMatchObject({
    kind: 'game',
    complete: true,
    arithmetic: 'exact',
    profiles: 256,
    equilibria: { count: 240, alice: { min: { exact: '1' }, max: { exact: '1' } } },
    identicalInducedDistribution: { violations: 0 },
    informationSubstitutes: { holds: false, witness: { left: { exact: '1/4' }, right: { exact: '0' } } },
    selection: { theorem6: { applies: true, holds: true } },
  });
  expect(readNfg(readFileSync(nfg, 'utf8')).payoffs).toHaveLength(256);
});

test('game with quantal response, a sample and a profile', () => {
  const { stdout } = run('game', 'data/games/match.json', '--profile', 'reveal,silent', '--sample', '5', '--seed', '3');
  const result = JSON.parse(stdout);
  expect(result.quantal.reference.alice).toBeCloseTo(0.75, 12);
  expect(result.profile.rules).toEqual(['reveal', 'silent']);
  expect(result.sample).toHaveLength(5);
  for (const { xB, y, action } of result.sample) expect([xB, action]).toEqual([y, y]);
  const silent = JSON.parse(run('game', 'data/games/match.json', '--reference', 'silent').stdout);
  expect(silent.quantal.closeness.l1).toBeCloseTo(0.5, 12);
});

test('a malformed game is exit code 2, with path, rule and value', () => {
  const bad = join(folder, 'bad.json');
  writeFileSync(bad, readFileSync(xor, 'utf8').replace('"rounds": 1', '"rounds": 0'));
  expect(run('game', bad)).toMatchObject({
    status: 2,
    stdout: '',
    stderr: `market-alignment: ${bad} at $.rounds: must be at least 1, got 0\n`,
  });
  writeFileSync(bad, readFileSync(xor, 'utf8').replace('"rounds": 1', '"rounds": 2'));
  const large = run('game', bad);
  expect(large.status).toBe(2);
  expect(large.stderr).toContain('the game has 1099511627776 profiles');
});

test('game in every format, into a file, with statistics, and quiet', () => {
  const out = join(folder, 'out.json');
  const stats = join(folder, 'stats.json');
  expect(run('game', xor, '--out', out, '--stats', stats, '--quiet')).toMatchObject({
    status: 0,
    stdout: '',
    stderr: '',
  });
  expect(readFileSync(out, 'utf8')).toBe(run('game', xor).stdout);
  expect(JSON.parse(readFileSync(stats, 'utf8'))).toMatchObject({ complete: true, threads: expect.any(Number) });
  const csv = run('game', xor, '--format', 'csv').stdout.split('\n');
  expect(csv[0]).toBe('quantity,value,exact');
  expect(csv).toContain('pure Nash equilibria (Def. 7),240,');
  const lines = run('game', xor, '--format', 'ndjson', '--profile', 'silent,reveal', '--sample', '2')
    .stdout.trim()
    .split('\n');
  expect(lines.map((line) => Object.keys(JSON.parse(line) as object).length).slice(-3)).toEqual([3, 5, 5]);
  const table = run('game', xor, '--format', 'table', '--profile', 'silent,reveal').stdout;
  expect(table).toContain('Profile silent, reveal: Alice 1, one 3/4, zero 3/4');
  expect(table).toMatch(/\nTies: Alice takes her lowest action, .*lexicographically first\.\n$/);
});

test('a time limit gives what is known, marked incomplete, exit code 3', () => {
  const { status, stdout } = run('game', xor, '--time-limit', '1e-9');
  expect(status).toBe(3);
  const result = JSON.parse(stdout);
  expect(result).toMatchObject({ kind: 'game', complete: false, optimum: { exact: '1' }, profiles: 256 });
  expect(result.refused).toBe('the time limit came first');
  const simulated = run(
    ...['bounds', 'proposition3', '--actions', '3', '--states', '3', '--epsilon', '0.1', '--agents', '295'],
    ...['--distribution', '0:1/2,1:1/2', '--simulate', '10000000', '--time-limit', '0.5'],
  );
  expect(simulated.status).toBe(3);
  const { values, complete } = JSON.parse(simulated.stdout);
  expect(complete).toBe(false);
  expect(values.simulatedRuns).toBeGreaterThan(0);
  expect(values.simulatedRuns).toBeLessThan(10_000_000);
});

test('what game cannot do is refused by name', () => {
  const refused = (...args: string[]) => {
    const { status, stderr } = run('game', xor, ...args);
    expect(status).toBe(2);
    return stderr;
  };
  expect(refused('--plot', 'x.svg')).toContain('game draws no figure, got --plot x.svg');
  expect(refused('--profile', 'silent')).toContain('--profile must name a rule for each of 2 Bobs, got 1');
  expect(refused('--profile', 'silent,nope')).toContain('--profile, "zero", must be the name of a rule, got "nope"');
  expect(refused('--reference', 'nope')).toContain('--reference must be the name of a rule, got "nope"');
  expect(refused('--sample', '0')).toContain('must be a whole number from 1 to 1000000, got "0"');
  expect(refused('--failure', '1')).toContain('must be below 1, got "1"');
  expect(refused('--zeta', '0')).toContain('must be a number above 0, got "0"');
});

test('options of game: lambda, agreement levels and failure decide their parts', () => {
  const { stdout } = run('game', xor, '--lambda', '2', '--zeta', '0.3', '--failure', '0.2');
  const { quantal, agreement, options } = JSON.parse(stdout);
  expect(options).toMatchObject({ lambda: 2, zeta: [0.3], failure: 0.2 });
  expect(quantal.lambda).toBe(2);
  expect(quantal.corollary1).toMatchObject({ holdsTotalVariation: true });
  // 3 · 2 / (0.09 · 0.2)
  expect(agreement.levels).toMatchObject([{ zeta: 0.3, bound: 334 }]);
});

test('bounds: Proposition 3’s published numbers, Theorem 5 vacuous, what is missing is named', () => {
  const { stdout, status } = run(
    ...['bounds', 'proposition3', '--actions', '3', '--states', '3', '--epsilon', '0.1', '--delta', '0.05'],
    ...['--distribution', '0:1/2,1:1/2'],
  );
  expect(status).toBe(0);
  const { values } = JSON.parse(stdout);
  expect(values.agents).toBe(295);
  expect((100 * values.exactFailure).toFixed(3)).toBe('0.411');
  expect((100 * values.unionBound).toFixed(2)).toBe('4.93');
  const theorem5 = JSON.parse(run('bounds', 'theorem5', '--actions', '2', '--rounds', '1e6').stdout);
  expect(theorem5).toMatchObject({ kind: 'bounds', theorem: 'theorem5', vacuous: true });
  expect(theorem5.values.roundsForLossBelowOptimum.toExponential(1)).toBe('1.3e+16');
  expect(run('bounds', 'theorem6', '--leader', '0.9')).toMatchObject({
    status: 2,
    stderr: 'market-alignment: theorem6 needs --epsilon, got none\n',
  });
});

test('bounds refuses what a theorem has no use for, and values outside its premise', () => {
  const refused = (...args: string[]) => {
    const { status, stderr } = run('bounds', ...args);
    expect(status).toBe(2);
    return stderr;
  };
  const three = ['proposition3', '--actions', '3', '--states', '3'];
  expect(refused('theorem6', '--leader', '.9', '--epsilon', '.1', '--delta', '2')).toContain(
    'theorem6 has no use for --delta: it takes --leader, --epsilon, --trivial',
  );
  expect(refused(...three, '--epsilon', '0', '--delta', '.1')).toContain(
    '--epsilon of proposition3 must be a number above 0, got 0',
  );
  expect(refused(...three, '--epsilon', '.1', '--delta', '1')).toContain(
    '--delta of proposition3 must be between 0 and 1, got 1',
  );
  expect(refused(...three, '--epsilon', '.1', '--delta', '.1', '--simulate', '9')).toContain(
    '--simulate needs --distribution',
  );
  const fine = [...three, '--epsilon', '.1', '--agents', '100', '--distribution', '0:1/2,0.0000001:1/4,1:1/4'];
  expect(refused(...fine)).toContain('use coarser values or simulate');
  expect(JSON.parse(run('bounds', ...fine, '--simulate', '50').stdout).values).toMatchObject({
    exactFailure: null,
    simulatedRuns: 50,
  });
  const premise = JSON.parse(
    run('bounds', 'corollary3', '--actions', '2', '--rounds', '1e20', '--lambda', '1000').stdout,
  );
  expect(premise).toMatchObject({ vacuous: true, values: { bound: null, premiseHolds: false } });
});

test('bounds draws its figure', () => {
  const file = join(folder, 'bound.svg');
  expect(run('bounds', 'theorem5', '--actions', '2', '--rounds', '1e20', '--plot', file).status).toBe(0);
  expect(readFileSync(file, 'utf8')).toMatch(/^<svg[\s\S]*rounds of conversation K/);
});

test('solve writes the selection game between the schemes it found', () => {
  const file = join(folder, 'market.nfg');
  expect(run('solve', 'data/tables/synthetic-2.csv', '--committee', 'AI 1,AI 2', '--nfg', file).status).toBe(0);
  expect(readNfg(readFileSync(file, 'utf8')).players).toEqual(['AI 1', 'AI 2']);
});
