/**
 * Two processes that scan half of the same market each, with nothing shared: what this machine's two cores can give at
 * most. Started with a number as argument, this file is one of them.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { compileKernel, Kernel } from '../src/kernel/instance.ts';
import { mergeScans, scanTask } from '../src/kernel/scan.ts';
import { market } from './inputs.ts';
import { MODE, partsOf, planOf, SCALING } from './scan-input.ts';

/** Runs `work` with a function that has both processes scan their halves and waits for the slower one. */
export async function withHalves<R>(work: (both: () => Promise<void>) => Promise<R>): Promise<R> {
  const halves: ChildProcess[] = [0, 1].map((half) => fork(fileURLToPath(import.meta.url), [String(half)]));
  try {
    await Promise.all(halves.map((child) => once(child, 'message')));
    return await work(async () => {
      const answers = halves.map((child) => once(child, 'message'));
      for (const child of halves) child.send('scan');
      await Promise.all(answers);
    });
  } finally {
    for (const child of halves) child.kill();
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const m = market(SCALING);
  const kernel = new Kernel(compileKernel());
  const state = scanTask.prepare(kernel, { plan: planOf(m), mode: MODE });
  const parts = partsOf(m.schemes);
  const own = parts.filter((_, i) => i % 2 === Number(argv[2]));
  process.on('message', () => {
    mergeScans(own.map((part) => scanTask.run(kernel, state, part)));
    process.send!('done');
  });
  process.send!('ready');
}
