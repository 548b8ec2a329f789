/**
 * HTTP for the client, on undici: connections kept and counted, bodies bounded in time and size, proxies from the
 * environment. The `fetch` built into Node costs three times as much per request and has a fixed limit of 300 s before the first byte.
 */
import { Readable } from 'node:stream';
import { Agent, type Dispatcher, EnvHttpProxyAgent, request } from 'undici';

/** Larger than any answer of one number, also with its reasoning. */
const LARGEST_BODY = 8 * 2 ** 20;

/** A response whose body has arrived: reading it costs no stream. */
class WholeResponse extends Response {
  readonly #text: string;
  constructor(text: string, init: ResponseInit) {
    super(null, init);
    this.#text = text;
  }
  override async text(): Promise<string> {
    return this.#text;
  }
  override async json(): Promise<unknown> {
    return JSON.parse(this.#text);
  }
}

/** The headers that the client or we look at: a `Headers` of all would cost more than the rest of the response. */
const READ = ['content-type', 'content-length', 'retry-after', 'retry-after-ms', 'x-request-id'] as const;

function headersOf(given: Dispatcher.ResponseData['headers']): Headers {
  const headers = new Headers();
  for (const name of READ) {
    const value = given[name];
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}

export class Transport {
  readonly #agent: Dispatcher;

  /** At most `connections` at once; `seconds` bounds the wait for the first byte and between any two. `direct`: past any proxy. */
  constructor(connections: number, seconds: number, direct: boolean) {
    const options = {
      connections,
      pipelining: 1,
      headersTimeout: 1000 * seconds,
      bodyTimeout: 1000 * seconds,
      maxResponseSize: LARGEST_BODY,
    };
    const proxied = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'].some((name) => process.env[name]);
    this.#agent = proxied && !direct ? new EnvHttpProxyAgent(options) : new Agent(options);
  }

  /** What the client calls in place of the global `fetch`. */
  readonly fetch = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const answer = await request(url instanceof Request ? url.url : url, {
      method: init.method === 'POST' ? 'POST' : 'GET',
      headers: init.headers instanceof Headers ? init.headers : new Headers(init.headers),
      body: typeof init.body === 'string' ? init.body : null,
      signal: init.signal,
      dispatcher: this.#agent,
    });
    const about = { status: answer.statusCode, headers: headersOf(answer.headers) };
    if (about.headers.get('content-type')?.startsWith('text/event-stream'))
      return new Response(Readable.toWeb(answer.body) as ReadableStream, about);
    return new WholeResponse(await answer.body.text(), about);
  };

  /** Ends all connections. */
  close(): Promise<void> {
    return this.#agent.destroy();
  }
}
