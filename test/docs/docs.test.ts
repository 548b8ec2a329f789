/** What the documents say can be done: options that exist, files that are there, the game that is shown. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { parseGame } from '../../src/conversation/read.ts';

const PAGES = ['README.md', ...readdirSync('docs').map((name) => join('docs', name))].filter((name) =>
  name.endsWith('.md'),
);
const COMMANDS = [
  ...['solve', 'sweep', 'hull', 'align', 'game', 'bounds', 'elicit', 'movielens', 'reproduce'],
  ...['shard', 'merge', 'serve', 'worker'],
];

/** Options that a page speaks of, or gives to our command; those of other programs in its examples are not ours. */
function optionsIn(text: string): string[] {
  const spoken = [...text.matchAll(/`(--[a-z][a-z-]*)/g)].map(([, option]) => option!);
  const given = [...text.matchAll(/market-alignment (.*)/g)].flatMap(([, rest]) =>
    [...rest!.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([option]) => option),
  );
  return [...new Set([...spoken, ...given])];
}

test('the README lists every command', () => {
  const listed = [...readFileSync('README.md', 'utf8').matchAll(/^\| (`\w.*?`) +\|/gm)].map(([, names]) => names!);
  const names = listed.flatMap((cell) => [...cell.matchAll(/`(\w+)/g)].map(([, name]) => name));
  expect(names).toEqual(expect.arrayContaining(COMMANDS));
});

test.each(PAGES)('%s: every option exists, every link leads somewhere', async (page) => {
  const text = readFileSync(page, 'utf8');
  const known = new Set(['--help', '--version']);
  for (const name of COMMANDS) {
    const { command }: { command: () => Command } = await import(`../../src/cli/${name}.ts`);
    for (const { long } of command().options) known.add(long!);
  }
  expect(optionsIn(text).filter((option) => !known.has(option))).toEqual([]);
  const links = [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, link]) => link!);
  const here = links.filter((link) => !link.startsWith('http'));
  expect(here.filter((link) => !existsSync(join(dirname(page), link)))).toEqual([]);
});

test('the game of docs/game.md can be read', () => {
  const [, game] = /```json\n([\s\S]*?)```/.exec(readFileSync('docs/game.md', 'utf8'))!;
  expect(parseGame(game!).bobs.map(({ name }) => name)).toEqual(['one', 'zero']);
});
