/** The files that `hull` and `solve` read: the score matrix, and the utility table where items are (state, policy) pairs. */
import { stringify } from 'csv-stringify/sync';
import { InputError } from '../errors.ts';
import { show } from '../input/show.ts';
import type { Answers } from './answers.ts';
import { State } from './ask.ts';
import type { Panel } from './personas.ts';
import type { Plan, ScoresPlan } from './plan.ts';
import type { Item } from './question.ts';

/** A score as the files have it: mapped from the range asked for to `as`, in as few digits as say it. */
export function mapped(score: number, { from, to, as }: ScoresPlan): string {
  if (!as) return String(score);
  return String(Number((as[0] + ((score - from) * (as[1] - as[0])) / (to - from)).toPrecision(15)));
}

const DECIMAL = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

/** Alice's value of each item from a column; undefined where the target is a persona. @throws InputError naming the item. */
export function targetColumn(
  { target, items: source }: Pick<Plan, 'target' | 'items'>,
  items: readonly Item[],
): string[] | undefined {
  if (!('column' in target)) return undefined;
  const { column } = target;
  return items.map(({ name, columns }) => {
    if (!Object.hasOwn(columns, column))
      throw new InputError(`target.column: must be one of ${Object.keys(columns).join(', ')}, got ${show(column)}`);
    const text = columns[column]!.trim();
    if (!DECIMAL.test(text))
      throw new InputError(
        `${source.file}, item ${show(name)}, column ${show(column)}: must be a number, got ${show(text)}`,
      );
    return text;
  });
}

export interface Scored {
  readonly plan: Pick<Plan, 'scores'>;
  readonly panel: Panel;
  readonly items: readonly Item[];
  /** From `targetColumn`. */
  readonly target: readonly string[] | undefined;
  readonly answers: Pick<Answers, 'scores' | 'states'>;
}

/** A row's cells for Alice and the Bobs; '' where there is no score. */
function cells({ plan, panel, target, answers }: Scored, item: number): string[] {
  const asked = panel.bobs.length + (panel.alice ? 1 : 0);
  const cell = (persona: number) => {
    const at = item * asked + persona;
    return answers.states[at] === State.answered ? mapped(answers.scores[at]!, plan.scores) : '';
  };
  return [target ? target[item]! : cell(panel.bobs.length), ...panel.bobs.map((_, persona) => cell(persona))];
}

/** `item,alice,<personas>`, one row an item, a blank cell where there is no score. */
export function scoresCsv(scored: Scored): string {
  const header = ['item', 'alice', ...scored.panel.bobs.map(({ name }) => name)];
  // A row at a time: all cells at once would be an object each.
  const row = (texts: readonly string[]) => stringify([[...texts]]);
  return [row(header), ...scored.items.map(({ name }, item) => row([name, ...cells(scored, item)]))].join('');
}

/** `state,policy[,prior],alice,<personas>`; undefined where a cell has no score, since a market has no gaps. */
export function utilityCsv(scored: Scored): string | undefined {
  const withPrior = scored.items.some(({ columns }) => Object.hasOwn(columns, 'prior'));
  const keys = withPrior ? ['state', 'policy', 'prior'] : ['state', 'policy'];
  const rows = scored.items.map(({ columns }, item) => [...keys.map((key) => columns[key]!), ...cells(scored, item)]);
  if (rows.some((row) => row.slice(keys.length).includes(''))) return undefined;
  return stringify([[...keys, 'alice', ...scored.panel.bobs.map(({ name }) => name)], ...rows]);
}
