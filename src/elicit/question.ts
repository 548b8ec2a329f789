/** The question about one item in one persona, as messages, and the digest that identifies it in the journal. */
import { createHash } from 'node:crypto';
import { InputError } from '../errors.ts';
import type { Plan, Prompt, ScoresPlan } from './plan.ts';

/** An item: its name, unique, and the columns of its row. */
export interface Item {
  readonly name: string;
  readonly columns: Readonly<Record<string, string>>;
}

/** Fills the {columns} of a question; `{{` and `}}` stand for braces. @throws InputError naming an unknown column. */
export function fill(question: string, item: Item, range: ScoresPlan): string {
  const known: Readonly<Record<string, string>> = { ...item.columns, from: String(range.from), to: String(range.to) };
  return question.replace(/\{\{|\}\}|\{([^{}]*)\}/g, (found, column: string | undefined) => {
    if (column === undefined) return found[0]!;
    if (!Object.hasOwn(known, column))
      throw new InputError(
        `question: {${column}} must be one of ${Object.keys(known).join(', ')} (for item "${item.name}")`,
      );
    return known[column]!;
  });
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** JSON with the keys of every object in order, so that equal values have equal texts. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
}

/** Every question of a plan, by the positions of persona and item. */
export class Questions {
  readonly #question: string;
  readonly #range: ScoresPlan;
  readonly #how: string;
  readonly #personas: readonly string[];
  /** Digests of the items, as they are needed. */
  readonly #items: string[] = [];
  readonly personas: readonly Prompt[];
  readonly items: readonly Item[];

  constructor(
    plan: Pick<Plan, 'model' | 'parameters' | 'scores'>,
    question: string,
    personas: readonly Prompt[],
    items: readonly Item[],
  ) {
    this.#question = question;
    this.#range = plan.scores;
    this.#how = sha256(
      canonical({ model: plan.model, parameters: plan.parameters, from: plan.scores.from, to: plan.scores.to }),
    );
    this.personas = personas;
    this.items = items;
    this.#personas = personas.map((persona) => sha256(canonical([persona.name, persona.prompt])));
  }

  get count(): number {
    return this.personas.length * this.items.length;
  }

  /** What is asked about an item. */
  text(item: number): string {
    return fill(this.#question, this.items[item]!, this.#range);
  }

  /** Of a question: model, parameters, range, persona and item, as 32 hex digits. */
  digest(persona: number, item: number): string {
    this.#items[item] ??= sha256(canonical([this.items[item]!.name, this.text(item)]));
    return sha256(`${this.#how} ${this.#personas[persona]} ${this.#items[item]}`).slice(0, 32);
  }
}
