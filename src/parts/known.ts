/** Results of a job's parts as they are known, by range; neighbouring ranges can be merged where the task allows. */
import { InternalError } from '../errors.ts';
import type { MapResult } from '../kernel/pool.ts';
import type { AnyTask } from '../kernel/tasks.ts';

/** The results of parts first … first+count-1: one a part, or a single one that stands for all. */
export interface Piece {
  readonly first: number;
  readonly count: number;
  readonly results: readonly unknown[];
}

/** The pieces with neighbours made one, in order. @throws InternalError where pieces overlap. */
export function joined(pieces: Iterable<Piece>, task: Pick<AnyTask, 'merge'>): Piece[] {
  const runs: { first: number; count: number; results: unknown[] }[] = [];
  for (const { first, count, results } of [...pieces].sort((a, b) => a.first - b.first)) {
    const last = runs.at(-1);
    if (last && first < last.first + last.count) throw new InternalError(`part ${first} of a job is known twice`);
    if (last && first === last.first + last.count) {
      last.count += count;
      last.results.push(...results);
    } else runs.push({ first, count, results: [...results] });
  }
  return runs.map(({ first, count, results }) => ({
    first,
    count,
    results: task.merge && results.length > 1 ? [task.merge(results)] : results,
  }));
}

/** A job's results by part, as `Pool.map` gives them. */
export function spread(pieces: Iterable<Piece>, parts: number): MapResult<unknown> {
  const results: unknown[] = new Array(parts).fill(undefined);
  let known = 0;
  for (const { first, count, results: own } of pieces) {
    known += count;
    for (const [i, result] of own.entries()) results[first + i] = result;
  }
  return { results, complete: known === parts };
}
