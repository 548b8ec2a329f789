/** Where something is computed: in the page, or on the server that brought it, where one did and the input is large. */
import { type BrowserRunOptions, type HullResult, InputError, type SweepResult } from '../src/browser/index.ts';
import { button, byId } from './dom.ts';
import { computeThere, hasServer, TokenNeeded, useToken } from './remote.ts';
import { begin, complain, over, progress, say } from './status.ts';

export interface Task<R extends SweepResult | HullResult> {
  readonly kind: 'sweep' | 'hull';
  readonly csv: string;
  /** Options for the server, as query parameters. */
  readonly query: string;
  /** Too much for a page to be done soon. */
  readonly large: boolean;
  readonly here: (run: BrowserRunOptions) => Promise<R>;
  /** Shows the result. @param how for a reader: how long it took, and where */
  readonly show: (result: R, how: string) => Promise<void>;
}

const box = byId('token-box', HTMLFormElement);
const field = byId('token', HTMLInputElement);
/** What waits for a token. */
let waiting: { there: () => void; here: () => void } | undefined;

function askForToken(reason: string, choices: NonNullable<typeof waiting>): void {
  waiting = choices;
  box.hidden = false;
  say('');
  field.value = '';
  if (reason !== '') complain(new InputError(reason));
  field.focus();
}

/** Computes and shows; what goes wrong is said. */
export async function compute<R extends SweepResult | HullResult>(task: Task<R>, local = false): Promise<void> {
  box.hidden = true;
  const there = task.large && !local && (await hasServer());
  const where = there ? 'on the server' : 'in your browser';
  const signal = begin(where);
  const run = { signal, onProgress: progress };
  const began = performance.now();
  if (task.large) progress();
  try {
    const result = there ? await computeThere(task.kind, task.csv, task.query, run) : await task.here(run);
    if (signal.aborted) return;
    await task.show(result as R, `${((performance.now() - began) / 1000).toPrecision(2)} s ${where}`);
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof TokenNeeded)
      askForToken(error.message, { there: () => void compute(task), here: () => void compute(task, true) });
    else complain(error);
  } finally {
    over(signal);
  }
}

export function wirePlace(): void {
  box.addEventListener('submit', (event) => {
    event.preventDefault();
    useToken(field.value.trim());
    field.value = '';
    waiting?.there();
  });
  button('without-token').addEventListener('click', () => waiting?.here());
}
