/** What surrounds the sections of a page: its style, and the script that makes its figures answer to the pointer. */

/** Nothing may be loaded from anywhere; Vega compiles its expressions, hence unsafe-eval. */
export const CONTENT_POLICY =
  "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:";

export const STYLE = `
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, Helvetica, Arial, sans-serif; color: #1a1a1a; background: #fff; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; line-height: 1.25; } h2 { margin-top: 2.5rem; border-bottom: 1px solid #ddd; padding-bottom: .2rem; } h3 { margin-top: 1.8rem; }
nav ul { columns: 2 18rem; padding-left: 1.2rem; } nav li.deep { margin-left: 1.2rem; list-style: none; font-size: .92em; }
p, ul, ol { max-width: 48rem; } nav ul { max-width: none; }
a { color: #0060a0; } a:hover, a:focus { text-decoration-thickness: 2px; }
figure { margin: 1.2rem 0; display: inline-block; vertical-align: top; max-width: 100%; }
figure .plot { overflow-x: auto; } figure.narrow { width: 20.6rem; margin-right: .9rem; }
figcaption { font-size: .87rem; color: #444; max-width: 40rem; margin-top: .4rem; }
.table { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: .87rem; } caption { text-align: left; font-size: .87rem; color: #444; padding-bottom: .3rem; }
th, td { padding: .18rem .6rem; border-bottom: 1px solid #e4e4e4; text-align: left; vertical-align: top; } td:first-child { min-width: 9rem; } thead th { border-bottom: 2px solid #888; }
.number { text-align: right; font-variant-numeric: tabular-nums; } td.number { white-space: nowrap; }
td.agrees { background: #e3f3ee; } td.differs { background: #fbe6d8; font-weight: bold; } td.differs::after { content: " ≠"; }
#tip { position: fixed; z-index: 9; display: none; pointer-events: none; background: #fff; border: 1px solid #777; border-radius: 3px;
  box-shadow: 0 1px 4px #0004; padding: .3rem .5rem; font-size: .82rem; max-width: 24rem; }
#tip div { display: flex; gap: .6rem; } #tip b { font-weight: normal; color: #555; min-width: 7rem; white-space: nowrap; }
summary { cursor: pointer; margin: .6rem 0; }
@media print { body { max-width: none; } figure, tr { break-inside: avoid; } }
`;

/** Draws each figure over its still picture. Tooltips are text nodes only: a name can never become markup. */
export const SCRIPT = `
(() => {
  const tip = document.getElementById('tip');
  const show = (_, event, item, value) => {
    if (value === null || value === undefined || value === '') { tip.style.display = 'none'; return; }
    tip.replaceChildren(...(typeof value === 'object' ? Object.entries(value) : [['', value]]).map(([name, text]) => {
      const row = document.createElement('div'), label = document.createElement('b'), content = document.createElement('span');
      label.textContent = name; content.textContent = String(text);
      row.append(...(name === '' ? [content] : [label, content]));
      return row;
    }));
    tip.style.display = 'block';
    const box = tip.getBoundingClientRect();
    tip.style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - box.width - 8)) + 'px';
    tip.style.top = (event.clientY + 16 + box.height > innerHeight ? event.clientY - box.height - 10 : event.clientY + 16) + 'px';
  };
  const specs = JSON.parse(document.getElementById('figures').textContent);
  document.querySelectorAll('.plot').forEach((place, i) => {
    const drawn = document.createElement('div');
    new vega.View(vega.parse(specs[i]), { renderer: 'svg', hover: true, tooltip: show }).initialize(drawn).runAsync()
      .then(() => place.replaceChildren(drawn)).catch((error) => console.error(error));
  });
  addEventListener('scroll', () => { tip.style.display = 'none'; }, { passive: true });
})();
`;
