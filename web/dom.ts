/** Elements of the page, found by id or made. Text is always set as text: names come from strangers' files. */

export function byId<E extends HTMLElement>(id: string, kind: { new (): E }): E {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${id}`);
  return found;
}

export const button = (id: string) => byId(id, HTMLButtonElement);
export const block = (id: string) => byId(id, HTMLElement);

type Child = Node | string;

export function make<T extends keyof HTMLElementTagNameMap>(
  tag: T,
  attributes: Readonly<Record<string, string>> = {},
  ...children: Child[]
): HTMLElementTagNameMap[T] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A table that scrolls sideways by keyboard as well. */
export function table(caption: string, header: readonly string[], rows: readonly (readonly Child[])[], numbers = 1) {
  const head = make(
    'tr',
    {},
    ...header.map((name, i) => make('th', { scope: 'col', ...(i >= numbers ? { class: 'number' } : {}) }, name)),
  );
  const body = rows.map((cells) =>
    make(
      'tr',
      {},
      ...cells.map((cell, i) =>
        i === 0 ? make('th', { scope: 'row' }, cell) : make('td', i >= numbers ? { class: 'number' } : {}, cell),
      ),
    ),
  );
  const made = make(
    'table',
    {},
    make('caption', { class: 'hidden' }, caption),
    make('thead', {}, head),
    make('tbody', {}, ...body),
  );
  return make('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption }, made);
}
