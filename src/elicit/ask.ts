/** Asks every open question once: a few at a time, each answer in the journal before the next is asked. */
import { EndpointError } from '../errors.ts';
import { sum } from './budget.ts';
import type { Body, Endpoint } from './endpoint.ts';
import { DEFAULT_MAX_TOKENS } from './estimate.ts';
import type { Entry, Journal, Spent } from './journal.ts';
import type { Plan } from './plan.ts';
import type { Questions } from './question.ts';
import { answerFormat, readReply } from './reply.ts';
import type { Requester } from './requester.ts';

/** What the journal says of each question: 0 open, 1 answered, 2 missing; at `item * personas + persona`. */
export const State = { open: 0, answered: 1, missing: 2 } as const;

/** Characters of a useless reply that are kept. */
const KEPT_REPLY = 500;

/** Why asking ended before every question had been asked. */
export interface Ended {
  /** The limit that was reached. */
  readonly limit: string | undefined;
  /** Questions whose requests all failed, and the last reason. */
  readonly failed: number;
  readonly reason: string | undefined;
}

export interface Asking {
  readonly plan: Plan;
  readonly questions: Questions;
  readonly states: Uint8Array;
  readonly journal: Pick<Journal, 'append'>;
  readonly endpoint: Pick<Endpoint, 'redact'>;
  readonly requester: Requester;
  readonly signal: AbortSignal;
  /** When to stop asking, on the clock of `performance.now()`. */
  readonly deadline: number;
  /** After every question that is settled. */
  readonly onSettled: () => void;
}

interface Question {
  readonly persona: number;
  readonly item: number;
  readonly text: string;
  readonly digest: string;
}

/** Open questions, item by item: a run that stops half-way leaves whole items. */
function* open(questions: Questions, states: Uint8Array): Generator<Question> {
  const personas = questions.personas.length;
  for (let item = 0; item < questions.items.length; item++) {
    const row = states.subarray(item * personas, (item + 1) * personas);
    if (!row.includes(State.open)) continue;
    const text = questions.text(item);
    for (let persona = 0; persona < personas; persona++)
      if (row[persona] === State.open) yield { persona, item, text, digest: questions.digest(persona, item) };
  }
}

class Asker {
  readonly #asking: Asking;
  readonly #parameters: Record<string, unknown>;
  readonly #format: ReturnType<typeof answerFormat>;
  limit: string | undefined;
  failed = 0;
  reason: string | undefined;
  #failedInARow = 0;

  constructor(asking: Asking) {
    this.#asking = asking;
    const { parameters, scores } = asking.plan;
    this.#format = answerFormat(scores);
    const bounded = 'max_tokens' in parameters || 'max_completion_tokens' in parameters;
    this.#parameters = bounded ? parameters : { max_tokens: DEFAULT_MAX_TOKENS, ...parameters };
  }

  /** The request; a question asked again carries a reminder, or a model at temperature 0 would repeat itself. */
  #body({ persona, text }: Question, again: boolean): Body {
    const { plan, questions } = this.#asking;
    const { from, to } = plan.scores;
    const reminder = `\n\nYour whole reply must be one whole number from ${from} to ${to}, in digits, and nothing else.`;
    return {
      ...this.#parameters,
      model: plan.model,
      messages: [
        { role: 'system', content: questions.personas[persona]!.prompt },
        { role: 'user', content: again ? text + reminder : text },
      ],
    };
  }

  /** Asks until there is a score or the tries are used up. Returns what to journal; undefined where nothing came of it. */
  async #settle(question: Question): Promise<{ entry: Entry; state: number | undefined } | undefined> {
    const { plan, questions, endpoint, requester } = this.#asking;
    let spent: Spent = { requests: 0, input: 0, output: 0 };
    let missing = '';
    let reply = '';
    for (let bad = 0; bad <= plan.retries.badAnswers; bad++) {
      const outcome = await requester.send(this.#body(question, bad > 0), this.#format);
      spent = sum(spent, outcome.spent);
      const at = new Date().toISOString();
      const { digest } = question;
      const named = {
        digest,
        persona: questions.personas[question.persona]!.name,
        item: questions.items[question.item]!.name,
      };
      if ('refused' in outcome)
        return {
          entry: { ...named, missing: 'refused by the endpoint', reply: outcome.refused, ...spent, at },
          state: State.missing,
        };
      if (!('answer' in outcome)) {
        if ('limit' in outcome) this.limit = outcome.limit;
        if ('failed' in outcome) this.#fail(outcome.failed);
        const why = 'failed' in outcome ? outcome.failed : 'limit' in outcome ? 'limit' : 'interrupted';
        return spent.requests === 0 ? undefined : { entry: { spent: why, ...spent, at }, state: undefined };
      }
      this.#failedInARow = 0;
      const reading = readReply(outcome.answer, plan.scores);
      if ('score' in reading) return { entry: { ...named, score: reading.score, ...spent, at }, state: State.answered };
      missing = reading.fault;
      reply = endpoint.redact(outcome.answer.refusal ?? outcome.answer.text).slice(0, KEPT_REPLY);
      if (bad === plan.retries.badAnswers)
        return { entry: { ...named, missing, reply, ...spent, at }, state: State.missing };
    }
    return undefined;
  }

  #fail(reason: string): void {
    this.failed++;
    this.reason = reason;
    this.#failedInARow++;
    const { concurrency, endpoint, retries } = this.#asking.plan;
    if (this.#failedInARow > concurrency)
      throw new EndpointError(
        `${endpoint.url}: ${this.#failedInARow} questions in a row failed ${retries.attempts} times each, the last with: ${reason}`,
      );
  }

  /** One of `concurrency` loops over the shared questions: none is taken before the last one's answer is on the disk. */
  async work(questions: Iterable<Question>): Promise<void> {
    const { states, journal, signal, deadline, onSettled, questions: all } = this.#asking;
    for (const question of questions) {
      const settled = await this.#settle(question);
      if (settled) {
        await journal.append(settled.entry);
        if (settled.state !== undefined) {
          states[question.item * all.personas.length + question.persona] = settled.state;
          onSettled();
        }
      }
      if (performance.now() >= deadline) this.limit ??= '--time-limit';
      if (signal.aborted || this.limit !== undefined) return;
    }
  }
}

/**
 * Asks all open questions, `plan.concurrency` at a time, and journals what comes back.
 * @throws EndpointError where the endpoint refuses every request. Answers in flight are still journaled.
 */
export async function ask(asking: Asking): Promise<Ended> {
  const asker = new Asker(asking);
  const questions = open(asking.questions, asking.states);
  // A generator is closed by the first loop that leaves it; the others must go on with what is left.
  const shared = { [Symbol.iterator]: () => ({ next: () => questions.next() }) };
  const ends = await Promise.allSettled(Array.from({ length: asking.plan.concurrency }, () => asker.work(shared)));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return { limit: asker.limit, failed: asker.failed, reason: asker.reason };
}
