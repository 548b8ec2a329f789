/** When to ask again: what the endpoint says, else ever longer waits with jitter. */

/** Nothing that we wait for takes longer; a larger Retry-After ends the run instead. */
export const LONGEST_WAIT_SECONDS = 3600;

/** Seconds from `retry-after-ms` or `Retry-After` (seconds, or a date as RFC 9110 has it); undefined without. */
export function retryAfter(headers: Headers | undefined, now = Date.now()): number | undefined {
  const milliseconds = headers?.get('retry-after-ms');
  if (milliseconds && /^\d+(\.\d+)?$/.test(milliseconds.trim())) return Number(milliseconds) / 1000;
  const text = headers?.get('retry-after')?.trim();
  if (!text) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  // Date.parse makes dates of nearly anything. The oldest of the three forms names no zone, and means GMT.
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\d:\d\d:\d\d/.test(text)) return undefined;
  const date = Date.parse(/GMT$/.test(text) ? text : `${text} GMT`);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}

/**
 * Seconds to wait after the failed attempt number `attempt` (from 0): first, twice that, four times …, at most longest, of which a
 * random half. Randomness is fresh on purpose: clients that failed together must not come back together.
 */
export function backoff(attempt: number, first: number, longest: number, random = Math.random): number {
  return Math.min(longest, first * 2 ** attempt) * (0.5 + random() / 2);
}

/** Waits; ends early, without an error, when the signal fires. */
export function sleep(seconds: number, signal: AbortSignal): Promise<void> {
  if (seconds <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, 1000 * seconds);
    signal.addEventListener('abort', done);
  });
}

/** When the next request may go out: `requestsPerMinute`, and a pause of all requests after a refusal that names one. */
export class Pace {
  readonly #gap: number;
  #slot = 0;
  #until = 0;

  constructor(requestsPerMinute: number | undefined) {
    this.#gap = requestsPerMinute === undefined ? 0 : 60_000 / requestsPerMinute;
  }

  /** No request for so many seconds. */
  hold(seconds: number): void {
    this.#until = Math.max(this.#until, performance.now() + 1000 * seconds);
  }

  /** Waits for this request's turn. */
  async turn(signal: AbortSignal): Promise<void> {
    if (this.#gap > 0) {
      const slot = Math.max(performance.now(), this.#slot);
      this.#slot = slot + this.#gap;
      // Timers may fire up to a millisecond early.
      while (performance.now() < slot && !signal.aborted) await sleep((slot - performance.now()) / 1000, signal);
    }
    // A pause may be prolonged while we wait for its end.
    while (performance.now() < this.#until && !signal.aborted)
      await sleep((this.#until - performance.now()) / 1000, signal);
  }
}
