/**
 * The file that `shard` writes: one line of digest, one line of JSON that says whose part it is, then the packed results.
 * Part 0 holds the inputs as well, so that the files are all that `merge` needs.
 */
import { readFile } from 'node:fs/promises';
import { InputError } from '../errors.ts';
import { fileRefusal } from '../input/text.ts';
import { writeWhole } from '../report/files.ts';
import { digestBytes } from './digest.ts';
import { pack, unpack } from './pack.ts';
import { type Run, refuseOther } from './run.ts';
import type { Share } from './shard.ts';

const MAGIC = 'market-alignment-part';
const FORMAT_VERSION = 1;

export interface PartHeader {
  readonly version: number;
  /** Of the whole run. */
  readonly run: Run;
  /** As given to `shard`: command and arguments. */
  readonly argv: readonly string[];
  readonly of: number;
  readonly index: number;
}

export interface PartContent {
  /** Absent where the run has nothing to share out. */
  readonly share?: Share | undefined;
  /** In part 0: the inputs' content, in the order of `run.inputs`. */
  readonly inputs?: readonly Uint8Array[] | undefined;
}

export interface PartFile extends PartContent {
  readonly file: string;
  readonly header: PartHeader;
}

export async function writePart(
  file: string,
  header: Omit<PartHeader, 'version'>,
  content: PartContent,
): Promise<void> {
  const head = Buffer.from(`${JSON.stringify({ version: FORMAT_VERSION, ...header })}\n`);
  const body = Buffer.concat([head, pack(content)]);
  await writeWhole(file, Buffer.concat([Buffer.from(`${MAGIC} ${digestBytes(body)}\n`), body]));
}

/** @throws InputError naming the file where it is no part, damaged, or of another format. */
export async function readPart(file: string): Promise<PartFile> {
  const data = await readFile(file).catch((error: unknown) => {
    throw fileRefusal(error, file);
  });
  const title = data.indexOf(0x0a);
  const [magic, sha256] = data.toString('latin1', 0, Math.min(Math.max(title, 0), 200)).split(' ');
  if (magic !== MAGIC) throw new InputError(`${file}: must be a part that shard wrote, its first line is none`);
  const body = data.subarray(title + 1);
  const found = digestBytes(body);
  if (found !== sha256)
    throw new InputError(`${file}: is damaged: its content has SHA-256 ${found}, its first line says ${sha256}`);
  const end = body.indexOf(0x0a);
  const header = JSON.parse(body.toString('utf8', 0, end)) as PartHeader;
  if (header.version !== FORMAT_VERSION)
    throw new InputError(`${file}: must be a part of format ${FORMAT_VERSION}, is of format ${header.version}`);
  return { file, header, ...(unpack(body.subarray(end + 1)) as PartContent) };
}

/**
 * The parts of one run by index.
 * @throws InputError naming the file that is of another run or doubled, or the parts that are missing.
 */
export function completeSet(parts: readonly PartFile[]): PartFile[] {
  const [first] = parts;
  if (!first) throw new InputError('merge needs the files of all parts, got none');
  const { of, run } = first.header;
  const byIndex: (PartFile | undefined)[] = new Array(of).fill(undefined);
  for (const part of parts) {
    const { header, file } = part;
    refuseOther(file, header.run, run);
    if (header.of !== of) throw new InputError(`${file}: is one of ${header.of} parts, ${first.file} is one of ${of}`);
    const same = byIndex[header.index];
    if (same) throw new InputError(`${file}: holds part ${header.index} of ${of} again, ${same.file} holds it already`);
    byIndex[header.index] = part;
  }
  const missing = [...byIndex.keys()].filter((index) => !byIndex[index]);
  if (missing.length > 0)
    throw new InputError(
      `${missing.length} of ${of} parts ${missing.length === 1 ? 'is' : 'are'} missing: --index ${missing.slice(0, 20).join(', ')}${missing.length > 20 ? ', …' : ''}`,
    );
  return byIndex as PartFile[];
}
