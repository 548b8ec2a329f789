/** The API under /v1: computations, jobs and their events. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Computations, digestOf } from './computations.ts';
import { EVENT_TYPES, eventFormat, eventStream } from './events.ts';
import { Job, type Jobs } from './jobs.ts';
import { type KindName, kindNames, kinds } from './kinds.ts';
import type { Limits } from './limits.ts';
import type { Metrics } from './metrics.ts';
import { jobSchemas, kindSchema } from './openapi.ts';
import { Problem, problemOf } from './problem.ts';
import { type JsonBody, workFromCsv, workFromJson } from './request.ts';

export interface Service {
  readonly computations: Computations;
  readonly jobs: Jobs;
  readonly limits: Limits;
  readonly metrics: Metrics;
  /** Set once the server shuts down: no new jobs. */
  readonly closing: () => boolean;
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** How long this request waits for its answer, from `Prefer` (RFC 7240), in seconds. */
function waitOf(prefer: string | string[] | undefined, most: number): number {
  const text = String(prefer ?? '');
  if (/\brespond-async\b/.test(text)) return 0;
  const asked = /\bwait=(\d{1,6})\b/.exec(text)?.[1];
  return asked === undefined ? most : Math.min(Number(asked), most);
}

const hasAnswer = (header: string | undefined, etag: string) =>
  (header ?? '').split(',').some((one) => one.trim().replace(/^W\//, '') === etag);

function workOf(kind: KindName, request: FastifyRequest) {
  if (typeof request.body === 'string')
    return workFromCsv(kind, request.body, request.query as Record<string, unknown>);
  if (typeof request.body === 'object' && request.body !== null) return workFromJson(kind, request.body as JsonBody);
  throw new Problem('unsupported-media-type', 'the body must be application/json or text/csv, got nothing');
}

function leftSignal(reply: FastifyReply): AbortSignal {
  const left = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) left.abort();
  });
  return left.signal;
}

async function compute(kind: KindName, request: FastifyRequest, reply: FastifyReply, service: Service) {
  const { computations, jobs, limits, metrics, closing } = service;
  if (closing()) throw new Problem('shutting-down', 'no new jobs are taken', { 'retry-after': '5' });
  const work = workOf(kind, request);
  const digest = digestOf(work);
  const etag = `"${digest}"`;
  // Results follow from the input: the client that has this tag has this answer, and nothing needs to run.
  if (hasAnswer(request.headers['if-none-match'], etag)) return reply.code(304).header('etag', etag).send();
  const left = leftSignal(reply);
  const job = new Job(computations.start(work, digest));
  const wait = waitOf(request.headers.prefer, limits.waitSeconds);
  // Without waiting only what is remembered is answered at once, however fast the rest would be.
  if (wait > 0) await job.settled(wait, left);
  if (left.aborted) {
    job.cancel();
    metrics.job(kind, 'left');
    return reply;
  }
  if (!job.ended) {
    jobs.keep(job);
    metrics.job(kind, 'later');
    return reply
      .code(202)
      .header('location', `/v1/jobs/${job.id}`)
      .header('retry-after', '1')
      .type(JSON_TYPE)
      .send(job.withResult());
  }
  if (job.problem) throw job.problem;
  metrics.job(kind, 'at once');
  if (job.computation.answer?.complete) reply.header('etag', etag);
  return reply.type(JSON_TYPE).send(job.bytes);
}

function jobRoutes(app: FastifyInstance, { jobs, limits }: Service): void {
  let streams = 0;
  const find = (request: FastifyRequest) => jobs.find((request.params as { id: string }).id);
  app.get('/v1/jobs/:id', { schema: jobSchemas.get }, (request, reply) =>
    reply.type(JSON_TYPE).header('cache-control', 'no-store').send(find(request).withResult()),
  );
  app.delete('/v1/jobs/:id', { schema: jobSchemas.cancel }, (request, reply) => {
    const job = find(request);
    job.cancel();
    return reply.type(JSON_TYPE).send(JSON.stringify(job));
  });
  app.get('/v1/jobs/:id/result', { schema: jobSchemas.result }, (request, reply) => {
    const job = find(request);
    if (job.problem) throw job.problem;
    if (job.bytes === undefined) throw new Problem('not-found', 'the job is not done yet', { 'retry-after': '1' });
    const etag = `"${job.computation.digest}"`;
    if (job.computation.answer?.complete) {
      reply.header('etag', etag);
      if (hasAnswer(request.headers['if-none-match'], etag)) return reply.code(304).send();
    }
    return reply.type(JSON_TYPE).send(job.bytes);
  });
  app.get('/v1/jobs/:id/events', { schema: jobSchemas.events }, (request, reply) => {
    const job = find(request);
    if (streams >= limits.streams)
      throw new Problem('too-many-requests', `${streams} event streams are open already`, { 'retry-after': '5' });
    streams++;
    const cancels = (request.query as { leave?: string }).leave === 'cancel';
    const format = eventFormat(request.headers.accept);
    const stream = eventStream(job, format, (ended) => {
      streams--;
      if (cancels && !ended) job.cancel();
    });
    return reply
      .type(EVENT_TYPES[format])
      .header('cache-control', 'no-store')
      .header('x-accel-buffering', 'no')
      .send(stream);
  });
}

export function apiRoutes(app: FastifyInstance, service: Service): void {
  for (const kind of kindNames)
    app.post(`/v1/${kind}`, { schema: kindSchema(kind, kinds[kind]) }, async (request, reply) => {
      try {
        return await compute(kind, request, reply, service);
      } catch (error) {
        service.metrics.job(kind, problemOf(error).kind);
        throw error;
      }
    });
  jobRoutes(app, service);
}
