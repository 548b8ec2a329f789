/** Arguments from callers without types: refused by name, rule and value before they break something further in. */
import { InputError } from '../errors.ts';
import { show } from './show.ts';

/** Text in quotes, plain values as they are, others by their kind. */
function shown(value: unknown): string {
  if (typeof value === 'string') return show(value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}

/** @throws InputError where `value` is no string. */
export function givenText(value: unknown, name: string): void {
  if (typeof value !== 'string') throw new InputError(`${name} must be a text, got ${shown(value)}`);
}

/** @throws InputError where `value` is no list. */
export function givenList(value: unknown, name: string): void {
  if (!Array.isArray(value)) throw new InputError(`${name} must be a list, got ${shown(value)}`);
}

/** @throws InputError where `value` is no object of options or of columns. */
export function givenObject(value: unknown, name = 'options'): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InputError(`${name} must be an object, got ${shown(value)}`);
}

/**
 * @param property one that such a thing has
 * @param rule what it must be, with its name
 * @throws InputError where `value` has no such property.
 */
export function givenThing(value: unknown, property: string, rule: string): void {
  if (typeof value !== 'object' || value === null || !(property in value))
    throw new InputError(`${rule}, got ${shown(value)}`);
}
