/**
 * `serve` under load: wrk (Debian's package) with 64 connections for 60 s on loopback, four in five requests a small
 * solve, the rest junk. Reports latency, refusals by status and the memory of the server over time.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reportGrid, save, scratch } from './harness.ts';
import { shownSeconds } from './shown.ts';

const SECONDS = Number(process.env.SECONDS ?? 60);
const CONNECTIONS = 64;

/** Tables differ from request to request, so that most are computed, not remembered. */
const script = (table: string) => `
local csv = [==[${table}]==]
local json = { ["content-type"] = "application/json" }
local text = { ["content-type"] = "text/csv" }
local junk = {
  function() return wrk.format("POST", "/v1/solve", json, "{\\"table\\":") end,
  function() return wrk.format("POST", "/v1/solve", text, "hello") end,
  function() return wrk.format("POST", "/v1/solve", { ["content-type"] = "text/xml" }, "<x/>") end,
  function() return wrk.format("GET", "/v1/jobs/../../etc/passwd") end,
  function() return wrk.format("GET", "/v1/solve") end,
}
local count, id = 0, 0
function setup(thread) thread:set("id", id); id = id + 1 end
function request()
  count = count + 1
  if count % 5 == 0 then return junk[(count / 5) % #junk + 1]() end
  return wrk.format("POST", "/v1/solve?seed=" .. (count * 16 + id), text, csv)
end
function init() statuses = {} end
function response(status) statuses[status] = (statuses[status] or 0) + 1 end
local threads = {}
local old = setup
function setup(thread) old(thread); table.insert(threads, thread) end
function done(summary, latency)
  local all = {}
  for _, thread in ipairs(threads) do
    for status, n in pairs(thread:get("statuses")) do all[status] = (all[status] or 0) + n end
  end
  local parts = {}
  for status, n in pairs(all) do table.insert(parts, string.format('"%s":%d', status, n)) end
  io.write(string.format('RESULT {"requests":%d,"seconds":%f,"p50":%f,"p90":%f,"p99":%f,"max":%f,"socketErrors":%d,"statuses":{%s}}\\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(90) / 1e3, latency:percentile(99) / 1e3,
    latency.max / 1e3, summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout, table.concat(parts, ",")))
end
`;

const memory = (pid: number) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

export async function run(): Promise<void> {
  // wrk --version ends with code 1.
  if (spawnSync('wrk', ['--version']).error) {
    process.stderr.write('serve: no wrk here (apt-get install wrk), so no figure\n');
    return;
  }
  const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
  const server = spawn(process.execPath, [
    main,
    'serve',
    '--port',
    '0',
    '--log-level',
    'error',
    ...(process.env.SERVE ?? '').split(' ').filter(Boolean),
  ]);
  const [first] = (await once(server.stderr.setEncoding('utf8'), 'data')) as [string];
  const url = first.split('\n', 1)[0]!;
  const lua = join(scratch(), 'mix.lua');
  writeFileSync(lua, script(readFileSync('data/tables/synthetic-1.csv', 'utf8')));
  const load = spawn('wrk', [
    '-t',
    '2',
    '-c',
    String(CONNECTIONS),
    '-d',
    `${SECONDS}s`,
    '--timeout',
    '30s',
    '-s',
    lua,
    url,
  ]);
  let said = '';
  for (const stream of [load.stdout, load.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const samples: number[] = [];
  const watch = setInterval(() => samples.push(Math.round(memory(server.pid!))), 2000);
  await once(load, 'close');
  clearInterval(watch);
  server.kill('SIGTERM');
  const result = /RESULT (\{.*\})/.exec(said)?.[1];
  if (!result) throw new Error(`wrk said:\n${said}`);
  const measured = JSON.parse(result) as Load;
  await save('serve', headline(measured, samples), [section(measured, samples)]);
}

interface Load {
  readonly requests: number;
  readonly seconds: number;
  /** Latencies in ms. */
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
  readonly socketErrors: number;
  readonly statuses: Record<string, number>;
}

const shownLatency = (milliseconds: number) => shownSeconds(milliseconds / 1000);

function headline({ requests, seconds, p50, p99 }: Load, memory: readonly number[]): string {
  const rate = (requests / seconds).toFixed(0);
  return `${rate} requests a second over ${CONNECTIONS} connections, half of them answered within ${shownLatency(p50)}, all but 1 % within ${shownLatency(p99)}; ${Math.max(...memory)} MiB at most.`;
}

function section(load: Load, memory: readonly number[]) {
  const { requests, seconds, p50, p90, p99, max, socketErrors, statuses } = load;
  const status = Object.entries(statuses).map(([code, count]) => [`answers ${code}`, String(count)]);
  const thirds = [0, 1, 2].map((i) =>
    mean(memory.slice((i * memory.length) / 3, ((i + 1) * memory.length) / 3)).toFixed(0),
  );
  return reportGrid(
    `${CONNECTIONS} connections for ${seconds.toFixed(0)} s`,
    {
      head: ['', ''],
      rows: [
        ['requests a second', (requests / seconds).toFixed(0)],
        ['latency: half within', shownLatency(p50)],
        ['90 % within', shownLatency(p90)],
        ['99 % within', shownLatency(p99)],
        ['longest', shownLatency(max)],
        ...status,
        ['connections that failed', String(socketErrors)],
        ['memory of the server: first, largest, last', `${memory[0]}, ${Math.max(...memory)}, ${memory.at(-1)} MiB`],
      ],
    },
    {
      asked:
        'wrk on loopback with two threads beside the server; four of five requests solve a small table that no earlier one had, the fifth is junk, which is refused with 400, 404, 405 or 415.',
      reading: `Memory was ${thirds.join(', ')} MiB on average in the thirds of the run.`,
    },
  );
}
