/** Every view of the page at desk and phone width, light and dark: nothing sticks out, axe-core finds nothing serious. */
import type { Server } from 'node:http';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { executable, hostFiles, openBrowser } from './chromium.ts';
import { answered, findings, paste, scores } from './reader.ts';

const views: Record<string, (page: Page) => Promise<unknown>> = {
  async market(page) {
    await page.locator('#committee input').first().uncheck();
    await page.waitForFunction(() => document.querySelector('#effect-0')?.textContent?.startsWith('joins'));
    await page.click('#next');
  },
  async 'empty field'(page) {
    await page.selectOption('#source', 'own');
  },
  async error(page) {
    await paste(page, 'hello');
    await page.waitForFunction(() => document.querySelector('#error')?.textContent !== '');
  },
  async scores(page) {
    await paste(page, scores(30, 6));
    await answered(page, 2);
  },
};

describe.skipIf(!executable).each(['light', 'dark'] as const)('%s', (colorScheme) => {
  let url: string;
  let server: Server;
  beforeAll(async () => {
    ({ url, server } = await hostFiles('site'));
  });
  afterAll(() => server?.close());

  test.each([1280, 360])('%i px wide', async (width) => {
    const browser = await openBrowser({ colorScheme, viewport: { width, height: 800 } });
    try {
      for (const [name, show] of Object.entries(views)) {
        const page = await browser.context.newPage();
        await page.goto(url);
        await answered(page);
        await show(page);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect([name, Math.max(over, 0), await findings(page)]).toEqual([name, 0, []]);
        await page.close();
      }
    } finally {
      await browser.close();
    }
  });
});
