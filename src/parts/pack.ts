/** Results as bytes and back, exactly: bigints, maps and typed arrays keep their kind and every bit. */
import { deserialize, serialize } from 'node:v8';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** V8's structured clone, deflated; a newer Node reads what an older one wrote. */
export function pack(value: unknown): Uint8Array {
  return deflateRawSync(serialize(value), { level: 1 });
}

/** The inverse of `pack`; check the bytes' digest first. @throws Error where they are no packed value. */
export function unpack(bytes: Uint8Array): unknown {
  return deserialize(inflateRawSync(bytes));
}
