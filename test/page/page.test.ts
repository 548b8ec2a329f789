/** The page in a real Chromium, hosted statically and by `serve`: answers, editing, sharing, figures, accessibility. */
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseTable, solve, sweep } from '../../src/index.ts';
import { type Browser, executable, hostFiles, openBrowser } from './chromium.ts';
import { answered, findings, paste, scores } from './reader.ts';

declare global {
  interface Window {
    /** Set by the test at the first answer, on the clock of performance.now(). */
    answeredAt?: number;
  }
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
  const least = () => page.textContent('#summary .headline');

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
    const leaving = 'leaves: at least 0.873333 131/150 ▼ −0.0466667';
    expect(await page.textContent('#effect-0')).toBe(leaving);
    expect(await page.getByLabel('AI 1', { exact: true }).getAttribute('aria-describedby')).toBe('effect-0');
    expect(await page.textContent('#effect-4')).toContain('no change');
    expect(await findings(page)).toEqual([]);
  });

  test('providers leave by keyboard, and the dynamics go step by step', async () => {
    await page.locator('#committee input').first().focus();
    await page.keyboard.press('Space');
    await page.waitForFunction(() => document.querySelector('#summary .headline')?.textContent?.includes('131/150'));
    expect(await page.textContent('#effect-0')).toBe('joins: at least 0.92 23/25 ▲ +0.0466667');
    await page.keyboard.press('Space');
    await page.waitForFunction(() => document.querySelector('#summary .headline')?.textContent?.includes('23/25'));
    expect(await page.textContent('#step')).toContain('62/75');
    await page.locator('#next').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    expect(await page.textContent('#step-count')).toBe('Step 3 of 3');
    expect(await page.textContent('#step')).toContain('a Nash equilibrium');
    expect(await page.isDisabled('#next')).toBe(true);
  });

  test('providers may randomise: both answers, in numbers and in every figure, and in the link', async () => {
    await page.goto(`${url}#table=synthetic-1`);
    await page.waitForFunction(() => document.querySelector('#status')?.textContent?.includes('27 schemes'));
    for (const bob of [1, 2, 3]) await page.locator('#committee input').nth(bob).uncheck();
    expect(await page.textContent('#summary')).not.toContain('Without randomising');
    await page.check('#randomised');
    await page.waitForFunction(() => document.querySelector('#summary')?.textContent?.includes('Without randomising'));
    await page.waitForFunction(() => document.querySelector('#figures')?.textContent?.includes('mean, deterministic'));
    const options = { schemes: 'randomised', committee: ['AI 1', 'AI 5'], threads: 1 } as const;
    const one = await solve(parseTable(readFileSync('data/tables/synthetic-1.csv', 'utf8')), options);
    expect(one.worst.alice.exact).not.toBe(one.deterministic!.alice.exact);
    expect(await page.textContent('#summary .headline')).toContain(one.worst.alice.exact);
    expect(await page.textContent('#summary .facts')).toContain(one.deterministic!.alice.exact);
    expect(await page.textContent('#step-figure svg')).toContain('V_min, deterministic');
    for (const figure of ['V_min, randomised', 'V_min, deterministic'])
      expect(
        (await page.locator('#figures svg').allTextContents()).filter((text) => text.includes(figure)),
      ).toHaveLength(2);
    expect(await findings(page)).toEqual([]);
    await page.click('#share');
    await page.waitForFunction(() => location.hash.includes('schemes=randomised'));
    const other = await browser.context.newPage();
    watch(other);
    await other.goto(page.url());
    await answered(other);
    expect(await other.isChecked('#randomised')).toBe(true);
    await other.close();
    await page.goto(`${url}#table=synthetic-2`);
    await page.waitForFunction(() => document.querySelector('#status')?.textContent?.includes('64 schemes'));
    await answered(page);
    expect(await page.isChecked('#randomised')).toBe(false);
  });

  test('edited cells change the answer; what is no number is named', async () => {
    const cell = page.getByLabel('Alice, S1, A', { exact: true });
    await cell.fill('0.95');
    await page.waitForFunction(() => document.querySelector('#summary .headline')?.textContent?.includes('93/100'));
    await cell.fill('lots');
    await page.waitForFunction(() => document.querySelector('#error')?.textContent?.includes('"lots"'));
    expect(await cell.getAttribute('aria-invalid')).toBe('true');
    expect(await findings(page)).toEqual([]);
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
    expect(await download('#figures figure button >> nth=0')).toMatch(/^<svg[\s\S]*<\/svg>\s*$/);
  });

  test('scores that are pasted give Figures 1 and 2; junk gives a message and leaves them', async () => {
    await paste(page, scores(40, 3));
    await answered(page, 2);
    expect(await page.textContent('#figures')).toContain('Figure 1');
    expect(await page.textContent('#fits')).toContain('mean squared error of the best mix of all 3 providers');
    expect(await page.isHidden('#market-answer')).toBe(true);
    await paste(page, 'state,policy,alice,<img src=x onerror=alert(1)>\ns,p,1,x\n');
    await page.waitForFunction(() => document.querySelector('#error')?.textContent?.includes('<img src=x'));
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.isVisible('#hull-answer')).toBe(true);
    expect(await findings(page)).toEqual([]);
  });

  test('files: a table that is dropped, scores that are chosen', async () => {
    const csv = readFileSync('data/tables/synthetic-1.csv', 'utf8');
    const dropped = await page.evaluateHandle((text) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], 'table.csv', { type: 'text/csv' }));
      return transfer;
    }, csv);
    await page.dispatchEvent('body', 'drop', { dataTransfer: dropped });
    await answered(page);
    expect(await page.inputValue('#source')).toBe('own');
    expect(await page.locator('.provider').count()).toBe(parseTable(csv).bobs.length);
    expect(await page.isHidden('#hull-answer')).toBe(true);
    await page.setInputFiles('#file', { name: 'scores.csv', mimeType: 'text/csv', buffer: Buffer.from(scores(30, 4)) });
    await answered(page, 2);
    expect(await page.textContent('#status')).toContain('30 items, 4 providers');
  });

  test('the first answer after load: how long it takes', async () => {
    const times: number[] = [];
    for (let load = 0; load < 5; load++) {
      const one = await browser.context.newPage();
      watch(one);
      await one.addInitScript(() => {
        const look = new MutationObserver(() => {
          if (document.querySelector('#summary .headline')) window.answeredAt ??= performance.now();
        });
        look.observe(document, { childList: true, subtree: true });
      });
      await one.goto(url);
      await answered(one);
      const at = await one.evaluate(() => window.answeredAt);
      expect(at).toBeGreaterThan(0);
      times.push(Math.round(at!));
      await one.close();
    }
    console.log(`first answer after ${times.join(', ')} ms (5 loads)`);
  });

  test('nothing failed on the way', () => expect(faults).toEqual([]));
});
