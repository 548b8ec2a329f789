/** A Bob's best responses to every Alice total at once, and the schemes behind them, from assembly/responses.ts. */
import type { Steps } from '../steps.ts';
import { copyOf, i32, type Kernel } from './instance.ts';

export interface ResponseShape {
  /** First cell of each state; one more entry, the number of cells. */
  readonly firstCell: readonly number[];
  /** By cell: the deficit that it adds; 0 for some cell of every state. */
  readonly loss: Float64Array;
  /** Larger deficits have the answers of this one. */
  readonly reach: number;
}

/** Which of several equally good schemes is meant, by rank. */
export type Extreme = 'lowest' | 'highest';

/** Totals from here on do not fit. */
const MOST_TOTAL = 2 ** 31;
/** Two tables of more bytes are not kept. */
const MOST_BYTES = 2 ** 27;
/** Policies times entries of all states: some seconds. */
const MOST_WORK = 2 ** 32;

/** Entries in use of the table of each suffix. */
function widthsOf({ firstCell, loss, reach }: ResponseShape): number[] {
  const width = new Array<number>(firstCell.length).fill(1);
  for (let s = firstCell.length - 2, most = 0; s >= 0; s--) {
    most += loss.subarray(firstCell[s]!, firstCell[s + 1]!).reduce((a, b) => Math.max(a, b));
    width[s] = Math.min(reach, most) + 1;
  }
  return width;
}

/** Whether tables with this many rows and totals of at most `most` can be made: in bytes, in steps, in 32 bits. */
export function responsesFit(shape: ResponseShape, rows: number, most: number): boolean {
  const { firstCell, reach } = shape;
  if (most >= MOST_TOTAL || reach >= MOST_TOTAL || 8 * rows * (reach + 1) > MOST_BYTES) return false;
  const work = widthsOf(shape).reduce((sum, width, s) => sum + width * ((firstCell[s + 1] ?? 0) - firstCell[s]!), 0);
  return work <= MOST_WORK;
}

/** What to run over: the states `begin` … `end` - 1, from the table of the states from `end` on. */
interface Run {
  readonly begin: number;
  readonly end: number;
  readonly table: Int32Array;
  readonly rank: Extreme;
}

/**
 * Puts state after state in front.
 * @param rows by row of the table, by cell: what adds up
 * @param see called with the number of each state and the table from there on, `stride` entries a row
 */
function* suffixes(
  kernel: Kernel,
  shape: ResponseShape,
  rows: readonly Float64Array[],
  { begin, end, table, rank }: Run,
  see: (state: number, table: Int32Array, width: number) => void,
): Steps<void> {
  const { firstCell, loss, reach } = shape;
  const width = widthsOf(shape);
  const stride = reach + 1;
  const [from, to] = [firstCell[begin]!, firstCell[end]!];
  const byState = new Int32Array(rows.length * (to - from));
  for (let s = begin; s < end; s++) {
    const policies = firstCell[s + 1]! - firstCell[s]!;
    rows.forEach((row, r) => {
      byState.set(row.subarray(firstCell[s]!, firstCell[s + 1]!), rows.length * (firstCell[s]! - from) + r * policies);
    });
  }
  const held = kernel.reserve({
    even: i32(rows.length * stride),
    odd: i32(rows.length * stride),
    loss: copyOf(Int32Array.from(loss.subarray(from, to))),
    gains: copyOf(byState),
  });
  try {
    held.views()[end % 2 === 0 ? 'even' : 'odd'].set(table);
    for (let s = end - 1; s >= begin; s--) {
      const [into, source] = s % 2 === 0 ? (['even', 'odd'] as const) : (['odd', 'even'] as const);
      const policies = firstCell[s + 1]! - firstCell[s]!;
      const cell = firstCell[s]! - from;
      const [first, step] = rank === 'lowest' ? [0, 1] : [policies - 1, -1];
      kernel.call.responsesStep(
        held.at[into],
        width[s]!,
        held.at[source],
        width[s + 1]!,
        stride,
        rows.length,
        held.at.loss + 4 * cell,
        held.at.gains + 4 * rows.length * cell,
        policies,
        first!,
        step!,
      );
      see(s, held.views()[into], width[s]!);
      yield;
    }
  } finally {
    held.release();
  }
}

/** Best responses over all schemes: few differ, many deficits share one. */
export interface Responses {
  /** By deficit that a scheme may have at most, the last for all larger ones: the number of the response. */
  readonly at: Int32Array;
  /** By response, by row: row 0 the largest total, the others those of the scheme that has it. */
  readonly totals: Int32Array;
}

/** Best responses, given by cell what adds up in each row of a table (row 0 for the Bob himself). */
export function* bestResponses(
  kernel: Kernel,
  shape: ResponseShape,
  rows: readonly Float64Array[],
  rank: Extreme,
): Steps<Responses> {
  const end = shape.firstCell.length - 1;
  const table = new Int32Array(rows.length * (shape.reach + 1));
  let found: Responses | undefined;
  yield* suffixes(kernel, shape, rows, { begin: 0, end, table, rank }, (s, all, width) => {
    if (s === 0) found = distinct(all, rows.length, shape.reach + 1, width);
  });
  return found!;
}

function distinct(table: Int32Array, rows: number, stride: number, width: number): Responses {
  const at = new Int32Array(width);
  const differs = (d: number) => {
    for (let r = 0; r < rows; r++) if (table[r * stride + d] !== table[r * stride + d - 1]) return true;
    return false;
  };
  const firsts = [0];
  for (let d = 1; d < width; d++) {
    if (differs(d)) firsts.push(d);
    at[d] = firsts.length - 1;
  }
  const totals = new Int32Array(rows * firsts.length);
  firsts.forEach((d, i) => {
    for (let r = 0; r < rows; r++) totals[i * rows + r] = table[r * stride + d]!;
  });
  return { at, totals };
}

/**
 * The schemes of lowest rank that have the largest total of `own` with a deficit of at most each of `deficits`. The
 * tables of every suffix are made anew, about √states of them kept, and all schemes are read off side by side.
 */
export function* responseSchemes(
  kernel: Kernel,
  shape: ResponseShape,
  own: Float64Array,
  deficits: readonly number[],
): Steps<number[][]> {
  const { firstCell, loss, reach } = shape;
  const states = firstCell.length - 1;
  const block = Math.ceil(Math.sqrt(states));
  const kept = new Map([[states, Int32Array.of(0)]]);
  const all = { begin: 0, end: states, table: Int32Array.of(0), rank: 'lowest' } as const;
  yield* suffixes(kernel, shape, [own], all, (s, table, width) => {
    if (s % block === 0) kept.set(s, table.slice(0, width));
  });
  const left = deficits.map((d) => Math.min(d, reach));
  const schemes = deficits.map(() => new Array<number>(states).fill(0));
  for (let begin = 0; begin < states; begin += block) {
    const end = Math.min(states, begin + block);
    const best = [kept.get(end)!];
    yield* suffixes(kernel, shape, [own], { ...all, begin, end, table: kept.get(end)! }, (_, table, width) => {
      best.unshift(table.slice(0, width));
    });
    for (let s = begin; s < end; s++) {
      const [here, next] = [best[s - begin]!, best[s + 1 - begin]!];
      const at = (table: Int32Array, d: number) => table[Math.min(d, table.length - 1)]!;
      schemes.forEach((scheme, i) => {
        let cell = firstCell[s]!;
        const wanted = at(here, left[i]!);
        while (loss[cell]! > left[i]! || at(next, left[i]! - loss[cell]!) + own[cell]! !== wanted) cell++;
        left[i]! -= loss[cell]!;
        scheme[s] = cell - firstCell[s]!;
      });
      yield;
    }
  }
  return schemes;
}
