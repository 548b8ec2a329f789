/** The web worker: loads the kernels once and computes one request after the other. */
import './shared-memory.ts';
import { align } from '../align/align.ts';
import { hull } from '../hull/hull.ts';
import { scoresFrom } from '../hull/read.ts';
import { parseCsv } from '../input/csv.ts';
import { parseJsonRows } from '../input/json.ts';
import type { Pool as NodePool } from '../kernel/pool.ts';
import { solve } from '../market/solve.ts';
import { sweep } from '../market/sweep.ts';
import type { Command, Computed, Reply, Request } from './messages.ts';
import { loadKernel, Pool } from './pool.ts';

/** Progress is posted at most this often, in ms. */
const PROGRESS_EVERY = 50;

interface Run {
  readonly pool: NodePool;
  readonly onProgress: (done: number, total?: number, note?: string) => void;
}

type Work = {
  readonly [C in Command]: (
    input: Computed[C]['input'],
    options: Computed[C]['options'],
    run: Run,
  ) => Promise<Computed[C]['result']>;
};

/** Scores from CSV or JSON text, whole: a page holds them as text anyway. */
function scores(text: string, options: Computed['hull']['options']) {
  const { columns, rows } = /^\uFEFF?\s*[[{]/.test(text) ? parseJsonRows(text, 'scores') : parseCsv(text, 'scores');
  const column = (i: number) => rows.map(({ cells }) => cells[i]!);
  return scoresFrom(Object.fromEntries(columns.map((name, i) => [name, column(i)])), options);
}

const work: Work = {
  solve: (table, options, run) => solve(table, { ...options, ...run }),
  sweep: (table, options, run) => sweep(table, { ...options, ...run }),
  hull: (text, options, run) => hull(scores(text, options), { ...options, ...run }),
  align: (text, options, { onProgress }) => align(text, { ...options, onProgress }),
};

const say = (reply: Reply) => self.postMessage(reply);
const loading = loadKernel(new URL('./kernel.wasm', import.meta.url));
// A failure to load is the answer to every request, not an event of its own.
loading.catch(() => {});
let queue: Promise<void> = Promise.resolve();

async function answer<C extends Command>({ id, command, input, options }: Request<C>): Promise<void> {
  let last = 0;
  const onProgress: Run['onProgress'] = (done, total = 0, note) => {
    if (performance.now() - last < PROGRESS_EVERY) return;
    last = performance.now();
    say({ id, progress: note === undefined ? [done, total] : [done, total, note] });
  };
  try {
    await loading;
    say({ id, result: await work[command](input, options, { pool: browserPool(), onProgress }) });
  } catch (error) {
    const { name, message } = error as Error;
    say({ id, error: { name, message } });
  }
}

let pool: NodePool | undefined;

/** In this bundle the pool's module is the browser's (scripts/browser.mjs): the types are Node's. */
function browserPool(): NodePool {
  const made: Pick<NodePool, 'threads' | 'local' | 'pays' | 'map' | 'close'> = new Pool();
  pool ??= made as NodePool;
  return pool;
}

self.onmessage = ({ data }: MessageEvent<Request>) => {
  queue = queue.then(() => answer(data));
};
