/** Reads an input file as UTF-8 text, and refuses what is no text: folders, binary files, other encodings. */
import { open } from 'node:fs/promises';
import { InputError } from '../errors.ts';

/** Longer files do not fit in one string with room to work. */
const MOST_BYTES = 256 * 2 ** 20;

const reasons: Partial<Record<string, string>> = {
  ENOENT: 'must exist, there is no such file',
  ENOTDIR: 'must exist, there is no such file',
  EISDIR: 'must be a file, is a folder',
  EACCES: 'must be readable, permission is denied',
};

/** Why `path` cannot be read; an `InputError` is returned as it is. */
export function fileRefusal(error: unknown, path: string): InputError {
  if (error instanceof InputError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const hint = path === '-' ? ' (standard input is /dev/stdin)' : '';
  return new InputError(`${path}: ${reasons[code ?? ''] ?? `cannot be read: ${message}`}${hint}`);
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
    throw fileRefusal(error, path);
  }
  return decodeText(bytes, path);
}
