/** Fine utilities: staircases in little memory give the same answers, and what cannot be exact is bounded. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { compileKernel, Kernel } from '../../src/kernel/instance.ts';
import { Pool } from '../../src/kernel/pool.ts';
import { SearchSpace } from '../../src/kernel/space.ts';
import { mostSteps, StaircaseBuilder } from '../../src/kernel/staircase.ts';
import type { Table } from '../../src/kernel/tables.ts';
import { CommitteeSearch, searchWorst } from '../../src/market/search/committee.ts';
import { losses } from '../../src/market/search/deficits.ts';
import { Session, type SessionLimits } from '../../src/market/search/session.ts';
import { solve } from '../../src/market/solve.ts';
import { sweep } from '../../src/market/sweep.ts';
import { parseTable } from '../../src/market/table.ts';
import { finished } from '../../src/steps.ts';
import { cli } from '../cli/run.ts';
import { type FamilyMarket, families, familyMarket, random } from '../reference/families.ts';

const kernels = (['release', 'scalar', 'debug'] as const).map((build) => new Kernel(compileKernel(build)));
const pool = new Pool({ threads: 1 });
afterAll(() => pool.close());

/** Steps of the undominated pairs of every suffix, from the definition. */
function slowStaircases({ firstCell }: FamilyMarket, loss: Float64Array, value: Float64Array, reach: number) {
  const rows: (readonly [number, number])[][] = [[[0, 0]]];
  for (let s = firstCell.length - 2; s >= 0; s--) {
    const points = rows[0]!.flatMap(([d, v]) =>
      Array.from({ length: firstCell[s + 1]! - firstCell[s]! }, (_, p) => {
        const cell = firstCell[s]! + p;
        return [d + loss[cell]!, v + value[cell]!] as const;
      }),
    );
    const sorted = points.filter(([d]) => d <= reach).sort((a, b) => a[0] - b[0] || b[1] - a[1]);
    const row: (readonly [number, number])[] = [];
    for (const [d, v] of sorted) {
      const last = row.at(-1);
      if (!last || (d > last[0] && v >= last[1])) row.push([d, v]);
    }
    rows.unshift(row);
  }
  return rows;
}

const rowOf = (kernel: Kernel, { rows, steps }: Table, s: number) => {
  const count = Math.abs(steps[s]!);
  const at = (from: number) => [...new Float64Array(kernel.call.memory.buffer, from, count)];
  return { deficits: at(rows[s]!), values: at(rows[s]! + 8 * count), whole: steps[s]! > 0 };
};

/** Rows with merged steps that were compared. */
let coarsened = 0;

describe.each(families)('%s', (family) => {
  test('rows are the undominated pairs, or bounds on them within their bytes; never more steps than estimated', () => {
    for (let seed = 0; seed < 12; seed++) {
      const kernel = kernels[seed % kernels.length]!;
      const market = familyMarket(family, { states: 9, policies: 4, bobs: 1, levels: 10 ** (1 + (seed % 6)) }, seed);
      const loss = losses(market);
      const shape = { firstCell: Int32Array.from(market.firstCell), loss };
      const value = market.gains[1]!;
      const reach = Math.floor(loss.reduce((sum, own) => sum + own, 0) / (1 + (seed % 3)));
      const slow = slowStaircases(market, loss, value, reach);
      const most = mostSteps(shape, value, reach);
      for (const [s, row] of slow.entries()) expect(row.length).toBeLessThanOrEqual(most[s]!);
      for (const rowBytes of [2 ** 26, 2 ** 8]) {
        const limits = { reach, rowBytes, exactSteps: 2 ** 20 };
        const table = finished(new StaircaseBuilder(kernel, shape, value, limits).build())!;
        for (const [d, v] of slow[0]!) expect(table.levels.exactly(d)).toBe(v);
        expect(table.levels.falling(reach, () => true)).toEqual(
          slow[0]!
            .map(([d]) => d)
            .filter((d) => d > 0)
            .reverse(),
        );
        for (let s = 1; s < slow.length; s++) {
          const { deficits, values, whole } = rowOf(kernel, table, s);
          if (whole) expect(deficits.map((d, i) => [d, values[i]!])).toEqual(slow[s]);
          else coarsened++;
          // The last step at or before every deficit bounds it.
          for (const [d, v] of slow[s]!)
            expect(values[deficits.findLastIndex((own) => own <= d)]).toBeGreaterThanOrEqual(v);
        }
        table.release();
      }
    }
  });

  test('little memory gives the answers of rows by deficit: worst equilibrium, witness, count, cells', () => {
    const shape = { states: 11, policies: 4, bobs: 3, levels: 20_000 };
    for (let seed = 300; seed < 303; seed++) {
      const market = familyMarket(family, shape, seed);
      const loss = losses(market);
      const reach = loss.reduce((sum, own) => sum + own, 0);
      const ask = (players: number[], ties: 'strict' | 'index', limits: SessionLimits) => {
        const session = new Session(kernels[seed % 2]!, market, reach, limits);
        const search = new CommitteeSearch(session, players, ties, reach);
        const { found, scheme, complete } = finished(search.worst());
        const { count, cells } = finished(search.count(found));
        search.release();
        session.release();
        return { found, scheme, complete, count, cells: [...cells].sort((a, b) => a - b) };
      };
      for (const ties of ['strict', 'index'] as const)
        for (const players of [
          [1, 2],
          [1, 2, 3],
        ]) {
          const rows = ask(players, ties, { stairs: false });
          expect(rows.complete).toBe(true);
          for (const limits of [
            { stairs: true },
            { stairs: true, tableBytes: 2 ** 8 },
            { stairs: false, tableBytes: 2 ** 8 },
          ])
            expect(ask(players, ties, limits), JSON.stringify({ seed, ties, players, limits })).toEqual(rows);
        }
    }
  });
});

test('rows were coarsened', () => {
  expect(coarsened).toBeGreaterThan(100);
});

test('a direction that bounds keeps to its bytes and bounds every deficit', () => {
  const kernel = kernels[0]!;
  const market = familyMarket('anti', { states: 40, policies: 4, bobs: 1, levels: 1e6 }, 3);
  const loss = losses(market);
  // Totals nearly all undominated: a Bob who wants the opposite of Alice.
  const value = loss.slice();
  const reach = 4e6;
  const firstCell = Int32Array.from(market.firstCell);
  const space = new SearchSpace(kernel, { firstCell, loss, reach, tableBytes: 2 ** 16, stairs: true });
  const direction = space.direction(value) as Table;
  const steps = direction.steps.reduce((sum, own) => sum + Math.abs(own), 0);
  expect(16 * steps).toBeLessThanOrEqual(2 ** 16 + 16 * 8 * 40);
  expect(direction.steps.some((own) => own < 0)).toBe(true);
  const next = random(1);
  for (let i = 0; i < 1000; i++) {
    let [d, v] = [0, 0];
    for (let s = 0; s < 40; s++) {
      const cell = firstCell[s]! + Math.floor(next() * 4);
      if (d + loss[cell]! > reach) continue;
      d += loss[cell]!;
      v += value[cell]!;
    }
    expect(direction.levels.exactly(d)).toBeGreaterThanOrEqual(v);
    expect(direction.levels.bound(d)).toBeGreaterThanOrEqual(v);
  }
  direction.release();
});

/** Bobs named contrary and opposed want just the opposite of Alice, so that no total of theirs is beaten. */
function opposedTable(...bobs: string[]): string {
  const next = random(7);
  const most = 10 ** 10;
  const text = (units: number) => (units / most).toFixed(10);
  const lines = [['state,policy,alice', ...bobs].join()];
  for (let s = 0; s < 13; s++)
    for (let p = 0; p < 4; p++) {
      const alice = Math.floor(next() * most);
      const own = (bob: string) => (bob === 'contrary' || bob === 'opposed' ? most - alice : Math.floor(next() * most));
      lines.push(`s${s},p${p},${[alice, ...bobs.map(own)].map(text).join()}`);
    }
  return `${lines.join('\n')}\n`;
}

test('where nearly every total is undominated rows by deficit take the place of staircases, with the same answer', () => {
  const kernel = kernels[0]!;
  const market = familyMarket('anti', { states: 10, policies: 4, bobs: 2, levels: 1e5 }, 3);
  const loss = losses(market);
  const opposed = { ...market, gains: [market.gains[0]!, loss, market.gains[2]!] };
  const worst = (limits: SessionLimits) =>
    finished(searchWorst(kernel, opposed, [1, 2], { ties: 'strict', ...limits }));
  const stairs = worst({ stairs: true });
  const rows = worst({ stairs: false });
  expect({ ...stairs, trials: 0 }).toEqual({ ...rows, trials: 0 });
  expect(stairs.complete).toBe(true);
});

describe('totals too many to be exact', () => {
  test('bounds in place of a refusal, in a search of one committee', () => {
    const market = familyMarket('anti', { states: 12, policies: 4, bobs: 2, levels: 1e6 }, 3);
    const exact = finished(searchWorst(kernels[0]!, market, [1, 2], { ties: 'strict' }));
    const bounded = finished(searchWorst(kernels[0]!, market, [1, 2], { ties: 'strict', exactBytes: 64 }));
    expect(exact).toMatchObject({ complete: true });
    expect(bounded).toMatchObject({ complete: false, found: 0 });
    expect(bounded.possible).toBeGreaterThanOrEqual(exact.found);
  });

  const table = parseTable(opposedTable('contrary', 'opposed', 'one'));

  test('solve: both bounds, complete: false, and a note that names the Bob and what he would take', async () => {
    const notes: string[] = [];
    const onNote = (text: string) => notes.push(text);
    const result = await solve(table, { pool, runs: 1, committee: ['contrary', 'opposed'], onNote });
    expect(result).toMatchObject({ complete: false, stable: null, misalignment: [] });
    expect(result.lowerBound!.value).toBeLessThan(result.worst.alice.value);
    expect(notes).toEqual([
      expect.stringMatching(
        /^only bounds for committees with "contrary": his totals that no other beats for him and Alice may take \d+ MiB, and \d+ MiB are allowed for one Bob; round the utilities with --round D, or leave him out$/,
      ),
    ]);
  });

  test('rounding, as the note advises, makes it exact', async () => {
    const result = await solve(table, { pool, runs: 1, committee: ['contrary', 'opposed'], round: 2 });
    // Whatever helps Alice hurts such Bobs: every scheme is stable.
    expect(result).toMatchObject({ complete: true, arithmetic: 'rounded:2' });
    const shortest = await solve(table, { pool, runs: 1, committee: ['contrary'], round: 2 });
    expect(result.worst.alice).toEqual(shortest.worst.alice);
  });

  test('sweep: committees without those Bobs are exact, one note a Bob', async () => {
    const notes: string[] = [];
    const three = parseTable(opposedTable('contrary', 'one', 'other'));
    const result = await sweep(three, { pool, runs: 1, paths: 0, onNote: (text) => notes.push(text) });
    expect(result.complete).toBe(false);
    for (const { bobs, lowerBound, worst } of result.committees) {
      if (bobs.length === 1 || bobs.join() === 'one,other') expect(lowerBound).toBeUndefined();
      else if (lowerBound) expect(lowerBound.value).toBeLessThan(worst.alice.value);
    }
    expect(notes).toEqual([expect.stringContaining('committees with "contrary"')]);
  });

  test('the command line prints them with exit code 3 and says why', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'opposed-'));
    const file = join(folder, 'opposed.csv');
    writeFileSync(file, opposedTable('contrary', 'opposed'));
    for (const command of ['solve', 'sweep']) {
      const { code, stdout, stderr } = await cli([command, file, '--runs', '1']);
      expect(code).toBe(3);
      expect(JSON.parse(stdout).complete).toBe(false);
      expect(stderr).toMatch(/^market-alignment: only bounds for committees with "contrary": .* --round D/m);
    }
    rmSync(folder, { recursive: true });
  });
});
