/** Parts of an answer: one that is too large for its method says so in its place, and the others stand. */
import { InputError } from '../errors.ts';
import { TimeUpError } from '../pause.ts';

/** A part of the answer, or why it was not computed. */
export type Part<T> = T | { readonly refused: string };

/** What stands in the place of a part that failed for a reason which the reader can change. @throws any other error. */
function refusal(error: unknown): { readonly refused: string } {
  if (error instanceof InputError || error instanceof TimeUpError) return { refused: error.message };
  throw error;
}

/** Runs one part. */
export function refusable<T>(work: () => T): Part<T> {
  try {
    return work();
  } catch (error) {
    return refusal(error);
  }
}

/** Runs one part that takes its time. */
export async function refusableLater<T>(work: () => Promise<T>): Promise<Part<T>> {
  try {
    return await work();
  } catch (error) {
    return refusal(error);
  }
}
