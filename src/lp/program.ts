/**
 * Linear programs through HiGHS's model-building interface: loaded on first use (about 60 ms), solved by the serial
 * dual simplex without presolve, so that an optimum comes with a basis and the same program gives the same bytes.
 */
import type { Highs, Model, ModelData, SparseMatrix } from 'highs';
import { InternalError } from '../errors.ts';
import type { Steps } from '../steps.ts';

/** Rows of a constraint matrix: `dense` is row-major, rows × variables; else compressed sparse rows. */
export type Coefficients =
  | { readonly dense: readonly number[] | Float64Array }
  | {
      /** One more entry than rows; row i holds `columns` and `values` from starts[i] to starts[i + 1]. */
      readonly starts: readonly number[] | Int32Array;
      readonly columns: readonly number[] | Int32Array;
      readonly values: readonly number[] | Float64Array;
    };

/** Constraints `lower[i] <= coefficients[i]·x <= upper[i]`; ±Infinity where a side is open. */
export interface Rows {
  readonly lower: readonly number[] | Float64Array;
  readonly upper: readonly number[] | Float64Array;
  readonly coefficients: Coefficients;
}

/** Minimise or maximise `objective · x` over `rows` and the variables' bounds. */
export interface LinearProgram {
  /** Default: minimise. */
  readonly sense?: 'minimise' | 'maximise';
  readonly objective: readonly number[] | Float64Array;
  /** Lower bound of each variable; default 0. */
  readonly lower?: readonly number[] | Float64Array;
  /** Upper bound of each variable; default Infinity. */
  readonly upper?: readonly number[] | Float64Array;
  readonly rows: Rows;
}

export type LinearStatus = 'optimal' | 'infeasible' | 'unbounded' | 'failed';

/** Where a variable or a row's activity stands in the optimal basis; only `basic` ones may lie between their bounds. */
export type BasisStatus = 'basic' | 'lower' | 'upper' | 'zero';

/**
 * The answer. Arrays are by variable or by row. Duals follow HiGHS: the change of the optimal value per unit of the row's
 * binding bound. All but `status` are meaningful only where `status` is `optimal`.
 */
export interface LinearSolution {
  readonly status: LinearStatus;
  readonly value: number;
  readonly x: Float64Array;
  readonly activity: Float64Array;
  readonly duals: Float64Array;
  readonly reducedCosts: Float64Array;
  readonly variableStatus: readonly BasisStatus[];
  readonly rowStatus: readonly BasisStatus[];
}

/** A program kept in the solver: rows may be added and it is solved again from the last basis. Dispose of it. */
export interface OpenProgram {
  addRows(rows: Rows): void;
  /** Other bounds for some rows, by number. */
  setBounds(rows: readonly number[], lower: readonly number[], upper: readonly number[]): void;
  /** `solve` in steps. */
  solveSteps(): Steps<LinearSolution>;
  /** @throws InternalError where HiGHS refuses the model. */
  solve(): LinearSolution;
  dispose(): void;
}

/** HiGHS, loaded; its methods are synchronous. */
export interface LinearSolver {
  /** Solves one program from scratch: the answer does not depend on what was solved before. */
  solve(program: LinearProgram): LinearSolution;
  open(program: LinearProgram): OpenProgram;
}

const STATUS: readonly BasisStatus[] = ['lower', 'basic', 'upper', 'zero', 'lower'];
const OPTIONS = { output_flag: false, presolve: 'off', solver: 'simplex', simplex_strategy: 1, random_seed: 0 };

/** Simplex iterations of one step: some ms. */
const ITERATIONS = 128;
const UNLIMITED = 2 ** 31 - 1;

let loading: Promise<LinearSolver> | undefined;

/**
 * The solver of this thread, loaded once.
 * @example
 * const solver = await linearSolver();
 * const { value } = solver.solve({
 *   sense: 'maximise',
 *   objective: [3, 2],
 *   rows: { lower: [-Infinity], upper: [4], coefficients: { dense: [1, 1] } },
 * }); // 12
 */
export function linearSolver(): Promise<LinearSolver> {
  loading ??= import('highs').then(async ({ default: module }) => {
    // The typings describe the CommonJS build, whose exports hold the loader; the ES build's default is the loader.
    const load: typeof module.default = 'default' in module ? module.default : module;
    return solverOf(await load());
  });
  return loading;
}

function solverOf(highs: Highs): LinearSolver {
  const open = (program: LinearProgram): OpenProgram => {
    const model = highs.createModel();
    model.options.set(OPTIONS);
    model.passModel(modelData(program, highs));
    return {
      addRows(rows) {
        const { lower, upper } = rows;
        model.addRows({
          lower: Float64Array.from(lower),
          upper: Float64Array.from(upper),
          matrix: matrixOf(rows, program),
        });
      },
      setBounds(indices, lower, upper) {
        if (indices.length > 0)
          model.changeRowsBounds({ kind: 'set', indices }, Float64Array.from(lower), Float64Array.from(upper));
      },
      *solveSteps() {
        model.options.set({ simplex_iteration_limit: ITERATIONS });
        try {
          for (;;) {
            const { modelStatus } = model.run();
            if (modelStatus !== highs.constants.modelStatus.iterationLimit) return answer(model, highs, modelStatus);
            yield;
          }
        } finally {
          model.options.set({ simplex_iteration_limit: UNLIMITED });
        }
      },
      solve: () => answer(model, highs, model.run().modelStatus),
      dispose: () => model.dispose(),
    };
  };
  return {
    open,
    solve(program) {
      const opened = open(program);
      try {
        return opened.solve();
      } finally {
        opened.dispose();
      }
    },
  };
}

function matrixOf({ lower, coefficients }: Rows, { objective }: LinearProgram): SparseMatrix {
  const shape = { format: 'csr', numRows: lower.length, numCols: objective.length } as const;
  if (!('dense' in coefficients)) {
    const { starts, columns, values } = coefficients;
    return {
      ...shape,
      starts: Int32Array.from(starts),
      indices: Int32Array.from(columns),
      values: Float64Array.from(values),
    };
  }
  const { dense } = coefficients;
  const starts = Int32Array.from({ length: lower.length + 1 }, (_, row) => row * objective.length);
  const indices = Int32Array.from(dense, (_, entry) => entry % objective.length);
  return { ...shape, starts, indices, values: Float64Array.from(dense) };
}

function modelData(program: LinearProgram, { constants }: Highs): ModelData {
  const { objective, rows } = program;
  const n = objective.length;
  return {
    numCols: n,
    numRows: rows.lower.length,
    sense: constants.objectiveSense[program.sense === 'maximise' ? 'maximize' : 'minimize'],
    colCost: objective,
    colLower: program.lower ?? new Float64Array(n),
    colUpper: program.upper ?? new Float64Array(n).fill(Number.POSITIVE_INFINITY),
    rowLower: rows.lower,
    rowUpper: rows.upper,
    matrix: matrixOf(rows, program),
  };
}

function answer(model: Model, { constants }: Highs, modelStatus: number): LinearSolution {
  const known = constants.modelStatus;
  // HiGHS calls a program without rows or columns empty, and it is then optimal at the bounds.
  const status: LinearStatus =
    modelStatus === known.optimal || modelStatus === known.empty
      ? 'optimal'
      : modelStatus === known.infeasible
        ? 'infeasible'
        : modelStatus === known.unbounded || modelStatus === known.unboundedOrInfeasible
          ? 'unbounded'
          : 'failed';
  if (modelStatus === known.modelError || modelStatus === known.loadError)
    throw new InternalError(`HiGHS refuses the linear program (status ${modelStatus})`);
  const solution = model.getSolution();
  const basis = model.getBasis();
  return {
    status,
    value: model.getObjectiveValue(),
    x: solution.colValue,
    activity: solution.rowValue,
    duals: solution.rowDual,
    reducedCosts: solution.colDual,
    variableStatus: Array.from(basis.colStatus, (code) => STATUS[code]!),
    rowStatus: Array.from(basis.rowStatus, (code) => STATUS[code]!),
  };
}
