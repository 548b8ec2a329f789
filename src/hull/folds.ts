/** Cross-validation folds (decision 9): made once a run, the same for every K, permutation and target. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { InputError } from '../errors.ts';
import { show } from '../input/show.ts';
import type { Labels, Scores } from './scores.ts';

/** The items of each fold: fold f has `rows[start[f]]` … `rows[start[f + 1] - 1]`, ascending. */
export interface Folds {
  readonly count: number;
  readonly rows: Int32Array;
  readonly start: Int32Array;
}

/** Streams of one seed, apart for each purpose, so that more folds do not change the permutations. */
export function generator(seed: number, stream: 'folds' | 'orders' | 'subsets' | 'personas'): RandomGenerator {
  const number = { folds: 1, orders: 2, subsets: 3, personas: 4 }[stream];
  return xoroshiro128plus((Math.imul(seed, 0x9e3779b1) ^ Math.imul(number, 0x85ebca6b)) | 0);
}

/** Shuffles in place: Fisher and Yates, from the end. */
export function shuffle(values: Int32Array, random: RandomGenerator): Int32Array {
  for (let i = values.length - 1; i > 0; i--) {
    const j = uniformInt(random, 0, i);
    const kept = values[i]!;
    values[i] = values[j]!;
    values[j] = kept;
  }
  return values;
}

export const upTo = (count: number) => Int32Array.from({ length: count }, (_, i) => i);

function gather(foldOf: Int32Array, count: number): Folds {
  const start = new Int32Array(count + 1);
  for (const fold of foldOf) start[fold + 1]!++;
  for (let f = 0; f < count; f++) start[f + 1]! += start[f]!;
  const place = start.slice();
  const rows = new Int32Array(new SharedArrayBuffer(4 * foldOf.length));
  foldOf.forEach((fold, item) => {
    rows[place[fold]!++] = item;
  });
  return { count, rows, start };
}

/**
 * Folds of almost equal size over `items` items, shuffled by `seed`. With `groups` (a group number by item, from 0) groups
 * are shuffled and each goes to the fold with the fewest items (ties: the lowest), so that none straddles folds.
 * @throws InputError where there are fewer items, or groups, than folds.
 */
export function randomFolds(items: number, count: number, seed: number, groups?: Int32Array): Folds {
  if (!Number.isInteger(count) || count < 2)
    throw new InputError(`folds must be a whole number of at least 2, got ${count}`);
  if (items < count) throw new InputError(`items must be at least as many as folds, got ${items} for ${count} folds`);
  const random = generator(seed, 'folds');
  const foldOf = new Int32Array(items);
  if (!groups) {
    shuffle(upTo(items), random).forEach((item, place) => {
      foldOf[item] = place % count;
    });
    return gather(foldOf, count);
  }
  const sizes: number[] = [];
  for (const group of groups) sizes[group] = (sizes[group] ?? 0) + 1;
  if (sizes.length < count)
    throw new InputError(`groups must be at least as many as folds, got ${sizes.length} for ${count} folds`);
  const foldOfGroup = new Int32Array(sizes.length);
  const filled = new Array<number>(count).fill(0);
  for (const group of shuffle(upTo(sizes.length), random)) {
    const fold = filled.indexOf(Math.min(...filled));
    foldOfGroup[group] = fold;
    filled[fold]! += sizes[group]!;
  }
  groups.forEach((group, item) => {
    foldOf[item] = foldOfGroup[group]!;
  });
  return gather(foldOf, count);
}

/** The folds that a column names: by item, a number from 0 (in the order of first appearance). @throws InputError for one fold. */
export function givenFolds(foldOf: Int32Array): Folds {
  const count = foldOf.reduce((most, fold) => Math.max(most, fold), -1) + 1;
  if (count < 2) throw new InputError(`the fold column must name at least 2 folds, got ${count}`);
  const folds = gather(foldOf, count);
  for (let f = 0; f < count; f++)
    if (folds.start[f] === folds.start[f + 1]) throw new InputError(`fold ${f} has no items`);
  return folds;
}

/** Refuses given folds that share a group, or a question. */
function checkWhole(kind: 'group' | 'question', { of, names }: Labels, folds: Labels): void {
  const first = new Map<number, number>();
  of.forEach((label, item) => {
    const fold = folds.of[item]!;
    const before = first.get(label) ?? fold;
    first.set(label, before);
    if (before === fold) return;
    const [a, b] = [before, fold].map((one) => show(folds.names[one]!));
    throw new InputError(
      `a ${kind} must lie in one fold, got ${show(names[label]!)} in ${a} and ${b} of the fold column`,
    );
  });
}

function makeFolds(scores: Scores, count: number | undefined, seed: number): { folds: Folds; by: FoldsBy } {
  const { folds: given, groups, questions } = scores;
  if (given) {
    const folds = givenFolds(given.of);
    if (count !== undefined && count !== folds.count)
      throw new InputError(`folds must be ${folds.count}, as many as the fold column names, got ${count}`);
    if (groups) checkWhole('group', groups, given);
    if (questions) checkWhole('question', questions, given);
    return { folds, by: 'column' };
  }
  const by = groups ? 'groups' : questions ? 'questions' : 'items';
  return { folds: randomFolds(scores.items, count ?? 5, seed, (groups ?? questions)?.of), by };
}

/** What folds are made of. */
export type FoldsBy = 'items' | 'groups' | 'questions' | 'column';

/**
 * The folds of one run: those that the file names, or `count` (default 5) made by the seed.
 * @throws InputError naming the file, where they cannot be had.
 */
export function foldsOf(scores: Scores, count: number | undefined, seed: number): { folds: Folds; by: FoldsBy } {
  try {
    return makeFolds(scores, count, seed);
  } catch (error) {
    if (!(error instanceof InputError) || scores.name === undefined) throw error;
    throw new InputError(`${scores.name}: ${error.message}`);
  }
}
