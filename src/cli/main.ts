#!/usr/bin/env node
/** The command's entry: an interrupt that comes while the code is still being loaded has the exit code of later ones. */

// Whoever handles the signal later takes over.
const early = (signal: NodeJS.Signals) => {
  if (process.listenerCount(signal) === 1) process.exit(130);
};
process.on('SIGINT', early).on('SIGTERM', early);

await import('./program.ts');
