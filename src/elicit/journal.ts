/** The append-only journal of an elicitation: one JSON line an answer, on the disk before it counts. */
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { InputError } from '../errors.ts';
import { fileRefusal } from '../input/text.ts';
import { lock } from './lock.ts';

/** Requests and tokens spent: `input` and `output` tokens. */
export interface Spent {
  readonly requests: number;
  readonly input: number;
  readonly output: number;
}

interface AnswerFields extends Spent {
  /** Of model, parameters, range, persona and item. */
  readonly digest: string;
  readonly persona: string;
  readonly item: string;
  /** When it was received, ISO 8601. */
  readonly at: string;
}

/** A score, or a reply that held none, or what was spent without either. */
export type Entry =
  | (AnswerFields & { readonly score: number })
  | (AnswerFields & { readonly missing: string; readonly reply: string })
  | (Spent & { readonly spent: string; readonly at: string });

const HEADER = '{"kind":"elicit-journal","version":1}\n';

/** What a journal held that is no entry. */
export interface Damage {
  /** Bytes of an unfinished last line, now cut off. */
  readonly torn: number;
  /** Whole lines that could not be read, left in place. */
  readonly unreadable: number;
}

/** Cuts off an unfinished last line: the rest of a write that a kill interrupted. Returns its length in bytes. */
async function cutTornLine(file: FileHandle): Promise<number> {
  const { size } = await file.stat();
  const block = Buffer.alloc(65536);
  let end = size;
  while (end > 0) {
    const from = Math.max(0, end - block.length);
    const { bytesRead } = await file.read(block, 0, end - from, from);
    const newline = block.subarray(0, bytesRead).lastIndexOf(10);
    if (newline >= 0) {
      end = from + newline + 1;
      break;
    }
    end = from;
  }
  if (end < size) {
    await file.truncate(end);
    await file.sync();
  }
  return size - end;
}

const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;

function isEntry(given: object): given is Entry {
  const fields = new Map<string, unknown>(Object.entries(given));
  const texts = (...keys: string[]) => keys.every((key) => typeof fields.get(key) === 'string');
  if (!['requests', 'input', 'output'].every((key) => isCount(fields.get(key)))) return false;
  if (texts('spent', 'at')) return true;
  return (
    texts('digest', 'persona', 'item', 'at') && (Number.isSafeInteger(fields.get('score')) || texts('missing', 'reply'))
  );
}

function parseEntry(line: string): Entry | undefined {
  try {
    const given: unknown = JSON.parse(line);
    return typeof given === 'object' && given !== null && isEntry(given) ? given : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a journal's entries in order, one line in memory at a time; counts the lines that it cannot read. */
export async function* readJournal(path: string, unreadable: () => void = () => {}): AsyncGenerator<Entry> {
  let first = true;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (first) {
      first = false;
      if (`${line}\n` !== HEADER)
        throw new InputError(`${path} is not a journal of elicit (its first line says otherwise)`);
      continue;
    }
    const entry = parseEntry(line);
    if (entry) yield entry;
    else unreadable();
  }
}

/** A journal open for writing, held by this process alone. */
export class Journal {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #unlock: () => Promise<void>;
  #waiting: string[] = [];
  /** Settles when all that is waiting is on the disk. */
  #next: Promise<void> | undefined;
  #writing: Promise<void> = Promise.resolve();
  #broken: Error | undefined;

  private constructor(path: string, file: FileHandle, unlock: () => Promise<void>) {
    this.path = path;
    this.#file = file;
    this.#unlock = unlock;
  }

  /**
   * Opens or starts the journal at `path`, mends a torn end, and hands every entry to `visit`.
   * @throws InputError where another process holds it or where it is another kind of file.
   */
  static async open(path: string, visit: (entry: Entry) => void): Promise<{ journal: Journal; damage: Damage }> {
    await mkdir(dirname(path), { recursive: true });
    const unlock = await lock(path);
    let file: FileHandle | undefined;
    try {
      file = await open(path, 'a+');
      const torn = await cutTornLine(file);
      if ((await file.stat()).size === 0) {
        await file.appendFile(HEADER);
        await file.sync();
        await syncFolder(dirname(path));
      }
      let unreadable = 0;
      for await (const entry of readJournal(path, () => unreadable++)) visit(entry);
      return { journal: new Journal(path, file, unlock), damage: { torn, unreadable } };
    } catch (error) {
      await file?.close();
      await unlock();
      throw fileRefusal(error, path);
    }
  }

  /**
   * Adds an entry; resolves when it is on the disk. Entries that arrive during a write share the next one and its sync.
   * @throws InputError where the disk refuses; then nothing more is written.
   */
  append(entry: Entry): Promise<void> {
    this.#waiting.push(`${JSON.stringify(entry)}\n`);
    if (!this.#next) {
      this.#next = this.#writing.then(() => this.#write());
      this.#writing = this.#next.catch(() => {});
    }
    return this.#next;
  }

  async #write(): Promise<void> {
    const lines = this.#waiting;
    this.#waiting = [];
    this.#next = undefined;
    if (this.#broken) throw this.#broken;
    try {
      await this.#file.appendFile(lines.join(''));
      await this.#file.datasync();
    } catch (error) {
      this.#broken = new InputError(`cannot write ${this.path}: ${(error as Error).message}`);
      throw this.#broken;
    }
  }

  /** Waits for the writes under way, closes the file and gives the lock back. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
    await this.#unlock();
  }
}

/** Makes a new file's name last; not every system can, and then its own order of writing has to do. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    await folder.sync().finally(() => folder.close());
  } catch {
    // Windows opens no folders.
  }
}
