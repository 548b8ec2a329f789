/** The HTTP server: framework, limits of the connection, refusals, and the order in which it shuts down. */
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance, type FastifyReply, LogController } from 'fastify';
import { checkHost, checkToken, isLoopback } from './access.ts';
import { Bodies, countBodies } from './bodies.ts';
import { Computations } from './computations.ts';
import { Jobs } from './jobs.ts';
import { type Limits, limitsWith } from './limits.ts';
import { Metrics } from './metrics.ts';
import { describeApi } from './openapi.ts';
import { pageRoutes } from './page.ts';
import { PROBLEM_TYPE, Problem, problemOf } from './problem.ts';
import type { JsonBody } from './request.ts';
import { apiRoutes } from './routes.ts';
import { refuseShape } from './shape.ts';

export interface ServerOptions {
  /** Default 127.0.0.1. */
  readonly host?: string | undefined;
  /** 0 (default): any free one. */
  readonly port?: number | undefined;
  readonly limits?: Partial<Limits> | undefined;
  /** Asked for on /v1 and /metrics; default: nobody is asked. */
  readonly token?: string | undefined;
  /** Origins of other sites' pages that may call the API; `*` is any. Default: none. */
  readonly origins?: readonly string[] | undefined;
  /** Host names besides loopback's that a loopback server answers to. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Where the log goes, a JSON document a line; default: nowhere. */
  readonly log?: { readonly level: string; readonly stream: { write(line: string): void } } | undefined;
  /** Whether /metrics tells of the process too; default false. */
  readonly processMetrics?: boolean | undefined;
}

export interface RunningServer {
  readonly url: string;
  /** Stops taking requests, lets jobs end for `seconds`, stops the rest. */
  readonly close: (seconds?: number) => Promise<void>;
}

/** Paths and the methods they take, for 405. */
const METHODS: readonly (readonly [RegExp, string])[] = [
  [/^\/v1\/(solve|sweep|hull|align)$/, 'POST'],
  [/^\/v1\/jobs\/[^/]+$/, 'GET, DELETE'],
  [/^\/v1\/jobs\/[^/]+\/(events|result)$/, 'GET'],
  [/^\/(healthz|metrics|openapi\.json)?$/, 'GET'],
];

const pathOf = (url: string) => url.split('?', 1)[0]!;

function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).headers(problem.headers).type(PROBLEM_TYPE).send(JSON.stringify(problem));
}

function create({ log }: ServerOptions, limits: Limits): FastifyInstance {
  const app = fastify({
    logger: log ? { level: log.level, stream: log.stream } : false,
    // One line a request, from our own hook.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyBytes,
    requestTimeout: 1000 * limits.requestSeconds,
    connectionTimeout: 1000 * limits.idleSeconds,
    keepAliveTimeout: 5000,
    routerOptions: { maxParamLength: 100 },
    frameworkErrors: (error, _request, reply) => void sendProblem(reply, problemOf(error)),
    http: {
      headersTimeout: Math.min(10_000, 1000 * limits.requestSeconds),
      connectionsCheckingInterval: Math.min(1000, 250 * limits.requestSeconds),
    },
    clientErrorHandler(error, socket) {
      const kind =
        error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
          ? 'request-timeout'
          : error.code === 'HPE_HEADER_OVERFLOW'
            ? 'headers-too-large'
            : 'bad-request';
      if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
      const problem = new Problem(kind, 'the request could not be read');
      const body = JSON.stringify(problem);
      socket.end(
        `HTTP/1.1 ${problem.status} Refused\r\ncontent-type: ${PROBLEM_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
      );
    },
  });
  app.server.maxConnections = limits.connections;
  return app;
}

/** JSON and CSV only, uncompressed; JSON is parsed for its options, and its text kept for its numbers. */
function takeBodies(app: FastifyInstance, limits: Limits): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    try {
      refuseShape(text as string, limits);
      done(null, { value: JSON.parse(text as string), text: text as string } satisfies JsonBody);
    } catch (error) {
      done(error instanceof Problem ? error : new Problem('bad-request', 'the body must be JSON, it cannot be parsed'));
    }
  });
  app.addContentTypeParser('text/csv', { parseAs: 'string' }, (_request, text, done) => done(null, text));
  app.addHook('onRequest', async ({ headers }) => {
    const coding = headers['content-encoding'] ?? 'identity';
    if (coding !== 'identity')
      throw new Problem('unsupported-media-type', `the body must not be compressed, got ${coding.slice(0, 60)}`);
  });
}

function refuse(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error);
    if (problem.kind === 'internal') request.log.error({ err: error }, 'failed');
    return sendProblem(reply, problem);
  });
  app.setNotFoundHandler((request, reply) => {
    const allowed = METHODS.find(([path]) => path.test(pathOf(request.url)))?.[1];
    const known = allowed !== undefined && !allowed.split(', ').includes(request.method);
    return sendProblem(
      reply,
      known
        ? new Problem('method-not-allowed', `this path takes ${allowed}`, { allow: allowed })
        : new Problem('not-found', 'there is nothing under this path'),
    );
  });
}

/** Starts a server. @throws InputError on a bad limit; the system's error where host or port cannot be had. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const { host = '127.0.0.1', port = 0, token, origins = [], allowedHosts = [] } = options;
  const limits = limitsWith(options.limits);
  const app = create(options, limits);
  const bodies = new Bodies(limits);
  const computations = new Computations(limits, bodies, (error) => app.log.error({ err: error }, 'a job failed'));
  const metrics = new Metrics(computations, options.processMetrics ?? false);
  let closing = false;
  if (origins.length > 0) {
    const { default: cors } = await import('@fastify/cors');
    const exposedHeaders = ['ETag', 'Location', 'Retry-After'];
    await app.register(cors, {
      origin: origins.includes('*') ? '*' : [...origins],
      methods: ['GET', 'POST', 'DELETE'],
      exposedHeaders,
    });
  }
  app.addHook('onRequest', async ({ headers, url }) => {
    if (isLoopback(host)) checkHost(headers.host, allowedHosts);
    if (token !== undefined && /^\/(v1\/|metrics)/.test(pathOf(url))) checkToken(headers.authorization, token);
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.answered(route, request.method, reply.statusCode, reply.elapsedTime);
    request.log.info(
      { method: request.method, route, status: reply.statusCode, ms: Number(reply.elapsedTime.toFixed(1)) },
      'answered',
    );
  });
  countBodies(app, bodies, limits);
  takeBodies(app, limits);
  refuse(app);
  await describeApi(app, token !== undefined);
  app.get('/healthz', { schema: { hide: true } }, (_request, reply) =>
    reply.code(closing ? 503 : 200).send({ status: closing ? 'closing' : 'ok' }),
  );
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  apiRoutes(app, { computations, jobs: new Jobs(limits), limits, metrics, closing: () => closing });
  await pageRoutes(app);
  try {
    await app.listen({ host, port, listenTextResolver: (address) => `listening on ${address}` });
  } catch (error) {
    await computations.close();
    throw error;
  }
  const { port: taken } = app.server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    async close(seconds = 0) {
      closing = true;
      await computations.drain(seconds);
      await app.close();
      await computations.close();
    },
  };
}
