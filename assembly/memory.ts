/**
 * The one place where linear memory is handed out. The host reserves every buffer before a kernel runs; kernels
 * themselves allocate nothing. Blocks are 16-byte aligned.
 */

/** Reserves `bytes` bytes and returns their address, or 0 where they cannot be had. */
export function reserve(bytes: usize): usize {
  return heap.alloc(bytes);
}

/** Gives a block back. */
export function release(pointer: usize): void {
  heap.free(pointer);
}
