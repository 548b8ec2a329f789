/** The OpenAPI document, from the same schemas that check requests and type results. */
import type {} from '@fastify/swagger';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { z } from 'zod';
import { VERSION } from '../version.ts';
import type { Kind } from './kinds.ts';
import { bodySchema } from './request.ts';
import { jobWithResult, problem, results } from './schemas.ts';

const json = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any' });
  return rest;
};

const content = (type: string, schema: object) => ({ content: { [type]: { schema } } });
const refused = { description: 'Refused', ...content('application/problem+json', json(problem, 'output')) };
const jobAnswer = (description: string) => ({
  description,
  ...content('application/json', json(jobWithResult, 'output')),
});

/** The schema of `POST /v1/<kind>`, for the document only: `request.ts` does the checking. */
export function kindSchema(name: keyof typeof results, kind: Kind): FastifySchema {
  const { properties } = json(kind.options, 'input');
  return {
    operationId: name,
    summary: kind.summary,
    tags: ['compute'],
    body: {
      content: {
        'application/json': { schema: json(bodySchema(kind), 'input') },
        'text/csv': { schema: { type: 'string', description: 'CSV; options are query parameters' } },
      },
    },
    querystring: { type: 'object', properties },
    headers: {
      type: 'object',
      properties: {
        prefer: { type: 'string', description: '"respond-async": a job at once; "wait=N": after N seconds' },
        'if-none-match': { type: 'string', description: 'the ETag of an answer that the client has' },
      },
    },
    response: {
      200: { description: 'The result', ...content('application/json', json(results[name], 'output')) },
      202: jobAnswer('A job that is not done yet'),
      304: { description: 'The client has this answer already', type: 'null' },
      '4xx': refused,
      '5xx': refused,
    },
  };
}

export const jobSchemas = {
  get: {
    operationId: 'getJob',
    summary: 'A job, with its result once done',
    tags: ['jobs'],
    response: { 200: jobAnswer('The job'), '4xx': refused },
  },
  cancel: {
    operationId: 'cancelJob',
    summary: 'Cancels a job',
    tags: ['jobs'],
    response: { 200: jobAnswer('The job'), '4xx': refused },
  },
  events: {
    operationId: 'getJobEvents',
    summary: 'Progress as server-sent events, or as NDJSON (Accept: application/x-ndjson)',
    tags: ['jobs'],
    querystring: {
      type: 'object',
      properties: { leave: { type: 'string', enum: ['cancel'], description: 'cancel the job when the client leaves' } },
    },
    response: {
      200: {
        description: 'Job documents',
        content: {
          'text/event-stream': { schema: { type: 'string', description: 'events "progress", then one "end"' } },
          'application/x-ndjson': { schema: { type: 'string', description: 'a job document a line' } },
        },
      },
      '4xx': refused,
    },
  },
  result: {
    operationId: 'getJobResult',
    summary: 'The result alone, the same bytes as the command line prints',
    tags: ['jobs'],
    response: {
      200: {
        description: 'The result',
        ...content('application/json', json(z.union(Object.values(results)), 'output')),
      },
      '4xx': refused,
    },
  },
} satisfies Record<string, FastifySchema>;

/** Registers the generator; routes added afterwards are described. @param guarded whether a token is asked for */
export async function describeApi(app: FastifyInstance, guarded: boolean): Promise<void> {
  // The schemas describe; requests are checked by hand, and answers are text already.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  const { default: swagger } = await import('@fastify/swagger');
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'market-alignment',
        version: VERSION,
        description: 'Emergent alignment via competition, exactly.',
      },
      ...(guarded
        ? { components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } }, security: [{ token: [] }] }
        : {}),
    },
  });
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
}
