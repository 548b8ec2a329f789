/** What the page says of itself: its state, errors, and the computation under way, which can be stopped. */
import { AbortedError, InputError } from '../src/browser/index.ts';
import { block, button, byId, make } from './dom.ts';

const bar = byId('progress', HTMLProgressElement);
let running = new AbortController();
/** Where the computation runs, for a reader. */
let place = '';

export const say = (what: string) => {
  block('status').textContent = what;
};

export const forgive = () => block('error').replaceChildren();

/** Says what is wrong, and what is still shown. */
export function complain(error: unknown): void {
  if (error instanceof AbortedError || (error instanceof Error && error.name === 'AbortError')) return;
  const message = error instanceof Error ? error.message : String(error);
  const known = error instanceof InputError;
  block('error').replaceChildren(
    make('strong', {}, known ? 'This cannot be computed' : 'That did not work'),
    make('p', {}, message),
    make('p', {}, make('small', {}, 'What is shown below belongs to the last input that could be computed.')),
  );
  if (!known) console.error(error);
}

/** A new computation: the one before is stopped. */
export function begin(where = 'in your browser'): AbortSignal {
  running.abort();
  running = new AbortController();
  place = where;
  forgive();
  return running.signal;
}

/** Shows how far the computation is; `place` until more is known. */
export function progress(done = 0, total = 0, note = ''): void {
  block('running').hidden = false;
  if (total > 0) {
    bar.max = total;
    bar.value = done;
  } else bar.removeAttribute('value');
  const share = total > 0 ? `${Math.floor((100 * done) / total)} % done ${place}` : `Computing ${place} …`;
  say(note === '' ? share : `${share}: ${note}`);
}

/** Takes the progress away, unless another computation has begun. */
export function over(signal: AbortSignal): void {
  if (!signal.aborted) block('running').hidden = true;
}

export function wireStatus(): void {
  button('cancel').addEventListener('click', () => {
    running.abort();
    block('running').hidden = true;
    say('Stopped.');
  });
}
