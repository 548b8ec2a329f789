/** Cross-validated fits over prefixes of orders and over subsets: the tasks `prefixes` and `subsets`. */
import { copyOf, f64, i32, type Kernel, u8 } from './instance.ts';
import type { Task } from './tasks.ts';

/** Gram matrices of the folds; arrays lie on SharedArrayBuffers. n Bobs, F folds, T targets. */
export interface FitsShared {
  readonly bobs: number;
  readonly folds: number;
  readonly targets: number;
  /** Items by fold. */
  readonly items: Float64Array;
  /** Training folds, F·n·n, F·T·n, F·T. */
  readonly gram: Float64Array;
  readonly b: Float64Array;
  readonly yy: Float64Array;
  /** Test folds, of the same shapes. */
  readonly testGram: Float64Array;
  readonly testB: Float64Array;
  readonly testYy: Float64Array;
}

/** Numbers kept of a set: MSE of best individual, simple average, NNLS, simplex, non-zero weights of NNLS, of simplex. */
export const MEASURES = 6;
/** Numbers of a kernel record (assembly/path.ts): the measures, flags, residual. */
const RECORD = 8;
const FLAGS = 6;
const RESIDUAL = 7;

/** A fit whose KKT conditions did not hold on the Gram matrices: its share is missing from `means`. */
export interface FailedFit {
  /** Index of the set within the part's means. */
  readonly set: number;
  readonly fold: number;
  readonly simplex: boolean;
}

export interface FitsResult {
  /** By set, MEASURES numbers: means over folds, without the shares of failed fits. */
  readonly means: Float64Array;
  readonly failed: readonly FailedFit[];
  /** Fits whose weights may not be the only optimal ones. */
  readonly tiedNnls: number;
  readonly tiedSimplex: number;
  /** The largest relative KKT residual of the fits that did not fail. */
  readonly residual: number;
}

/** Prefixes with `least` … all columns of each order. */
export interface PrefixesPart {
  readonly target: number;
  readonly orders: readonly Int32Array[];
  readonly least: number;
  /** Folds `firstFold` … `lastFold` - 1; the means then hold these folds' shares. */
  readonly firstFold: number;
  readonly lastFold: number;
  /** The fits to make; default both. The measures of the other are then 0. */
  readonly methods?: readonly Method[];
}

const METHOD = { nnls: 1, simplex: 2 };
export type Method = keyof typeof METHOD;
const BOTH: readonly Method[] = ['nnls', 'simplex'];
const bits = (methods: readonly Method[]) => methods.reduce((mask, method) => mask | METHOD[method], 0);

/** Every subset that consists of `root` (below `from`) and any columns from `from` on; the set's index is their bit mask. */
export interface SubsetsPart {
  readonly target: number;
  readonly root: readonly number[];
  readonly from: number;
}

export interface FitsState {
  readonly shared: FitsShared;
  problem(fold: number, target: number): number;
  release(): void;
}

function prepare(kernel: Kernel, shared: FitsShared): FitsState {
  const { bobs, folds, targets } = shared;
  const size = kernel.call.problemBytes(bobs);
  const held = kernel.reserve({
    gram: copyOf(shared.gram),
    b: copyOf(shared.b),
    testGram: copyOf(shared.testGram),
    testB: copyOf(shared.testB),
    problems: u8(size * folds * targets),
  });
  const { at } = held;
  const problem = (fold: number, target: number) => at.problems + (fold * targets + target) * size;
  const matrix = 8 * bobs * bobs;
  for (let fold = 0; fold < folds; fold++)
    for (let target = 0; target < targets; target++) {
      const pair = fold * targets + target;
      kernel.call.defineProblem(
        problem(fold, target),
        bobs,
        at.gram + fold * matrix,
        at.b + 8 * pair * bobs,
        shared.yy[pair]!,
        at.testGram + fold * matrix,
        at.testB + 8 * pair * bobs,
        shared.testYy[pair]!,
        shared.items[fold]!,
      );
    }
  return { shared, problem, release: held.release };
}

/** Adds the records of one fold to the means, in the order of the folds. */
class Tally {
  readonly means: Float64Array;
  readonly failed: FailedFit[] = [];
  tiedNnls = 0;
  tiedSimplex = 0;
  residual = 0;

  constructor(sets: number) {
    this.means = new Float64Array(sets * MEASURES);
  }

  add(records: Float64Array, count: number, folds: number, fold: number, firstSet: number): void {
    for (let i = 0; i < count; i++) {
      const record = i * RECORD;
      const flags = records[record + FLAGS]!;
      const set = firstSet + i;
      for (let m = 0; m < MEASURES; m++) {
        // Measures 2 and 4 are NNLS's, 3 and 5 the simplex fit's; flags 1 and 2 say that it failed.
        if (m >= 2 && flags & (m % 2 === 0 ? 1 : 2)) continue;
        this.means[set * MEASURES + m]! += records[record + m]! / folds;
      }
      if (flags & 1) this.failed.push({ set, fold, simplex: false });
      if (flags & 2) this.failed.push({ set, fold, simplex: true });
      if (flags & 4) this.tiedNnls++;
      if (flags & 8) this.tiedSimplex++;
      if (!(flags & 3)) this.residual = Math.max(this.residual, records[record + RESIDUAL]!);
    }
  }

  result(): FitsResult {
    const { means, failed, tiedNnls, tiedSimplex, residual } = this;
    return { means, failed, tiedNnls, tiedSimplex, residual };
  }
}

export const prefixesTask: Task<FitsShared, FitsState, PrefixesPart, FitsResult> = {
  prepare,
  run(kernel, { shared, problem }, { target, orders, least, firstFold, lastFold, methods = BOTH }) {
    const { bobs, folds } = shared;
    const mask = bits(methods);
    const longest = Math.max(...orders.map((order) => order.length));
    const most = longest - least + 1;
    const tally = new Tally(orders.reduce((sets, order) => sets + order.length - least + 1, 0));
    const layout = {
      order: i32(longest),
      frame: u8(kernel.call.frameBytes(bobs)),
      path: u8(kernel.call.pathBytes(bobs)),
      records: f64(most * RECORD),
    };
    kernel.use(layout, (at, view) => {
      let firstSet = 0;
      for (const order of orders) {
        const count = order.length - least + 1;
        view.order.set(order);
        for (let fold = firstFold; fold < lastFold; fold++) {
          kernel.call.fitPrefixes(
            problem(fold, target),
            mask,
            at.order,
            least,
            order.length,
            at.frame,
            at.path,
            at.records,
          );
          tally.add(view.records, count, folds, fold, firstSet);
        }
        firstSet += count;
      }
    });
    return tally.result();
  },
  dispose: (_kernel, state) => state.release(),
};

export const subsetsTask: Task<FitsShared, FitsState, SubsetsPart, FitsResult> = {
  prepare,
  run(kernel, { shared, problem }, { target, root, from }) {
    const { bobs, folds } = shared;
    const sets = 2 ** (bobs - from);
    const tally = new Tally(sets);
    const layout = {
      order: i32(bobs),
      frame: u8(kernel.call.frameBytes(bobs)),
      paths: u8(kernel.call.pathBytes(bobs) * (bobs - from + 1)),
      records: f64(sets * RECORD),
    };
    kernel.use(layout, (at, view) => {
      view.records.fill(0, 0, RECORD);
      for (let fold = 0; fold < folds; fold++) {
        view.order.set(root);
        kernel.call.fitSubsets(problem(fold, target), at.order, root.length, from, at.frame, at.paths, at.records);
        tally.add(view.records, sets, folds, fold, 0);
      }
    });
    return tally.result();
  },
  dispose: (_kernel, state) => state.release(),
};

/** The weights of both fits over the given columns, and whether they are the only optimal ones, fold by fold. */
export interface FoldWeights {
  readonly fold: number;
  readonly target: number;
  readonly columns: Int32Array;
}
export interface FoldWeightsResult {
  readonly nnls: Float64Array;
  readonly simplex: Float64Array;
  /** The kernel's record (assembly/path.ts). */
  readonly record: Float64Array;
}

export const weightsTask: Task<FitsShared, FitsState, FoldWeights, FoldWeightsResult> = {
  prepare,
  run(kernel, { shared, problem }, { fold, target, columns }) {
    const { bobs } = shared;
    const layout = {
      order: copyOf(columns),
      frame: u8(kernel.call.frameBytes(bobs)),
      path: u8(kernel.call.pathBytes(bobs)),
      record: f64(RECORD),
      nnls: f64(bobs),
      simplex: f64(bobs),
    };
    return kernel.use(layout, (at, view) => {
      const one = problem(fold, target);
      kernel.call.fitPrefixes(one, bits(BOTH), at.order, columns.length, columns.length, at.frame, at.path, at.record);
      kernel.call.readWeights(at.frame, at.path, false, at.nnls);
      kernel.call.readWeights(at.frame, at.path, true, at.simplex);
      return { nnls: view.nnls.slice(), simplex: view.simplex.slice(), record: view.record.slice() };
    });
  },
  dispose: (_kernel, state) => state.release(),
};
