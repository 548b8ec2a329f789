/** The journal: torn ends, unreadable lines, sharing syncs, one holder at a time also after kill -9. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { type Entry, Journal, readJournal } from '../../src/elicit/journal.ts';
import { lock } from '../../src/elicit/lock.ts';
import { InputError } from '../../src/errors.ts';
import { scratch } from './study.ts';

const folder = scratch();
afterAll(() => folder.remove());

const entry = (item: number): Entry => ({
  digest: 'd'.repeat(32),
  persona: 'an “odd” naïve, persona',
  item: `item ${item}`,
  score: item,
  requests: 1,
  input: 40,
  output: 3,
  at: '2026-01-01T00:00:00.000Z',
});

async function entries(path: string): Promise<Entry[]> {
  const found: Entry[] = [];
  for await (const one of readJournal(path)) found.push(one);
  return found;
}

test('a journal cut at any byte loses only the line it was cut in, and goes on', async () => {
  const path = join(folder.path, 'whole.ndjson');
  const { journal } = await Journal.open(path, () => {});
  await Promise.all([0, 1, 2].map((item) => journal.append(entry(item))));
  await journal.close();
  const bytes = readFileSync(path);
  const ends = [...bytes.entries()].filter(([, byte]) => byte === 10).map(([at]) => at + 1);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const torn = join(folder.path, 'torn.ndjson');
    writeFileSync(torn, bytes.subarray(0, cut));
    const seen: Entry[] = [];
    const { journal: again, damage } = await Journal.open(torn, (one) => seen.push(one));
    const whole = ends.filter((end) => end <= cut).length;
    expect(seen).toEqual([0, 1, 2].map(entry).slice(0, Math.max(0, whole - 1)));
    expect(damage).toEqual({ torn: cut - (ends[whole - 1] ?? 0), unreadable: 0 });
    await again.append(entry(9));
    await again.close();
    expect(await entries(torn)).toEqual([...seen, entry(9)]);
  }
});

test('a line that cannot be read is counted and left; another kind of file is refused', async () => {
  const path = join(folder.path, 'damaged.ndjson');
  const { journal } = await Journal.open(path, () => {});
  await journal.append(entry(1));
  await journal.close();
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, `${text}{"score": nonsense}\n{"score":7}\nnull\n${JSON.stringify(entry(2))}\n`);
  const { journal: again, damage } = await Journal.open(path, () => {});
  await again.close();
  expect(damage).toEqual({ torn: 0, unreadable: 3 });
  expect(await entries(path)).toEqual([entry(1), entry(2)]);

  await expect(Journal.open(folder.path, () => {})).rejects.toThrow(/must be a file, is a folder/);
  writeFileSync(path, 'item,alice\n1,2\n');
  await expect(Journal.open(path, () => {})).rejects.toThrow(/is not a journal/);
  expect(readFileSync(path, 'utf8')).toBe('item,alice\n1,2\n');
});

test('entries that arrive together keep their order', async () => {
  const path = join(folder.path, 'order.ndjson');
  const { journal } = await Journal.open(path, () => {});
  const order: number[] = [];
  await Promise.all(Array.from({ length: 500 }, (_, i) => journal.append(entry(i)).then(() => order.push(i))));
  await journal.close();
  expect(order).toEqual(Array.from({ length: 500 }, (_, i) => i));
  expect((await entries(path)).map((one) => 'item' in one && one.item)).toEqual(order.map((i) => `item ${i}`));
});

test('a second holder is refused, in this process and from another; a killed one is succeeded at once', async () => {
  const base = join(folder.path, 'held.ndjson');
  const release = await lock(base);
  await expect(lock(base)).rejects.toThrow(InputError);
  await expect(lock(base)).rejects.toThrow(new RegExp(`process ${process.pid} on`));
  await release();

  const module = fileURLToPath(new URL('../../dist/elicit/lock.js', import.meta.url));
  const code = `import { lock } from ${JSON.stringify(module)}; await lock(${JSON.stringify(base)}); console.log('held'); setInterval(() => {}, 1000);`;
  const hold = async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    return child;
  };
  for (let time = 0; time < 2; time++) {
    const child = await hold();
    await expect(lock(base)).rejects.toThrow(`process ${child.pid}`);
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }
  const after = await lock(base);
  await after();
  expect(readdirSync(folder.path).filter((name) => name.includes('.lock'))).toEqual([]);
});

test('of many who want a dead holder’s lock, one gets it', async () => {
  const base = join(folder.path, 'wanted.ndjson');
  writeFileSync(
    `${base}.lock.7`,
    JSON.stringify({ pid: 2 ** 30, host: (await import('node:os')).hostname(), born: '' }),
  );
  const wishes = await Promise.allSettled(Array.from({ length: 20 }, () => lock(base)));
  expect(wishes.filter(({ status }) => status === 'fulfilled').length).toBe(1);
  for (const wish of wishes) if (wish.status === 'rejected') expect(wish.reason).toBeInstanceOf(InputError);
});

test('a holder on another machine is never judged dead', async () => {
  const base = join(folder.path, 'elsewhere.ndjson');
  writeFileSync(`${base}.lock.1`, JSON.stringify({ pid: 2 ** 30, host: 'another.example', born: '' }));
  await expect(lock(base)).rejects.toThrow(/on another\.example.*if that run is gone, delete/);
});
