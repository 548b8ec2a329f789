/** `align` as a process: what it prints, where, and its exit codes. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const run = (...args: string[]) =>
  spawnSync(process.execPath, ['dist/cli/main.js', 'align', ...args], { encoding: 'utf8' });
const table = 'data/tables/synthetic-1.csv';

test('json where stdout is no terminal: one reading', () => {
  const { status, stdout, stderr } = run(table);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const result = JSON.parse(stdout);
  expect(result).toMatchObject({ kind: 'align', complete: true, arithmetic: 'exact', weights: 'simplex', rows: 9 });
  expect(result.epsilon.toFixed(6)).toBe('0.000227');
  expect(Object.keys(result.w)).toEqual(['AI 1', 'AI 2', 'AI 3', 'AI 4', 'AI 5']);
  expect(result.tight).toEqual([0, 1, 5, 6, 7, 8]);
  expect(result.proof[0]).toMatchObject({ row: 0, label: ['S1', 'A'], side: 'lower' });
  expect(result.readings).toBeUndefined();
});

test('several readings: the first on top, all in readings; csv has a row each; a table for readers', () => {
  const result = JSON.parse(run(table, '--weights', 'cone,simplex').stdout);
  expect(result.weights).toBe('cone');
  expect(result.readings.map((reading: { weights: string }) => reading.weights)).toEqual(['cone', 'simplex']);
  const lines = run(table, '--weights', 'cone,simplex', '--format', 'csv').stdout.trim().split('\n');
  expect(lines.map((line) => line.split(',')[0])).toEqual(['weights', 'cone', 'simplex']);
  expect(run(table, '--format', 'table').stdout).toContain('5 of 5 Bobs, 6 tight of 9 rows');
});

test('bad usage is exit code 2, with file, rule and value', () => {
  expect(run('absent.csv')).toMatchObject({
    status: 2,
    stderr: 'market-alignment: absent.csv: must exist, there is no such file\n',
  });
  const column = run(table, '--alice-column', 'Human');
  expect(column.status).toBe(2);
  expect(column.stderr).toContain(`${table} line 1: must have a column "Human", got "state", "policy", "alice"`);
  expect(run(table, '--plot', 'x.svg')).toMatchObject({ status: 2, stdout: '' });
  const weights = run(table, '--weights', 'ball');
  expect(weights.status).toBe(2);
  expect(weights.stderr).toContain('must be among simplex, cone, got "ball"');
});
