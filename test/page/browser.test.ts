/** market-alignment/browser in a real page: the same bytes as in Node, cancelling, and errors of the same kinds. */
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type * as InBrowser from '../../src/browser/index.ts';
import { align, hull, parseScores, parseTable, solve, sweep } from '../../src/index.ts';
import { type Browser, executable, hostFiles, openBrowser } from './chromium.ts';

declare global {
  interface Window {
    market: typeof InBrowser;
  }
}

describe.skipIf(!executable)('market-alignment/browser', () => {
  let browser: Browser;
  let server: Server;
  let page: Page;
  beforeAll(async () => {
    const hosted = await hostFiles('dist/browser');
    server = hosted.server;
    browser = await openBrowser();
    page = await browser.context.newPage();
    await page.route('**/empty.html', (route) => route.fulfill({ body: '<!doctype html>', contentType: 'text/html' }));
    await page.goto(`${hosted.url}empty.html`);
    await page.addScriptTag({
      type: 'module',
      content: `import * as market from './index.js'; window.market = market;`,
    });
    await page.waitForFunction(() => 'market' in window);
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  test.each(['synthetic-1', 'synthetic-2', 'movielens'])('solve and sweep of %s give Node’s bytes', async (name) => {
    const csv = readFileSync(`data/tables/${name}.csv`, 'utf8');
    const table = parseTable(csv);
    const there = await page.evaluate(async (text) => {
      const given = window.market.parseTable(text);
      const [solved, swept] = await Promise.all([window.market.solve(given), window.market.sweep(given, { paths: 5 })]);
      return [JSON.stringify(solved), JSON.stringify(swept)];
    }, csv);
    expect(there).toEqual([
      JSON.stringify(await solve(table, { threads: 1 })),
      JSON.stringify(await sweep(table, { threads: 1, paths: 5 })),
    ]);
  });

  test('hull and align give Node’s bytes', async () => {
    const rows = Array.from({ length: 60 }, (_, i) =>
      [i % 7, (i * 5) % 11, (i * 3) % 8, (i * i) % 13].map((x) => x / 16),
    );
    const csv = `alice,A,B,C\n${rows.map((row) => row.join(',')).join('\n')}\n`;
    const there = await page.evaluate(async (text) => {
      const fitted = await window.market.hull(text, { permutations: 5 });
      return [JSON.stringify(fitted), JSON.stringify(await window.market.align(text))];
    }, csv);
    const fitted = await hull(await parseScores(csv), { permutations: 5, threads: 1 });
    expect(there).toEqual([JSON.stringify(fitted), JSON.stringify(await align(csv))]);
  });

  test('aborting stops the worker; requests behind it are answered all the same; errors keep their kind', async () => {
    const outcome = await page.evaluate(async () => {
      const { parseTable: parse, solve: ask, InputError, AbortedError } = window.market;
      const rows = Array.from({ length: 84 }, (_, i) => {
        const [s, p] = [Math.floor(i / 4), i % 4];
        return `s${s},p${p},${(s * 7 + p * 5) % 11},${(s + p * 3) % 7},${(s * p) % 5}`;
      });
      const endless = parse(`state,policy,alice,A,B\n${rows.join('\n')}\n`);
      const small = parse('state,policy,alice,B\nrain,stay,0.5,1\nrain,go,1,0.25\n');
      const controller = new AbortController();
      const first = ask(endless, { method: 'enumerate', signal: controller.signal }).catch((error: unknown) => error);
      const second = ask(small);
      const third = ask(small, { committee: ['nobody'] }).catch((error: unknown) => error);
      setTimeout(() => controller.abort(), 200);
      return {
        aborted: (await first) instanceof AbortedError,
        answer: (await second).worst.alice.exact,
        refused: (await third) instanceof InputError,
      };
    });
    expect(outcome).toEqual({ aborted: true, answer: '1/2', refused: true });
  });
});
