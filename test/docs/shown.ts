/** Programs and commands that the documentation shows, with the output below them. */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { expect } from 'vitest';
import { cli } from '../cli/run.ts';

export interface Block {
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of a Markdown file, in order. */
export function blocksOf(file: string): Block[] {
  const found = readFileSync(file, 'utf8').matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm);
  return [...found].map(([, language, text]) => ({ language: language!, text: text! }));
}

export interface Shown {
  readonly command: string;
  readonly shown: string;
}

/** Commands of the console blocks with the output shown for each; a line `…` stands for any lines. */
export function commandsOf(blocks: readonly Block[]): Shown[] {
  return blocks
    .filter(({ language }) => language === 'console')
    .flatMap(({ text }) => text.split(/^\$ /m).slice(1))
    .map((text) => {
      const [command, ...lines] = text.trimEnd().split('\n');
      return { command: command!, shown: lines.join('\n') };
    });
}

/** Runs a command and compares what it prints with what is shown. */
export async function checkCommand({ command, shown }: Shown): Promise<void> {
  const [, ...args] = parse(command, { delimiter: ' ', relax_quotes: true }).flat() as string[];
  const { code, stdout, stderr } = await cli(args);
  expect(code, stderr).toBe(0);
  expectShown(stdout, shown);
}

/** Compares output with what is shown, piece by piece between the lines `…`. */
export function expectShown(output: string, shown: string): void {
  let rest = `${output.trimEnd()}\n`;
  for (const [i, piece] of `${shown}\n`.split(/^…\n/m).entries()) {
    const at = rest.indexOf(piece);
    expect(at, `not in the output:\n${piece}\nof:\n${rest}`).toBeGreaterThanOrEqual(0);
    if (i === 0) expect(at).toBe(0);
    rest = rest.slice(at + piece.length);
  }
  if (!shown.endsWith('…')) expect(rest).toBe('');
}
