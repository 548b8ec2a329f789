/** One answered request: within the budget, at its pace, tried again as long as that can help. */
import { setMaxListeners } from 'node:events';
import { EndpointError } from '../errors.ts';
import { type Budget, NOTHING, sum } from './budget.ts';
import type { Answer, Body, Endpoint, Failure } from './endpoint.ts';
import { boundOf } from './estimate.ts';
import type { Spent } from './journal.ts';
import type { Plan } from './plan.ts';
import { backoff, LONGEST_WAIT_SECONDS, Pace, sleep } from './retry.ts';

/** Without an answer for so long, the reason is told. */
const COMPLAIN_AFTER_MS = 2000;

/** How a request ended, and what it took. */
export type Outcome = { readonly spent: Spent } & (
  | { readonly answer: Answer }
  /** This question is refused for what it says. */
  | { readonly refused: string }
  /** All attempts failed; or, not `tried` again, its form was refused where that of others was accepted. */
  | { readonly failed: string; readonly tried: boolean }
  /** No request can succeed: all have ended. */
  | { readonly stopped: EndpointError }
  /** A limit leaves no room. */
  | { readonly limit: string }
  | { readonly interrupted: true }
);

/** A JSON schema that the answer is to follow, by name. */
export type Format = Extract<NonNullable<Body['response_format']>, { readonly type: 'json_schema' }>;

/** How one attempt ended. */
type Once = { readonly spent: Spent } & (
  | { readonly answer: Answer }
  | { readonly failure: Failure }
  | { readonly limit: string }
  | { readonly interrupted: true }
);

export class Requester {
  readonly #plan: Pick<Plan, 'retries' | 'endpoint'>;
  readonly #endpoint: Endpoint;
  readonly #budget: Budget;
  readonly #pace: Pace;
  readonly #signal: AbortSignal;
  readonly #onNotice: (text: string) => void;
  /** Whether the endpoint has refused a schema. */
  #plain: boolean;
  /** Kinds of requests that it has accepted, with a schema or without. */
  readonly #accepted = new Set<string>();
  /** Set by a failure that ends the run: the requests of others stop as well, and nobody waits any longer. */
  #stopped: EndpointError | undefined;
  /** Whether there has been any sign of an endpoint. */
  #reached = false;
  readonly #halt = new AbortController();
  /** When something last went well, or was last complained of. */
  #quietSince = performance.now();

  constructor(
    plan: Pick<Plan, 'retries' | 'endpoint' | 'requestsPerMinute'>,
    endpoint: Endpoint,
    budget: Budget,
    { signal, onNotice = () => {} }: { readonly signal: AbortSignal; readonly onNotice?: (text: string) => void },
  ) {
    this.#plan = plan;
    this.#endpoint = endpoint;
    this.#budget = budget;
    this.#pace = new Pace(plan.requestsPerMinute);
    this.#signal = AbortSignal.any([signal, this.#halt.signal]);
    // One listener for every request that waits.
    setMaxListeners(0, this.#signal);
    this.#onNotice = onNotice;
    this.#plain = plan.endpoint.structured === 'never';
  }

  /** Whether requests carry a JSON schema. */
  get structured(): boolean {
    return !this.#plain;
  }

  /** Ends all requests, and returns the error that says why: the first reason counts. */
  stop(message: string): EndpointError {
    this.#stopped ??= new EndpointError(`${this.#plan.endpoint.url}: ${message}`);
    this.#halt.abort();
    return this.#stopped;
  }

  /** One request, within the budget and at its pace; `interrupted` also where another request has stopped them all. */
  async #once(body: Body): Promise<Once> {
    const bound = boundOf(body);
    const limit = await this.#budget.reserve(bound);
    if (limit !== undefined) return { spent: NOTHING, limit };
    let spent = NOTHING;
    try {
      await this.#pace.turn(this.#signal);
      if (this.#signal.aborted) return { spent, interrupted: true };
      spent = { ...NOTHING, requests: 1 };
      const answer = await this.#endpoint.ask(body);
      spent = { requests: 1, ...(answer.usage ?? { input: bound.input, output: bound.output }) };
      return { spent, answer };
    } catch (error) {
      const failure = this.#endpoint.failure(error);
      // Nobody says what an unanswered request was billed: count it in full.
      if (failure.kind === 'again' && failure.billed) spent = bound;
      return { spent, failure };
    } finally {
      this.#budget.settle(bound, spent);
    }
  }

  /** Sends `body`, with `format` as long as the endpoint takes one. */
  async send(body: Body, format: Format): Promise<Outcome> {
    let spent = NOTHING;
    let failed = '';
    for (let failures = 0; failures < this.#plan.retries.attempts; ) {
      if (this.#stopped) return { spent, stopped: this.#stopped };
      if (this.#signal.aborted) return { spent, interrupted: true };
      const withFormat = !this.#plain;
      const kind = `${format.json_schema.name} ${withFormat}`;
      const once = await this.#once(withFormat ? { ...body, response_format: format } : body);
      spent = sum(spent, once.spent);
      if ('limit' in once) return { spent, limit: once.limit };
      if ('interrupted' in once) continue;
      if ('answer' in once) {
        this.#accepted.add(kind);
        this.#reached = true;
        this.#quietSince = performance.now();
        return { spent, answer: once.answer };
      }
      const { failure } = once;
      failed = failure.message;
      if (failure.kind === 'question') return { spent, refused: failed };
      if (failure.kind === 'stop') return { spent, stopped: this.stop(failed) };
      if (failure.kind === 'again') {
        this.#reached ||= failure.reached;
        await this.#wait(++failures, failure);
        continue;
      }
      // What it has accepted of others cannot be the form: it is this question.
      if (this.#accepted.has(kind)) return { spent, failed, tried: false };
      // A schema may be what it did not like; without one there is nothing left to leave out.
      if (!withFormat) return { spent, stopped: this.stop(failed) };
      this.#plain = true;
    }
    return this.#reached
      ? { spent, failed, tried: true }
      : { spent, stopped: this.stop(`cannot be reached: ${failed}`) };
  }

  /** Waits after the failed attempt number `attempt`, from 1; after the last one only where all others have to wait as well. */
  async #wait(attempt: number, { after, message }: { after: number | undefined; message: string }): Promise<void> {
    const { attempts, firstDelaySeconds, longestDelaySeconds } = this.#plan.retries;
    if (after !== undefined && after > LONGEST_WAIT_SECONDS) {
      this.stop(`asks us to come back in ${Math.round(after)} s; start again then`);
      return;
    }
    if (after !== undefined) this.#pace.hold(after);
    if (attempt === attempts) return;
    // On top of what the endpoint asks for: never early, and not all at once.
    const jitter = backoff(after === undefined ? attempt - 1 : 0, firstDelaySeconds, longestDelaySeconds);
    const seconds = (after ?? 0) + jitter;
    if (performance.now() - this.#quietSince > COMPLAIN_AFTER_MS) {
      this.#quietSince = performance.now();
      this.#onNotice(`no answer: ${message}; attempt ${attempt + 1} of ${attempts} in ${seconds.toFixed(1)} s`);
    }
    await sleep(seconds, this.#signal);
  }
}
