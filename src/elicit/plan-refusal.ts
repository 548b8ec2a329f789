/** Why a plan is refused, in words that repeat no key, wherever in the plan somebody put it. */
import type { z } from 'zod';
import { InputError } from '../errors.ts';

/** Whether a text at this place may be, or hold, a key. */
function mayBeSecret(place: string, text: string): boolean {
  return place === 'endpoint.url' ? /[@?#]/.test(text) : place.startsWith('endpoint');
}

/** A value for a message; within objects, and where a key could be, texts are left out. */
function show(value: unknown, place: string): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string')
    return mayBeSecret(place, value) ? `a text of ${value.length} characters` : JSON.stringify(value).slice(0, 120);
  const withoutTexts = (_: string, inner: unknown) => (typeof inner === 'string' ? '…' : inner);
  return (JSON.stringify(value, withoutTexts) ?? String(value)).slice(0, 120);
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    root,
  );
}

/** @throws InputError with the first issue: file, place, rule, value. */
export function refuse(file: string, given: unknown, error: z.ZodError): never {
  const [issue] = error.issues;
  const place = issue!.path.map(String).join('.') || 'the plan';
  // The message has the names of the fields that are too many.
  const got = issue!.code === 'unrecognized_keys' ? '' : `, got ${show(valueAt(given, issue!.path), place)}`;
  throw new InputError(`${file}: ${place}: ${issue!.message}${got}`);
}
