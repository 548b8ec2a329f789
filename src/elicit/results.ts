/** What an elicitation takes and returns. */
import { VERSION } from '../version.ts';
import { cost } from './budget.ts';
import type { Spent } from './journal.ts';
import type { Counts } from './outputs.ts';
import type { Plan } from './plan.ts';

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
  readonly expected: Price & {
    /** What it rests on: the lengths of prompts and questions, or what the answers so far took. */
    readonly basis: 'lengths' | 'answers';
  };
  readonly limits: Plan['limits'];
  /** The limit that the expectation passes, or null. */
  readonly passes: string | null;
}

/** With its price. */
export const price = (plan: Pick<Plan, 'prices'>, spent: Spent): Price => ({
  requests: spent.requests,
  tokens: { input: spent.input, output: spent.output },
  cost: cost(plan.prices, spent) ?? null,
});

/** What every result begins with. */
export const frame = (plan: Plan) => ({
  version: VERSION,
  arithmetic: 'exact' as const,
  options: { model: plan.model, parameters: plan.parameters, scores: plan.scores },
});
