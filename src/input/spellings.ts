/** Names that look the same and are not: one of a file's silent errors, refused where it is met. */
import { InputError } from '../errors.ts';
import { show } from './show.ts';

/** What two names have in common that only spaces around them, or the encoding of their accents, tell apart. */
const likeness = (name: string): string => name.trim().normalize('NFC');

/** Names as they were first written, so that no other spelling of one passes for a name of its own. */
export class Spellings {
  private readonly seen = new Set<string>();
  private readonly known = new Map<string, { readonly name: string; readonly place: string }>();

  /** @param at opens the message. @throws InputError where another name that looks the same was seen before. */
  add(name: string, place: string, at: () => string): void {
    if (this.seen.has(name)) return;
    this.seen.add(name);
    const before = this.known.get(likeness(name));
    if (before === undefined) this.known.set(likeness(name), { name, place });
    else
      throw new InputError(
        `${at()}: must be written as before, got ${show(name)} where ${before.place} has ${show(before.name)} (spaces and the encoding of accents count)`,
      );
  }
}
