/** Everything that the README shows is run: programs against the text below them, commands against their output. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { cli } from '../cli/run.ts';

interface Block {
  readonly language: string;
  readonly text: string;
}

const blocks: Block[] = [...readFileSync('README.md', 'utf8').matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(
  ([, language, text]) => ({ language: language!, text: text! }),
);

/** Commands of a console block with the output shown for each; a line `…` stands for any lines. */
const commands = blocks
  .filter(({ language }) => language === 'console')
  .flatMap(({ text }) => text.split(/^\$ /m).slice(1))
  .map((text) => {
    const [command, ...lines] = text.trimEnd().split('\n');
    return { command: command!, shown: lines.join('\n') };
  });

/** Compares output with what is shown, piece by piece between the lines `…`. */
function expectShown(output: string, shown: string) {
  let rest = `${output.trimEnd()}\n`;
  for (const [i, piece] of `${shown}\n`.split(/^…\n/m).entries()) {
    const at = rest.indexOf(piece);
    expect(at, `not in the output:\n${piece}\nof:\n${rest}`).toBeGreaterThanOrEqual(0);
    if (i === 0) expect(at).toBe(0);
    rest = rest.slice(at + piece.length);
  }
  if (!shown.endsWith('…')) expect(rest).toBe('');
}

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

  test.each(commands)('$command', async ({ command, shown }) => {
    const [, ...args] = parse(command, { delimiter: ' ', relax_quotes: true }).flat() as string[];
    const { code, stdout, stderr } = await cli(args);
    expect(code, stderr).toBe(0);
    expectShown(stdout, shown);
  });
});
