/** From a model's reply to a score, strictly: a reply that is not exactly one whole number in range is no answer. */
import type { ScoresPlan } from './plan.ts';

/** What an endpoint sent back. */
export interface Reply {
  readonly text: string;
  /** The endpoint's `finish_reason`. */
  readonly finish: string | null;
  /** The model declined in the protocol's own field. */
  readonly refusal: string | null;
}

/** Why a reply is no answer. */
export type Fault = 'empty' | 'refused' | 'cut off' | 'filtered' | 'not a whole number' | 'out of range' | 'too long';

export type Reading = { readonly score: number } | { readonly fault: Fault };

const WHOLE = /^(?:0|-?[1-9]\d{0,15})$/;

/** The number in `text`: digits alone, or an object with `score` alone. */
function numberIn(text: string): number | undefined {
  if (WHOLE.test(text)) return Number(text);
  if (!text.startsWith('{')) return undefined;
  try {
    const given: unknown = JSON.parse(text);
    if (typeof given !== 'object' || given === null || Object.keys(given).length !== 1 || !('score' in given))
      return undefined;
    return Number.isInteger(given.score) ? (given.score as number) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads a reply. A reply cut off by its length limit is never read: "10" may be the beginning of "100".
 *
 *     readReply({ text: '73', finish: 'stop', refusal: null }, { from: 0, to: 100 })   // { score: 73 }
 *     readReply({ text: 'About 73.', … })                                              // { fault: 'not a whole number' }
 */
export function readReply({ text, finish, refusal }: Reply, { from, to }: Pick<ScoresPlan, 'from' | 'to'>): Reading {
  if (refusal !== null && refusal !== '') return { fault: 'refused' };
  if (finish === 'content_filter') return { fault: 'filtered' };
  if (finish === 'length') return { fault: 'cut off' };
  const bare = text.trim();
  if (bare === '') return { fault: 'empty' };
  const score = numberIn(bare);
  if (score === undefined) return { fault: 'not a whole number' };
  return score < from || score > to ? { fault: 'out of range' } : { score };
}

/** The JSON schema of an answer, for endpoints that take one. */
export function answerFormat({ from, to }: Pick<ScoresPlan, 'from' | 'to'>) {
  return {
    type: 'json_schema' as const,
    json_schema: {
      name: 'answer',
      strict: true,
      schema: {
        type: 'object',
        properties: { score: { type: 'integer', minimum: from, maximum: to } },
        required: ['score'],
        additionalProperties: false,
      },
    },
  };
}
