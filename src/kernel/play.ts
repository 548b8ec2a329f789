/** Best-response dynamics on tables of best responses, from assembly/play.ts. */
import type { Steps } from '../steps.ts';
import { copyOf, i32, type Kernel, u32 } from './instance.ts';
import type { Responses } from './responses.ts';
import { Status } from './status.ts';

export interface PlayShape {
  /** By place in the committee: the player, 1 … k of the market. */
  readonly players: readonly number[];
  /** By place; every response has `size` totals. */
  readonly tables: readonly Pick<Responses, 'at' | 'totals'>[];
  readonly size: number;
  /** Alice's largest total. */
  readonly most: number;
  /** Whether lower places are selected at equality. */
  readonly index: boolean;
}

export interface Start {
  /** By place: the response that he shows, and the place of the Bob whom Alice selects. */
  readonly shown: readonly number[];
  readonly selected: number;
  /** Where totals along the schemes meant begin in a response: those of lowest or of highest rank. */
  readonly from: number;
}

export interface Played {
  readonly shown: readonly number[];
  /** By place: what Alice gets. */
  readonly alice: readonly number[];
  readonly selected: number;
  /** The first moves, a place and a response each, and how many there were. */
  readonly moves: Int32Array;
  readonly count: number;
  /** False where time ran out. */
  readonly ended: boolean;
}

/** Rounds of the first call and of later ones: most games are over soon, long ones take some ms a call. */
const FIRST_ROUNDS = 16;
const MOST_ROUNDS = 4096;

/** The tables of a committee in the kernel's memory. Release it. */
export class TableGame {
  private readonly kernel: Kernel;
  private readonly shape: PlayShape;
  private readonly held: ReturnType<typeof layTables>;

  constructor(kernel: Kernel, shape: PlayShape) {
    this.kernel = kernel;
    this.shape = shape;
    this.held = layTables(kernel, shape);
  }

  /**
   * Plays until a round passes without a move.
   * @param next gives the places in the order of the next round's turns
   * @param listed how many moves to list
   */
  *play(start: Start, next: () => readonly number[], listed: number, late: () => boolean): Steps<Played> {
    const { players, tables, size, most, index } = this.shape;
    const k = players.length;
    const { at, width, player } = this.held.at;
    const alice = start.shown.map((response, place) => tables[place]!.totals[response * size + start.from]!);
    const held = this.kernel.reserve({
      addresses: u32(k),
      shown: copyOf(Int32Array.from(start.shown)),
      alice: copyOf(Int32Array.from(alice)),
      state: copyOf(Int32Array.of(start.selected, 0)),
      orders: i32(MOST_ROUNDS * k),
      moves: i32(2 * listed),
    });
    try {
      const { addresses, shown, alice, state, orders, moves } = held.at;
      held.views().addresses.set(this.held.totals.map((address) => address + 4 * start.from));
      for (let rounds = FIRST_ROUNDS; ; rounds = Math.min(MOST_ROUNDS, 2 * rounds)) {
        const order = held.views().orders;
        for (let round = 0; round < rounds; round++) {
          const places = next();
          for (let turn = 0; turn < k; turn++) order[round * k + turn] = places[turn]!;
        }
        const status = this.kernel.call.playRounds(
          k,
          at,
          width,
          addresses,
          player,
          size,
          most,
          index ? 1 : 0,
          shown,
          alice,
          state,
          orders,
          rounds,
          moves,
          listed,
        );
        const ended = status === Status.ok;
        if (ended || late()) return played(held.views(), ended);
        yield;
      }
    } finally {
      held.release();
    }
  }

  release(): void {
    this.held.release();
  }
}

function layTables(kernel: Kernel, { players, tables }: PlayShape) {
  const entries = tables.reduce((sum, table) => sum + table.at.length, 0);
  const all = tables.reduce((sum, table) => sum + table.totals.length, 0);
  const held = kernel.reserve({
    at: u32(players.length),
    width: copyOf(Int32Array.from(tables, (table) => table.at.length)),
    player: copyOf(Int32Array.from(players)),
    entries: i32(entries),
    totals: i32(all),
  });
  const view = held.views();
  const totals: number[] = [];
  let [entry, total] = [0, 0];
  for (const [place, table] of tables.entries()) {
    view.entries.set(table.at, entry);
    view.totals.set(table.totals, total);
    view.at[place] = held.at.entries + 4 * entry;
    totals.push(held.at.totals + 4 * total);
    entry += table.at.length;
    total += table.totals.length;
  }
  return { at: held.at, totals, release: held.release };
}

function played(view: Record<'shown' | 'alice' | 'state' | 'moves', Int32Array>, ended: boolean): Played {
  const [selected, count] = view.state;
  const moves = view.moves.slice(0, 2 * count!);
  return { shown: [...view.shown], alice: [...view.alice], selected: selected!, moves, count: count!, ended };
}
