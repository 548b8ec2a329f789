/** `serve`: the HTTP API and the page. */
import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { InputError } from '../errors.ts';
import { DEFAULT_LIMITS } from '../server/limits.ts';
import { startServer } from '../server/server.ts';
import { names, positive, whole } from './options.ts';

interface Options {
  host: string;
  port: number;
  threads: number;
  jobs: number;
  queue: number;
  body: number;
  rows: number;
  columns: number;
  timeLimit: number;
  memory: number;
  cache: number;
  wait: number;
  grace: number;
  tokenFile?: string;
  corsOrigin?: string[];
  allowHost?: string[];
  logLevel: string;
}

const MIB = 2 ** 20;
const TOKEN_VARIABLE = 'MARKET_ALIGNMENT_TOKEN';
const SHORTEST_TOKEN = 16;

function seconds(text: string): number {
  return text.trim() === '0' ? 0 : positive(text);
}

function origins(text: string): string[] {
  const given = names(text);
  for (const origin of given)
    if (origin !== '*' && !(URL.canParse(origin) && new URL(origin).origin === origin))
      throw new InvalidArgumentError(`must be origins such as https://example.org, or *, got "${origin}"`);
  return given;
}

const options = () => [
  new Option('--host <host>', 'address to listen on').default('127.0.0.1'),
  new Option('--port <n>', 'port to listen on; 0: any free one').argParser(whole(0, 65_535)).default(8080),
  new Option('--jobs <n>', 'jobs computed at once').argParser(whole(1, 1024)).default(DEFAULT_LIMITS.runners),
  new Option('--threads <n>', 'threads that one job may use').argParser(whole(1, 1024)).default(DEFAULT_LIMITS.threads),
  new Option('--queue <n>', 'jobs that may wait; more get 429').argParser(whole(0, 1e6)).default(DEFAULT_LIMITS.queue),
  new Option('--body <MiB>', 'largest request body').argParser(positive).default(DEFAULT_LIMITS.bodyBytes / MIB),
  new Option('--rows <n>', 'most rows of a table').argParser(whole(1)).default(DEFAULT_LIMITS.rows),
  new Option('--columns <n>', 'most columns of a table').argParser(whole(1)).default(DEFAULT_LIMITS.columns),
  new Option('--time-limit <seconds>', 'longest computation of a job')
    .argParser(positive)
    .default(DEFAULT_LIMITS.seconds),
  new Option('--memory <MiB>', 'most memory of the process')
    .argParser(positive)
    .default(DEFAULT_LIMITS.memoryBytes / MIB),
  new Option('--cache <MiB>', 'memory for results by input')
    .argParser(seconds)
    .default(DEFAULT_LIMITS.cacheBytes / MIB),
  new Option('--wait <seconds>', 'a request waits so long, then gets a job')
    .argParser(seconds)
    .default(DEFAULT_LIMITS.waitSeconds),
  new Option('--grace <seconds>', 'jobs may end for so long at shutdown').argParser(seconds).default(10),
  new Option('--token-file <file>', `file with the bearer token to ask for (or ${TOKEN_VARIABLE})`),
  new Option('--cors-origin <list>', 'origins whose pages may call the API, or *').argParser(origins),
  new Option('--allow-host <list>', 'host names besides loopback that a loopback server answers to').argParser(names),
  new Option('--log-level <level>', 'structured log on stderr')
    .choices(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info'),
];

export function command(): Command {
  const made = new Command('serve').description('the HTTP API and the page (docs/serve.md)');
  for (const option of options()) made.addOption(option);
  return made.action(run);
}

async function tokenFrom(file: string | undefined): Promise<string | undefined> {
  const text =
    file === undefined
      ? process.env[TOKEN_VARIABLE]
      : await readFile(file, 'utf8').catch((error: Error) => {
          throw new InputError(`${file}: must be readable: ${error.message}`);
        });
  const token = text?.trim();
  if (token !== undefined && token.length < SHORTEST_TOKEN)
    throw new InputError(
      `the token (${file ?? TOKEN_VARIABLE}) must have at least ${SHORTEST_TOKEN} characters, got ${token.length}`,
    );
  return token;
}

/** Holds the log back until the URL has been printed: it is the first line on stderr. */
function heldLog() {
  const held: string[] = [];
  let open = false;
  return {
    write(line: string) {
      if (open) process.stderr.write(line);
      else held.push(line);
    },
    release() {
      open = true;
      for (const line of held.splice(0)) process.stderr.write(line);
    },
  };
}

async function run(given: Options): Promise<void> {
  const { host, port, tokenFile, corsOrigin, allowHost, logLevel, grace } = given;
  const log = heldLog();
  const asked = stopped();
  const limits = {
    runners: given.jobs,
    threads: given.threads,
    queue: given.queue,
    bodyBytes: Math.floor(given.body * MIB),
    rows: given.rows,
    columns: given.columns,
    seconds: given.timeLimit,
    memoryBytes: given.memory * MIB,
    cacheBytes: given.cache * MIB,
    waitSeconds: given.wait,
  };
  const token = await tokenFrom(tokenFile);
  const server = await startServer({
    ...{ host, port, limits, token, origins: corsOrigin, allowedHosts: allowHost },
    log: { level: logLevel, stream: log },
    processMetrics: true,
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.syscall === 'listen' || error.syscall === 'getaddrinfo' || error.syscall === 'bind')
      throw new InputError(`cannot listen on ${host}:${port}: ${error.message}`);
    throw error;
  });
  process.stderr.write(`${server.url}\n`);
  log.release();
  await asked;
  await server.close(grace);
}

/** Resolves at the first signal to stop; a second one ends the process at once. */
function stopped(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = () => {
      if (asked) process.exit(130);
      asked = true;
      resolve();
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
  });
}
