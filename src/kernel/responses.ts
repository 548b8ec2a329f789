/** A Bob's best responses to every Alice total at once, and the schemes behind them, from assembly/responses.ts. */
import { finished, type Steps } from '../steps.ts';
import { copyOf, i32, type Kernel, type Reservation, type Section, u8 } from './instance.ts';
import { type ResponsePlan, type ResponsesShared, responsePlan } from './response-plan.ts';
import type { Task } from './tasks.ts';

/** Which of several equally good schemes is meant, by rank. */
export type Extreme = 'lowest' | 'highest';

/** States put in front in one call of the kernel, and entries that it may make: some milliseconds. */
const MOST_STATES = 32;
const MOST_ENTRIES = 2 ** 20;
/** The total where there is no scheme. */
const NONE = -(2 ** 31);

/** Best responses over all schemes: few differ, many deficits share one. */
export interface Responses {
  /** By deficit that a scheme may have at most, the last for all larger ones: the number of the response. */
  readonly at: Int32Array;
  /** By response: the Bob's total, then the others along the scheme of lowest rank, then along that of highest rank. */
  readonly totals: Int32Array;
  /** The Bob's totals by deficit from some states on, without those of settled states: `plan.spacing` states apart. */
  readonly tables: readonly Int32Array[];
}

type Layout = { own: Section<Int32Array>; beside: Section<Int32Array>; work: Section<Uint8Array> } & Record<
  'records' | 'cells' | 'width',
  Section<Int32Array>
>;

/** A plan's table in the kernel's memory. */
class Table {
  private readonly kernel: Kernel;
  private readonly held: Reservation<Layout>;
  private readonly lanes: number;
  /** Entries of `own` before that of deficit 0. */
  private readonly before: number;

  /** @param lanes the plan's, or 0 for the Bob's own totals alone */
  constructor(kernel: Kernel, plan: ResponsePlan, lanes: number, width = plan.width) {
    const entries = width.reduce((most, own) => Math.max(most, own), 1);
    this.kernel = kernel;
    this.lanes = lanes;
    this.before = plan.largestLoss.reduce((most, loss) => Math.max(most, loss), 0);
    this.held = kernel.reserve({
      own: i32(this.before + entries),
      beside: i32(2 * lanes * entries),
      records: copyOf(plan.records(lanes)),
      cells: copyOf(plan.first),
      width: copyOf(width),
      work: u8(kernel.call.responsesWorkBytes()),
    });
    const { own, beside } = this.held.views();
    own.fill(NONE, 0, this.before);
    own[this.before] = 0;
    beside.fill(0, 0, 2 * lanes);
  }

  /** Begins with a table of the Bob's totals. */
  set(own: Int32Array): void {
    this.held.views().own.set(own, this.before);
  }

  /** Puts the states last - 1 … first in front, on the entries from `least` on. */
  put(first: number, last: number, least = 0): void {
    const { own, beside, records, cells, width, work } = this.held.at;
    const zero = own + 4 * this.before;
    this.kernel.call.responsesPut(zero, beside, this.lanes, records, cells, width, first, last, least, work);
  }

  /** The Bob's totals by deficit. */
  own(width: number): Int32Array {
    return this.held.views().own.slice(this.before, this.before + width);
  }

  get views(): { own: Int32Array; beside: Int32Array } {
    const { own, beside } = this.held.views();
    return { own: own.subarray(this.before), beside };
  }

  release(): void {
    this.held.release();
  }
}

/** The best responses of one Bob. */
export function* bestResponses(kernel: Kernel, plan: ResponsePlan): Steps<Responses> {
  const { states, width, spacing } = plan;
  const table = new Table(kernel, plan, plan.lanes);
  const tables: Int32Array[] = [];
  try {
    for (let last = states.length; last > 0; ) {
      if (last % spacing === 0) tables[last / spacing] = table.own(width[last]!);
      const most = Math.min(MOST_STATES, Math.max(1, Math.floor(MOST_ENTRIES / width[0]!)));
      const first = Math.max(last - most, spacing * (Math.ceil(last / spacing) - 1));
      table.put(first, last);
      last = first;
      yield;
    }
    const { own, beside } = table.views;
    return { ...distinct(plan, own, beside), tables };
  } finally {
    table.release();
  }
}

/** Each response once, settled states added. */
function distinct(plan: ResponsePlan, own: Int32Array, beside: Int32Array): Pick<Responses, 'at' | 'totals'> {
  const { lanes, settled, shape } = plan;
  const width = plan.width[0]!;
  const at = new Int32Array(width);
  const firsts = new Int32Array(width);
  let count = 1;
  for (let d = 1; d < width; d++) {
    let same = own[d] === own[d - 1];
    for (let i = 2 * lanes * d; same && i < 2 * lanes * (d + 1); i++) same = beside[i] === beside[i - 2 * lanes];
    if (!same) firsts[count++] = d;
    at[d] = count - 1;
  }
  const sum = (gains: Float64Array) => settled.reduce((total, [, cell]) => total + gains[cell]!, 0);
  const base = [shape.own, ...shape.others].map(sum);
  const others = shape.others.length;
  const size = 1 + 2 * others;
  const totals = new Int32Array(size * count);
  for (let i = 0, to = 0; i < count; i++) {
    const from = 2 * lanes * firsts[i]!;
    totals[to++] = own[firsts[i]!]! + base[0]!;
    for (let r = 0; r < others; r++) totals[to++] = beside[from + r]! + base[r + 1]!;
    for (let r = 0; r < others; r++) totals[to++] = beside[from + lanes + r]! + base[r + 1]!;
  }
  return { at, totals };
}

/** Parts are players, 1 … k. */
export const responsesTask: Task<ResponsesShared, ResponsesShared, number, Responses> = {
  prepare: (_, shared) => shared,
  run: (kernel, shared, player) => finished(bestResponses(kernel, responsePlan(shared, player))),
  dispose: () => {},
  local: true,
};

/**
 * The schemes of lowest rank that give the Bob most with a deficit of at most each of `deficits`, read off side by side.
 * Between two kept tables the others are made anew, on the deficits that are still left.
 * @param tables of the plan's best responses
 */
export function* responseSchemes(
  kernel: Kernel,
  plan: ResponsePlan,
  tables: Responses['tables'],
  deficits: readonly number[],
): Steps<number[][]> {
  const { shape, states, first, cells, spacing, largestLoss } = plan;
  const { firstCell, loss, own } = shape;
  const left = deficits.map((d) => Math.min(d, plan.width[0]! - 1));
  const schemes = deficits.map(() => new Array<number>(firstCell.length - 1).fill(0));
  const choose = (scheme: number[], state: number, cell: number) => {
    scheme[state] = cell - firstCell[state]!;
  };
  for (const scheme of schemes) for (const [state, cell] of plan.settled) choose(scheme, state, cell);
  for (let begin = 0; begin < states.length; begin += spacing) {
    const end = Math.min(states.length, begin + spacing);
    const most = left.reduce((a, b) => Math.max(a, b), 0);
    const least = left.reduce((a, b) => Math.min(a, b), most);
    const width = plan.width.map((own) => Math.min(own, most + 1));
    const table = new Table(kernel, plan, 0, width);
    const rows: { readonly least: number; readonly own: Int32Array }[] = [];
    try {
      const last = tables[end / spacing] ?? Int32Array.of(0);
      rows[end] = { least: 0, own: last };
      table.set(last.subarray(0, width[end]!));
      for (let s = end - 1, lowest = least - sum(largestLoss, begin, end); s >= begin; s--) {
        lowest += largestLoss[s]!;
        const from = Math.max(0, Math.min(lowest, width[s]! - 1));
        table.put(s, s + 1, from);
        rows[s] = { least: from, own: table.views.own.slice(from, width[s]!) };
        yield;
      }
    } finally {
      table.release();
    }
    const at = (s: number, d: number) => {
      const row = rows[s]!;
      return row.own[Math.min(d - row.least, row.own.length - 1)]!;
    };
    for (let s = begin; s < end; s++)
      for (const [i, scheme] of schemes.entries()) {
        let record = first[s]!;
        const fits = (cell: number) =>
          loss[cell]! <= left[i]! && at(s + 1, left[i]! - loss[cell]!) + own[cell]! === at(s, left[i]!);
        while (!fits(cells[record]!)) record++;
        left[i]! -= loss[cells[record]!]!;
        choose(scheme, states[s]!, cells[record]!);
      }
  }
  return schemes;
}

const sum = (values: readonly number[], from: number, to: number) =>
  values.slice(from, to).reduce((total, value) => total + value, 0);
