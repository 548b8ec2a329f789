/** A Bob's best responses to every Alice total at once, from assembly/responses.ts. */
import { finished, type Steps } from '../steps.ts';
import { copyOf, i32, type Kernel, type Reservation, type Section, u8 } from './instance.ts';
import { ResponsePlan, type ResponseShape } from './response-plan.ts';
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
  /** By response: the totals by player, Alice first, along its scheme of lowest rank, then along that of highest rank. */
  readonly totals: Int32Array;
  /** The Bob's totals by deficit from some states on, without those of settled states: `plan.spacing` states apart. */
  readonly tables: readonly Int32Array[];
}

type Layout = { own: Section<Int32Array>; beside: Section<Int32Array>; work: Section<Uint8Array> } & Record<
  'records' | 'cells' | 'width',
  Section<Int32Array>
>;

/** A plan's table in the kernel's memory. */
export class ResponseTable {
  private readonly kernel: Kernel;
  private readonly held: Reservation<Layout>;
  private view: ReturnType<Reservation<Layout>['views']>;
  private readonly lanes: number;
  /** Entries of `own` before that of deficit 0. */
  private readonly before: number;

  /**
   * @param lanes the plan's, or 0 for the Bob's own totals alone
   * @param entries deficits that there is room for
   */
  constructor(kernel: Kernel, plan: ResponsePlan, lanes: number, entries = plan.width[0]!) {
    this.kernel = kernel;
    this.lanes = lanes;
    this.before = plan.largestLoss.reduce((most, loss) => Math.max(most, loss), 0);
    this.held = kernel.reserve({
      own: i32(this.before + entries),
      beside: i32(2 * lanes * entries),
      records: copyOf(plan.records(lanes)),
      cells: copyOf(plan.first),
      width: copyOf(plan.width),
      work: u8(kernel.call.responsesWorkBytes()),
    });
    this.view = this.held.views();
    this.view.own.fill(NONE, 0, this.before);
    this.view.own[this.before] = 0;
    this.view.beside.fill(0, 0, 2 * lanes);
  }

  /** Goes on from a table of the Bob's totals alone, with so many entries from each state on. */
  set(own: Int32Array, width: Int32Array): void {
    this.views.own.set(own, this.before);
    this.views.width.set(width);
  }

  /** Puts the states last - 1 … first in front, on the entries from `least` on. */
  put(first: number, last: number, least = 0): void {
    const { own, beside, records, cells, width, work } = this.held.at;
    const zero = own + 4 * this.before;
    this.kernel.call.responsesPut(zero, beside, this.lanes, records, cells, width, first, last, least, work);
  }

  /** The Bob's totals with a deficit from `least` to `end` - 1. */
  own(end: number, least = 0): Int32Array {
    return this.views.own.slice(this.before + least, this.before + end);
  }

  /** The table as the kernel left it, deficits from 0. */
  get whole(): { readonly own: Int32Array; readonly beside: Int32Array } {
    const { own, beside } = this.views;
    return { own: own.subarray(this.before), beside };
  }

  private get views() {
    // Growth of the memory detaches views: their length becomes 0.
    if (this.view.cells.length === 0) this.view = this.held.views();
    return this.view;
  }

  release(): void {
    this.held.release();
  }
}

/** The best responses of one Bob. */
export function* bestResponses(kernel: Kernel, plan: ResponsePlan): Steps<Responses> {
  const { states, width, spacing } = plan;
  const table = new ResponseTable(kernel, plan, plan.lanes);
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
    const { own, beside } = table.whole;
    return { ...distinct(plan, own, beside), tables };
  } finally {
    table.release();
  }
}

/** Each response once, settled states added. */
function distinct(plan: ResponsePlan, own: Int32Array, beside: Int32Array): Pick<Responses, 'at' | 'totals'> {
  const { lanes } = plan;
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
  return { at, totals: totalsOf(plan, own, beside, firsts.subarray(0, count)) };
}

/** The totals of the responses at some deficits, as in `Responses`. */
function totalsOf(plan: ResponsePlan, own: Int32Array, beside: Int32Array, deficits: Int32Array): Int32Array {
  const { player, lanes, settled, shape } = plan;
  const { gains, firstCell } = shape;
  const players = gains.length;
  const base = gains.map((gain) => settled.reduce((sum, [, cell]) => sum + gain[cell]!, 0));
  let optimum = 0;
  for (let s = 0; s + 1 < firstCell.length; s++)
    optimum += gains[0]!.subarray(firstCell[s]!, firstCell[s + 1]!).reduce((a, b) => Math.max(a, b));
  const totals = new Int32Array(2 * players * deficits.length);
  for (let i = 0; i < 2 * deficits.length; i++) {
    const d = deficits[i >> 1]!;
    const from = lanes * (2 * d + (i & 1));
    const to = players * i;
    totals[to] = optimum - beside[from]!;
    totals[to + player] = own[d]! + base[player]!;
    for (let p = 1, r = 1; p < players; p++) if (p !== player) totals[to + p] = beside[from + r++]! + base[p]!;
  }
  return totals;
}

/** Parts are players, 1 … k. */
export const responsesTask: Task<ResponseShape, ResponseShape, number, Responses> = {
  prepare: (_, shape) => shape,
  run: (kernel, shape, player) => finished(bestResponses(kernel, new ResponsePlan(shape, player))),
  dispose: () => {},
  local: true,
};
