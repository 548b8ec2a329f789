/** What a reader of the page does and sees, and what axe-core finds in it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

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
export async function findings(page: Page): Promise<Finding[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { violations } = await window.axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html }) => html).join(' ') }));
  });
}

/** Waits until so many figures are drawn below the answer. */
export const answered = (page: Page, figures = 3) =>
  page.waitForFunction((count) => document.querySelectorAll('#figures figure svg').length === count, figures);

/** Types CSV into the page and asks for its answer. */
export async function paste(page: Page, csv: string): Promise<void> {
  if (await page.isHidden('#paste')) await page.click('#paste-open');
  await page.fill('#paste', csv);
  await page.click('#use-paste');
}

/** Scores of so many items and Bobs as CSV. */
export function scores(items: number, bobs: number): string {
  const row = (i: number) => Array.from({ length: bobs + 1 }, (_, j) => ((i * (j + 2) + j) % (5 + (j % 17))) / 16);
  const header = ['alice', ...Array.from({ length: bobs }, (_, j) => `B${j}`)];
  return `${[header, ...Array.from({ length: items }, (_, i) => row(i))].map((cells) => cells.join(',')).join('\n')}\n`;
}

/** A table of so many states with 4 policies each, as CSV. */
export function market(states: number, bobs: number): string {
  const rows = Array.from({ length: 4 * states }, (_, r) => [
    ...[`s${Math.floor(r / 4)}`, `p${r % 4}`, (r * 7) % 11],
    ...Array.from({ length: bobs }, (_, i) => (r * (i + 2) * 3) % 17),
  ]);
  const header = ['state', 'policy', 'alice', ...Array.from({ length: bobs }, (_, i) => `Provider ${i + 1}`)];
  return `${[header, ...rows].map((cells) => cells.join(',')).join('\n')}\n`;
}
