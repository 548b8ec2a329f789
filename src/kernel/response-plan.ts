/** What a Bob's best responses can be made of: policies that may be in one, state by state, as the kernel takes them. */

/** One Bob's question, by cell of the market. */
export interface ResponseShape {
  /** First cell of each state; one more entry, the number of cells. */
  readonly firstCell: readonly number[];
  /** The deficit that a cell adds, a whole number; 0 for some cell of every state. */
  readonly loss: Float64Array;
  /** What it gives the Bob, whole numbers of at least 0. */
  readonly own: Float64Array;
  /** What else is to be added up along his responses. */
  readonly others: readonly Float64Array[];
  /** Larger deficits are never asked for. */
  readonly reach: number;
}

/** Totals from here on do not fit. */
const MOST_TOTAL = 2 ** 31;
/** Bytes of tables at most. */
const MOST_BYTES = 2 ** 28;
/** Policies times entries of all states: some seconds. */
const MOST_WORK = 2 ** 32;

/** Bytes of a record before its other gains (assembly/responses.ts). */
const RECORD_HEAD = 16;

export class ResponsePlan {
  readonly shape: ResponseShape;
  /** States with a choice, by number in the market. */
  readonly states: readonly number[];
  /** The cells of those states that count, in order, and where each state's begin. */
  readonly cells: readonly number[];
  readonly first: Int32Array;
  /** By state with a choice: the largest loss. */
  readonly largestLoss: readonly number[];
  /** Entries in use of the table from each state with a choice on. */
  readonly width: Int32Array;
  /** The other states, and the cell of each. */
  readonly settled: readonly (readonly [state: number, cell: number])[];
  /** i32 of a record's other gains: as many as there are, rounded up to a multiple of 4. */
  readonly lanes: number;

  constructor(shape: ResponseShape) {
    this.shape = shape;
    const { firstCell, loss, others, reach } = shape;
    const kept = Array.from({ length: firstCell.length - 1 }, (_, s) => keptCells(shape, s));
    this.states = [...kept.keys()].filter((s) => kept[s]!.length > 1);
    this.settled = kept.flatMap((cells, s) => (cells.length === 1 ? [[s, cells[0]!] as const] : []));
    this.cells = this.states.flatMap((s) => kept[s]!);
    this.first = new Int32Array(this.states.length + 1);
    this.largestLoss = this.states.map((s) => kept[s]!.reduce((most, cell) => Math.max(most, loss[cell]!), 0));
    this.width = new Int32Array(this.states.length + 1).fill(1);
    for (let i = this.states.length - 1, most = 0; i >= 0; i--) {
      most += this.largestLoss[i]!;
      this.width[i] = Math.min(reach, most) + 1;
    }
    for (const [i, s] of this.states.entries()) this.first[i + 1] = this.first[i]! + kept[s]!.length;
    this.lanes = 4 * Math.ceil(others.length / 4);
  }

  /** Policies times entries of all states. */
  get work(): number {
    return this.states.reduce((sum, _, i) => sum + this.width[i]! * (this.first[i + 1]! - this.first[i]!), 0);
  }

  /** Entries of all states. */
  get entries(): number {
    return this.width.reduce((sum, width) => sum + width, 0);
  }

  /** States between two tables that are kept to read schemes off. */
  get spacing(): number {
    return Math.max(1, Math.ceil(Math.sqrt(this.states.length)));
  }

  /** Whether the tables of so many Bobs like this one can be made: in bytes, in steps, in 32 bits. */
  fits(bobs: number, most: number): boolean {
    const width = this.width[0]!;
    if (most >= MOST_TOTAL || width > MOST_TOTAL) return false;
    const bytes = 4 * width * (1 + 2 * this.lanes + (bobs + 1) * this.spacing);
    return bytes <= MOST_BYTES && this.work <= MOST_WORK;
  }

  /** The kernel's records; without other totals for `lanes` 0. */
  records(lanes: number): Int32Array {
    const { loss, own, others } = this.shape;
    const size = RECORD_HEAD / 4 + lanes;
    const records = new Int32Array(size * this.cells.length);
    for (const [i, cell] of this.cells.entries()) {
      records[i * size] = loss[cell]!;
      records[i * size + 1] = own[cell]!;
      records[i * size + 2] = 8 * lanes * loss[cell]!;
      if (lanes > 0) for (const [r, gains] of others.entries()) records[i * size + RECORD_HEAD / 4 + r] = gains[cell]!;
    }
    return records;
  }
}

/**
 * The cells of a state that some best response may use: another that costs Alice no more and gives the Bob more would
 * make it better.
 */
function keptCells({ firstCell, loss, own, reach }: ResponseShape, state: number): number[] {
  const kept: number[] = [];
  const [from, to] = [firstCell[state]!, firstCell[state + 1]!];
  for (let cell = from; cell < to; cell++) {
    let beaten = loss[cell]! > reach;
    for (let other = from; other < to && !beaten; other++)
      beaten = loss[other]! <= loss[cell]! && own[other]! > own[cell]!;
    if (!beaten) kept.push(cell);
  }
  return kept;
}

/** What the plans of one market's Bobs have in common. */
export interface ResponsesShared extends Pick<ResponseShape, 'firstCell' | 'loss' | 'reach'> {
  /** By player, Alice first, by cell. */
  readonly gains: readonly Float64Array[];
}

/** The plan of a player, 1 … k; beside his own totals go the deficit and the other Bobs' totals. */
export function responsePlan({ firstCell, gains, loss, reach }: ResponsesShared, player: number): ResponsePlan {
  const others = [loss, ...gains.filter((_, p) => p !== 0 && p !== player)];
  return new ResponsePlan({ firstCell, loss, own: gains[player]!, others, reach });
}
