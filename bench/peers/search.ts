/**
 * The search in plain TypeScript: window and weights (search-window.ts), suffix tables by deficit and the depth-first
 * search. Tie rule `strict`, the committee of all Bobs.
 */
import { type Gains, largest, losses, lowest } from '../../src/market/search/deficits.ts';
import { plainWeights, plainWindow } from './search-window.ts';

const FIRST_BUDGET = 4096;
const GROWTH = 4;
const WORTH_LEARNING = 32;
const MOST_WEIGHTED = 8;

/** One direction's suffix tables: the best total by state and exact deficit left. */
interface Table {
  readonly value: Float64Array;
  readonly rows: readonly Float64Array[];
  /** The largest total with a deficit of at most d. */
  readonly highest: Float64Array;
}

/** By state (and one more), how many deficits a row has. */
export function rowLengths(firstCell: readonly number[], loss: Float64Array, reach: number): number[] {
  const lengths = new Array<number>(firstCell.length).fill(1);
  let most = 0;
  for (let s = firstCell.length - 2; s >= 0; s--) {
    most += Math.max(...loss.subarray(firstCell[s]!, firstCell[s + 1]!));
    lengths[s] = Math.min(reach, most) + 1;
  }
  return lengths;
}

/** The dynamic programme: best totals over the states from each one on, for every exact deficit. */
export function plainRows(
  firstCell: readonly number[],
  loss: Float64Array,
  value: Float64Array,
  reach: number,
): Float64Array[] {
  const rows = rowLengths(firstCell, loss, reach).map((length) =>
    new Float64Array(length).fill(Number.NEGATIVE_INFINITY),
  );
  rows.at(-1)![0] = 0;
  for (let s = firstCell.length - 2; s >= 0; s--) {
    const from = rows[s + 1]!;
    const into = rows[s]!;
    for (let cell = firstCell[s]!; cell < firstCell[s + 1]!; cell++) {
      const by = loss[cell]!;
      const add = value[cell]!;
      const end = Math.min(from.length, into.length - by);
      for (let d = 0; d < end; d++) {
        const sum = from[d]! + add;
        if (sum > into[d + by]!) into[d + by] = sum;
      }
    }
  }
  return rows;
}

function tableOf(market: Gains, loss: Float64Array, value: Float64Array, reach: number): Table {
  const rows = plainRows(market.firstCell, loss, value, reach);
  let best = Number.NEGATIVE_INFINITY;
  return { value, rows, highest: rows[0]!.map((total) => (best = Math.max(best, total))) };
}

/** The scheme of lowest rank on level d, null where there is none, undefined where the budget ran out. */
function depthFirst(
  { firstCell }: Gains,
  loss: Float64Array,
  tables: readonly Table[],
  d: number,
  threshold: readonly number[],
  budget: number,
): { readonly cells: Int32Array | null | undefined; readonly trials: number } {
  const states = firstCell.length - 1;
  const k = tables.length;
  const choice = new Int32Array(states);
  const left = new Float64Array(states + 1).fill(d);
  const have = new Float64Array((states + 1) * k);
  let s = 0;
  let cell = 0;
  for (let trials = 0; ; ) {
    if (cell === firstCell[s + 1]) {
      if (s === 0) return { cells: null, trials };
      s--;
      cell = choice[s]! + 1;
      continue;
    }
    if (trials === budget) return { cells: undefined, trials };
    trials++;
    const rest = left[s]! - loss[cell]!;
    let i = 0;
    if (rest >= 0 && rest < tables[0]!.rows[s + 1]!.length)
      for (; i < k; i++) {
        const sum = have[s * k + i]! + tables[i]!.value[cell]!;
        have[(s + 1) * k + i] = sum;
        if (!(sum + tables[i]!.rows[s + 1]![rest]! >= threshold[i]!)) break;
      }
    if (i < k) {
      cell++;
      continue;
    }
    choice[s] = cell;
    if (s + 1 === states) return { cells: choice, trials };
    s++;
    left[s] = rest;
    cell = firstCell[s]!;
  }
}

/** The worst equilibrium's deficit and scheme (policy indices), and the trials it took. */
export function plainWorst(market: Gains) {
  const loss = losses(market);
  const gains = market.gains.slice(1);
  const reach = plainWindow(market, loss);
  let found = 0;
  let scheme = lowest(
    market,
    largest(
      market,
      loss.map((own) => -own),
    ),
  );
  let trials = 0;
  if (reach <= 0) return { found, scheme, trials };
  const tables = gains.map((gain) => tableOf(market, loss, gain, reach));
  const bobs = tables.slice();
  const below = ({ highest }: Table, d: number) => highest[Math.min(d, highest.length) - 1]!;
  const weights: (readonly number[])[] = [];
  const own = (d: number) => bobs.map((table) => below(table, d));
  const needed = (d: number) => {
    const totals = own(d);
    return [...totals, ...weights.map((by) => by.reduce((sum, weight, j) => sum + weight * totals[j]!, 0))];
  };
  let open: number[] = [];
  for (let d = bobs[0]!.rows[0]!.length - 1; d > 0; d--)
    if (bobs.every((table) => table.rows[0]![d]! >= below(table, d))) open.push(d);
  const learn = () => {
    const learned = plainWeights(market, loss, open[0]!, own(open[0]!));
    weights.push(learned.weights);
    const table = tableOf(market, loss, learned.value, reach);
    tables.push(table);
    open = open.filter((d) => table.rows[0]![d]! >= needed(d).at(-1)!);
  };
  if (open.length > WORTH_LEARNING) learn();
  for (let budget = FIRST_BUDGET; open.length > 0; budget *= GROWTH) {
    const undecided: number[] = [];
    for (const d of open) {
      const searched = depthFirst(market, loss, tables, d, needed(d), budget);
      trials += searched.trials;
      if (searched.cells === undefined) undecided.push(d);
      if (!searched.cells) continue;
      found = d;
      scheme = Array.from(searched.cells, (cell, s) => cell - market.firstCell[s]!);
      break;
    }
    open = undecided;
    if (open.length > 0 && weights.length < MOST_WEIGHTED) learn();
  }
  return { found, scheme, trials };
}
