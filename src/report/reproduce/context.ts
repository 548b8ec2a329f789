/** What the sections of the report share: the work they ask for once, the files, checks and headlines they leave. */
import { fileURLToPath } from 'node:url';
import type { Pool } from '../../kernel/pool.ts';
import { exactMarket } from '../../market/exact.ts';
import type { Market } from '../../market/market.ts';
import { readTable } from '../../market/read.ts';
import type { SweepResult } from '../../market/results.ts';
import { type SweepOptions, sweep } from '../../market/sweep.ts';
import type { UtilityTable } from '../../market/table.ts';
import type { Section } from '../render.ts';

/** A number that is known from elsewhere, beside ours. */
export interface Check {
  /** What is compared, as `Table 2: mean worst equilibrium, committees of 3`. */
  readonly what: string;
  readonly expected: string;
  readonly computed: string;
  readonly agrees: boolean;
}

/** The paper's tables, bundled with the package. */
export const PAPER_TABLES = [
  {
    number: 1,
    name: 'synthetic-1',
    title: 'Table 1: heterogeneous Bobs',
    about:
      'Five Bobs who are neither uniformly aligned with Alice nor uniformly misaligned, three states, three policies.',
  },
  {
    number: 2,
    name: 'synthetic-2',
    title: 'Table 2: no single Bob suffices',
    about: 'No single Bob is best for Alice: several are needed for an improvement. Policy H pays every Bob the same.',
  },
  {
    number: 3,
    name: 'movielens',
    title: 'Table 3: MovieLens',
    about:
      'Real ratings: states are genres asked for, policies their three most rated films, each Bob recommends for the fans of one genre, Alice is everybody.',
  },
] as const;

export type PaperTable = (typeof PAPER_TABLES)[number];

/** One chapter (or several) of the report. Sections run in their order; later ones see what earlier ones left. */
export type SectionModule = (context: ReproduceContext) => Promise<Section[]>;

export class ReproduceContext {
  readonly pool: Pool;
  readonly signal: AbortSignal;
  /** A folder of raw data (`--data`), where given. */
  readonly data: string | undefined;
  /** Called by sections that take a while. */
  readonly note: (text: string) => void;
  /** Files beside the report, by name. */
  readonly files = new Map<string, string>();
  readonly checks: Check[] = [];
  /** Lines of the terminal's summary. */
  readonly summary: string[] = [];
  private readonly sweeps = new Map<string, Promise<SweepResult>>();

  constructor(settings: {
    readonly pool: Pool;
    readonly signal: AbortSignal;
    readonly data?: string | undefined;
    readonly note?: (text: string) => void;
  }) {
    this.pool = settings.pool;
    this.signal = settings.signal;
    this.data = settings.data;
    this.note = settings.note ?? (() => {});
  }

  table({ name }: PaperTable): Promise<UtilityTable> {
    return readTable(fileURLToPath(new URL(`../../../data/tables/${name}.csv`, import.meta.url)));
  }

  async market(paperTable: PaperTable): Promise<Market> {
    return exactMarket(await this.table(paperTable));
  }

  /** A sweep of one of the paper's tables; the same options are swept once. */
  sweep(paperTable: PaperTable, options: Omit<SweepOptions, 'pool' | 'signal'> = {}): Promise<SweepResult> {
    const key = `${paperTable.name} ${JSON.stringify(options)}`;
    const known = this.sweeps.get(key);
    if (known) return known;
    const made = this.table(paperTable).then((table) =>
      sweep(table, { ...options, pool: this.pool, signal: this.signal }),
    );
    this.sweeps.set(key, made);
    return made;
  }

  /** Records a comparison and returns it. */
  check(what: string, expected: string, computed: string): Check {
    const check = { what, expected, computed, agrees: expected === computed };
    this.checks.push(check);
    return check;
  }
}
