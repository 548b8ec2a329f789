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
