/**
 * One WebAssembly instance and the only code that owns its memory: buffers are reserved together, viewed, handed to a
 * kernel by pointer and released in `finally`. Arrays that leave this folder are copies.
 */
import { readFileSync } from 'node:fs';
import { instantiateSync } from '@assemblyscript/loader';
import type { instantiate } from '../../build/release.js';

/** The exports of the compiled module, typed by the build. */
export type KernelExports = Awaited<ReturnType<typeof instantiate>>;

/** `release` is the SIMD build, `scalar` its twin without SIMD, `debug` has assertions. */
export type KernelBuild = 'release' | 'scalar' | 'debug';

type View = Int32Array | Uint32Array | Float64Array | Uint8Array | BigInt64Array | BigUint64Array | Int16Array;
type ViewClass<V extends View> = {
  new (buffer: ArrayBuffer, offset: number, length: number): V;
  BYTES_PER_ELEMENT: number;
};

/** A named buffer of a reservation: an element type with a length, or an array whose content is copied in. */
export interface Section<V extends View> {
  readonly type: ViewClass<V>;
  readonly length: number;
  readonly content?: V;
}

export const i16 = (length: number): Section<Int16Array> => ({ type: Int16Array, length });
export const i32 = (length: number): Section<Int32Array> => ({ type: Int32Array, length });
export const f64 = (length: number): Section<Float64Array> => ({ type: Float64Array, length });
export const u8 = (length: number): Section<Uint8Array> => ({ type: Uint8Array, length });
export const u32 = (length: number): Section<Uint32Array> => ({ type: Uint32Array, length });
export const i64 = (length: number): Section<BigInt64Array> => ({ type: BigInt64Array, length });
export const u64 = (length: number): Section<BigUint64Array> => ({ type: BigUint64Array, length });

/** A section that starts with a copy of `content`. */
export function copyOf<V extends View>(content: V): Section<V> {
  return { type: content.constructor as ViewClass<V>, length: content.length, content };
}

type Layout = Record<string, Section<View>>;
type Pointers<L extends Layout> = { readonly [name in keyof L]: number };
type Views<L extends Layout> = { readonly [name in keyof L]: L[name] extends Section<infer V> ? V : never };

/** Buffers that live until `release`. `views()` must be taken anew after any later reservation (growth detaches them). */
export interface Reservation<L extends Layout> {
  readonly at: Pointers<L>;
  views(): Views<L>;
  release(): void;
}

const ALIGNMENT = 16;
const aligned = (bytes: number) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

export class Kernel {
  readonly call: KernelExports;

  constructor(module: WebAssembly.Module) {
    this.call = instantiateSync<KernelExports & Record<string, unknown>>(module).exports;
  }

  /** Bytes of linear memory in use by this instance, used or not. */
  get memoryBytes(): number {
    return this.call.memory.buffer.byteLength;
  }

  /** Reserves all sections as one block. @throws RangeError where the memory cannot be had. */
  reserve<const L extends Layout>(layout: L): Reservation<L> {
    const names = Object.keys(layout) as (keyof L & string)[];
    const offsets: Record<string, number> = {};
    let bytes = 0;
    for (const name of names) {
      offsets[name] = bytes;
      bytes += aligned(layout[name]!.length * layout[name]!.type.BYTES_PER_ELEMENT);
    }
    const base = this.take(bytes);
    const at = Object.fromEntries(names.map((name) => [name, base + offsets[name]!])) as Pointers<L>;
    const views = () => {
      const { buffer } = this.call.memory;
      return Object.fromEntries(
        names.map((name) => [name, new layout[name]!.type(buffer, at[name], layout[name]!.length)]),
      ) as Views<L>;
    };
    const fresh: Record<string, View> = views();
    for (const name of names) {
      const { content } = layout[name]!;
      // The content has the section's own element type, so `set` never mixes numbers and bigints.
      if (content) (fresh[name] as Uint8Array).set(content as Uint8Array);
    }
    return { at, views, release: () => this.call.release(base) };
  }

  /** Reserves, runs `body`, releases. Views passed to `body` are valid only inside it. */
  use<const L extends Layout, R>(layout: L, body: (at: Pointers<L>, view: Views<L>) => R): R {
    const held = this.reserve(layout);
    try {
      return body(held.at, held.views());
    } finally {
      held.release();
    }
  }

  private take(bytes: number): number {
    let pointer = 0;
    try {
      pointer = this.call.reserve(bytes) >>> 0;
    } catch {
      // The allocator traps where the memory cannot grow.
    }
    if (pointer === 0) throw new RangeError(`${bytes} bytes of WebAssembly memory cannot be had`);
    return pointer;
  }
}

/** Compiles one build; the module can be posted to workers, which instantiate it without compiling again. */
export function compileKernel(build: KernelBuild = 'release'): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(new URL(`../../build/${build}.wasm`, import.meta.url)));
}
