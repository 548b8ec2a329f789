/** One run of a plan: makes personas where they are to be made, asks what is open, writes the results. */
import { AbortedError, EndpointError, InputError } from '../errors.ts';
import { noAnswers, readAnswers, reopen } from './answers.ts';
import { ask, type Ended } from './ask.ts';
import { Budget } from './budget.ts';
import type { Endpoint } from './endpoint.ts';
import type { Journal, Spent } from './journal.ts';
import { outlook, refuseBeyondLimits } from './outlook.ts';
import { countsOf, writeOutputs } from './outputs.ts';
import { paraphrase } from './paraphrase.ts';
import { exists, personasFile } from './personas.ts';
import type { Plan } from './plan.ts';
import type { Item, Questions } from './question.ts';
import { Requester } from './requester.ts';
import { type ElicitOptions, type ElicitResult, frame, price } from './results.ts';
import { placesOf, studyOf } from './study.ts';
import { targetColumn } from './tables.ts';
import { basePrompts } from './tasks.ts';

const goOn = 'run the same command to go on from there';

/** The longest that a timer can wait. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What a run works with; journal and endpoint are open and stay the caller's. */
export interface RunParts {
  readonly plan: Plan;
  readonly options: ElicitOptions;
  readonly items: readonly Item[];
  readonly journal: Journal;
  readonly endpoint: Endpoint;
  /** By earlier runs. */
  readonly spent: Spent;
}

export class Run {
  readonly #parts: RunParts;
  readonly #budget: Budget;
  readonly #requester: Requester;
  /** The caller's, or one that never fires. */
  readonly #interrupted: AbortSignal;
  /** Fires at the deadline. */
  readonly #late = new AbortController();
  readonly #timer: NodeJS.Timeout | undefined;
  /** Either of them: no further request. */
  readonly #signal: AbortSignal;

  constructor(parts: RunParts) {
    this.#parts = parts;
    const { plan, options, endpoint, spent } = parts;
    this.#budget = new Budget(plan, spent);
    this.#interrupted = options.signal ?? new AbortController().signal;
    this.#signal = AbortSignal.any([this.#interrupted, this.#late.signal]);
    const left = (options.deadline ?? Number.POSITIVE_INFINITY) - performance.now();
    if (left <= 0) this.#late.abort();
    else if (left <= LONGEST_TIMER_MS) this.#timer = setTimeout(() => this.#late.abort(), left);
    const { onNotice } = options;
    this.#requester = new Requester(plan, endpoint, this.#budget, { signal: this.#signal, onNotice });
  }

  #progress(done: number, total: number): void {
    const { input, output } = this.#budget.spent;
    this.#parts.options.onProgress?.(done, total, { tokens: input + output, cost: this.#budget.cost });
  }

  /**
   * Makes the file of personas where it is still to be made, if the limits leave room for that and for what comes after it.
   * @returns false where the time limit came first
   */
  async makePersonas(): Promise<boolean> {
    const { plan, options, items, endpoint, journal } = this.#parts;
    const how = plan.personas.paraphrase;
    const file = personasFile(plan);
    if (!how || file === undefined || (await exists(file))) return true;
    const study = await studyOf(plan, items);
    if (!options.partial)
      refuseBeyondLimits(
        plan,
        this.#budget.spent,
        outlook(plan, study, noAnswers(study.questions), options.personasOnly),
      );
    const made = await paraphrase({
      plan: { model: plan.model, personas: { ...plan.personas, paraphrase: how } },
      bases: basePrompts(plan),
      file,
      requester: this.#requester,
      redact: endpoint.redact,
      onSpent: (spent) => journal.append({ spent: 'personas', ...spent, at: new Date().toISOString() }),
      onProgress: (done, total) => this.#progress(done, total),
    });
    if (this.#interrupted.aborted) throw new AbortedError(`stopped while personas were being made; ${goOn}`);
    if (!made && this.#late.signal.aborted) return false;
    if (!made) throw new InputError('a limit was reached while personas were being made: raise it and start again');
    options.onNotice?.(
      `${how.count} personas written to ${file}: read them, and edit them before you go on if you like`,
    );
    return true;
  }

  /** What there is to say where the time limit came before the personas were made: nobody has been asked. */
  async unasked(): Promise<ElicitResult> {
    const { plan, items, journal } = this.#parts;
    const { questions, panel } = await studyOf(plan, items);
    return {
      kind: 'elicit',
      ...frame(plan),
      complete: false,
      items: items.length,
      personas: panel.bobs.length,
      ...countsOf(noAnswers(questions).states),
      stopped: `--time-limit reached while personas were being made; ${goOn}`,
      spent: price(plan, this.#budget.spent),
      files: { journal: journal.path },
    };
  }

  /** Asks what is open. @throws AbortedError, EndpointError; both say what is safe. */
  async #ask(questions: Questions, states: Uint8Array): Promise<Ended> {
    const { plan, options, journal, endpoint } = this.#parts;
    const { open } = countsOf(states);
    let done = 0;
    if (open > 0) this.#progress(0, open);
    const safe = () => {
      const { answered, missing, questions: all } = countsOf(states);
      return `${answered + missing} of ${all} answers are safe in ${journal.path}; ${goOn}`;
    };
    const ended = await ask({
      plan,
      questions,
      states,
      journal,
      endpoint,
      requester: this.#requester,
      signal: this.#signal,
      onSettled: () => this.#progress(++done, open),
      onNotice: options.onNotice ?? (() => {}),
    }).catch((error: unknown) => {
      throw error instanceof EndpointError && done > 0 ? new EndpointError(`${error.message}; ${safe()}`) : error;
    });
    if (this.#interrupted.aborted) throw new AbortedError(`stopped: ${safe()}`);
    return ended;
  }

  /** Asks what is open and writes the results. */
  async askAndWrite(): Promise<ElicitResult> {
    const { plan, options, items, journal } = this.#parts;
    const { questions, panel } = await studyOf(plan, items);
    const answers = await readAnswers(journal.path, questions);
    const { states } = answers;
    if (options.askMissing) reopen(states);
    if (!options.partial)
      refuseBeyondLimits(plan, this.#budget.spent, outlook(plan, { questions, toMake: 0 }, answers));
    const ended = await this.#ask(questions, states);
    const { folder } = placesOf(plan, options.folder);
    const target = targetColumn(plan, items);
    const { structured } = this.#requester;
    const outputs = { plan, journal: journal.path, folder, questions, panel, items, target, structured };
    const { counts, answers: all, files } = await writeOutputs(outputs);
    return {
      kind: 'elicit',
      ...frame(plan),
      complete: counts.open === 0,
      items: items.length,
      personas: panel.bobs.length,
      ...counts,
      stopped: counts.open === 0 ? null : this.#why(ended),
      spent: price(plan, all.spent),
      files: { journal: journal.path, ...files },
    };
  }

  #why({ limit, failed, reason }: Ended): string | null {
    if (this.#late.signal.aborted) return `--time-limit reached; ${goOn}`;
    if (limit !== undefined) return `${limit} reached: raise it and run the same command to go on`;
    return failed > 0 ? `${failed} questions failed (the last: ${reason}); ${goOn}` : null;
  }

  /** Lets go of the clock. */
  close(): void {
    clearTimeout(this.#timer);
  }
}
