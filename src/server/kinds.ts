/** The computations that the server offers: each with its options as a schema, and how it runs on a source. */
import { z } from 'zod';
import { type AlignOptions, align } from '../align/align.ts';
import { type HullOptions, hull } from '../hull/hull.ts';
import { estimateSeconds, parseOrders, type Subsets } from '../hull/orders.ts';
import { parseScores, scoresFrom } from '../hull/read.ts';
import type { ScoreOptions, Scores } from '../hull/scores.ts';
import { parseJsonRows } from '../input/json.ts';
import { type ObservedOptions, parseObservations } from '../market/observations.ts';
import type { MarketOptions, RunOptions } from '../market/options.ts';
import { type SolveOptions, solve } from '../market/solve.ts';
import { type SweepOptions, sweep } from '../market/sweep.ts';
import { parseTable, type UtilityTable } from '../market/table.ts';
import { estimateMarket, refuseLongWork } from './estimate.ts';
import type { Limits } from './limits.ts';
import { refuseLargeSource, type Source, type SourceName, TooLargeSource } from './source.ts';

/** What a run is given besides source and options. */
export interface RunContext extends Pick<RunOptions, 'pool' | 'onProgress' | 'onNote'> {
  readonly limits: Pick<Limits, 'rows' | 'columns' | 'seconds' | 'threads'>;
}

export interface Kind {
  /** The members that a JSON body may hold its source in. */
  readonly sources: readonly SourceName[];
  readonly summary: string;
  readonly options: z.ZodObject;
  /** @throws InputError, TooLargeError */
  readonly run: (source: Source, name: SourceName, options: unknown, context: RunContext) => Promise<Result>;
}

/** Every result says whether it is whole. */
export interface Result {
  readonly complete: boolean;
}

/** Observations come as text. */
type AsText<Options> = Omit<Given<Options>, 'observations'> & { observations?: string | undefined };
type Given<Options> = Omit<Options, 'pool' | 'threads' | 'signal' | 'onProgress' | 'onNote'>;

const timeLimit = z.number().positive().max(86_400).optional().describe('seconds; the answer is then the best so far');
const seed = z.number().int().min(0).max(4_294_967_295).optional();

const market = {
  ties: z.enum(['strict', 'index']).optional(),
  receiver: z.enum(['follow', 'bayes']).optional(),
  schemes: z.enum(['deterministic', 'randomised']).optional(),
  scope: z.array(z.enum(['cells', 'schemes', 'table'])).optional(),
  weights: z.array(z.enum(['simplex', 'cone'])).optional(),
  method: z.enum(['auto', 'enumerate', 'search']).optional(),
  round: z.number().int().min(0).max(15).optional().describe('decimals that utilities are rounded to first'),
  order: z.enum(['round-robin', 'random']).optional(),
  deviation: z.enum(['best', 'better']).optional(),
  runs: z.number().int().min(1).max(10_000).optional().describe('random orders tried for the range of the dynamics'),
  seed,
  timeLimit,
  observations: z
    .string()
    .optional()
    .describe('what the Bobs see of the states, as CSV: state,observation,probability'),
} satisfies Record<keyof Given<MarketOptions & RunOptions & ObservedOptions>, z.ZodType>;

const solveOptions = z.strictObject({
  ...market,
  committee: z.array(z.string().max(1000)).max(53).optional().describe('names of the Bobs in the market; default: all'),
}) satisfies z.ZodType<AsText<SolveOptions>>;

const sweepOptions = z.strictObject({
  ...market,
  paths: z.number().int().min(0).max(10_000).optional().describe('random growth paths'),
  atLeast: z
    .number()
    .positive()
    .max(1)
    .optional()
    .describe('list the smallest committees that guarantee this share of OPT'),
}) satisfies z.ZodType<AsText<SweepOptions>>;

const column = z.string().min(1).max(1000).optional();
const columns = z.array(z.string().min(1).max(1000)).optional();

const scoreOptions = {
  targets: columns.describe('Alice, or one column a human; name* for all that begin so'),
  bobs: columns,
  scale: z.tuple([z.number(), z.number()]).optional().describe('scores lie in [a,b] and are mapped to [0,1]'),
  itemColumn: column,
  groupColumn: column,
  foldColumn: column,
  questionColumn: column,
  raterColumn: column,
  scoreColumn: column,
  missing: z.enum(['refuse', 'drop-item']).optional(),
} satisfies Record<keyof ScoreOptions, z.ZodType>;

const hullOptions = z.strictObject({
  ...scoreOptions,
  folds: z.number().int().min(2).max(1_000_000).optional(),
  permutations: z.number().int().min(1).max(1_000_000).optional(),
  orders: z.string().optional().describe('permutations to follow instead: one a line, Bob names or positions from 0'),
  subsets: z
    .string()
    .regex(/^(all|sample:[1-9]\d{0,5})$/)
    .optional()
    .describe('subsets of every size instead: all, or sample:N'),
  seed,
  timeLimit,
});

const alignOptions = z.strictObject({
  weights: z.array(z.enum(['simplex', 'cone'])).optional(),
  aliceColumn: column,
  itemColumn: column,
  ignore: columns.describe('columns that are no Bobs'),
  round: z.number().int().min(0).max(40).optional(),
  timeLimit,
}) satisfies z.ZodType<Omit<Given<AlignOptions>, 'name' | 'format'>>;

/** The time a run may take: what the client asks for, within what the server allows. */
function timed<O extends { timeLimit?: number | undefined }>(options: O, { limits, pool, onProgress }: RunContext) {
  return { ...options, pool, onProgress, timeLimit: Math.min(options.timeLimit ?? limits.seconds, limits.seconds) };
}

function tableOf(source: Source, name: SourceName, limits: RunContext['limits']) {
  refuseLargeSource(source, name, limits);
  return parseTable(source.text, { name, format: source.format });
}

/** What the Bobs observe, and the shape of the market over it: where there is much to see, that is the large one. */
function observedTable(
  table: UtilityTable,
  { observations: text }: { observations?: string | undefined },
  limits: RunContext['limits'],
) {
  if (text === undefined) return { observations: undefined, shape: table };
  const observations = parseObservations(text);
  const policies = table.policies[0]!;
  const rows = observations.observations.length * policies.length;
  if (rows > limits.rows)
    throw new TooLargeSource(
      `observations: must make at most ${limits.rows} rows of observations and policies on this server, got ${rows}`,
    );
  const states = observations.observations;
  return { observations, shape: { states, policies: states.map(() => policies) } };
}

/** Scores from CSV, or from JSON rows, whose numbers go in as they are written. */
function scoresOf({ text, format }: Source, name: SourceName, options: ScoreOptions): Promise<Scores> | Scores {
  if (format === 'csv') return parseScores(text, options, name);
  const { columns: header, rows } = parseJsonRows(text, name);
  return scoresFrom(
    Object.fromEntries(header.map((one, i) => [one, rows.map(({ cells }) => cells[i]!)])),
    options,
    name,
  );
}

function subsetsOf(text: string | undefined): Subsets | undefined {
  if (text === undefined || text === 'all') return text;
  return { sample: Number(text.slice('sample:'.length)) };
}

export const kinds = {
  solve: {
    sources: ['table'],
    summary: 'OPT, worst equilibrium, stable schemes, misalignment and dynamics of one market',
    options: solveOptions,
    run(source, name, given, context) {
      const options = solveOptions.parse(given);
      const table = tableOf(source, name, context.limits);
      const { observations, shape } = observedTable(table, options, context.limits);
      refuseLongWork(estimateMarket(shape, 1, options), context.limits.seconds);
      return solve(table, timed({ ...options, observations }, context));
    },
  },
  sweep: {
    sources: ['table'],
    summary: 'the same for every committee, and random growth paths: Figures 5, 6, 7',
    options: sweepOptions,
    run(source, name, given, context) {
      const options = sweepOptions.parse(given);
      const table = tableOf(source, name, context.limits);
      const { observations, shape } = observedTable(table, options, context.limits);
      refuseLongWork(estimateMarket(shape, 2 ** table.bobs.length - 1, options), context.limits.seconds);
      return sweep(table, timed({ ...options, observations }, context));
    },
  },
  hull: {
    sources: ['scores'],
    summary: 'the four fits for K = 1..N over permutations or subsets: Figures 1 to 4',
    options: hullOptions,
    async run(source, name, given, context) {
      const options = hullOptions.parse(given);
      refuseLargeSource(source, name, context.limits);
      const scores = await scoresOf(source, name, options);
      const orders = options.orders === undefined ? undefined : parseOrders(options.orders, scores.bobs);
      const subsets = subsetsOf(options.subsets);
      const sets = orders?.length ?? (subsets === undefined ? (options.permutations ?? 100) : 1);
      const targets = scores.targets.length;
      const estimate = estimateSeconds(scores.bobs.length, sets * scores.bobs.length, options.folds ?? 5, targets);
      refuseLongWork(estimate, context.limits.seconds * context.limits.threads);
      const asked: HullOptions = { ...timed(options, context), orders, subsets };
      return hull(scores, asked);
    },
  },
  align: {
    sources: ['table', 'scores'],
    summary: 'Definition 1 on a table or a score matrix: the smallest epsilon, weights, offset',
    options: alignOptions,
    run(source, name, given, context) {
      const options = alignOptions.parse(given);
      refuseLargeSource(source, name, context.limits);
      const onProgress = (rows: number) => context.onProgress?.(rows, 0, `${rows} rows in the program`);
      return align(source.text, { ...timed(options, context), onProgress, name, format: source.format });
    },
  },
} satisfies Record<string, Kind>;

export type KindName = keyof typeof kinds;
export const kindNames = Object.keys(kinds) as KindName[];
