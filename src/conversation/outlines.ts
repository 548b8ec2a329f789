/**
 * What a rule amounts to for Alice. Which message stands for which answer does not matter to her, nor does what a Bob
 * says to features that cannot occur there, nor a question that tells her no more than an earlier one: rules with the
 * same outline lead to the same outcome in every profile, so one of them is played for all.
 */
import type { ProfilesShared } from '../kernel/conversation.ts';

/** Sizes and tables of the game that outlines are read from. */
export type OutlineShape = Pick<
  ProfilesShared,
  'featuresB' | 'messagesA' | 'messagesB' | 'histories' | 'rounds' | 'firstHistory'
>;

/** Of a list of rules. */
export interface Outlines {
  /** By rule: equal numbers lead to equal outcomes where Alice best-responds. */
  readonly best: Int32Array;
  /** The same where her messages are fixed (straightforward talk). */
  readonly fixed: Int32Array;
  /** [rule][history], as the kernel reads them: 1 a message that Alice never needs, 2 one whose answers say nothing. */
  readonly marks: Uint8Array;
  /** [rule][x_B]: equal numbers for features that the rule answers alike after every history. */
  readonly kinds: Int32Array;
}

/** The kernel's marks. */
const SKIP = 1;
const EMPTY = 2;

/** A rule after one history: numbers of what it amounts to. */
interface Node {
  readonly best: number;
  readonly fixed: number;
}

class Outliner {
  private readonly shape: OutlineShape;
  private readonly table: Float64Array;
  private readonly numbers = new Map<string, number>();
  private marks = new Uint8Array(0);

  /** @param table weights as the kernel reads them, one rule after the other */
  constructor(shape: OutlineShape, table: Float64Array) {
    this.shape = shape;
    this.table = table;
  }

  /** @param live features of x_B that occur */
  all(rules: number, live: readonly number[]): Outlines {
    const { histories, featuresB } = this.shape;
    const best = new Int32Array(rules);
    const fixed = new Int32Array(rules);
    const marks = new Uint8Array(rules * histories);
    const kinds = new Int32Array(rules * featuresB);
    for (let rule = 0; rule < rules; rule++) {
      this.marks = marks.subarray(rule * histories, (rule + 1) * histories);
      const node = this.node(rule, 0, 0, live);
      best[rule] = node.best;
      fixed[rule] = node.fixed;
      this.kindsOf(rule, kinds.subarray(rule * featuresB, (rule + 1) * featuresB));
    }
    return { best, fixed, marks, kinds };
  }

  private number(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    this.numbers.set(text, this.numbers.size);
    return this.numbers.size - 1;
  }

  private weight(rule: number, x: number, entry: number, message: number): number {
    const { featuresB, histories, messagesB } = this.shape;
    return this.table[((rule * featuresB + x) * histories + entry) * messagesB + message]!;
  }

  private kindsOf(rule: number, kinds: Int32Array): void {
    const { featuresB, histories, messagesB } = this.shape;
    const size = histories * messagesB;
    const found = new Map<string, number>();
    for (let x = 0; x < featuresB; x++) {
      const from = (rule * featuresB + x) * size;
      const key = this.table.subarray(from, from + size).join();
      if (!found.has(key)) found.set(key, found.size);
      kinds[x] = found.get(key)!;
    }
  }

  /** The rule from `round` on after the private history `before`, to features `live` that occur there. */
  private node(rule: number, round: number, before: number, live: readonly number[]): Node {
    const { messagesA, rounds, firstHistory } = this.shape;
    const last = round === rounds - 1;
    const best: string[] = [];
    const fixed: string[] = [];
    const partitions: number[][] = [];
    for (let message = 0; message < messagesA; message++) {
      const history = before * messagesA + message;
      const entry = firstHistory[round]! + history;
      const said = last ? this.lastAnswers(rule, entry, live) : this.answers(rule, round, entry, history, live);
      fixed.push(said.fixed);
      const needless =
        best.includes(said.best) ||
        (last && message > 0 && said.empty) ||
        (said.partition !== null && partitions.some((earlier) => refines(earlier, said.partition!)));
      this.marks[entry] = needless ? SKIP : said.empty ? EMPTY : 0;
      best.push(needless ? 'no' : said.best);
      if (said.partition) partitions.push(said.partition);
    }
    return { best: this.number(`b${best.join('|')}`), fixed: this.number(`f${fixed.join('|')}`) };
  }

  /** One answer a column: its weight for each feature, and what follows. The answers' own numbers are left out. */
  private answers(rule: number, round: number, entry: number, history: number, live: readonly number[]): Said {
    const best: string[] = [];
    const fixed: string[] = [];
    for (let message = 0; message < this.shape.messagesB; message++) {
      const column = live.map((x) => this.weight(rule, x, entry, message));
      const left = live.filter((_, i) => column[i]! > 0);
      if (left.length === 0) continue;
      const next = this.node(rule, round + 1, history * this.shape.messagesB + message, left);
      best.push(`${column.join()}:${next.best}`);
      fixed.push(`${column.join()}:${next.fixed}`);
    }
    return { best: best.sort().join(';'), fixed: fixed.sort().join(';'), empty: false, partition: null };
  }

  /** The last round: nothing follows. */
  private lastAnswers(rule: number, entry: number, live: readonly number[]): Said {
    const { messagesB } = this.shape;
    const columns: number[][] = [];
    const partition: number[] = new Array(live.length).fill(-1);
    for (let message = 0; message < messagesB; message++) {
      const column = live.map((x) => this.weight(rule, x, entry, message));
      if (column.every((weight) => weight === 0)) continue;
      columns.push(column);
      column.forEach((weight, i) => {
        if (weight > 0) partition[i] = partition[i] === -1 ? message : Number.NaN;
      });
    }
    const empty = columns.every((column) => column.every((weight) => weight === column[0]));
    const text = empty
      ? ''
      : columns
          .map((column) => column.join())
          .sort()
          .join(';');
    return { best: text, fixed: text, empty, partition: partition.some(Number.isNaN) ? null : partition };
  }
}

/** What a Bob answers to one message. */
interface Said {
  readonly best: string;
  readonly fixed: string;
  readonly empty: boolean;
  /** The answer to each feature in the last round, where there is one. */
  readonly partition: number[] | null;
}

/** Whether features that `fine` does not tell apart are not told apart by `coarse` either. */
function refines(fine: readonly number[], coarse: readonly number[]): boolean {
  const image = new Map<number, number>();
  return fine.every((block, i) => {
    const known = image.get(block);
    if (known === undefined) image.set(block, coarse[i]!);
    return known === undefined || known === coarse[i];
  });
}

/** The outlines of a list of rules, from its table of weights. */
export function outlinesOf(shape: OutlineShape, table: Float64Array, live: readonly number[]): Outlines {
  const { featuresB, histories, messagesB } = shape;
  return new Outliner(shape, table).all(table.length / (featuresB * histories * messagesB), live);
}
