/**
 * Pages without cross-origin isolation have no SharedArrayBuffer. Here everything runs in one thread, where a plain
 * buffer does the same. Imported first by the worker.
 */
if (!('SharedArrayBuffer' in globalThis)) Object.assign(globalThis, { SharedArrayBuffer: ArrayBuffer });
