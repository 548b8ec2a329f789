/** The page in a real Chromium, hosted statically and by `serve`: answers, editing, sharing, figures, accessibility. */
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseTable, sweep } from '../../src/index.ts';
import { startServer } from '../../src/server/server.ts';
import { type Browser, executable, hostFiles, openBrowser } from './chromium.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: string;
}

declare global {
  interface Window {
    axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
  }
}

/** Serious and critical findings of axe-core. */
async function findings(page: Page): Promise<Finding[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { violations } = await window.axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html }) => html).join(' ') }));
  });
}

describe.skipIf(!executable)('the page', () => {
  let browser: Browser;
  let server: Server;
  let url: string;
  let page: Page;
  const faults: string[] = [];
  const watch = (one: Page) => {
    one.on('pageerror', ({ message }) => faults.push(message));
    one.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  };
  const answered = (one: Page, figures = 4) =>
    one.waitForFunction((count) => document.querySelectorAll('#figures figure svg').length === count, figures);
  const least = () => page.textContent('#summary dd');

  beforeAll(async () => {
    const hosted = await hostFiles('site');
    server = hosted.server;
    url = hosted.url;
    browser = await openBrowser({ acceptDownloads: true });
    page = await browser.context.newPage();
    watch(page);
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  test('shows Table 2’s answer and figures on its own', async () => {
    await page.goto(url);
    await answered(page);
    expect(await page.textContent('#summary')).toContain('23/25');
    expect(await page.textContent('#status')).toContain('31 committees, 64 schemes');
    // Table 2: without AI 1 the worst equilibrium falls to 131/150.
    expect(await page.textContent('#leaving')).toMatch(/AI 1 leaves.*131\/150/s);
    expect(await findings(page)).toEqual([]);
  });

  test('providers leave by keyboard, and the dynamics go step by step', async () => {
    await page.locator('#committee input').first().focus();
    await page.keyboard.press('Space');
    await page.waitForFunction(() => document.querySelector('#summary dd')?.textContent?.includes('131/150'));
    expect(await page.textContent('#leaving')).toContain('AI 1 joins');
    await page.keyboard.press('Space');
    await page.waitForFunction(() => document.querySelector('#summary dd')?.textContent?.includes('23/25'));
    expect(await page.textContent('#step')).toContain('62/75');
    await page.locator('#next').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    expect(await page.textContent('#step-count')).toBe('Step 3 of 3');
    expect(await page.textContent('#step')).toContain('a Nash equilibrium');
    expect(await page.isDisabled('#next')).toBe(true);
  });

  test('edited cells change the answer; what is no number is named', async () => {
    const cell = page.getByLabel('Alice, S1, A', { exact: true });
    await cell.fill('0.95');
    await page.waitForFunction(() => document.querySelector('#summary dd')?.textContent?.includes('93/100'));
    await cell.fill('lots');
    await page.waitForFunction(() => document.querySelector('#error')?.textContent?.includes('"lots"'));
    await cell.fill('0.95');
    await page.waitForFunction(() => document.querySelector('#error')?.textContent === '');
    expect(await least()).toContain('93/100');
  });

  test('a link brings the edited market and its committee back', async () => {
    await page.locator('#committee input').nth(4).uncheck();
    await page.click('#share');
    await page.waitForFunction(() => location.hash.includes('data='));
    const link = page.url();
    const other = await browser.context.newPage();
    watch(other);
    await other.goto(link);
    await answered(other);
    expect(await other.inputValue('[aria-label="Alice, S1, A"]')).toBe('0.95');
    expect(await other.locator('#committee input:checked').count()).toBe(4);
    await other.close();
  });

  test('downloads: the result’s bytes as JSON, CSV, a figure as SVG', async () => {
    await page.goto(`${url}#table=movielens`);
    await page.waitForFunction(() => document.querySelector('#status')?.textContent?.startsWith('63 committees'));
    await answered(page);
    const download = async (selector: string) => {
      const [file] = await Promise.all([page.waitForEvent('download'), page.click(selector)]);
      return readFileSync(await file.path(), 'utf8');
    };
    const expected = await sweep(parseTable(readFileSync('data/tables/movielens.csv', 'utf8')), { threads: 1 });
    expect(await download('#json')).toBe(`${JSON.stringify(expected, null, 2)}\n`);
    expect((await download('#csv')).trim().split('\n')).toHaveLength(64);
    expect(await download('#figures figure button >> nth=1')).toMatch(/^<svg[\s\S]*<\/svg>\s*$/);
  });

  test('scores that are pasted give Figures 1 and 2; junk gives a message', async () => {
    const rows = Array.from(
      { length: 40 },
      (_, i) => `${(i % 5) / 5},${((i + 1) % 5) / 5},${(i % 3) / 3},${(i % 7) / 7}`,
    );
    await page.locator('#paste-box summary').click();
    await page.fill('#paste', `alice,A,B,C\n${rows.join('\n')}\n`);
    await page.click('#use-paste');
    await answered(page, 2);
    expect(await page.textContent('#figures')).toContain('Figure 1');
    expect(await page.isHidden('#market-answer')).toBe(true);
    await page.fill('#paste', 'state,policy,alice,<img src=x onerror=alert(1)>\ns,p,1,x\n');
    await page.click('#use-paste');
    await page.waitForFunction(() => document.querySelector('#error')?.textContent?.includes('<img src=x'));
    expect(await page.locator('img').count()).toBe(0);
  });

  test.each<[string, BrowserContextOptions]>([
    ['phone', { viewport: { width: 360, height: 740 } }],
    ['dark', { colorScheme: 'dark' }],
  ])('%s: nothing sticks out, axe-core finds nothing serious', async (_name, options) => {
    const another = await openBrowser(options);
    try {
      const one = await another.context.newPage();
      watch(one);
      await one.goto(url);
      await answered(one);
      expect(await one.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      expect(await findings(one)).toEqual([]);
    } finally {
      await another.close();
    }
  });

  test('served by `serve`, under its content policy; a large market is computed there', async () => {
    const serving = await startServer({ limits: { runners: 1, threads: 1 } });
    try {
      const one = await browser.context.newPage();
      watch(one);
      await one.goto(serving.url);
      await answered(one);
      const names = Array.from({ length: 9 }, (_, i) => `B${i}`);
      const cells = (row: number) => names.map((_, i) => (row * (i + 2)) % 5).join(',');
      const lines = [0, 1, 2, 3].map((row) => `s${row >> 1},p${row & 1},${row},${cells(row)}`);
      await one.locator('#paste-box summary').click();
      await one.fill('#paste', `state,policy,alice,${names.join(',')}\n${lines.join('\n')}\n`);
      await one.click('#use-paste');
      await one.waitForFunction(() => document.querySelector('#status')?.textContent?.includes('on the server'));
      expect(await one.textContent('#status')).toContain('511 committees');
      await one.close();
    } finally {
      await serving.close();
    }
  });

  test('nothing failed on the way', () => expect(faults).toEqual([]));
});
