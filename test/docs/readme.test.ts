/** Everything that the README shows is run: programs against the text below them, commands against their output. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { blocksOf, checkCommand, commandsOf } from './shown.ts';

const blocks = blocksOf('README.md');
const commands = commandsOf(blocks);

describe('README', () => {
  test('has programs and commands to check', () => {
    expect(blocks.filter(({ language }) => language === 'js').length).toBeGreaterThan(0);
    expect(commands.length).toBeGreaterThan(0);
  });

  test.each(blocks.flatMap(({ language, text }, i) => (language === 'js' ? [{ text, shown: blocks[i + 1] }] : [])))(
    'program %#',
    ({ text, shown }) => {
      expect(shown?.language).toBe('text');
      const args = ['--input-type=module', '-e', text];
      const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      expect(stderr).toBe('');
      expect(stdout).toBe(shown!.text);
    },
  );

  test.each(commands)('$command', checkCommand);
});
