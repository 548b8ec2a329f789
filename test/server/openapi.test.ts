/** /openapi.json: valid by the specification's own schema, and true of the answers that the server gives. */
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { paperTable, serverForTests, until } from './start.ts';

type Content = Record<string, { schema: object }>;
interface Operation {
  operationId: string;
  responses: Record<string, { content?: Content }>;
  requestBody?: { content: Content };
}
interface Document extends Record<string, unknown> {
  openapi: string;
  security?: unknown;
  paths: Record<string, Record<string, Operation>>;
}

const SCORES = 'alice,A,B,C\n0,1,0,1\n1,1,0,0.25\n0.5,0.5,1,1\n1,0,1,0.75\n0,0,0,1\n0.5,1,0.5,0\n1,,1,0.5\n';

describe('/openapi.json', () => {
  const client = serverForTests();
  const guarded = serverForTests({ token: 'correct horse battery' });
  const ajv = new Ajv2020({ strict: false });
  let document: Document;
  beforeAll(async () => {
    document = (await (await client.get('/openapi.json')).json()) as Document;
  });

  /** What the document promises of an answer. */
  function promised(path: string, method: string, status: string, type: string): ValidateFunction {
    const { schema } = document.paths[path]![method]!.responses[status]!.content![type]!;
    return ajv.compile(schema);
  }

  async function keeps(response: Response, path: string, method: string, status: string, type: string) {
    expect(response.headers.get('content-type')).toContain(type);
    const validate = promised(path, method, status, type);
    validate(await response.json());
    expect(validate.errors).toBe(null);
  }

  test('is valid OpenAPI 3.1, with a name for every operation; a token that is asked for is in it', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(document);
    expect({ valid, errors, version: validator.version }).toEqual({ valid: true, errors: undefined, version: '3.1' });
    const ids = Object.values(document.paths).flatMap((path) => Object.values(path).map((one) => one.operationId));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(['solve', 'hull', 'getJob', 'cancelJob', 'getJobEvents']));
    expect(document.security).toBe(undefined);
    const asked = (await (await guarded.get('/openapi.json')).json()) as Document;
    expect(asked.security).toEqual([{ token: [] }]);
    expect((await new Validator().validate(asked)).valid).toBe(true);
  });

  test.each([
    ['/v1/solve', '', 'synthetic-2'],
    ['/v1/solve', '?schemes=randomised', 'synthetic-1'],
    ['/v1/solve', '?method=search&order=random&scope=cells,schemes,table&weights=simplex,cone', 'movielens'],
    ['/v1/sweep', '?paths=2&at-least=1', 'movielens'],
    ['/v1/align', '?weights=simplex,cone', 'synthetic-2'],
  ])('%s%s answers as promised', async (path, query, table) => {
    await keeps(await client.post(path + query, paperTable(table)), path, 'post', '200', 'application/json');
  });

  test.each(['', '&subsets=all', '&scale=0,2&targets=alice,C'])('/v1/hull%s answers as promised', async (query) => {
    const response = await client.post(`/v1/hull?folds=3&missing=drop-item${query}`, SCORES);
    await keeps(response, '/v1/hull', 'post', '200', 'application/json');
  });

  test('refusals and jobs are as promised', async () => {
    const problem = 'application/problem+json';
    await keeps(await client.post('/v1/solve', 'hello'), '/v1/solve', 'post', '4XX', problem);
    await keeps(await client.get('/v1/jobs/x'), '/v1/jobs/{id}', 'get', '4XX', problem);
    const accepted = await client.post('/v1/solve?seed=7', paperTable('synthetic-1'), { prefer: 'respond-async' });
    const location = accepted.headers.get('location')!;
    await keeps(accepted, '/v1/solve', 'post', '202', 'application/json');
    await until(async () => (await client.get(`${location}/result`)).status === 200);
    await keeps(await client.get(location), '/v1/jobs/{id}', 'get', '200', 'application/json');
    const result = await client.get(`${location}/result`);
    await keeps(result, '/v1/jobs/{id}/result', 'get', '200', 'application/json');
  });

  test('bodies that the server takes are described, those that it refuses are not', () => {
    const { schema } = document.paths['/v1/solve']!.post!.requestBody!.content['application/json']!;
    const describes = ajv.compile(schema);
    expect(describes({ table: 'state,policy', options: { ties: 'index' } })).toBe(true);
    expect(describes({ table: [{ state: 's' }] })).toBe(true);
    expect(describes({ table: 'x', options: { ties: 'often' } })).toBe(false);
    expect(describes({ table: 'x', file: '/etc/passwd' })).toBe(false);
    expect(describes({})).toBe(false);
  });
});
