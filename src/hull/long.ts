/** Long score files, a row a score: `question,option,rater,score` or `item,rater,score`. Held whole while they are put in order. */
import { InputError } from '../errors.ts';
import { show, showAll } from '../input/show.ts';
import { checkNames, checkScale, checkScores, Labeller, matching, readScore } from './collect.ts';
import { MatrixBuilder } from './matrix.ts';
import { Gaps } from './missing.ts';
import type { Collector, ScoreOptions, Scores } from './scores.ts';

interface Line {
  readonly scores: Map<string, number>;
  readonly line: number;
  readonly labels: readonly string[];
}

const LABELS = ['groups', 'folds', 'questions'] as const;

export class LongCollector implements Collector {
  private readonly name: string;
  private readonly options: ScoreOptions;
  private rater = -1;
  private score = -1;
  /** The columns that together say which item a score belongs to. */
  private keys: number[] = [];
  private labelled: { place: number; key: (typeof LABELS)[number] }[] = [];
  private columns: readonly string[] = [];
  private readonly raters: string[] = [];
  private readonly known = new Set<string>();
  private readonly items = new Map<string, Line>();

  constructor(name: string, options: ScoreOptions) {
    checkScale(options.scale);
    this.name = name;
    this.options = options;
  }

  header(columns: readonly string[], line: number): void {
    const { options } = this;
    const place = `${this.name} line ${line}`;
    checkNames(columns, place);
    this.columns = columns;
    const find = (wanted: string) => columns.indexOf(matching(columns, [wanted], place)[0]!);
    this.rater = find(options.raterColumn!);
    this.score = find(options.scoreColumn!);
    const asked = { groups: options.groupColumn, folds: options.foldColumn, questions: options.questionColumn };
    this.labelled = LABELS.flatMap((key) => (asked[key] === undefined ? [] : [{ place: find(asked[key]), key }]));
    const others = this.labelled.filter(({ key }) => key !== 'questions').map((label) => label.place);
    this.keys = [...columns.keys()].filter((i) => i !== this.rater && i !== this.score && !others.includes(i));
    if (this.keys.length === 0)
      throw new InputError(`${place}: must have a column that names the item, got ${showAll(columns)}`);
  }

  row(cells: readonly string[], line: number): void {
    const place = () => `${this.name} line ${line}, column ${show(this.columns[this.score]!)}`;
    const key = JSON.stringify(this.keys.map((i) => cells[i]));
    const labels = this.labelled.map((label) => cells[label.place]!);
    const item = this.items.get(key) ?? { scores: new Map<string, number>(), line, labels };
    this.items.set(key, item);
    const differs = labels.findIndex((label, i) => label !== item.labels[i]);
    if (differs >= 0)
      throw new InputError(
        `${this.name} line ${line}, column ${show(this.columns[this.labelled[differs]!.place]!)}: must be the same for all scores of an item, got ${show(labels[differs]!)} after ${show(item.labels[differs]!)}`,
      );
    const rater = cells[this.rater]!;
    if (item.scores.has(rater))
      throw new InputError(
        `${this.name} line ${line}: must hold a score of ${show(rater)} that is new, got a second one`,
      );
    if (this.options.missing !== 'drop-item' || cells[this.score]!.trim() !== '')
      item.scores.set(rater, readScore(cells[this.score]!, this.options.scale, place));
    if (!this.known.has(rater)) {
      this.known.add(rater);
      this.raters.push(rater);
    }
  }

  finish(): Scores {
    const { raters, options, name } = this;
    const where = `${name}, column ${show(this.columns[this.rater] ?? '')}`;
    const targets = matching(raters, options.targets ?? ['alice'], where);
    const bobs = (options.bobs ? matching(raters, options.bobs, where) : raters).filter(
      (bob) => !targets.includes(bob),
    );
    const builder = new MatrixBuilder(bobs.length + targets.length);
    const labellers = this.labelled.map(() => new Labeller());
    const gaps = new Gaps(options.missing);
    const wanted = [...bobs, ...targets];
    for (const { scores, line, labels } of this.items.values()) {
      const absent = wanted.filter((rater) => !scores.has(rater));
      if (absent.length > 0) {
        gaps.add(
          absent.length,
          () => `${name}: the item of line ${line} must have a score of ${show(absent[0]!)}, got none`,
        );
        continue;
      }
      const { chunk, offset } = builder.next();
      wanted.forEach((rater, column) => {
        chunk[offset + column] = scores.get(rater)!;
      });
      labellers.forEach((labeller, i) => {
        labeller.add(labels[i]!);
      });
    }
    const labels = Object.fromEntries(this.labelled.map(({ key }, i) => [key, labellers[i]!.labels()]));
    const { items, chunkRows, chunks } = builder;
    const dropped = gaps.finish();
    return checkScores(
      { name, bobs, targets, items, chunkRows, chunks, scale: options.scale, dropped, ...labels },
      name,
    );
  }
}
