/** Files appear whole or not at all: written beside their place, then renamed into it. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { InputError } from '../errors.ts';

/** Makes a folder and those above it, one by one: Node's own recursive mkdir never returns for places such as /proc/x. */
async function makeFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (found) return;
  const above = dirname(folder);
  if (above !== folder) await makeFolder(above);
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

/** Makes sure that files can go to `folder`, before hours are spent on them. @throws InputError where they cannot. */
export async function prepareFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
    if (!(await stat(folder)).isDirectory()) throw new Error('it is no folder');
    await access(folder, constants.W_OK);
  } catch (error) {
    throw new InputError(`cannot write into ${folder}: ${(error as Error).message}`);
  }
}

/** @throws InputError where a file cannot go to `path`, as far as can be seen without writing. */
export async function refuseUnwritable(path: string): Promise<void> {
  try {
    const found = await stat(path).catch(() => null);
    if (found?.isDirectory()) throw new Error('it is a folder');
    if (found) return await access(path, constants.W_OK);
    let above = dirname(resolve(path));
    while (!(await stat(above).catch(() => null))) above = dirname(above);
    if (!(await stat(above)).isDirectory()) throw new Error(`${above} is no folder`);
    await access(above, constants.W_OK);
  } catch (error) {
    throw new InputError(`cannot write ${path}: ${(error as Error).message}`);
  }
}

/**
 * Writes `data` to `path`, making its folder if needed. A link is followed; a device or a pipe, where nothing can be
 * renamed, takes the data itself.
 * @throws InputError where the place cannot be written.
 */
export async function writeWhole(path: string, data: string | Uint8Array): Promise<void> {
  try {
    const found = await stat(path).catch(() => null);
    if (found?.isDirectory()) throw new Error('it is a folder');
    if (found && !found.isFile()) await writeFile(path, data);
    else await replace(found ? await realpath(path) : path, data);
  } catch (error) {
    throw new InputError(`cannot write ${path}: ${(error as Error).message}`);
  }
}

async function replace(path: string, data: string | Uint8Array): Promise<void> {
  const folder = dirname(path);
  const draft = join(folder, `.${basename(path)}.${randomUUID()}.part`);
  await makeFolder(folder);
  try {
    const file = await open(draft, 'wx');
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw error;
  }
}
