/** Reads an input file as UTF-8 text, and refuses what is no text: folders, binary files, other encodings. */
import { open } from 'node:fs/promises';
import { InputError } from '../errors.ts';

/** Longer files do not fit in one string with room to work. */
const MOST_BYTES = 256 * 2 ** 20;

function reason(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ENOENT':
      return 'no such file';
    case 'EISDIR':
      return 'must be a file, is a folder';
    case 'EACCES':
      return 'cannot be read: permission denied';
    default:
      return `cannot be read: ${error.message}`;
  }
}

/** The first line (from 1) that is not UTF-8: a line break never lies inside a character, so lines can be tried alone. */
function badLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for (let line = 1, from = 0; ; line++) {
    const end = bytes.indexOf(0x0a, from);
    try {
      decoder.decode(bytes.subarray(from, end < 0 ? bytes.length : end));
    } catch {
      return line;
    }
    if (end < 0) return line;
    from = end + 1;
  }
}

/**
 * Decodes UTF-8, with or without a byte order mark.
 * @throws InputError naming `name` and the line where `bytes` are binary or of another encoding.
 */
export function decodeText(bytes: Uint8Array, name: string): string {
  const zero = bytes.indexOf(0);
  if (zero >= 0)
    throw new InputError(`${name}: must be UTF-8 text, got a NUL byte at byte ${zero} (binary, or UTF-16?)`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(`${name} line ${badLine(bytes)}: must be UTF-8 text, got bytes that are not`);
  }
}

/** Reads the text file at `path`. @throws InputError where it is missing, no file, too large or not UTF-8. */
export async function readText(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      if (size > MOST_BYTES) throw new InputError(`${path}: must be at most ${MOST_BYTES} bytes, has ${size}`);
      bytes = await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${path}: ${reason(error as NodeJS.ErrnoException)}`);
  }
  return decodeText(bytes, path);
}
