/** Asks every open question once: a few at a time, each answer in the journal before the next is asked. */
import type { EndpointError } from '../errors.ts';
import { NOTHING, sum } from './budget.ts';
import type { Answer, Body, Endpoint } from './endpoint.ts';
import { DEFAULT_MAX_TOKENS } from './estimate.ts';
import type { Entry, Journal, Spent } from './journal.ts';
import type { Plan } from './plan.ts';
import type { Questions } from './question.ts';
import { answerFormat, readReply } from './reply.ts';
import type { Outcome, Requester } from './requester.ts';

/** What the journal says of each question: 0 open, 1 answered, 2 missing; at `item * personas + persona`. */
export const State = { open: 0, answered: 1, missing: 2 } as const;

/** Characters of a useless reply that are kept. */
const KEPT_REPLY = 500;

/** So many questions without one score are worth a word. */
const USELESS = 20;

/** Why asking ended before every question had been asked. */
export interface Ended {
  /** The limit that was reached. */
  readonly limit: string | undefined;
  /** Questions that failed and stay open, and the last reason. */
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
  /** After every question that is settled. */
  readonly onSettled: () => void;
  readonly onNotice: (text: string) => void;
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

/** What became of a question: what to journal, its new state, the error that ends the run. */
interface Settled {
  readonly entry: Entry | undefined;
  readonly state?: number;
  readonly stopped?: EndpointError | undefined;
}

type NoAnswer = Exclude<Outcome, { readonly answer: Answer } | { readonly refused: string }>;

function reasonOf(outcome: NoAnswer): string {
  if ('stopped' in outcome) return outcome.stopped.message;
  if ('failed' in outcome) return outcome.failed;
  return 'limit' in outcome ? outcome.limit : 'interrupted';
}

class Asker {
  readonly #asking: Asking;
  readonly #parameters: Record<string, unknown>;
  readonly #format: ReturnType<typeof answerFormat>;
  limit: string | undefined;
  failed = 0;
  reason: string | undefined;
  #failedInARow = 0;
  /** Whether any question has had a score, and how many had none before that. */
  #scored = false;
  #useless = 0;

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

  /** Asks until there is a score or the tries are used up. */
  async #settle(question: Question): Promise<Settled> {
    const { plan, questions, endpoint, requester } = this.#asking;
    const { digest } = question;
    const persona = questions.personas[question.persona]!.name;
    const item = questions.items[question.item]!.name;
    let spent = NOTHING;
    for (let bad = 0; ; bad++) {
      const outcome = await requester.send(this.#body(question, bad > 0), this.#format);
      spent = sum(spent, outcome.spent);
      const what = { digest, persona, item };
      const took = { ...spent, at: new Date().toISOString() };
      if ('refused' in outcome)
        return this.#missing({ ...what, missing: 'refused by the endpoint', reply: outcome.refused, ...took });
      if (!('answer' in outcome)) return this.#without(outcome, took);
      this.#failedInARow = 0;
      const reading = readReply(outcome.answer, plan.scores);
      if ('score' in reading) {
        this.#scored = true;
        return { entry: { ...what, score: reading.score, ...took }, state: State.answered };
      }
      if (bad < plan.retries.badAnswers) continue;
      const reply = endpoint.redact(outcome.answer.refusal ?? outcome.answer.text).slice(0, KEPT_REPLY);
      return this.#missing({ ...what, missing: reading.fault, reply, ...took });
    }
  }

  #missing(entry: Extract<Entry, { readonly missing: string }>): Settled {
    if (!this.#scored && ++this.#useless === USELESS)
      this.#asking.onNotice(
        `none of the first ${USELESS} questions got a score; the last reply (${entry.missing}): ${JSON.stringify(entry.reply.slice(0, 200))}`,
      );
    return { entry, state: State.missing };
  }

  /** A question stays open: what it took is journaled all the same. */
  #without(outcome: NoAnswer, took: Spent & { readonly at: string }): Settled {
    if ('limit' in outcome) this.limit = outcome.limit;
    const entry = took.requests === 0 ? undefined : { spent: reasonOf(outcome), ...took };
    const tooMany = 'failed' in outcome ? this.#fail(outcome) : undefined;
    return { entry, stopped: 'stopped' in outcome ? outcome.stopped : tooMany };
  }

  /** Takes note of a question that failed; the error that ends the run where too many have, one after the other. */
  #fail({ failed, tried }: Extract<Outcome, { readonly failed: string }>): EndpointError | undefined {
    const { plan, questions, requester } = this.#asking;
    this.failed++;
    this.reason = failed;
    // One item that the endpoint refuses may be asked in every persona before the next one comes.
    const most = plan.concurrency + (tried ? 0 : 2 * questions.personas.length);
    if (++this.#failedInARow <= most) return undefined;
    return requester.stop(`${this.#failedInARow} questions in a row failed, the last with: ${failed}`);
  }

  /** One of `concurrency` loops over the shared questions: none is taken before the last one's answer is on the disk. */
  async work(questions: Iterable<Question>): Promise<void> {
    const { states, journal, signal, onSettled, questions: all } = this.#asking;
    for (const question of questions) {
      const { entry, state, stopped } = await this.#settle(question);
      if (entry) await journal.append(entry);
      if (stopped) throw stopped;
      if (state !== undefined) {
        states[question.item * all.personas.length + question.persona] = state;
        onSettled();
      }
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
