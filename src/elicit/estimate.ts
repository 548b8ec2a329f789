/** What requests may cost before they are sent: an expectation for people, an upper bound for the limits. */
import type { Body } from './endpoint.ts';
import type { Spent } from './journal.ts';
import type { Plan } from './plan.ts';
import type { Questions } from './question.ts';
import { answerFormat } from './reply.ts';

/** Enough for {"score": -1000000} in any tokeniser; models that reason first need a larger one in the plan. */
export const DEFAULT_MAX_TOKENS = 16;
/** English text in common tokenisers. */
const BYTES_PER_TOKEN = 4;
/** Tokens by which chat formats wrap a message. */
const TOKENS_PER_MESSAGE = 8;
/** Tokens of {"score": 73}. */
const TOKENS_PER_ANSWER = 7;

/** The most tokens that a request's parameters let the model write. */
export function outputBound(body: Record<string, unknown>): number {
  const limit = body.max_completion_tokens ?? body.max_tokens;
  return typeof limit === 'number' ? limit : DEFAULT_MAX_TOKENS;
}

const sizes = new WeakMap<object, number>();

/** The same few schemas go with every request: each is measured once. */
function formatBytes(format: Body['response_format']): number {
  if (!format) return 0;
  const bytes = sizes.get(format) ?? Buffer.byteLength(JSON.stringify(format));
  sizes.set(format, bytes);
  return bytes;
}

/** Upper bound of one request: no byte-level tokeniser makes more tokens than there are bytes. */
export function boundOf(body: Body): Spent {
  const bytes = Buffer.byteLength(JSON.stringify(body.messages)) + formatBytes(body.response_format);
  return { requests: 1, input: bytes + TOKENS_PER_MESSAGE * (body.messages.length + 1), output: outputBound(body) };
}

/** Expectation for the questions that `isOpen` says are still to be asked, each asked once. */
export function expected(
  plan: Pick<Plan, 'scores' | 'endpoint'>,
  questions: Questions,
  isOpen: (persona: number, item: number) => boolean,
): Spent {
  const schema =
    plan.endpoint.structured === 'never' ? 0 : Buffer.byteLength(JSON.stringify(answerFormat(plan.scores)));
  const prompts = questions.personas.map(({ prompt }) => Buffer.byteLength(prompt));
  let requests = 0;
  let bytes = 0;
  for (let item = 0; item < questions.items.length; item++) {
    const text = Buffer.byteLength(questions.text(item));
    for (const [persona, prompt] of prompts.entries()) {
      if (!isOpen(persona, item)) continue;
      requests++;
      bytes += prompt + text + schema;
    }
  }
  return {
    requests,
    input: Math.ceil(bytes / BYTES_PER_TOKEN) + 2 * TOKENS_PER_MESSAGE * requests,
    output: TOKENS_PER_ANSWER * requests,
  };
}
