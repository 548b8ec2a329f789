/** One request to an OpenAI-compatible endpoint, and what its failures mean. */
import OpenAI, { APIError } from 'openai';
import type { ChatCompletionCreateParamsBase } from 'openai/resources/chat/completions';
import { InputError } from '../errors.ts';
import type { EndpointPlan } from './plan.ts';
import { redactor } from './redact.ts';
import type { Reply } from './reply.ts';
import { retryAfter } from './retry.ts';
import { Transport } from './transport.ts';

export type Body = Pick<ChatCompletionCreateParamsBase, 'model' | 'messages' | 'response_format'> &
  Record<string, unknown>;

export interface Answer extends Reply {
  /** Tokens as the endpoint counts them. */
  readonly usage: { readonly input: number; readonly output: number } | undefined;
}

/** What to do after a failed request. */
export type Failure =
  /** Try again, not before `after` seconds where the endpoint says so. */
  | {
      readonly kind: 'again';
      readonly after: number | undefined;
      /** The endpoint may have done the work all the same. */
      readonly billed: boolean;
      /** Something answered, or took the request. */
      readonly reached: boolean;
      readonly message: string;
    }
  /** The request's form is refused: leave out the schema where one was sent. */
  | { readonly kind: 'form'; readonly message: string }
  /** This question is refused for what it says. */
  | { readonly kind: 'question'; readonly message: string }
  /** Every further request would fail as well. */
  | { readonly kind: 'stop'; readonly message: string };

/** The reply ended before the endpoint said that it had. */
class CutShort extends Error {}

/** Codes, types and messages by which endpoints refuse one question for its content or length. */
const ABOUT_THE_QUESTION = /content[_ ](filter|policy|management)|context[_ ](length|size|window)/i;
/** Codes of connections that never came about. */
const NEVER_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS)/;
const FORM = new Set([400, 415, 422, 501]);
const AGAIN = new Set([408, 409, 425, 429]);

const isLoopback = (url: string) => /^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(url).hostname);

/** The key, from the environment alone. @throws InputError where it is needed and absent. */
function keyFrom({ keyVariable, url }: EndpointPlan): string {
  const key = process.env[keyVariable]?.trim();
  // Refused here, where we choose the words: an HTTP client repeats the header that it cannot send.
  if (key && !/^[!-~]+$/.test(key))
    throw new InputError(
      `the environment variable ${keyVariable} must hold a key of printable ASCII characters without blanks`,
    );
  if (key) return key;
  if (isLoopback(url)) return '';
  throw new InputError(`the environment variable ${keyVariable} must hold the key for ${url}, got nothing`);
}

export class Endpoint {
  readonly #client: OpenAI;
  readonly #transport: Transport;
  readonly #plan: EndpointPlan;
  /** Removes the key from a text that came from outside. */
  readonly redact: (text: string) => string;

  constructor(plan: EndpointPlan, connections: number) {
    const key = keyFrom(plan);
    this.#plan = plan;
    this.redact = redactor(key);
    this.#transport = new Transport(connections, plan.timeoutSeconds, isLoopback(plan.url));
    this.#client = new OpenAI({
      apiKey: key || 'none',
      // One key, and from the plan's variable alone.
      adminAPIKey: null,
      baseURL: plan.url,
      fetch: this.#transport.fetch,
      timeout: 1000 * plan.timeoutSeconds,
      // Ours instead: they count against the budget, keep to Retry-After for all requests at once, and are journaled.
      maxRetries: 0,
      logLevel: 'off',
    });
  }

  /** Sends one request. @throws whatever `failure` explains. */
  ask(body: Body): Promise<Answer> {
    return this.#plan.stream ? this.#streamed(body) : this.#whole(body);
  }

  async #whole(body: Body): Promise<Answer> {
    const answer = await this.#client.chat.completions.create({ ...body, stream: false });
    const choice = answer?.choices?.[0];
    if (!choice?.message) throw new CutShort('the reply is no chat completion');
    const { usage } = answer;
    return {
      text: choice.message.content ?? '',
      refusal: choice.message.refusal ?? null,
      finish: choice.finish_reason ?? null,
      usage: usage ? { input: usage.prompt_tokens, output: usage.completion_tokens } : undefined,
    };
  }

  async #streamed(body: Body): Promise<Answer> {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), 1000 * this.#plan.timeoutSeconds);
    try {
      const chunks = await this.#client.chat.completions.create(
        { ...body, stream: true, stream_options: { include_usage: true } },
        { signal: limit.signal },
      );
      let text = '';
      let refusal = '';
      let finish: string | null = null;
      let usage: Answer['usage'];
      for await (const chunk of chunks) {
        const choice = chunk.choices?.[0];
        text += choice?.delta?.content ?? '';
        refusal += choice?.delta?.refusal ?? '';
        finish = choice?.finish_reason ?? finish;
        if (chunk.usage) usage = { input: chunk.usage.prompt_tokens, output: chunk.usage.completion_tokens };
      }
      // Without its last chunk "10" may be the beginning of "100". The client ends an aborted stream without an error.
      if (finish === null) throw new CutShort('the stream ended before the reply did');
      return { text, refusal: refusal || null, finish, usage };
    } finally {
      clearTimeout(timer);
    }
  }

  /** What a thrown error means for the run. */
  failure(error: unknown): Failure {
    const status = error instanceof APIError ? error.status : undefined;
    const message = this.redact(messageOf(error)).replace(/\s+/g, ' ').slice(0, 300);
    if (!(error instanceof APIError) || status === undefined) {
      const sent = !NEVER_SENT.test(codeOf(error));
      return { kind: 'again', after: undefined, billed: sent, reached: sent, message };
    }
    const code = `${error.code ?? ''} ${error.type ?? ''}`;
    if (status === 429 && code.includes('insufficient_quota')) return { kind: 'stop', message };
    if (FORM.has(status) && ABOUT_THE_QUESTION.test(`${code} ${message}`)) return { kind: 'question', message };
    if (FORM.has(status)) return { kind: 'form', message };
    if (AGAIN.has(status) || status >= 500)
      return { kind: 'again', after: retryAfter(error.headers), billed: false, reached: true, message };
    return { kind: 'stop', message };
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}

/** The message with that of its cause: the client says "Connection error." and keeps the reason behind it. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? `${error.message} (${cause.message || codeOf(error)})` : error.message;
}

/** The system's code of what went wrong below the client. */
function codeOf(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error ? String(Reflect.get(error.cause, 'code') ?? '') : '';
}
