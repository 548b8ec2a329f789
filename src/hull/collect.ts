/** Wide score files, row by row: which column is what, and what every cell must be. */
import { InputError } from '../errors.ts';
import { show, showAll } from '../input/show.ts';
import { MatrixBuilder } from './matrix.ts';
import { Gaps } from './missing.ts';
import { type Collector, type Labels, RESERVED, type ScoreOptions, type Scores } from './scores.ts';

const NUMBER = /^[ \t]*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[ \t]*$/;

/** Squares of scores, and of the weights that lead from one to another, are then doubles to full precision. */
const SMALLEST = 1e-70;
const LARGEST = 1e70;

/** Reads one score. @throws InputError where `text` is no number, of a size that cannot be squared, or outside the scale. */
export function readScore(text: string, scale: readonly [number, number] | undefined, place: () => string): number {
  const value = Number(text);
  if (!NUMBER.test(text) || !Number.isFinite(value))
    throw new InputError(
      text.trim() === ''
        ? `${place()}: must be a number, got a blank cell`
        : `${place()}: must be a number in decimal or exponent notation, got ${show(text)}`,
    );
  if (value !== 0 && !(Math.abs(value) >= SMALLEST && Math.abs(value) <= LARGEST))
    throw new InputError(`${place()}: must be 0 or from ${SMALLEST} to ${LARGEST} in size, got ${text.trim()}`);
  if (!scale) return value;
  const [low, high] = scale;
  if (value < low || value > high)
    throw new InputError(`${place()}: must lie in the scale ${low},${high}, got ${text.trim()}`);
  return (value - low) / (high - low);
}

export function checkScale(scale: readonly [number, number] | undefined): void {
  if (scale && !(Number.isFinite(scale[0]) && Number.isFinite(scale[1]) && scale[0] < scale[1]))
    throw new InputError(`scale must be two finite numbers a,b with a < b, got ${scale.join(',')}`);
}

/** Names by number, in the order of first appearance. */
export class Labeller {
  readonly names: string[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly of: number[] = [];

  add(name: string): number {
    let number = this.numbers.get(name);
    if (number === undefined) {
      number = this.names.length;
      this.numbers.set(name, number);
      this.names.push(name);
    }
    this.of.push(number);
    return number;
  }

  labels(): Labels {
    return { of: Int32Array.from(this.of), names: this.names };
  }
}

/** The columns that `wanted` names; an entry that ends in * stands for all that begin so. */
export function matching(columns: readonly string[], wanted: readonly string[], place: string): string[] {
  const found = wanted.flatMap((name) => {
    const some = columns.filter((column) =>
      name.endsWith('*') ? column.startsWith(name.slice(0, -1)) : column === name,
    );
    if (some.length === 0) throw new InputError(`${place}: must have a column ${show(name)}, got ${showAll(columns)}`);
    return some;
  });
  return [...new Set(found)];
}

/** Refuses blank and repeated names. */
export function checkNames(columns: readonly string[], place: string): void {
  columns.forEach((name, i) => {
    if (name.trim() === '') throw new InputError(`${place}: column ${i + 1} must have a name, got a blank one`);
    if (columns.indexOf(name) < i) throw new InputError(`${place}: must name a column once, got ${show(name)} twice`);
  });
}

/** Scales every row by 1/sqrt(rows of its question), in place (section 6.2.1). */
export function scaleQuestions({ questions, chunks, chunkRows, bobs, targets }: Scores): void {
  if (!questions) return;
  const rows = new Int32Array(questions.names.length);
  for (const question of questions.of) rows[question]!++;
  const columns = bobs.length + targets.length;
  questions.of.forEach((question, item) => {
    const from = (item % chunkRows) * columns;
    const row = chunks[Math.floor(item / chunkRows)]!.subarray(from, from + columns);
    for (let i = 0; i < columns; i++) row[i]! /= Math.sqrt(rows[question]!);
  });
}

/** What is checked of the whole, wide or long; questions are scaled then. @throws InputError */
export function checkScores(scores: Scores, name: string): Scores {
  const { bobs, targets, items, chunks, chunkRows, dropped } = scores;
  if (bobs.length < 2) throw new InputError(`${name}: must have at least 2 Bobs, got ${bobs.length}`);
  if (items === 0)
    throw new InputError(
      `${name}: must have at least one item, got ${dropped?.items ? `${dropped.items}, all of which lack a score` : 'the header alone'}`,
    );
  const columns = bobs.length + targets.length;
  targets.forEach((target, t) => {
    const at = (item: number) => chunks[Math.floor(item / chunkRows)]![(item % chunkRows) * columns + bobs.length + t]!;
    const first = at(0);
    for (let item = 1; item < items; item++) if (at(item) !== first) return;
    throw new InputError(
      `${name}: column ${show(target)} must not be constant (there is nothing to align with), got ${first} on all ${items} items`,
    );
  });
  scaleQuestions(scores);
  return scores;
}

export class ScoreCollector implements Collector {
  private readonly name: string;
  private readonly options: ScoreOptions;
  private columns: readonly string[] = [];
  private targets: string[] = [];
  private bobs: string[] = [];
  /** Of each column of the matrix its place in the file. */
  private places = new Int32Array(0);
  private builder = new MatrixBuilder(1);
  private readonly labels: { place: number; key: 'groups' | 'folds' | 'questions'; labeller: Labeller }[] = [];
  private itemPlace = -1;
  private optionPlace = -1;
  private readonly seen = new Map<string, number>();
  private readonly gaps: Gaps;

  constructor(name: string, options: ScoreOptions) {
    checkScale(options.scale);
    this.name = name;
    this.options = options;
    this.gaps = new Gaps(options.missing);
  }

  header(columns: readonly string[], line: number): void {
    const { options } = this;
    const place = `${this.name} line ${line}`;
    checkNames(columns, place);
    this.columns = columns;
    this.targets = matching(columns, options.targets ?? ['alice'], place);
    const find = (wanted: string | undefined) =>
      wanted === undefined ? -1 : columns.indexOf(matching(columns, [wanted], place)[0]!);
    const asked = { groups: options.groupColumn, folds: options.foldColumn, questions: options.questionColumn };
    for (const key of ['groups', 'folds', 'questions'] as const)
      if (asked[key] !== undefined) this.labels.push({ place: find(asked[key]), key, labeller: new Labeller() });
    this.itemPlace = options.itemColumn === undefined ? columns.indexOf('item') : find(options.itemColumn);
    this.optionPlace = options.questionColumn === undefined ? -1 : columns.indexOf('option');
    const named = [options.itemColumn, ...Object.values(asked)];
    this.bobs = options.bobs
      ? matching(columns, options.bobs, place)
      : columns.filter((column) => !RESERVED.includes(column) && !named.includes(column));
    this.bobs = this.bobs.filter((bob) => !this.targets.includes(bob));
    this.places = Int32Array.from([...this.bobs, ...this.targets], (column) => columns.indexOf(column));
    this.builder = new MatrixBuilder(this.places.length);
  }

  row(cells: readonly string[], line: number): void {
    this.checkRepeated(cells, line);
    if (this.lacks(cells, line)) return;
    for (const { place, labeller } of this.labels) {
      if (cells[place]!.trim() === '')
        throw new InputError(`${this.name} line ${line}, column ${show(this.columns[place]!)}: must not be blank`);
      labeller.add(cells[place]!);
    }
    const { chunk, offset } = this.builder.next();
    const { places, options } = this;
    for (let column = 0; column < places.length; column++) {
      const place = places[column]!;
      chunk[offset + column] = readScore(
        cells[place]!,
        options.scale,
        () => `${this.name} line ${line}, column ${show(this.columns[place]!)}`,
      );
    }
  }

  private lacks(cells: readonly string[], line: number): boolean {
    let blank = 0;
    let first = -1;
    for (const place of this.places) {
      if (cells[place]!.trim() !== '') continue;
      if (blank++ === 0) first = place;
    }
    if (blank === 0) return false;
    this.gaps.add(
      blank,
      () => `${this.name} line ${line}, column ${show(this.columns[first]!)}: must be a number, got a blank cell`,
    );
    return true;
  }

  /** An item's name, or a question with its option, may stand on one line only. */
  private checkRepeated(cells: readonly string[], line: number): void {
    const question = this.labels.find(({ key }) => key === 'questions');
    const within = this.itemPlace >= 0 ? this.itemPlace : this.optionPlace;
    if (within < 0) return;
    const key = question ? JSON.stringify([cells[question.place], cells[within]]) : cells[within]!;
    const before = this.seen.get(key);
    if (before !== undefined)
      throw new InputError(
        `${this.name} line ${line}, column ${show(this.columns[within]!)}: must be new, got ${show(cells[within]!)} as on line ${before}`,
      );
    this.seen.set(key, line);
  }

  finish(): Scores {
    const { bobs, targets, builder, options } = this;
    const labels = Object.fromEntries(this.labels.map(({ key, labeller }) => [key, labeller.labels()]));
    return checkScores(
      {
        name: this.name,
        bobs,
        targets,
        items: builder.items,
        chunkRows: builder.chunkRows,
        chunks: builder.chunks,
        scale: options.scale,
        dropped: this.gaps.finish(),
        ...labels,
      },
      this.name,
    );
  }
}
