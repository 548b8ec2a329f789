/** Items that lack a score: refused, all counted, or left out when that is asked for. */
import { InputError } from '../errors.ts';

/** `refuse` (default), or `drop-item`: an item without all its scores takes no part. */
export type MissingPolicy = 'refuse' | 'drop-item';

/** What was left out. */
export interface Dropped {
  readonly items: number;
  /** Their blank cells, or scores that no line holds. */
  readonly scores: number;
}

/** Counts gaps while a file is read. */
export class Gaps {
  private readonly policy: MissingPolicy;
  private items = 0;
  private scores = 0;
  private first = '';

  constructor(policy: MissingPolicy = 'refuse') {
    this.policy = policy;
  }

  /** Takes note of an item that lacks `scores` of its scores; `refusal` says where and what. */
  add(scores: number, refusal: () => string): void {
    if (this.items === 0) this.first = refusal();
    this.items++;
    this.scores += scores;
  }

  /** What `drop-item` left out; undefined under `refuse`. @throws InputError under `refuse`, where there was a gap. */
  finish(): Dropped | undefined {
    if (this.policy === 'drop-item') return { items: this.items, scores: this.scores };
    if (this.items === 0) return undefined;
    throw new InputError(
      `${this.first} (missing in all: ${this.scores} scores of ${this.items} items; --missing drop-item leaves those items out)`,
    );
  }
}
