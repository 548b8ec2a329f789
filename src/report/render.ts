/**
 * Declarative figures (Vega-Lite) to SVG, and sections of text, tables and figures to one HTML page. Vega is loaded
 * at the first figure: commands that draw nothing do not pay for it.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Spec } from 'vega';
import type { TopLevelSpec } from 'vega-lite';
import { InternalError } from '../errors.ts';
import { escapeHtml, scriptJson } from './escape.ts';
import { CONTENT_POLICY, SCRIPT, STYLE } from './page.ts';
import { htmlTable, type TableContent } from './tables.ts';
import { legendLayout, theme } from './theme.ts';

export type { TopLevelSpec } from 'vega-lite';

/** A part of a section. `paragraph` and captions are plain text; `html` is trusted: escape names put into it. */
export type Block =
  | { readonly paragraph: string }
  | { readonly html: string }
  | { readonly table: TableContent }
  /** `narrow`: one column wide, so that several stand side by side. */
  | { readonly figure: TopLevelSpec; readonly caption: string; readonly narrow?: boolean };

export interface Section {
  readonly heading: string;
  /** 2 (default) is a chapter, 3 lies inside the chapter before it. */
  readonly level?: 2 | 3;
  readonly blocks: readonly Block[];
}

let loading: Promise<{ vega: typeof import('vega'); lite: typeof import('vega-lite') }> | undefined;

/** Exported by Vega, absent from its typings. */
function measuresText(vega: object): vega is { textMetrics: { canvas(use: boolean): void } } {
  return 'textMetrics' in vega;
}

async function load() {
  loading ??= Promise.all([import('vega'), import('vega-lite')]).then(([vega, lite]) => {
    // Widths of text are estimated, never measured: the same bytes on every machine, whatever fonts it has.
    if (measuresText(vega)) vega.textMetrics.canvas(false);
    return { vega, lite };
  });
  return loading;
}

/** Compiles a figure under the shared theme. @throws InternalError where Vega-Lite warns: our figures must be clean. */
export async function compileFigure(spec: TopLevelSpec): Promise<Spec> {
  const { vega, lite } = await load();
  const warnings: string[] = [];
  const note = (...texts: readonly unknown[]) => {
    warnings.push(texts.join(' '));
    return logger;
  };
  const logger = Object.assign(vega.logger(vega.Warn), { warn: note, error: note });
  const compiled = lite.compile(spec, { config: theme, logger }).spec;
  if (warnings.length > 0) throw new InternalError(`a figure does not compile cleanly: ${warnings.join('; ')}`);
  return { ...compiled, config: { ...compiled.config, legend: { ...compiled.config?.legend, ...legendLayout } } };
}

let previous: Promise<unknown> = Promise.resolve();

/** Vega numbers clip paths and gradients with a counter of the module: one picture at a time, each from 0. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = previous.then(work, work);
  previous = turn.catch(() => {});
  return turn;
}

async function drawSvg(compiled: Spec): Promise<string> {
  const { vega } = await load();
  return inTurn(async () => {
    const view = new vega.View(vega.parse(compiled), { renderer: 'none', logLevel: vega.Warn });
    try {
      vega.resetSVGDefIds();
      return await view.toSVG();
    } finally {
      view.finalize();
    }
  });
}

/**
 * A figure as a standalone SVG document, the same bytes for the same specification.
 * @example await renderSvg({ data: { values: [{ k: 1, v: 2 }] }, mark: 'point', encoding: { x: { field: 'k', type: 'quantitative' } } }) // '<svg xmlns="http://www.w3.org/2000/svg" …'
 */
export async function renderSvg(spec: TopLevelSpec): Promise<string> {
  return `${await drawSvg(await compileFigure(spec))}\n`;
}

/** A figure of a page: a still picture, which needs no script, until the live one takes its place. */
async function figureHtml(compiled: Spec, caption: string, narrow: boolean): Promise<string> {
  const svg = Buffer.from(await drawSvg(compiled)).toString('base64');
  return [
    `<figure${narrow ? ' class="narrow"' : ''}>`,
    `<div class="plot"><img alt="${escapeHtml(caption)}" src="data:image/svg+xml;base64,${svg}"></div>`,
    `<figcaption>${escapeHtml(caption)}</figcaption>`,
    '</figure>',
  ].join('\n');
}

function contents(sections: readonly Section[]): string {
  if (sections.length < 3) return '';
  const items = sections.map(
    ({ heading, level }, i) =>
      `<li${level === 3 ? ' class="deep"' : ''}><a href="#s${i}">${escapeHtml(heading)}</a></li>`,
  );
  return `<nav><ul>\n${items.join('\n')}\n</ul></nav>`;
}

/** Vega for a page: the browser's build, once, from the installed package. */
async function vegaScript(): Promise<string> {
  const path = createRequire(import.meta.url)
    .resolve('vega')
    .replace(/vega\.module\.js$/, 'vega.min.js');
  return (await readFile(path, 'utf8'))
    .replaceAll('</script', '<\\/script')
    .replace(/^\/\/# sourceMappingURL=.*$/m, '');
}

/**
 * One self-contained HTML document: opens without a network, figures answer to the pointer, and without scripts they
 * are still pictures. The same bytes for the same sections.
 * @example await renderHtml('Report', [{ heading: 'Table 1', blocks: [{ figure: spec, caption: 'Figure 5.' }] }])
 */
export async function renderHtml(title: string, sections: readonly Section[]): Promise<string> {
  const specs: Spec[] = [];
  const body: string[] = [];
  for (const [i, { heading, level = 2, blocks }] of sections.entries()) {
    body.push(`<h${level} id="s${i}">${escapeHtml(heading)}</h${level}>`);
    for (const block of blocks) {
      if ('paragraph' in block) body.push(`<p>${escapeHtml(block.paragraph)}</p>`);
      else if ('html' in block) body.push(block.html);
      else if ('table' in block) body.push(htmlTable(block.table));
      else {
        const compiled = await compileFigure(block.figure);
        specs.push(compiled);
        body.push(await figureHtml(compiled, block.caption, block.narrow === true));
      }
    }
  }
  const scripts =
    specs.length === 0
      ? []
      : [
          '<div id="tip" role="status"></div>',
          `<script type="application/json" id="figures">${scriptJson(specs)}</script>`,
          `<script>${await vegaScript()}</script>`,
          `<script>${SCRIPT}</script>`,
        ];
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${CONTENT_POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(title)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    `<h1>${escapeHtml(title)}</h1>`,
    contents(sections),
    ...body,
    ...scripts,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}
