/**
 * `hull`: how well combinations of K Bobs hold Alice (section 6, Figures 1 to 4): best individual, simple average, NNLS and
 * simplex fits over permutations or subsets, cross-validated.
 */
import { AbortedError, InputError } from '../errors.ts';
import { givenObject, givenThing } from '../input/given.ts';
import { type FitsResult, type FitsShared, type FoldWeightsResult, MEASURES } from '../kernel/fits.ts';
import type { MapOptions, Pool } from '../kernel/pool.ts';
import { type RunOptions, withPool } from '../market/options.ts';
import { VERSION } from '../version.ts';
import { type Folds, foldsOf, upTo } from './folds.ts';
import { moments } from './moments.ts';
import { estimateSeconds, type Subsets } from './orders.ts';
import { refit } from './refit.ts';
import type { BobWeight, CurvePoint, EpsilonPoint, HullResult } from './results.ts';
import type { Scores } from './scores.ts';
import { planSets, type SetPlan } from './sets.ts';
import { type EpsilonChoice, supNormPath, wantsEpsilon } from './sup-norm.ts';
import { HullTally, meanAndStd } from './tally.ts';

export interface HullOptions extends RunOptions {
  /** Number of folds; default 5, or as many as the fold column names. */
  readonly folds?: number | undefined;
  /** Random permutations; default 100. */
  readonly permutations?: number | undefined;
  /** Given permutations instead (`readOrders`): Bob numbers, each a permutation of all. */
  readonly orders?: readonly Int32Array[] | undefined;
  /** Subsets instead. */
  readonly subsets?: Subsets | undefined;
  /** Definition 1's epsilon beside the MSE; default `auto`. */
  readonly epsilon?: EpsilonChoice | undefined;
  /** Seed of folds, permutations and drawn subsets; default 1. */
  readonly seed?: number | undefined;
}

/** A refitted fit is verified where its relative KKT residual is at most this. */
const VERIFIED = 1e-9;
/** Section 6: weights above this count as non-zero. */
const NONZERO = 1e-6;

function whole(name: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new InputError(`${name} must be a whole number from ${least} to ${most}, got ${value}`);
  return value;
}

function checkOrders(orders: readonly Int32Array[], bobs: number): void {
  if (orders.length === 0) throw new InputError('orders must hold at least one permutation, got none');
  orders.forEach((order, i) => {
    if (order.length !== bobs || new Set(order).size !== bobs || order.some((bob) => !(bob >= 0 && bob < bobs)))
      throw new InputError(
        `orders: number ${i + 1} must be a permutation of 0 … ${bobs - 1}, got ${[...order].join(',')}`,
      );
  });
}

/**
 * Section 6's four curves over K = 1 … N Bobs, cross-validated: mean test MSE over folds, then mean and population standard
 * deviation over permutations (or subsets), and the number of non-zero weights.
 * @param scores from `readScores`, `parseScores` or `scoresFrom`: items × Bobs, with one or several target columns.
 * @throws InputError on a bad option, or folds that cannot be made. @throws TooLargeError for too many subsets.
 * @throws AbortedError once `options.signal` fires.
 * @example
 * // Alice is Bob A.
 * const scores = await parseScores('alice,A,B\n0,0,1\n1,1,1\n1,1,0\n0,0,0\n');
 * (await hull(scores, { folds: 2, permutations: 1 })).curve[1].nnls.mse; // 0
 */
export async function hull(scores: Scores, options: HullOptions = {}): Promise<HullResult> {
  givenThing(scores, 'chunks', 'scores must be what readScores, parseScores or scoresFrom return');
  givenObject(options);
  const seed = whole('seed', options.seed ?? 1, 0, 2 ** 32 - 1);
  const permutations = whole('permutations', options.permutations ?? 100, 1, 1_000_000);
  const n = scores.bobs.length;
  const targets = scores.targets.length;
  if (n < 2) throw new InputError(`scores must have at least 2 Bobs, got ${n}`);
  if (options.orders) checkOrders(options.orders, n);
  if (options.subsets && options.subsets !== 'all') whole('subsets: sample', options.subsets.sample, 1, 1_000_000);
  const { folds, by } = foldsOf(scores, options.folds, seed);
  const plan = planSets(n, folds.count, targets, { ...options, permutations, seed });
  return withPool(options, async (pool, deadline) => {
    const { signal, onProgress } = options;
    const shared = await moments(scores, folds, pool, { signal });
    const { results, complete } = await fit(plan, shared, pool, { signal, deadline }, onProgress);
    const tally = new HullTally(plan.sets, targets, folds.count);
    const redone = gather(plan, results, tally, scores, folds, signal);
    const final = await finalWeights(shared, pool, signal);
    const last = lastFits(final, scores, folds);
    assignFinal(plan, tally, last.measures, n);
    const asked = wantsEpsilon(options.epsilon ?? 'auto', scores);
    const epsilons = asked ? await supNormPath(scores, shared, pool, { signal, deadline }) : [];
    return {
      kind: 'hull',
      version: VERSION,
      complete: complete && (!asked || epsilons.length === n),
      arithmetic: 'double',
      options: {
        seed,
        sets: plan.kind,
        foldsBy: by,
        ...(scores.scale ? { scale: scores.scale } : {}),
        ...(scores.dropped ? { missing: 'drop-item' as const } : {}),
      },
      items: scores.items,
      ...(scores.dropped ? { dropped: scores.dropped } : {}),
      bobs: scores.bobs,
      targets: scores.targets,
      folds: folds.count,
      foldItems: [...shared.items],
      orders: plan.orders,
      curve: curveOf(plan, tally, n).map((point) => withEpsilon(point, epsilons[point.k - 1])),
      weights: weightsOf(scores, last.weights),
      unique: last.unique,
      checks: {
        fits: tally.fits,
        refitted: redone.refitted,
        unverified: redone.unverified,
        residual: tally.residual,
        notUnique: tally.tied,
      },
    };
  });
}

async function fit(
  plan: SetPlan,
  shared: FitsShared,
  pool: Pool,
  options: MapOptions<FitsResult>,
  onProgress: RunOptions['onProgress'],
) {
  const { work } = plan;
  const total = work.parts.length;
  const run: MapOptions<FitsResult> = {
    ...options,
    seconds: estimateSeconds(shared.bobs, plan.sets, shared.folds, shared.targets),
    onPart: (done) => onProgress?.(done, total),
  };
  return work.task === 'prefixes'
    ? pool.map(
        'prefixes',
        shared,
        work.parts.map(({ part }) => part),
        run,
      )
    : pool.map(
        'subsets',
        shared,
        work.parts.map(({ part }) => part),
        run,
      );
}

/** Adds all parts in their order, and redoes on the data what the Gram matrices could not settle. */
function gather(
  plan: SetPlan,
  results: readonly (FitsResult | undefined)[],
  tally: HullTally,
  scores: Scores,
  folds: Folds,
  signal: AbortSignal | undefined,
) {
  let refitted = 0;
  let unverified = 0;
  plan.work.parts.forEach(({ part, place }, i) => {
    const result = results[i];
    if (!result) return;
    const held = 'firstFold' in part ? part.lastFold - part.firstFold : folds.count;
    tally.add(result, part.target, held, place);
    for (const { set: index, fold, simplex } of result.failed) {
      if (signal?.aborted) throw new AbortedError();
      const set = place(index);
      if (set < 0) continue;
      const again = refit(scores, folds, fold, part.target, plan.columnsOf(set), simplex);
      tally.addRefit(part.target, set, simplex, again.mse, countNonzero(again.weights), again.residual);
      refitted++;
      if (!(again.residual <= VERIFIED)) unverified++;
    }
  });
  return { refitted, unverified };
}

const countNonzero = (weights: Float64Array) =>
  weights.reduce((count, weight) => count + (weight > NONZERO ? 1 : 0), 0);

/** The fits of all Bobs together, once a target and fold: what every order ends with. */
async function finalWeights(shared: FitsShared, pool: Pool, signal: AbortSignal | undefined) {
  const columns = upTo(shared.bobs);
  const parts = Array.from({ length: shared.targets * shared.folds }, (_, i) => ({
    target: Math.floor(i / shared.folds),
    fold: i % shared.folds,
    columns,
  }));
  const { results } = await pool.map('weights', shared, parts, {
    signal,
    seconds: estimateSeconds(shared.bobs, shared.bobs, shared.folds, shared.targets),
  });
  return parts.map((part, i) => ({ ...part, result: results[i]! }));
}

type Final = Awaited<ReturnType<typeof finalWeights>>;

function lastFits(final: Final, scores: Scores, folds: Folds) {
  const unique = { nnls: true, simplex: true };
  const measures = scores.targets.map(() => new Float64Array(MEASURES));
  const weights = final.map(({ target, fold, result, columns }) => {
    const measured = result.record.slice(0, MEASURES);
    const flags = result.record[MEASURES]!;
    if (flags & 4) unique.nnls = false;
    if (flags & 8) unique.simplex = false;
    const use = { nnls: result.nnls, simplex: result.simplex };
    for (const [name, m, failed] of [
      ['nnls', 2, 1],
      ['simplex', 3, 2],
    ] as const) {
      if (!(flags & failed)) continue;
      const again = refit(scores, folds, fold, target, columns, name === 'simplex');
      use[name] = again.weights;
      measured[m] = again.mse;
      measured[m + 2] = countNonzero(again.weights);
    }
    measured.forEach((value, m) => {
      measures[target]![m]! += value / folds.count;
    });
    return use;
  });
  return { unique, measures, weights };
}

function assignFinal(plan: SetPlan, tally: HullTally, measures: readonly Float64Array[], n: number): void {
  for (let set = 0; set < plan.sets; set++)
    if (tally.isKnown(set) && plan.sizeOf(set) === n)
      for (const [target, values] of measures.entries()) tally.assign(target, set, values);
}

function curveOf(plan: SetPlan, tally: HullTally, n: number): CurvePoint[] {
  const bySize: number[][] = Array.from({ length: n }, () => []);
  for (let set = 0; set < plan.sets; set++) bySize[plan.sizeOf(set) - 1]!.push(set);
  return bySize.flatMap((sets, i) => tally.point(i + 1, sets) ?? []);
}

const withEpsilon = (point: CurvePoint, epsilon: EpsilonPoint | undefined): CurvePoint =>
  epsilon ? { ...point, epsilon } : point;

function weightsOf({ bobs }: Scores, weights: readonly Pick<FoldWeightsResult, 'nnls' | 'simplex'>[]): BobWeight[] {
  const spread = (kind: 'nnls' | 'simplex', bob: number) => {
    const folds = weights.map((one) => one[kind][bob]!);
    return { ...meanAndStd(folds), folds };
  };
  return bobs
    .map((bob, i) => ({ bob, nnls: spread('nnls', i), simplex: spread('simplex', i) }))
    .sort((a, b) => b.nnls.mean - a.nnls.mean || b.simplex.mean - a.simplex.mean);
}
