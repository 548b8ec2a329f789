/** Answers as schemas, checked against the library's types by the compiler: what /openapi.json promises. */
import { z } from 'zod';
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

const committee = {
  worst: z.object({ alice: exact, bobs: z.record(z.string(), exact), scheme: names }),
  stable: z.object({ count: z.string() }).nullable(),
  misalignment: z.array(misalignment).readonly(),
  dynamics: z.object({
    alice: exact,
    selected: z.string(),
    steps: z.array(z.object({ bob: z.string(), scheme: names, alice: exact })).readonly(),
    nash: z.boolean(),
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
  receiver: z.literal('follow'),
  schemes: z.literal('deterministic'),
  scope: z.array(z.enum(['cells', 'schemes', 'table'])).readonly(),
  weights: z.array(z.enum(['simplex', 'cone'])).readonly(),
  order: z.enum(['round-robin', 'random']),
  deviation: z.enum(['best', 'better']),
  runs: z.number(),
  seed: z.number(),
});

const solve = z.object({
  kind: z.literal('solve'),
  ...head,
  options: options.extend({ committee: names }),
  ...committee,
  lowerBound: exact.optional(),
}) satisfies z.ZodType<SolveResult>;

const sweep = z.object({
  kind: z.literal('sweep'),
  ...head,
  options: options.extend({ paths: z.number() }),
  committees: z.array(z.object({ bobs: names, ...committee })).readonly(),
  paths: z.array(z.array(z.object({ bobs: names, alice: exact })).readonly()).readonly(),
}) satisfies z.ZodType<SweepResult>;

/** By kind. */
export const results = { solve, sweep } satisfies Record<(typeof kindNames)[number], z.ZodType>;

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

export const jobWithResult = job.extend({ result: z.union([solve, sweep]).optional() });
