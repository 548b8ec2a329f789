/** The command line: one file a command, registered here. Errors become one line on stderr and an exit code. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { AbortedError, EndpointError, InputError } from '../errors.ts';
import { checkPlaces } from './places.ts';
import { ExitCode } from './run.ts';
import { scaledCommands } from './scaled.ts';

/** Each command's loader: a command's code is read only when it is asked for. */
const commands: Record<string, () => Promise<{ command: () => Command }>> = {
  ...scaledCommands,
  align: () => import('./align.ts'),
  game: () => import('./game.ts'),
  bounds: () => import('./bounds.ts'),
  elicit: () => import('./elicit.ts'),
  movielens: () => import('./movielens.ts'),
  reproduce: () => import('./reproduce.ts'),
  shard: () => import('./shard.ts'),
  merge: () => import('./merge.ts'),
  serve: () => import('./serve.ts'),
  worker: () => import('./worker.ts'),
};

async function main(argv: readonly string[]): Promise<void> {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const program = new Command('market-alignment')
    .description('Worst equilibria and convex-hull alignment of markets of AI providers, exactly.')
    .version(version)
    .showHelpAfterError('(see --help)')
    .enablePositionalOptions()
    .hook('preAction', (_, command) => checkPlaces(command))
    .exitOverride();
  const asked = argv[2] ?? '';
  const loaders = Object.hasOwn(commands, asked) ? [commands[asked]!] : Object.values(commands);
  for (const { command } of await Promise.all(loaders.map((load) => load()))) {
    program.addCommand(command().exitOverride().showHelpAfterError('(see --help)'));
  }
  await program.parseAsync(argv);
}

function codeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.done : ExitCode.badInput;
  if (error instanceof AbortedError) return ExitCode.interrupted;
  if (error instanceof InputError) return ExitCode.badInput;
  return ExitCode.failed;
}

// A reader that closes the pipe early (head, less) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(ExitCode.done);
  process.stderr.write(`market-alignment: cannot write to stdout: ${error.message}\n`);
  process.exit(ExitCode.failed);
});

await main(process.argv).catch((error: unknown) => {
  // Commander has printed its own.
  if (!(error instanceof CommanderError)) {
    const ours = [InputError, AbortedError, EndpointError].some((kind) => error instanceof kind);
    const text = ours ? (error as Error).message : (error as Error).stack;
    process.stderr.write(`market-alignment: ${text}\n`);
  }
  process.exitCode = codeOf(error);
});
