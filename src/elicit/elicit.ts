/** From a plan to a score matrix: personas × items through an OpenAI-compatible endpoint (section 6.1). */
import { setMaxListeners } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AbortedError, InputError } from '../errors.ts';
import { VERSION } from '../version.ts';
import { readAnswers } from './answers.ts';
import { ask, State } from './ask.ts';
import { Budget, cost, NOTHING, passed, sum } from './budget.ts';
import { Endpoint } from './endpoint.ts';
import { expected } from './estimate.ts';
import { readItems } from './items.ts';
import { Journal, type Spent } from './journal.ts';
import { type Counts, countsOf, writeOutputs } from './outputs.ts';
import { paraphrase, shares } from './paraphrase.ts';
import { exists, type Panel, panelOf, personasFile, readPersonas } from './personas.ts';
import { type Plan, type Prompt, readPlan } from './plan.ts';
import { type Item, Questions } from './question.ts';
import { Requester } from './requester.ts';
import { targetColumn } from './tables.ts';
import { basePrompts, questionOf } from './tasks.ts';

export interface ElicitOptions {
  /** Where journal and results go; default `<name of the plan>.elicit` beside the plan. */
  readonly folder?: string;
  /** Begin although the estimate passes a limit, and stop there. */
  readonly partial?: boolean;
  /** Ask again what the journal holds as missing. */
  readonly askMissing?: boolean;
  /** Only make the file of personas. */
  readonly personasOnly?: boolean;
  /** Ends the run: requests in flight are awaited and journaled, then `AbortedError`. */
  readonly signal?: AbortSignal;
  /** When to stop asking, on the clock of `performance.now()`. */
  readonly deadline?: number;
  /** Questions settled in this run, of those that were open; and what has been spent so far. */
  readonly onProgress?: (
    done: number,
    total: number,
    spent: { readonly tokens: number; readonly cost?: number },
  ) => void;
  /** What a person should know and no result says. */
  readonly onNotice?: (text: string) => void;
}

/** Tokens and money. */
export interface Price {
  readonly requests: number;
  readonly tokens: { readonly input: number; readonly output: number };
  /** In the currency of the plan's prices; null without them. */
  readonly cost: number | null;
}

interface ResultFrame {
  readonly version: string;
  readonly complete: boolean;
  /** Scores are whole numbers as answered. */
  readonly arithmetic: 'exact';
  readonly options: {
    readonly model: string;
    readonly parameters: Plan['parameters'];
    readonly scores: Plan['scores'];
  };
}

export interface ElicitResult extends ResultFrame, Counts {
  readonly kind: 'elicit';
  readonly items: number;
  readonly personas: number;
  /** Why questions are still open; null where none is. */
  readonly stopped: string | null;
  /** Over the life of the journal. */
  readonly spent: Price;
  readonly files: Readonly<Record<string, string>>;
}

export interface ElicitEstimate extends ResultFrame, Counts {
  readonly kind: 'elicit-estimate';
  readonly items: number;
  readonly personas: number;
  /** Over the life of the journal so far. */
  readonly spent: Price;
  /** For the open questions, each asked once, and for the personas where they are yet to be made. */
  readonly expected: Price;
  readonly limits: Plan['limits'];
  /** The limit that the expectation passes, or null. */
  readonly passes: string | null;
}

const price = (plan: Pick<Plan, 'prices'>, spent: Spent): Price => ({
  requests: spent.requests,
  tokens: { input: spent.input, output: spent.output },
  cost: cost(plan.prices, spent) ?? null,
});

const frame = (plan: Plan) => ({
  version: VERSION,
  arithmetic: 'exact' as const,
  options: { model: plan.model, parameters: plan.parameters, scores: plan.scores },
});

/** Folder and journal of a plan. */
function placesOf(plan: Plan, folder = join(plan.folder, `${plan.name}.elicit`)) {
  return { folder, journal: join(folder, 'journal.ndjson') };
}

/** The personas that are known; `toMake` of them are still to be made, and prompts like theirs stand in. */
async function personasOf(plan: Plan): Promise<{ bobs: Prompt[]; toMake: number }> {
  const given = plan.personas.given ?? [];
  const file = personasFile(plan);
  if (file === undefined) return { bobs: given, toMake: 0 };
  const make = plan.personas.paraphrase;
  if (!make || (await exists(file))) return { bobs: [...given, ...(await readPersonas(file))], toMake: 0 };
  const bases = basePrompts(plan);
  const standIns = shares(make.count, bases.length).flatMap((count, b) =>
    Array.from({ length: count }, (_, i) => ({ name: `${bases[b]!.name} ${i + 1}`, prompt: bases[b]!.prompt })),
  );
  return { bobs: [...given, ...standIns], toMake: make.count };
}

interface Study {
  readonly panel: Panel;
  readonly questions: Questions;
  readonly toMake: number;
}

async function studyOf(plan: Plan, items: readonly Item[]): Promise<Study> {
  const { bobs, toMake } = await personasOf(plan);
  const panel = panelOf(plan, bobs);
  const asked = panel.alice ? [...panel.bobs, panel.alice] : panel.bobs;
  return { panel, toMake, questions: new Questions(plan, questionOf(plan), asked, items) };
}

/** Spending to come: open questions, and a request for every batch of personas to be made. */
function outlook(plan: Plan, { questions, toMake }: Study, states: Uint8Array): Spent {
  const width = questions.personas.length;
  const asking = expected(plan, questions, (persona, item) => states[item * width + persona] === State.open);
  if (toMake === 0) return asking;
  const prompt = Math.max(...basePrompts(plan).map((base) => Buffer.byteLength(base.prompt)));
  const requests = Math.ceil(toMake / plan.personas.paraphrase!.batch);
  return sum(asking, {
    requests,
    input: requests * Math.ceil(prompt / 4 + 150),
    output: toMake * Math.ceil(prompt / 4 + 5),
  });
}

/**
 * What a plan would cost, without a request. Reads the journal where there is one; needs no key.
 * @throws InputError naming file, place, rule and value.
 */
export async function estimate(planFile: string, { folder, askMissing }: ElicitOptions = {}): Promise<ElicitEstimate> {
  const plan = await readPlan(planFile);
  const items = await readItems(plan);
  targetColumn(plan, items);
  const study = await studyOf(plan, items);
  const { journal } = placesOf(plan, folder);
  const { states, spent } = (await exists(journal))
    ? await readAnswers(journal, study.questions)
    : { states: new Uint8Array(study.questions.count), spent: NOTHING };
  if (askMissing) reopen(states);
  const ahead = outlook(plan, study, states);
  return {
    kind: 'elicit-estimate',
    ...frame(plan),
    complete: true,
    items: items.length,
    personas: study.panel.bobs.length,
    ...countsOf(states),
    spent: price(plan, spent),
    expected: price(plan, ahead),
    limits: plan.limits,
    passes: passed(plan, sum(spent, ahead)) ?? null,
  };
}

function reopen(states: Uint8Array): void {
  for (const [at, state] of states.entries()) if (state === State.missing) states[at] = State.open;
}

/** One run, with what it holds open. */
class Run {
  readonly plan: Plan;
  readonly options: ElicitOptions;
  readonly items: readonly Item[];
  readonly folder: string;
  readonly journal: Journal;
  readonly endpoint: Endpoint;
  readonly budget: Budget;
  readonly requester: Requester;
  readonly signal: AbortSignal;

  constructor(
    plan: Plan,
    options: ElicitOptions,
    items: readonly Item[],
    journal: Journal,
    endpoint: Endpoint,
    spent: Spent,
  ) {
    this.plan = plan;
    this.options = options;
    this.items = items;
    this.folder = placesOf(plan, options.folder).folder;
    this.journal = journal;
    this.endpoint = endpoint;
    this.budget = new Budget(plan, spent);
    this.signal = options.signal ?? new AbortController().signal;
    // One listener for every request that waits.
    setMaxListeners(0, this.signal);
    this.requester = new Requester(plan, endpoint, this.budget, this.signal);
  }

  #progress(done: number, total: number): void {
    const { input, output } = this.budget.spent;
    this.options.onProgress?.(done, total, { tokens: input + output, cost: this.budget.cost });
  }

  /** Makes the file of personas where it is still to be made. */
  async makePersonas(): Promise<void> {
    const { plan, requester, endpoint, journal } = this;
    const how = plan.personas.paraphrase;
    const file = personasFile(plan);
    if (!how || file === undefined || (await exists(file))) return;
    const made = await paraphrase({
      plan: { model: plan.model, personas: { ...plan.personas, paraphrase: how } },
      bases: basePrompts(plan),
      file,
      requester,
      redact: endpoint.redact,
      onSpent: (spent) => journal.append({ spent: 'personas', ...spent, at: new Date().toISOString() }),
      onProgress: (done, total) => this.#progress(done, total),
    });
    if (this.signal.aborted) throw new AbortedError(`stopped while personas were being made; ${goOn}`);
    if (!made) throw new InputError('a limit was reached while personas were being made: raise it and start again');
    this.options.onNotice?.(
      `${how.count} personas written to ${file}: read them, and edit them before you go on if you like`,
    );
  }

  #refuseBeyondLimits(study: Study, states: Uint8Array): void {
    const ahead = outlook(this.plan, study, states);
    const limit = passed(this.plan, sum(this.budget.spent, ahead));
    if (limit === undefined || this.options.partial) return;
    const money = cost(this.plan.prices, ahead);
    throw new InputError(
      `${limit} is below what is to be expected: ${ahead.requests} more requests, ${ahead.input + ahead.output} tokens${
        money === undefined ? '' : `, ${money.toFixed(2)} in money`
      }; raise it, ask less, or go up to the limit with --partial`,
    );
  }

  /** Asks what is open and writes the results. */
  async askAndWrite(): Promise<ElicitResult> {
    const { plan, items, journal, requester, endpoint, signal } = this;
    const study = await studyOf(plan, items);
    const { questions, panel } = study;
    const { states } = await readAnswers(journal.path, questions);
    if (this.options.askMissing) reopen(states);
    const { open } = countsOf(states);
    this.#refuseBeyondLimits(study, states);
    const { deadline = Number.POSITIVE_INFINITY } = this.options;
    let done = 0;
    const onSettled = () => this.#progress(++done, open);
    const ended = await ask({ plan, questions, states, journal, endpoint, requester, signal, deadline, onSettled });
    if (signal.aborted) {
      const { answered, missing, questions: all } = countsOf(states);
      throw new AbortedError(`stopped: ${answered + missing} of ${all} answers are safe in ${journal.path}; ${goOn}`);
    }
    const target = targetColumn(plan, items);
    const structured = requester.structured;
    const written = await writeOutputs({
      plan,
      journal: journal.path,
      folder: this.folder,
      questions,
      panel,
      items,
      target,
      structured,
    });
    return {
      kind: 'elicit',
      ...frame(plan),
      complete: written.counts.open === 0,
      items: items.length,
      personas: panel.bobs.length,
      ...written.counts,
      stopped: this.#why(ended),
      spent: price(plan, written.answers.spent),
      files: { journal: journal.path, ...written.files },
    };
  }

  #why({ limit, failed, reason }: Awaited<ReturnType<typeof ask>>): string | null {
    if (limit !== undefined) return `${limit} reached: raise it and run the same command to go on`;
    return failed > 0 ? `${failed} questions failed (the last: ${reason}); ${goOn}` : null;
  }
}

const goOn = 'run the same command to go on from there';

/**
 * Carries out a plan: makes personas where they are to be made, asks every question that the journal does not answer, writes the
 * results. Run again after any interruption, it asks only for what is missing. Undefined with `personasOnly`.
 *
 * @param planFile JSON or YAML, see docs/elicit.md
 * @throws InputError where plan, files, key or limits do not do, or another process holds the journal.
 * @throws EndpointError where the endpoint refuses every request. @throws AbortedError
 */
export async function elicit(planFile: string, options: ElicitOptions = {}): Promise<ElicitResult | undefined> {
  const plan = await readPlan(planFile);
  const items = await readItems(plan);
  targetColumn(plan, items);
  await studyOf(plan, items);
  const endpoint = new Endpoint(plan.endpoint, plan.concurrency);
  let journal: Journal | undefined;
  try {
    const places = placesOf(plan, options.folder);
    await mkdir(places.folder, { recursive: true });
    let spent: Spent = NOTHING;
    const opened = await Journal.open(places.journal, (entry) => {
      spent = sum(spent, entry);
    });
    journal = opened.journal;
    const { torn, unreadable } = opened.damage;
    if (torn > 0)
      options.onNotice?.(
        `the journal ended in an unfinished line (${torn} bytes, cut off): its question is asked again`,
      );
    if (unreadable > 0)
      options.onNotice?.(`${unreadable} lines of the journal cannot be read: their questions are asked again`);
    const run = new Run(plan, options, items, journal, endpoint, spent);
    await run.makePersonas();
    return options.personasOnly ? undefined : await run.askAndWrite();
  } finally {
    await endpoint.close();
    await journal?.close();
  }
}
