/** Tables of a page: plain rows in, HTML out, numbers aligned right. */
import { escapeHtml } from './escape.ts';

/** A cell; `verdict` colours it (and says so in words, for readers who see no colour). */
export type Cell =
  | string
  | number
  | boolean
  | null
  | { readonly text: string; readonly verdict: 'agrees' | 'differs'; readonly numeric?: boolean };

export interface TableContent {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Shown above the table. */
  readonly caption?: string;
}

function isNumeric(cell: Cell): boolean {
  if (typeof cell === 'number') return true;
  const text = typeof cell === 'string' ? cell : typeof cell === 'object' && cell !== null ? cell.text : '';
  return /^[-−+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?( ?%|\/\d+)?$/i.test(text.trim());
}

function cellHtml(cell: Cell): string {
  const classes = isNumeric(cell) ? ['number'] : [];
  if (cell === null) return '<td></td>';
  if (typeof cell === 'object') {
    classes.push(cell.verdict);
    return `<td class="${classes.join(' ')}" title="${cell.verdict}">${escapeHtml(cell.text)}</td>`;
  }
  return `<td${classes.length > 0 ? ` class="${classes.join(' ')}"` : ''}>${escapeHtml(String(cell))}</td>`;
}

/** An HTML table; every text is escaped. A column whose first filled cell is a number has its heading on the right. */
export function htmlTable({ columns, rows, caption }: TableContent): string {
  const numeric = columns.map((_, i) => {
    const first = rows.map((row) => row[i]).find((cell) => cell !== null && cell !== undefined && cell !== '');
    return first !== undefined && isNumeric(first);
  });
  const head = columns
    .map((name, i) => `<th scope="col"${numeric[i] ? ' class="number"' : ''}>${escapeHtml(name)}</th>`)
    .join('');
  const body = rows.map((row) => `<tr>${row.map(cellHtml).join('')}</tr>`).join('\n');
  return [
    '<div class="table"><table>',
    ...(caption === undefined ? [] : [`<caption>${escapeHtml(caption)}</caption>`]),
    `<thead><tr>${head}</tr></thead>`,
    `<tbody>\n${body}\n</tbody>`,
    '</table></div>',
  ].join('\n');
}
