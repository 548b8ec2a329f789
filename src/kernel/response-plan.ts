/** What a Bob's best responses can be made of: policies that may be in one, state by state, as the kernel takes them. */

/** What the questions about one market's Bobs have in common. */
export interface ResponseShape {
  /** First cell of each state; one more entry, the number of cells. */
  readonly firstCell: readonly number[];
  /** By player, Alice first, by cell: whole numbers of at least 0. */
  readonly gains: readonly Float64Array[];
  /** The deficit that a cell adds: Alice's largest gain in its state minus the cell's. */
  readonly loss: Float64Array;
  /** Larger deficits are never asked for. */
  readonly reach: number;
}

/** Totals from here on do not fit. */
const MOST_TOTAL = 2 ** 31;
/** Bytes of tables at most. */
const MOST_BYTES = 2 ** 29;
/** Policies times entries of all states: some seconds. */
const MOST_WORK = 2 ** 32;

/** i32 of a piece of a record, four other gains among them (assembly/responses.ts). */
const PIECE = 8;

export class ResponsePlan {
  readonly shape: ResponseShape;
  /** The Bob, 1 … k. */
  readonly player: number;
  /** By cell: what it gives him. */
  readonly own: Float64Array;
  /** What is added up along his responses: the deficit, then the other Bobs' totals. */
  readonly others: readonly Float64Array[];
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

  constructor(shape: ResponseShape, player: number) {
    const { firstCell, gains, loss, reach } = shape;
    this.shape = shape;
    this.player = player;
    this.own = gains[player]!;
    this.others = [loss, ...gains.filter((_, p) => p !== 0 && p !== player)];
    const kept = Array.from({ length: firstCell.length - 1 }, (_, s) => keptCells(shape, this.own, s));
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
    this.lanes = 4 * Math.ceil(this.others.length / 4);
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
    // A table in the making, those between two kept ones, and for every Bob the kept ones: half as wide on average.
    const bytes = 4 * width * (1 + 2 * this.lanes + this.spacing + (bobs * this.spacing) / 2);
    return bytes <= MOST_BYTES && this.work <= MOST_WORK;
  }

  /** The kernel's records; without other totals for `lanes` 0. */
  records(lanes: number): Int32Array {
    const { own, others } = this;
    const { loss } = this.shape;
    const size = 2 * Math.max(lanes, 4);
    const records = new Int32Array(size * this.cells.length);
    for (const [i, cell] of this.cells.entries())
      for (let piece = 0; piece < size; piece += PIECE) {
        const at = i * size + piece;
        records[at] = loss[cell]!;
        records[at + 1] = own[cell]!;
        records[at + 2] = 8 * lanes * loss[cell]!;
        if (lanes > 0) for (let r = 0; r < 4; r++) records[at + 4 + r] = others[piece / 2 + r]?.[cell] ?? 0;
      }
    return records;
  }
}

/**
 * The cells of a state that some best response may use: another that costs Alice no more and gives the Bob more would
 * make it better.
 */
function keptCells({ firstCell, loss, reach }: ResponseShape, own: Float64Array, state: number): number[] {
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
