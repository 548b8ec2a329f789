/** One answered request: within the budget, at its pace, tried again as long as that can help. */
import { EndpointError } from '../errors.ts';
import { type Budget, NOTHING, sum } from './budget.ts';
import type { Answer, Body, Endpoint } from './endpoint.ts';
import { boundOf } from './estimate.ts';
import type { Spent } from './journal.ts';
import type { Plan } from './plan.ts';
import { backoff, LONGEST_WAIT_SECONDS, Pace, sleep } from './retry.ts';

/** How a request ended, and what it took. */
export type Outcome = { readonly spent: Spent } & (
  | { readonly answer: Answer }
  /** This question is refused for what it says. */
  | { readonly refused: string }
  /** All attempts failed. */
  | { readonly failed: string }
  /** A limit leaves no room. */
  | { readonly limit: string }
  | { readonly interrupted: true }
);

export class Requester {
  readonly #plan: Pick<Plan, 'retries' | 'endpoint'>;
  readonly #endpoint: Endpoint;
  readonly #budget: Budget;
  readonly #pace: Pace;
  readonly #signal: AbortSignal;
  /** Whether the endpoint has refused a schema. */
  #plain: boolean;
  /** Set by a failure that ends the run: the requests of others stop as well. */
  #stopped: EndpointError | undefined;
  retries = 0;

  constructor(
    plan: Pick<Plan, 'retries' | 'endpoint' | 'requestsPerMinute'>,
    endpoint: Endpoint,
    budget: Budget,
    signal: AbortSignal,
  ) {
    this.#plan = plan;
    this.#endpoint = endpoint;
    this.#budget = budget;
    this.#pace = new Pace(plan.requestsPerMinute);
    this.#signal = signal;
    this.#plain = plan.endpoint.structured === 'never';
  }

  /** Whether requests carry a JSON schema. */
  get structured(): boolean {
    return !this.#plain;
  }

  #stop(message: string): never {
    this.#stopped ??= new EndpointError(`${this.#plan.endpoint.url}: ${message}`);
    throw this.#stopped;
  }

  /** Sends `body`, with `format` as long as the endpoint takes one. @throws EndpointError where no request can succeed. */
  async send(body: Body, format: NonNullable<Body['response_format']>): Promise<Outcome> {
    let spent = NOTHING;
    let failed = '';
    for (let attempt = 0; attempt < this.#plan.retries.attempts; ) {
      if (this.#stopped) throw this.#stopped;
      if (this.#signal.aborted) return { spent, interrupted: true };
      const withFormat = !this.#plain;
      const whole = withFormat ? { ...body, response_format: format } : body;
      const bound = boundOf(whole);
      const limit = await this.#budget.reserve(bound);
      if (limit !== undefined) return { spent, limit };
      let actual: Spent = NOTHING;
      try {
        await this.#pace.turn(this.#signal);
        if (this.#signal.aborted || this.#stopped) continue;
        actual = { ...NOTHING, requests: 1 };
        const answer = await this.#endpoint.ask(whole);
        actual = { requests: 1, ...(answer.usage ?? { input: bound.input, output: bound.output }) };
        spent = sum(spent, actual);
        return { spent, answer };
      } catch (error) {
        const failure = this.#endpoint.failure(error);
        // Nobody says what an unanswered request was billed: count it in full.
        if (failure.kind === 'again' && failure.billed) actual = bound;
        spent = sum(spent, actual);
        failed = failure.message;
        if (failure.kind === 'question') return { spent, refused: failure.message };
        if (failure.kind === 'stop') this.#stop(failure.message);
        if (failure.kind === 'form') {
          // A schema may be what it did not like; without one there is nothing left to leave out.
          if (!withFormat) this.#stop(failure.message);
          this.#plain = true;
          continue;
        }
        this.retries++;
        await this.#wait(attempt, failure);
        attempt++;
      } finally {
        this.#budget.settle(bound, actual);
      }
    }
    return { spent, failed };
  }

  async #wait(attempt: number, { after, limited }: { after: number | undefined; limited: boolean }): Promise<void> {
    const { firstDelaySeconds, longestDelaySeconds } = this.#plan.retries;
    if (after !== undefined && after > LONGEST_WAIT_SECONDS)
      this.#stop(`asks us to come back in ${Math.round(after)} s; start again then`);
    // On top of what the endpoint asks for: never early, and not all at once.
    const jitter = backoff(after === undefined ? attempt : 0, firstDelaySeconds, longestDelaySeconds);
    if (after !== undefined && limited) this.#pace.hold(after);
    await sleep((after ?? 0) + jitter, this.#signal);
  }
}
