/** The commands whose runs consist of parts: what `shard`, `merge`, `--checkpoint` and `--engine` apply to. */
import type { Command } from 'commander';
import { InputError } from '../errors.ts';
import type { RunCommand } from './run.ts';

type Loader = () => Promise<{ command: (run?: RunCommand) => Command }>;

export const scaledCommands: Record<string, Loader> = {
  solve: () => import('./solve.ts'),
  sweep: () => import('./sweep.ts'),
  hull: () => import('./hull.ts'),
};

/** Parses the arguments of one of these commands and runs it by `run`. @throws InputError on another command. */
export async function runScaled([name = '', ...args]: readonly string[], run: RunCommand): Promise<void> {
  if (!Object.hasOwn(scaledCommands, name))
    throw new InputError(
      `the command to share out must be one of ${Object.keys(scaledCommands).join(', ')}, got "${name}"`,
    );
  const { command } = await scaledCommands[name]!();
  await command(run).exitOverride().showHelpAfterError('(see --help)').parseAsync(args, { from: 'user' });
}
