/** The computations that the server offers: each with its options as a schema, and how it runs on a source. */
import { z } from 'zod';
import type { MarketOptions, RunOptions } from '../market/options.ts';
import { type SolveOptions, solve } from '../market/solve.ts';
import { type SweepOptions, sweep } from '../market/sweep.ts';
import { parseTable } from '../market/table.ts';
import { estimateMarket, refuseLongWork } from './estimate.ts';
import type { Limits } from './limits.ts';
import { refuseManyRows, type Source, type SourceName } from './source.ts';

/** What a run is given besides source and options. */
export interface RunContext extends Pick<RunOptions, 'pool' | 'onProgress'> {
  readonly limits: Pick<Limits, 'rows' | 'seconds'>;
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

type Given<Options> = Omit<Options, 'pool' | 'threads' | 'signal' | 'onProgress'>;

const timeLimit = z.number().positive().max(86_400).optional().describe('seconds; the answer is then the best so far');
const seed = z.number().int().min(0).max(4_294_967_295).optional();

const market = {
  ties: z.enum(['strict', 'index']).optional(),
  scope: z.array(z.enum(['cells', 'schemes', 'table'])).optional(),
  weights: z.array(z.enum(['simplex', 'cone'])).optional(),
  method: z.enum(['auto', 'enumerate', 'search']).optional(),
  round: z.number().int().min(0).max(15).optional().describe('decimals that utilities are rounded to first'),
  order: z.enum(['round-robin', 'random']).optional(),
  deviation: z.enum(['best', 'better']).optional(),
  runs: z.number().int().min(1).max(10_000).optional().describe('random orders tried for the range of the dynamics'),
  seed,
  timeLimit,
} satisfies Record<keyof Given<MarketOptions & RunOptions & { round: unknown }>, z.ZodType>;

const solveOptions = z.strictObject({
  ...market,
  committee: z.array(z.string().max(1000)).max(53).optional().describe('names of the Bobs in the market; default: all'),
}) satisfies z.ZodType<Given<SolveOptions>>;

const sweepOptions = z.strictObject({
  ...market,
  paths: z.number().int().min(0).max(10_000).optional().describe('random growth paths'),
}) satisfies z.ZodType<Given<SweepOptions>>;

/** The time a run may take: what the client asks for, within what the server allows. */
function timed<O extends { timeLimit?: number | undefined }>(options: O, { limits, pool, onProgress }: RunContext) {
  return { ...options, pool, onProgress, timeLimit: Math.min(options.timeLimit ?? limits.seconds, limits.seconds) };
}

function tableOf(source: Source, name: SourceName, limits: RunContext['limits']) {
  refuseManyRows(source, name, limits.rows);
  return parseTable(source.text, { name, format: source.format });
}

export const kinds = {
  solve: {
    sources: ['table'],
    summary: 'OPT, worst equilibrium, stable schemes, misalignment and dynamics of one market',
    options: solveOptions,
    run(source, name, given, context) {
      const options = solveOptions.parse(given);
      const table = tableOf(source, name, context.limits);
      refuseLongWork(estimateMarket(table, 1, options), context.limits.seconds);
      return solve(table, timed(options, context));
    },
  },
  sweep: {
    sources: ['table'],
    summary: 'the same for every committee, and random growth paths: Figures 5, 6, 7',
    options: sweepOptions,
    run(source, name, given, context) {
      const options = sweepOptions.parse(given);
      const table = tableOf(source, name, context.limits);
      refuseLongWork(estimateMarket(table, 2 ** table.bobs.length - 1, options), context.limits.seconds);
      return sweep(table, timed(options, context));
    },
  },
} satisfies Record<string, Kind>;

export type KindName = keyof typeof kinds;
export const kindNames = Object.keys(kinds) as KindName[];
