/** Answers as schemas, checked against the library's types by the compiler: what /openapi.json promises. */
import { z } from 'zod';
import type { AlignResult } from '../align/align.ts';
import type { HullResult } from '../hull/results.ts';
import type { SolveResult, SweepResult } from '../market/results.ts';
import type { JobDocument } from './jobs.ts';
import { kindNames } from './kinds.ts';
import type { ProblemDocument } from './problem.ts';

const exact = z.object({ value: z.number(), exact: z.string().describe('reduced fraction, "p/q" or "p"') });
const names = z.array(z.string()).readonly();

const misalignment = z.object({
  scope: z.enum(['cells', 'schemes', 'table']),
  weights: z.enum(['simplex', 'cone']),
  epsilon: z.number(),
  w: z.record(z.string(), z.number()),
  offset: z.number(),
  bound: z.number(),
});

const worst = z.object({
  alice: exact,
  bobs: z.record(z.string(), exact),
  scheme: names.describe('empty where the worst equilibrium mixes'),
  probabilities: z.array(z.record(z.string(), z.string())).readonly().optional(),
});

const committee = {
  worst,
  lowerBound: exact.optional().describe('where a search was stopped early: no equilibrium leaves Alice less'),
  deterministic: worst
    .extend({ misalignment: z.array(misalignment).readonly(), lowerBound: exact.optional() })
    .optional()
    .describe('with randomised schemes: the worst equilibrium over deterministic ones, and their misalignment'),
  stable: z.object({ count: z.string() }).nullable(),
  misalignment: z.array(misalignment).readonly(),
  dynamics: z.object({
    alice: exact,
    selected: z.string(),
    steps: z.array(z.object({ bob: z.string(), scheme: names, alice: exact })).readonly(),
    omitted: z.number().optional().describe('moves after the last step listed'),
    nash: z.boolean(),
    unfinished: z.literal(true).optional(),
    handover: z.object({ bob: z.string(), selected: z.string() }).optional(),
    range: z.object({ min: exact, max: exact, runs: z.number(), nash: z.number() }),
  }),
};

const head = {
  version: z.string(),
  complete: z.boolean().describe('false where a time limit came first'),
  arithmetic: z.string().describe('exact, or rounded:D'),
  market: z.object({ states: names, policies: z.array(names).readonly(), bobs: names }),
  schemes: z.string(),
  optimum: z.object({ alice: exact, scheme: names }),
};

const options = z.object({
  ties: z.enum(['strict', 'index']),
  receiver: z.enum(['follow', 'bayes']),
  schemes: z.enum(['deterministic', 'randomised']),
  scope: z.array(z.enum(['cells', 'schemes', 'table'])).readonly(),
  weights: z.array(z.enum(['simplex', 'cone'])).readonly(),
  order: z.enum(['round-robin', 'random']),
  deviation: z.enum(['best', 'better']),
  runs: z.number(),
  seed: z.number(),
  observations: z
    .record(z.string(), z.record(z.string(), z.string()))
    .optional()
    .describe('by state, how likely Bobs see what, "p/q" or "p"; market.states are then what they observe'),
});

const solve = z.object({
  kind: z.literal('solve'),
  ...head,
  options: options.extend({ committee: names }),
  ...committee,
}) satisfies z.ZodType<SolveResult>;

const sweep = z.object({
  kind: z.literal('sweep'),
  ...head,
  options: options.extend({ paths: z.number() }),
  committees: z.array(z.object({ bobs: names, ...committee })).readonly(),
  minimal: z
    .object({
      share: z.number(),
      alice: exact,
      committees: z.array(names).readonly(),
      undecided: z.number().optional(),
    })
    .optional(),
  paths: z.array(z.array(z.object({ bobs: names, alice: exact })).readonly()).readonly(),
}) satisfies z.ZodType<SweepResult>;

const error = z.object({ mse: z.number(), std: z.number(), se: z.number().optional() });
const fit = error.extend({ nonzero: z.number(), nonzeroStd: z.number(), nonzeroSe: z.number().optional() });
const spread = z.object({ mean: z.number(), std: z.number(), folds: z.array(z.number()).readonly() });

const epsilon = z
  .object({ cone: z.number(), simplexLeast: z.number(), nnls: z.number(), simplex: z.number() })
  .describe('Definition 1 over all items, for the first k Bobs');

const hull = z.object({
  kind: z.literal('hull'),
  version: z.string(),
  complete: z.boolean(),
  arithmetic: z.literal('double'),
  options: z.object({
    seed: z.number(),
    sets: z.enum(['permutations', 'orders', 'all', 'sample']),
    foldsBy: z.enum(['items', 'groups', 'questions', 'column']),
    scale: z.tuple([z.number(), z.number()]).readonly().optional(),
    missing: z.literal('drop-item').optional(),
  }),
  items: z.number(),
  dropped: z.object({ items: z.number(), scores: z.number() }).optional(),
  bobs: names,
  targets: names,
  folds: z.number(),
  foldItems: z.array(z.number()).readonly(),
  orders: z.number().describe('permutations that were followed; 0 for subsets'),
  curve: z
    .array(
      z.object({
        ...{ k: z.number(), sets: z.number(), best: error, average: error, nnls: fit, simplex: fit },
        epsilon: epsilon.optional(),
      }),
    )
    .readonly(),
  weights: z.array(z.object({ bob: z.string(), nnls: spread, simplex: spread })).readonly(),
  unique: z.object({ nnls: z.boolean(), simplex: z.boolean() }),
  checks: z.object({
    fits: z.number(),
    refitted: z.number(),
    unverified: z.number(),
    residual: z.number(),
    notUnique: z.object({ nnls: z.number(), simplex: z.number() }),
  }),
}) satisfies z.ZodType<HullResult>;

const reading = {
  weights: z.enum(['simplex', 'cone']),
  epsilon: z.number(),
  w: z.record(z.string(), z.number()),
  offset: z.number(),
  tight: z.array(z.number()).readonly(),
  proof: z
    .array(
      z.object({
        row: z.number(),
        label: names.optional(),
        side: z.enum(['upper', 'lower']),
        multiplier: z.number(),
      }),
    )
    .readonly(),
  lowerBound: z.number().optional(),
};

const align = z.object({
  kind: z.literal('align'),
  version: z.string(),
  complete: z.boolean(),
  arithmetic: z.string().describe('exact, rounded:D, or double'),
  options: z.object({ weights: z.array(z.enum(['simplex', 'cone'])).readonly(), round: z.number().optional() }),
  rows: z.number(),
  bobs: names,
  ...reading,
  readings: z
    .array(z.object({ ...reading, arithmetic: z.enum(['exact', 'double']) }))
    .readonly()
    .optional(),
}) satisfies z.ZodType<AlignResult>;

/** By kind. */
export const results = { solve, sweep, hull, align } satisfies Record<(typeof kindNames)[number], z.ZodType>;

export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
}) satisfies z.ZodType<ProblemDocument>;

export const job = z.object({
  id: z.string(),
  kind: z.enum(kindNames),
  status: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
  progress: z.object({ done: z.number(), total: z.number(), note: z.string().optional() }),
  problem: problem.optional(),
  links: z.object({ self: z.string(), events: z.string(), result: z.string() }),
}) satisfies z.ZodType<JobDocument>;

export const jobWithResult = job.extend({ result: z.union(Object.values(results)).optional() });
