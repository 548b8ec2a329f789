import { expect, test } from 'vitest';
import { InternalError } from '../../src/errors.ts';
import { compileFigure, renderHtml, renderSvg, type TopLevelSpec } from '../../src/report/render.ts';
import { htmlTable } from '../../src/report/tables.ts';

const nasty = ['</script><script>alert(1)</script>', '<img src=x onerror=alert(1)>', '"\'&', '__proto__', '\u2028'];

const spec = (names: readonly string[]): TopLevelSpec => ({
  data: { values: names.map((name, x) => ({ name, x, y: x })) },
  mark: { type: 'point', clip: true },
  encoding: {
    x: { field: 'x', type: 'quantitative' },
    y: { field: 'y', type: 'quantitative' },
    color: { field: 'name', type: 'nominal' },
    tooltip: [{ field: 'name', type: 'nominal' }],
  },
});

test('a figure is a standalone SVG, the same bytes every time, also when several are drawn at once', async () => {
  const [first, second, third] = await Promise.all([
    renderSvg(spec(['a', 'b'])),
    renderSvg(spec(['c'])),
    renderSvg(spec(['a', 'b'])),
  ]);
  expect(first).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(third).toBe(first);
  expect(second).not.toBe(first);
  expect(await renderSvg(spec(['a', 'b']))).toBe(first);
});

test('a figure that Vega-Lite warns of is a fault of ours', async () => {
  const wrong: TopLevelSpec = {
    data: { values: [{ x: 1 }] },
    mark: 'point',
    encoding: { x: { field: 'x', type: 'quantitative' }, theta: { field: 'x', type: 'quantitative' } },
  };
  await expect(compileFigure(wrong)).rejects.toThrow(InternalError);
});

test('a page loads nothing, is the same bytes every time, and holds Vega once', async () => {
  const sections = [
    { heading: 'One', blocks: [{ figure: spec(['a']), caption: 'first' }] },
    { heading: 'Two', blocks: [{ figure: spec(['b']), caption: 'second' }, { paragraph: 'text' }] },
  ];
  const page = await renderHtml('Title', sections);
  expect(page).toBe(await renderHtml('Title', sections));
  expect(page).toContain("default-src 'none'");
  // Links and sources of our own: only pictures in the page itself.
  const outside = page.replace(/<script>[\s\S]*?<\/script>/g, '');
  expect([...outside.matchAll(/(?:src|href)="([^"]*)"/g)].filter(([, url]) => !/^(data:|#)/.test(url!))).toEqual([]);
  expect(outside).not.toMatch(/<link|@import|url\(/);
  expect(page.match(/<script/g)).toHaveLength(3);
  expect(page.match(/class="plot"/g)).toHaveLength(2);
});

test('no name becomes markup, in a heading, a caption, a table or a figure', async () => {
  const page = await renderHtml(nasty.join(' '), [
    {
      heading: nasty.join(' '),
      blocks: [
        { paragraph: nasty.join(' ') },
        {
          table: {
            columns: nasty,
            rows: [nasty, nasty.map((text) => ({ text, verdict: 'agrees' as const }))],
            caption: nasty[0]!,
          },
        },
        { figure: spec(nasty), caption: nasty.join(' ') },
      ],
    },
  ]);
  expect(page.match(/<script/g)).toHaveLength(3);
  expect(page).not.toContain('<img src=x');
  const json = /<script type="application\/json" id="figures">([\s\S]*?)<\/script>/.exec(page)![1]!;
  const [figure] = JSON.parse(json) as [{ data: { values?: { name: string }[] }[] }];
  expect(figure.data.find(({ values }) => values)!.values!.map(({ name }) => name)).toEqual(nasty);
});

test('tables align numbers right and mark verdicts', () => {
  const html = htmlTable({
    columns: ['name', 'value'],
    rows: [
      ['a', '1/3'],
      ['b', { text: '0.5', verdict: 'differs' }],
    ],
  });
  expect(html).toContain('<th scope="col">name</th><th scope="col" class="number">value</th>');
  expect(html).toContain('<td class="number differs" title="differs">0.5</td>');
});
