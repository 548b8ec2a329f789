/**
 * `--checkpoint FILE`: results of parts are appended as they come, one line each, so that a killed run goes on where it
 * was. A line that a kill cut short is dropped; anything else that is wrong is refused. When the file has grown, it is
 * rewritten with neighbouring parts merged, as a whole.
 */
import {
  closeSync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { InputError } from '../errors.ts';
import { fileRefusal } from '../input/text.ts';
import type { Engine, Job, MapOptions, MapResult, RunJob } from '../kernel/pool.ts';
import { taskNamed } from '../kernel/tasks.ts';
import { digest, digestBytes } from './digest.ts';
import { joined, type Piece, spread } from './known.ts';
import { pack, unpack } from './pack.ts';
import { type Run, refuseOther } from './run.ts';

const FORMAT = 'market-alignment checkpoint';
const FORMAT_VERSION = 1;
/** The file is rewritten when it is larger than this and than GROWN times its size after the last rewriting. */
const REWRITE_BYTES = 8 * 2 ** 20;
const GROWN = 4;
/** A power cut loses at most this many ms of work; a kill loses none that was written. */
const SYNC = 1000;

/** A line: the digest of the rest, a space, the rest as JSON. */
const line = (value: unknown) => {
  const text = JSON.stringify(value);
  return `${digestBytes(Buffer.from(text))} ${text}\n`;
};

interface Record {
  readonly job: string;
  readonly first: number;
  readonly count: number;
  readonly results: string;
}

const recordLine = (job: string, { first, count, results }: Piece) =>
  line({ job, first, count, results: Buffer.from(pack(results)).toString('base64') } satisfies Record);

function readLine(text: string): unknown {
  const space = text.indexOf(' ');
  const body = text.slice(space + 1);
  return digestBytes(Buffer.from(body)) === text.slice(0, space) ? JSON.parse(body) : undefined;
}

interface Content {
  /** Bytes that hold whole lines. */
  readonly bytes: number;
  readonly jobs: Map<string, Map<number, Piece>>;
}

/** Reads a checkpoint; undefined where there is none or an empty file. */
function read(path: string, run: Run): Content | undefined {
  let data: Buffer;
  try {
    data = readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fileRefusal(error, path);
  }
  if (data.length === 0) return undefined;
  const bytes = data.lastIndexOf(0x0a) + 1;
  const lines = data.toString('utf8', 0, Math.max(bytes - 1, 0)).split('\n');
  const head = Object(readLine(lines[0]!)) as { format?: unknown; version?: unknown; run: Run };
  if (head.format !== FORMAT)
    throw new InputError(`${path}: must be a checkpoint of this program, or a new file; its first line is none`);
  if (head.version !== FORMAT_VERSION)
    throw new InputError(`${path}: must be a checkpoint of format ${FORMAT_VERSION}, is of format ${head.version}`);
  refuseOther(path, head.run, run);
  const jobs: Content['jobs'] = new Map();
  for (const [i, text] of lines.entries()) {
    if (i === 0) continue;
    const record = readLine(text) as Record | undefined;
    if (!record) throw new InputError(`${path} line ${i + 1}: is damaged (its digest does not match)`);
    const { job, first, count, results } = record;
    if (!jobs.has(job)) jobs.set(job, new Map());
    jobs.get(job)!.set(first, { first, count, results: unpack(Buffer.from(results, 'base64')) as unknown[] });
  }
  return { bytes, jobs };
}

/** Keeps the results of a pool's jobs in a file and takes from it what is known already. */
export class Checkpoint implements Engine {
  private readonly path: string;
  private readonly identity: () => Run;
  private jobs: Content['jobs'] = new Map();
  private file: number | undefined;
  private bytes = 0;
  private rewritten = 0;
  private synced = performance.now();

  /** @param identity asked at the first job, once the inputs have been read. */
  constructor(path: string, identity: () => Run) {
    this.path = path;
    this.identity = identity;
  }

  /** @throws InputError where the file belongs to another run, is damaged or cannot be written. */
  async run(job: Job, options: MapOptions<unknown>, here: RunJob): Promise<MapResult<unknown>> {
    this.open();
    const key = digest(job);
    if (!this.jobs.has(key)) this.jobs.set(key, new Map());
    const known = this.jobs.get(key)!;
    const covered = new Set(
      [...known.values()].flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => first + i)),
    );
    const missing = [...job.parts.keys()].filter((part) => !covered.has(part));
    if (missing.length > 0)
      await here(
        { ...job, parts: missing.map((part) => job.parts[part]) },
        {
          ...options,
          seconds: options.seconds === undefined ? undefined : (options.seconds * missing.length) / job.parts.length,
          onPart: (done, result, index) => {
            const piece = { first: missing[index]!, count: 1, results: [result] };
            known.set(piece.first, piece);
            this.append(recordLine(key, piece));
            if (this.bytes > Math.max(REWRITE_BYTES, GROWN * this.rewritten)) this.compact(known, job);
            options.onPart?.(covered.size + done, result, piece.first);
          },
        },
      );
    return spread(joined(known.values(), taskNamed(job.task)), job.parts.length);
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }

  private open(): void {
    if (this.file !== undefined) return;
    const found = read(this.path, this.identity());
    if (!found) {
      this.rewrite();
      return;
    }
    this.jobs = found.jobs;
    this.bytes = found.bytes;
    this.file = this.onDisk(() => openSync(this.path, 'a'));
    // Cuts off what a kill left of a last line.
    ftruncateSync(this.file, this.bytes);
  }

  private compact(known: Map<number, Piece>, job: Job): void {
    const merged = joined(known.values(), taskNamed(job.task));
    known.clear();
    for (const piece of merged) known.set(piece.first, piece);
    this.rewrite();
  }

  private append(text: string): void {
    const data = Buffer.from(text);
    this.onDisk(() => {
      for (let at = 0; at < data.length; ) at += writeSync(this.file!, data, at);
      this.bytes += data.length;
      if (performance.now() - this.synced < SYNC) return;
      fdatasyncSync(this.file!);
      this.synced = performance.now();
    });
  }

  /** Writes what is known beside the file, then puts it in the file's place: a kill leaves the old one or the new one. */
  private rewrite(): void {
    const records = [...this.jobs].flatMap(([job, known]) =>
      [...known.values()].map((piece) => recordLine(job, piece)),
    );
    const text = [line({ format: FORMAT, version: FORMAT_VERSION, run: this.identity() }), ...records].join('');
    this.close();
    this.file = this.onDisk(() => {
      writeFileSync(`${this.path}.part`, text, { flush: true });
      renameSync(`${this.path}.part`, this.path);
      return openSync(this.path, 'a');
    });
    this.bytes = Buffer.byteLength(text);
    this.rewritten = this.bytes;
  }

  private onDisk<R>(work: () => R): R {
    try {
      return work();
    } catch (error) {
      throw new InputError(`cannot write checkpoint ${this.path}: ${(error as Error).message}`);
    }
  }
}
