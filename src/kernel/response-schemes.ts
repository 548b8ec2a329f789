/** The schemes of best responses: read off tables, which are made anew between those that were kept, as far as is asked. */
import type { Steps } from '../steps.ts';
import type { Kernel } from './instance.ts';
import type { ResponsePlan } from './response-plan.ts';
import { type Responses, ResponseTable } from './responses.ts';

/** The Bob's totals with deficits from `least` on. */
interface Row {
  readonly least: number;
  readonly own: Int32Array;
}

/**
 * The schemes of lowest rank that give the Bob most with a deficit of at most each of `deficits`, side by side.
 * @param tables of the plan's best responses
 */
export function* responseSchemes(
  kernel: Kernel,
  plan: ResponsePlan,
  tables: Responses['tables'],
  deficits: readonly number[],
): Steps<number[][]> {
  const { states, spacing, width } = plan;
  const { firstCell } = plan.shape;
  const left = deficits.map((d) => Math.min(d, width[0]! - 1));
  const schemes = deficits.map(() => new Array<number>(firstCell.length - 1).fill(0));
  for (const scheme of schemes) for (const [s, cell] of plan.settled) scheme[s] = cell - firstCell[s]!;
  const table = new ResponseTable(kernel, plan, 0);
  try {
    for (let begin = 0; begin < states.length; begin += spacing) {
      const end = Math.min(states.length, begin + spacing);
      const rows = yield* rowsBetween(table, plan, tables[end / spacing] ?? Int32Array.of(0), begin, end, left);
      for (let s = begin; s < end; s++)
        for (let i = 0; i < schemes.length; i++) {
          const cell = chosen(plan, s, rows[s - begin]!, rows[s - begin + 1]!, left[i]!);
          left[i]! -= plan.shape.loss[cell]!;
          schemes[i]![states[s]!] = cell - firstCell[states[s]!]!;
        }
    }
  } finally {
    table.release();
  }
  return schemes;
}

/** The totals from each of the states begin … end on, on the deficits that may be left there. */
function* rowsBetween(
  table: ResponseTable,
  plan: ResponsePlan,
  last: Int32Array,
  begin: number,
  end: number,
  left: readonly number[],
): Steps<Row[]> {
  const most = left.reduce((a, b) => Math.max(a, b), 0);
  const width = plan.width.map((own) => Math.min(own, most + 1));
  let least = left.reduce((a, b) => Math.min(a, b), most);
  for (let s = begin; s < end; s++) least -= plan.largestLoss[s]!;
  table.set(last.subarray(0, width[end]), width);
  const rows: Row[] = [{ least: 0, own: last }];
  for (let s = end - 1; s >= begin; s--) {
    least += plan.largestLoss[s]!;
    const from = Math.max(0, Math.min(least, width[s]! - 1));
    table.put(s, s + 1, from);
    rows.push({ least: from, own: table.own(width[s]!, from) });
    yield;
  }
  return rows.reverse();
}

const at = ({ least, own }: Row, d: number): number => own[Math.min(d - least, own.length - 1)]!;

/** The first cell of a state after which the rest reaches what the table promises with deficit d. */
function chosen(plan: ResponsePlan, s: number, here: Row, next: Row, d: number): number {
  const { first, cells, own } = plan;
  const { loss } = plan.shape;
  const wanted = at(here, d);
  for (let i = first[s]!; ; i++) {
    const cell = cells[i]!;
    if (loss[cell]! <= d && at(next, d - loss[cell]!) + own[cell]! === wanted) return cell;
  }
}
