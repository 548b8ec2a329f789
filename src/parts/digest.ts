/** SHA-256 of plain data by value: the same on every machine and Node version, whatever buffers the data lies in. */
import { createHash, type Hash } from 'node:crypto';
import { InternalError } from '../errors.ts';

function add(hash: Hash, value: unknown): void {
  switch (typeof value) {
    case 'undefined':
    case 'boolean':
      hash.update(`${value};`);
      return;
    case 'number':
      // 0 and -0 differ: results are exact to the bit.
      hash.update(`n${Object.is(value, -0) ? '-0' : value};`);
      return;
    case 'bigint':
      hash.update(`b${value};`);
      return;
    case 'string':
      hash.update(`s${value.length}:${value};`);
      return;
    case 'object':
      addObject(hash, value);
      return;
    default:
      throw new InternalError(`a job holds a ${typeof value}: it cannot be kept or sent`);
  }
}

function addObject(hash: Hash, value: object | null): void {
  if (value === null) hash.update('null;');
  else if (ArrayBuffer.isView(value)) {
    hash.update(`${value.constructor.name}${value.byteLength}:`);
    hash.update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  } else if (Array.isArray(value)) {
    hash.update(`[${value.length}`);
    for (const one of value) add(hash, one);
  } else if (value instanceof Map) {
    hash.update(`m${value.size}`);
    for (const [key, one] of value) {
      add(hash, key);
      add(hash, one);
    }
  } else {
    const names = Object.keys(value).sort();
    hash.update(`{${names.length}`);
    for (const name of names) {
      add(hash, name);
      add(hash, (value as Record<string, unknown>)[name]);
    }
  }
}

/** Plain data: primitives, arrays, objects, maps, typed arrays. @throws InternalError on functions and symbols. */
export function digest(value: unknown): string {
  const hash = createHash('sha256');
  add(hash, value);
  return hash.digest('hex');
}

export function digestBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
