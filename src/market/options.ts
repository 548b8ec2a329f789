/** The options of `solve` and `sweep` as the library takes them, checked and completed. */
import { InputError } from '../errors.ts';
import { givenObject } from '../input/given.ts';
import { Pool } from '../kernel/pool.ts';
import type { AnswerOptions, Scope, WeightSet } from './results.ts';

/** What decides the answer. Everything is optional; defaults are those of section 7.1. */
export interface MarketOptions {
  /** Whom Alice selects when two Bobs offer her the same; default `strict`. */
  readonly ties?: AnswerOptions['ties'] | undefined;
  /**
   * Whether Alice takes the policy named, or best-responds to her posterior, so that only obedient schemes count (states
   * must share their policies); default `follow`, as in section 7.1.
   */
  readonly receiver?: AnswerOptions['receiver'] | undefined;
  /** Whether schemes may randomise (Definition 3); default `deterministic`, as in section 7. */
  readonly schemes?: AnswerOptions['schemes'] | undefined;
  /** Misalignment rows, one or several; default `['cells']`. An empty list skips misalignment. */
  readonly scope?: readonly Scope[] | undefined;
  /** Misalignment weights, one or several; default `['cone']`. */
  readonly weights?: readonly WeightSet[] | undefined;
  /** Turn order of best-response dynamics; default `round-robin`. */
  readonly order?: AnswerOptions['order'] | undefined;
  /** Whether a Bob moves to his best profitable deviation or to the first; default `best`. */
  readonly deviation?: AnswerOptions['deviation'] | undefined;
  /** Random orders tried for the range of dynamics; default 20. */
  readonly runs?: number | undefined;
  /** Seed of everything random: 0 … 2^32 - 1; default 1. */
  readonly seed?: number | undefined;
  /** Round utilities to this many decimals first; default: exact as read. */
  readonly round?: number | undefined;
}

/** How a computation runs; decides nothing about a complete answer. */
export interface RunOptions {
  /** A pool to use; it stays open. Default: one of this call's own. */
  readonly pool?: Pool | undefined;
  /** Threads of a pool of this call's own; default: all cores. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Seconds after which the best answer so far is returned, `complete: false`. */
  readonly timeLimit?: number | undefined;
  readonly onProgress?: ((done: number, total: number, note?: string) => void) | undefined;
  /** Called with a line of text where the answer stays incomplete for another reason than time. */
  readonly onNote?: ((text: string) => void) | undefined;
  /** How stable schemes are found: `enumerate` lists schemes, `search` does not; default `auto`, by size. */
  readonly method?: Method | undefined;
}

export type Method = 'auto' | 'enumerate' | 'search';

/** `auto` lists up to this many schemes: one part of a scan, some milliseconds. */
const LISTED = 2n ** 24n;

/**
 * @param listed up to how many schemes `auto` lists them
 * @throws InputError where the method is none of the three.
 */
export function chosenMethod(method: Method | undefined, schemes: bigint, listed = LISTED): 'enumerate' | 'search' {
  const chosen = choose('method', method ?? 'auto');
  return chosen === 'auto' ? (schemes <= listed ? 'enumerate' : 'search') : chosen;
}

const CHOICES = {
  ties: ['strict', 'index'],
  receiver: ['follow', 'bayes'],
  schemes: ['deterministic', 'randomised'],
  scope: ['cells', 'schemes', 'table'],
  weights: ['simplex', 'cone'],
  order: ['round-robin', 'random'],
  deviation: ['best', 'better'],
  method: ['auto', 'enumerate', 'search'],
} as const;

function choose<N extends keyof typeof CHOICES>(name: N, value: unknown): (typeof CHOICES)[N][number] {
  const found = (CHOICES[name] as readonly (typeof CHOICES)[N][number][]).find((choice) => choice === value);
  if (found === undefined)
    throw new InputError(`${name} must be one of ${CHOICES[name].join(', ')}, got ${JSON.stringify(value)}`);
  return found;
}

function several<N extends 'scope' | 'weights'>(name: N, values: readonly unknown[]): (typeof CHOICES)[N][number][] {
  if (!Array.isArray(values))
    throw new InputError(`${name} must be a list of ${CHOICES[name].join(', ')}, got ${JSON.stringify(values)}`);
  return [...new Set(values.map((value) => choose(name, value)))];
}

function whole(name: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new InputError(`${name} must be a whole number from ${least} to ${most}, got ${value}`);
  return value;
}

/** @throws InputError naming the option, the rule and the value. */
export function answerOptions(options: MarketOptions): AnswerOptions {
  givenObject(options);
  const receiver = choose('receiver', options.receiver ?? 'follow');
  const schemes = choose('schemes', options.schemes ?? 'deterministic');
  if (schemes === 'randomised' && options.scope?.includes('schemes'))
    throw new InputError('scope schemes is over deterministic schemes: with randomised ones use cells or table');
  return {
    ties: choose('ties', options.ties ?? 'strict'),
    receiver,
    schemes,
    scope: several('scope', options.scope ?? ['cells']),
    weights: several('weights', options.weights ?? ['cone']),
    order: choose('order', options.order ?? 'round-robin'),
    deviation: choose('deviation', options.deviation ?? 'best'),
    runs: whole('runs', options.runs ?? 20, 1, 1_000_000),
    seed: whole('seed', options.seed ?? 1, 0, 2 ** 32 - 1),
  };
}

/** Runs `work` with the caller's pool, or with one that is closed again. @throws InputError on a bad `timeLimit`. */
export async function withPool<R>(
  { pool, threads, timeLimit }: RunOptions,
  work: (pool: Pool, deadline: number) => Promise<R>,
): Promise<R> {
  if (timeLimit !== undefined && !(timeLimit > 0))
    throw new InputError(`timeLimit must be a number of seconds above 0, got ${timeLimit}`);
  const deadline = timeLimit === undefined ? Number.POSITIVE_INFINITY : performance.now() + 1000 * timeLimit;
  if (pool) return work(pool, deadline);
  const own = new Pool({ threads });
  try {
    return await work(own, deadline);
  } finally {
    await own.close();
  }
}
