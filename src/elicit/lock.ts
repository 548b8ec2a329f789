/**
 * One process at a time on a journal, also after `kill -9` of the holder.
 *
 * A lock is a file `<base>.lock.N` that says who holds it. The highest N counts. It is taken by creating N + 1, which
 * only one process can, once N's holder is gone; whoever then sees a still higher number steps back. So no lock is ever
 * deleted on the strength of a look that may be out of date. (proper-lockfile judges by the file's age instead, and would keep a
 * killed run's successor waiting.)
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../errors.ts';

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** What tells this process from a later one with its number; empty where the system does not say. */
  readonly born: string;
}

/** Boot and start time of a process on Linux; undefined where it is gone or a zombie. */
function bornOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name is in parentheses and may hold blanks: the state is the first field after it, the start the 20th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19]}`;
  } catch {
    return undefined;
  }
}

function born(pid: number): string | undefined {
  if (existsSync('/proc/self/stat')) return bornOnLinux(pid);
  try {
    process.kill(pid, 0);
    return '';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? '' : undefined;
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const given = JSON.parse(text) as Partial<Holder>;
    return typeof given.pid === 'number' && typeof given.host === 'string' && typeof given.born === 'string'
      ? (given as Holder)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the holder may still be at work. Another machine's processes cannot be seen, so they may. */
function mayLive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true;
  const now = born(holder.pid);
  return now !== undefined && (holder.born === '' || now === holder.born);
}

async function generations(base: string): Promise<number[]> {
  const prefix = `${basename(base)}.lock.`;
  return (await readdir(dirname(base)))
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => b - a);
}

async function refuseIfHeld(base: string, generation: number): Promise<void> {
  const file = `${base}.lock.${generation}`;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const holder = parseHolder(text);
  if (!holder) throw new InputError(`${file} is not one of our locks: if no run uses ${base}, delete it`);
  if (mayLive(holder))
    throw new InputError(
      `${base} is in use by process ${holder.pid} on ${holder.host}: two runs on one journal are refused${
        holder.host === hostname() ? '' : ` (if that run is gone, delete ${file})`
      }`,
    );
}

/**
 * Takes the lock of `base` and returns the function that gives it back.
 * @throws InputError where another process holds it.
 */
export async function lock(base: string): Promise<() => Promise<void>> {
  const draft = join(dirname(base), `.${basename(base)}.${randomUUID()}.part`);
  const me: Holder = { pid: process.pid, host: hostname(), born: born(process.pid) ?? '' };
  await writeFile(draft, JSON.stringify(me), { flag: 'wx' });
  try {
    for (;;) {
      const [highest = 0] = await generations(base);
      if (highest > 0) await refuseIfHeld(base, highest);
      const mine = highest + 1;
      const file = `${base}.lock.${mine}`;
      try {
        // A link appears with its content: nobody can read a lock that does not yet say whose it is.
        await link(draft, file);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
        throw error;
      }
      const after = await generations(base);
      if (after[0] !== mine) {
        await rm(file, { force: true });
        continue;
      }
      for (const older of after.slice(1)) await rm(`${base}.lock.${older}`, { force: true });
      return () => rm(file, { force: true });
    }
  } finally {
    await rm(draft, { force: true });
  }
}
