/** The journal's answers to one plan's questions, in typed arrays: the journal itself is never held in memory. */
import { State } from './ask.ts';
import { NOTHING, sum } from './budget.ts';
import { type Entry, readJournal, type Spent } from './journal.ts';
import type { Questions } from './question.ts';

/** A reply that held no score. */
export interface Missing {
  readonly persona: string;
  readonly item: string;
  readonly reason: string;
  readonly reply: string;
}

/** Where an entry belongs: `item * personas + persona`, or -1 where it answers another question than the plan's. */
export function locator(questions: Questions): (entry: Entry) => number {
  const persona = new Map(questions.personas.map(({ name }, i) => [name, i]));
  const item = new Map(questions.items.map(({ name }, i) => [name, i]));
  return (entry) => {
    if (!('digest' in entry)) return -1;
    const p = persona.get(entry.persona);
    const i = item.get(entry.item);
    if (p === undefined || i === undefined || questions.digest(p, i) !== entry.digest) return -1;
    return i * questions.personas.length + p;
  };
}

export interface Answers {
  /** `State` of every question, at `item * personas + persona`. */
  readonly states: Uint8Array;
  /** Scores where the state is `answered`. */
  readonly scores: Int32Array;
  /** In the order of the questions. */
  readonly missing: readonly Missing[];
  /** All that the journal says was spent, also on other plans' questions. */
  readonly spent: Spent;
  /** What the answers to the plan's own questions took, scores and missing ones: how many, and what together. */
  readonly taken: { readonly count: number; readonly spent: Spent };
  /** Answers to questions that the plan no longer asks. */
  readonly others: number;
  /** Of the first and the last entry, ISO 8601; null in an empty journal. */
  readonly began: string | null;
  readonly ended: string | null;
}

/** Reads the answers. The first score counts; a score counts more than a missing one, whichever came first. */
export async function readAnswers(path: string, questions: Questions): Promise<Answers> {
  const positionOf = locator(questions);
  const states = new Uint8Array(questions.count);
  const scores = new Int32Array(questions.count);
  const missing = new Map<number, Missing>();
  let spent: Spent = NOTHING;
  const taken = { count: 0, spent: NOTHING };
  let others = 0;
  let began = '';
  let ended = '';
  for await (const entry of readJournal(path)) {
    spent = sum(spent, entry);
    began = began === '' || entry.at < began ? entry.at : began;
    ended = entry.at > ended ? entry.at : ended;
    const position = positionOf(entry);
    if (position < 0) {
      if ('digest' in entry) others++;
      continue;
    }
    taken.count++;
    taken.spent = sum(taken.spent, entry);
    if (states[position] === State.answered) continue;
    if ('score' in entry) {
      states[position] = State.answered;
      scores[position] = entry.score;
      missing.delete(position);
    } else if ('missing' in entry) {
      states[position] = State.missing;
      const { persona, item, missing: reason, reply } = entry;
      missing.set(position, { persona, item, reason, reply });
    }
  }
  const ordered = [...missing].sort(([a], [b]) => a - b).map(([, one]) => one);
  return { states, scores, missing: ordered, spent, taken, others, began: began || null, ended: ended || null };
}

/** As a journal without an entry has them. */
export function noAnswers({ count }: Pick<Questions, 'count'>): Answers {
  return {
    states: new Uint8Array(count),
    scores: new Int32Array(count),
    missing: [],
    spent: NOTHING,
    taken: { count: 0, spent: NOTHING },
    others: 0,
    began: null,
    ended: null,
  };
}

/** Opens again what is missing. */
export function reopen(states: Uint8Array): void {
  for (const [at, state] of states.entries()) if (state === State.missing) states[at] = State.open;
}
