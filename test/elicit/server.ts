/**
 * A loopback server that speaks the chat-completions protocol, streaming and not, and misbehaves on purpose. Which
 * question meets which trouble is fixed by their numbers; every question gets its right answer in the end.
 *
 *     fork('server.ts', { execArgv: ['--import', 'tsx'] })  sends its port as its first message
 *     POST /<study>/v1/chat/completions                     questions "persona P" (system) and "item I" (user)
 *     GET  /<study>/statistics                              what was asked
 *
 * The study's name says how it behaves: it contains `troubled` for all troubles, `unstructured` to refuse schemas,
 * `forbidden` to refuse all, `revoked` to refuse all after ten answers, `quota` to be out of money, `down` to answer 500 always, `form` to refuse every request's form,
 * `slow` to take 20 ms, `choosy` to refuse item 7's form and no other's, `useless` to answer in words alone.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

/** The right answer to a question: 0 to 100. */
export function truth(persona: number, item: number): number {
  return mix(persona, item, 1) % 101;
}

function mix(...numbers: readonly number[]): number {
  let hash = 2166136261;
  for (const number of numbers) {
    hash = Math.imul(hash ^ number, 16777619);
    hash = Math.imul(hash ^ (hash >>> 15), 2246822519);
    hash ^= hash >>> 13;
  }
  return hash >>> 0;
}

/** What goes wrong with requests; the first four are replies that parse as a chat completion and hold no score. */
export const troubles = [
  'prose',
  'refusal field',
  'refusal in words',
  '101',
  '-1',
  '7.5',
  'empty',
  'cut by length',
  'key echoed',
  '429 bare',
  '429 zero',
  '429 ms',
  '500',
  '503 html',
  'cut before headers',
  'cut in body',
  'not json',
  'no choices',
] as const;
export type Trouble = (typeof troubles)[number] | '429 seconds' | '429 date' | 'silence' | 'slow drip' | 'never';

/** The troubles of a question before its right answer, in order; `never` means that no right answer comes. */
export function troublesOf(persona: number, item: number): Trouble[] {
  // The slow ones are few: 429s with whole seconds stop everybody, time-outs take their time.
  if (item === 3 && persona < 4) return [(['429 seconds', '429 date', 'silence', 'slow drip'] as const)[persona]!];
  if (item === 5 && persona < 3) return ['never'];
  const draw = mix(persona, item, 2);
  if (draw % 20 !== 0) return [];
  const first = troubles[(draw >>> 5) % troubles.length]!;
  return draw % 40 === 0 ? [first, troubles[(draw >>> 12) % troubles.length]!] : [first];
}

interface Statistics {
  requests: number;
  /** Requests for a question whose right answer had been sent in full, on a connection that the client kept. */
  afterSuccess: number;
  structured: number;
  streamed: number;
  /** Milliseconds from a 429 that named a time to the question's next request. */
  waits: { asked: string; waited: number }[];
}

class Study {
  readonly statistics: Statistics = { requests: 0, afterSuccess: 0, structured: 0, streamed: 0, waits: [] };
  readonly attempts = new Map<string, number>();
  readonly done = new Map<string, Socket>();
  readonly limited = new Map<string, { asked: string; at: number }>();
}

interface Question {
  readonly messages: readonly { readonly content: string }[];
  readonly stream?: boolean;
  readonly response_format?: object;
}

const studies = new Map<string, Study>();

function fail(response: ServerResponse, status: number, error: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ error }));
}

function complete(
  response: ServerResponse,
  question: Question,
  content: string | null,
  finish: string,
  refusal: string | null = null,
) {
  const usage = { prompt_tokens: 40, completion_tokens: 3, total_tokens: 43 };
  const base = { id: 'x', created: 1, model: 'loopback' };
  if (!question.stream) {
    const choices = [{ index: 0, message: { role: 'assistant', content, refusal }, finish_reason: finish }];
    const body = JSON.stringify({ ...base, object: 'chat.completion', choices, usage });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.end(body);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const event = (value: object) =>
    response.write(`data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', ...value })}\n\n`);
  for (const letter of content ?? '')
    event({ choices: [{ index: 0, delta: { content: letter }, finish_reason: null }] });
  event({ choices: [{ index: 0, delta: refusal === null ? {} : { refusal }, finish_reason: finish }] });
  event({ choices: [], usage });
  response.end('data: [DONE]\n\n');
}

/** Sends the beginning of a good answer, then cuts the line, or goes on a byte at a time. */
function beginning(response: ServerResponse, question: Question, content: string, drip: boolean): void {
  const whole = question.stream
    ? `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`
    : JSON.stringify({
        choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
        padding: ' '.repeat(99),
      });
  response.writeHead(200, { 'content-type': question.stream ? 'text/event-stream' : 'application/json' });
  response.write(whole.slice(0, question.stream ? undefined : 40));
  if (!drip) {
    setTimeout(() => response.destroy(), 5);
    return;
  }
  const timer = setInterval(() => response.write(' '), 50);
  response.on('close', () => clearInterval(timer));
}

type Misdeed = (response: ServerResponse, question: Question, right: string, request: IncomingMessage) => void;

const reply =
  (content: string | null, finish = 'stop', refusal: string | null = null): Misdeed =>
  (response, question) =>
    complete(response, question, content, finish, refusal);
const tooMany =
  (headers: () => Record<string, string>): Misdeed =>
  (response) =>
    fail(response, 429, { message: 'Too many requests', type: 'requests', code: 'rate_limit_exceeded' }, headers());

const misdeeds: Readonly<Record<Trouble, Misdeed>> = {
  prose: (response, question, right) => complete(response, question, `I would give this ${right}, I think.`, 'stop'),
  'refusal field': reply(null, 'stop', 'I cannot rate this.'),
  'refusal in words': reply("I'm sorry, but I can't help with that."),
  '101': reply('101'),
  '-1': reply('-1'),
  '7.5': reply('7.5'),
  empty: reply(''),
  'cut by length': reply('10', 'length'),
  'key echoed': (response, question, _, { headers }) =>
    complete(response, question, `You sent ${headers.authorization}`, 'stop'),
  '429 bare': tooMany(() => ({})),
  '429 zero': tooMany(() => ({ 'retry-after': '0' })),
  '429 ms': tooMany(() => ({ 'retry-after-ms': '15' })),
  '429 seconds': tooMany(() => ({ 'retry-after': '1' })),
  '429 date': tooMany(() => ({ 'retry-after': new Date(Date.now() + 2000).toUTCString() })),
  '500': (response, _, __, { headers }) =>
    fail(response, 500, { message: `internal error at key ${headers.authorization}`, type: 'server_error' }),
  '503 html': (response) => {
    response.writeHead(503, { 'content-type': 'text/html' });
    response.end('<h1>Service unavailable</h1>');
  },
  'cut before headers': (response) => response.destroy(),
  'cut in body': (response, question, right) => beginning(response, question, right, false),
  'not json': (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"choices": [');
  },
  'no choices': (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"object": "error", "choices": []}');
  },
  silence: () => {},
  'slow drip': (response, question, right) => beginning(response, question, right, true),
  never: reply('I never give numbers.'),
};

/** Rewordings for `paraphrase`: one of every three is a repetition. */
function reword(response: ServerResponse, question: Question, attempt: number): void {
  const count = Number(/Write (\d+)/.exec(question.messages[1]!.content)![1]);
  const prompts = Array.from(
    { length: count },
    (_, i) => `You are persona ${attempt * 50 + (i % 3 === 2 ? i - 1 : i)}.`,
  );
  complete(response, question, attempt === 1 ? 'Here they are: 1.' : JSON.stringify({ prompts }), 'stop');
}

/** What a study's name has refused always. */
function refusalOf(name: string, question: Question, { headers }: IncomingMessage, requests: number) {
  if (name.includes('forbidden') || (name.includes('revoked') && requests > 10))
    return { status: 401, error: { message: `Incorrect API key: ${headers.authorization}` } };
  if (name.includes('quota')) return { status: 429, error: { message: 'No money left', code: 'insufficient_quota' } };
  if (name.includes('down')) return { status: 500, error: { message: 'down' } };
  if (name.includes('form')) return { status: 400, error: { message: 'Unsupported parameter: temperature' } };
  if (name.includes('unstructured') && question.response_format)
    return { status: 400, error: { message: 'response_format is not supported' } };
  return undefined;
}

function answer(
  name: string,
  study: Study,
  question: Question,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { statistics, attempts, done, limited } = study;
  statistics.requests++;
  if (question.response_format) statistics.structured++;
  if (question.stream) statistics.streamed++;
  const refusal = refusalOf(name, question, request, statistics.requests);
  if (refusal) {
    fail(response, refusal.status, refusal.error);
    return;
  }
  const [system, user] = question.messages.map(({ content }) => content) as [string, string];
  const key = `${system} ${user.split('\n')[0]}`;
  const attempt = attempts.get(key) ?? 0;
  attempts.set(key, attempt + 1);
  if (user.startsWith('Write ')) {
    reword(response, question, attempt);
    return;
  }
  const wait = limited.get(key);
  if (wait) {
    statistics.waits.push({ asked: wait.asked, waited: Date.now() - wait.at });
    limited.delete(key);
  }
  if (name.includes('choosy') && user.startsWith('item 7\n')) {
    fail(response, 400, { message: 'I do not like this one' });
    return;
  }
  if (name.includes('useless')) {
    misdeeds.never(response, question, '', request);
    return;
  }
  const persona = Number(/persona (\d+)/.exec(system)?.[1] ?? 0);
  const item = Number(/item (\d+)/.exec(user)?.[1] ?? 0);
  const right = String(truth(persona, item));
  const trouble = name.includes('troubled') ? troublesOf(persona, item) : [];
  const now = trouble.includes('never') ? 'never' : trouble[attempt];
  if (now === undefined) {
    if (done.get(key)?.destroyed === false) statistics.afterSuccess++;
    const structured = question.response_format && !name.includes('ignored');
    const send = () => complete(response, question, structured ? `{"score": ${right}}` : `${right}\n`, 'stop');
    response.on('finish', () => done.set(key, request.socket));
    if (name.includes('slow')) setTimeout(send, 20);
    else send();
    return;
  }
  if (now === '429 seconds' || now === '429 date') limited.set(key, { asked: now, at: Date.now() });
  misdeeds[now](response, question, right, request);
}

function studyCalled(name: string): Study {
  const study = studies.get(name) ?? new Study();
  studies.set(name, study);
  return study;
}

export function serve() {
  const server = createServer((request, response) => {
    const name = request.url!.split('/')[1]!;
    const study = studyCalled(name);
    if (request.url!.endsWith('/statistics')) {
      response.end(JSON.stringify(study.statistics));
      return;
    }
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => answer(name, study, JSON.parse(body) as Question, request, response));
  });
  server.keepAliveTimeout = 60_000;
  return server;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = serve().listen(0, '127.0.0.1', () => {
    const address = server.address();
    process.send?.(typeof address === 'object' ? address?.port : undefined);
  });
  // Nobody left to ask: the test's process is gone.
  process.on('disconnect', () => process.exit(0));
}
