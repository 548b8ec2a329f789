/** What a plan will still take, and whether its limits leave room for that. */
import { InputError } from '../errors.ts';
import type { Answers } from './answers.ts';
import { State } from './ask.ts';
import { cost, passed, sum } from './budget.ts';
import { expected } from './estimate.ts';
import type { Spent } from './journal.ts';
import type { Plan } from './plan.ts';
import type { Study } from './study.ts';
import { basePrompts } from './tasks.ts';

/** From so many answers on, what they took says more than the length of texts: a model that reasons, one that is often asked again. */
const ENOUGH_ANSWERS = 20;

export interface Outlook {
  readonly spent: Spent;
  /** What the estimate rests on: the lengths of prompts and questions, or what the answers so far took. */
  readonly basis: 'lengths' | 'answers';
}

/** A request for every batch of personas that is to be made. */
function forPersonas(plan: Plan, toMake: number): Spent {
  const prompt = Math.max(...basePrompts(plan).map((base) => Buffer.byteLength(base.prompt)));
  const requests = Math.ceil(toMake / plan.personas.paraphrase!.batch);
  return { requests, input: requests * Math.ceil(prompt / 4 + 150), output: toMake * Math.ceil(prompt / 4 + 5) };
}

/** Spending to come: for personas to be made and, unless `personasOnly`, for the open questions. */
export function outlook(
  plan: Plan,
  { questions, toMake }: Pick<Study, 'questions' | 'toMake'>,
  { states, taken }: Pick<Answers, 'states' | 'taken'>,
  personasOnly = false,
): Outlook {
  const making = toMake === 0 ? [] : [forPersonas(plan, toMake)];
  if (personasOnly) return { spent: making.reduce(sum, { requests: 0, input: 0, output: 0 }), basis: 'lengths' };
  const width = questions.personas.length;
  const open = states.reduce((count, state) => count + (state === State.open ? 1 : 0), 0);
  if (taken.count < ENOUGH_ANSWERS) {
    const asking = expected(plan, questions, (persona, item) => states[item * width + persona] === State.open);
    return { spent: making.reduce(sum, asking), basis: 'lengths' };
  }
  const share = (total: number) => Math.ceil((open * total) / taken.count);
  const { requests, input, output } = taken.spent;
  const asking = { requests: share(requests), input: share(input), output: share(output) };
  return { spent: making.reduce(sum, asking), basis: 'answers' };
}

/** @throws InputError where a limit is below what has been spent with what is to come. */
export function refuseBeyondLimits(plan: Plan, already: Spent, { spent: ahead }: Outlook): void {
  const limit = passed(plan, sum(already, ahead));
  if (limit === undefined) return;
  const money = cost(plan.prices, ahead);
  throw new InputError(
    `${limit} is below what is to be expected: ${ahead.requests} more requests, ${ahead.input + ahead.output} tokens${
      money === undefined ? '' : `, ${money.toFixed(2)} in money`
    }; raise it, ask less, or go up to the limit with --partial`,
  );
}
