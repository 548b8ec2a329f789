/** The page as `serve` brings it: large inputs go there with progress, can be stopped, and a token is asked for. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gauge, serverForTests, until } from '../server/start.ts';
import { type Browser, executable, openBrowser } from './chromium.ts';
import { answered, findings, market, paste, scores } from './reader.ts';

const TOKEN = 'correct horse battery';

describe.skipIf(!executable)('the page of serve', () => {
  const client = serverForTests();
  const guarded = serverForTests({ token: TOKEN });
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];
  const status = (text: string) =>
    page.waitForFunction((part) => document.querySelector('#status')?.textContent?.includes(part), text);
  const busy = async () => (await gauge(client, 'jobs_running')) > 0;

  beforeAll(async () => {
    browser = await openBrowser();
    page = await browser.context.newPage();
    page.on('pageerror', ({ message }) => faults.push(message));
    page.on('console', (message) => {
      // A status of 401 is what asks for the token.
      if (message.type() === 'error' && !message.text().includes('401')) faults.push(message.text());
    });
  });
  afterAll(() => browser?.close());

  test('a large market and large scores are computed there', async () => {
    await page.goto(client.url);
    await answered(page);
    await paste(page, market(2, 9));
    await status('511 committees, 16 schemes');
    expect(await page.textContent('#status')).toContain('on the server');
    expect(await page.locator('.provider').count()).toBe(9);
    const buffer = Buffer.from(scores(20, 1000));
    await page.setInputFiles('#file', { name: 'scores.csv', mimeType: 'text/csv', buffer });
    await status('20 items, 1000 providers');
    expect(await page.textContent('#status')).toContain('on the server');
  });

  test('progress is shown while the last answer stays; stopping ends the job there', async () => {
    await page.goto(`${client.url}/#table=synthetic-1`);
    await answered(page);
    await paste(page, market(15, 12));
    await status('% done on the server');
    expect(await page.isVisible('#progress')).toBe(true);
    expect(await page.textContent('#summary .headline')).toMatch(/\d/);
    expect(await page.locator('.provider').count()).toBeLessThan(12);
    expect(await findings(page)).toEqual([]);
    await page.click('#cancel');
    await until(async () => !(await busy()));
    expect(await page.textContent('#status')).toBe('Stopped.');
  });

  test('leaving the page ends the job there', async () => {
    await paste(page, market(15, 12));
    await until(busy);
    await page.goto('about:blank');
    await until(async () => !(await busy()));
  });

  test('a token is asked for, wrong ones are said to be, and it stays out of every address', async () => {
    const addresses: string[] = [];
    page.on('request', (request) => addresses.push(request.url()));
    await page.goto(guarded.url);
    await answered(page);
    await paste(page, market(2, 9));
    await page.waitForSelector('#token-box:not([hidden])');
    expect(await findings(page)).toEqual([]);
    await page.fill('#token', 'a wrong token that is long');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() =>
      document.querySelector('#error')?.textContent?.includes('does not know this token'),
    );
    await page.fill('#token', TOKEN);
    await page.click('#token-box button[type=submit]');
    await status('511 committees');
    expect(await page.textContent('#status')).toContain('on the server');
    expect(await page.isHidden('#token-box')).toBe(true);
    expect(await page.inputValue('#token')).toBe('');
    // It is known until the tab is closed, and asked for no more.
    await page.reload();
    await answered(page);
    await paste(page, market(3, 9));
    await status('511 committees, 64 schemes');
    expect(addresses.filter((address) => /token|correct|horse|wrong/.test(address))).toEqual([]);
    expect(page.url()).not.toContain('horse');
  });

  test('without a token a large market can be computed in the browser', async () => {
    const other = await browser.context.newPage();
    await other.goto(guarded.url);
    await answered(other);
    await paste(other, market(2, 9));
    await other.click('#without-token');
    await other.waitForFunction(() => document.querySelector('#status')?.textContent?.includes('511 committees'));
    expect(await other.textContent('#status')).toContain('in your browser');
    await other.close();
  });

  test('nothing failed on the way', () => expect(faults).toEqual([]));
});
