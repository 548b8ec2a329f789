/** docs/tables.md holds: its two tables are the same, its messages are ours, its program prints what it says. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { exactMarket } from '../../src/market/exact.ts';
import { parseTable } from '../../src/market/table.ts';
import { cli } from '../cli/run.ts';
import { blocksOf, checkCommand, commandsOf } from '../docs/shown.ts';

const blocks = [...readFileSync('docs/tables.md', 'utf8').matchAll(/```(\w+)\n(.*?)```/gs)].map(
  ([, language, text]) => ({ language, text: text! }),
);
const block = (language: string, index = 0) => blocks.filter((one) => one.language === language)[index]!.text;

test('the CSV and the JSON are the same table', () => {
  const csv = parseTable(block('csv'), { format: 'csv' });
  expect(parseTable(block('json'), { format: 'json' })).toEqual({
    ...csv,
    places: ['line 2 (row 1)', 'line 3 (row 2)', 'line 4 (row 3)'],
  });
  expect(csv).toMatchObject({ states: ['rain', 'sun'], bobs: ['AI 1', 'AI 2'], prior: ['2', '1'] });
});

test('the messages are what such tables get', () => {
  const refused = (text: string) => () => exactMarket(parseTable(text, { name: 'table.csv' }));
  expect(refused('state,policy,alice,AI 1,AI 2\nS,x,1,1,1\nS,y,1,1,NaN\n')).toThrow(
    new InputError(block('text').trim()),
  );
  expect(refused('state,policy,alice,B\nS,x,0.9234567890123456789,1\nS,y,0,1\nS,z,0.1,0\n')).toThrow(
    new InputError(block('text', 1).trim()),
  );
});

test('the observations shown are the file of the example, and the example prints what is shown', async () => {
  expect(block('csv', 1)).toBe(readFileSync('data/observations/synthetic-2.csv', 'utf8'));
  const commands = commandsOf(blocksOf('docs/tables.md'));
  expect(commands).toHaveLength(1);
  for (const command of commands) await checkCommand(command);
  const alone = ['--committee', 'AI 1,AI 2', '--format', 'table'];
  const { stdout } = await cli(['solve', 'data/tables/synthetic-2.csv', ...alone]);
  // Without noise: .92 and .8733.
  expect(stdout).toMatch(/best for Alice +0\.92 [\s\S]*worst equilibrium +0\.873333 /);
});

test('the program', () => {
  const text = /parseTable\('(.*)'\)/.exec(block('ts'))![1]!.replaceAll('\\n', '\n');
  const market = exactMarket(parseTable(text));
  expect([...market.gains[0]!]).toEqual([1, 0]);
  expect([market.base[0]?.toFraction(), market.unit[0]?.toFraction()]).toEqual(['1/4', '1/4']);
});
