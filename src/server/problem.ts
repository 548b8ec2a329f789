/** Refusals as `application/problem+json` (RFC 9457): each has a kind, which fixes status and title. */

const kinds = {
  'bad-request': [400, 'The request is malformed'],
  unauthorized: [401, 'A bearer token is needed'],
  'forbidden-host': [403, 'This server does not answer under that host name'],
  'not-found': [404, 'There is no such thing here'],
  'method-not-allowed': [405, 'This path takes other methods'],
  'request-timeout': [408, 'The request did not arrive in time'],
  cancelled: [409, 'The job was cancelled'],
  'body-too-large': [413, 'The body or one of its tables is too large'],
  'uri-too-long': [414, 'The path is too long'],
  'unsupported-media-type': [415, 'The body must be JSON or CSV'],
  'invalid-input': [422, 'The input breaks a rule'],
  'too-large': [422, 'The problem is larger than this server finishes'],
  'memory-limit': [422, 'The job needed more memory than this server allows'],
  'too-many-requests': [429, 'Too much is waiting already'],
  'headers-too-large': [431, 'The header fields are too large'],
  internal: [500, 'The server failed'],
  'shutting-down': [503, 'The server is shutting down'],
  'time-limit': [504, 'The job did not end within the time allowed'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemKind = keyof typeof kinds;

/** What a refused request gets as its body. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

export class Problem extends Error {
  override readonly name = 'Problem';
  readonly kind: ProblemKind;
  readonly headers: Readonly<Record<string, string>>;

  constructor(kind: ProblemKind, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.kind = kind;
    this.headers = headers;
  }

  get status(): number {
    return kinds[this.kind][0];
  }

  toJSON(): ProblemDocument {
    const [status, title] = kinds[this.kind];
    return { type: `urn:market-alignment:problem:${this.kind}`, title, status, detail: this.message };
  }
}

/** Fastify's own refusals, by its codes. */
const codes: Partial<Record<string, ProblemKind>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'bad-request',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'bad-request',
  FST_ERR_MAX_PARAM_LENGTH: 'uri-too-long',
  FST_ERR_BAD_URL: 'bad-request',
  FST_ERR_VALIDATION: 'bad-request',
  ECONNRESET: 'bad-request',
};

/** Any error as a problem; what is not foreseen is `internal`, its message kept for the log. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { code, statusCode, message } = error as { code?: string; statusCode?: number; message?: string };
  const kind = codes[code ?? ''] ?? (statusCode === 400 ? 'bad-request' : undefined);
  return kind === undefined
    ? new Problem('internal', 'The server failed; its log says why')
    : new Problem(kind, (message ?? kind).slice(0, 300));
}
