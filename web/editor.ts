/** The table as cells that can be edited. */
import type { UtilityTable } from '../src/browser/index.ts';
import { make } from './dom.ts';

/** Above this many numbers the cells would be too many to be of use: the table is shown by its size only. */
const MOST_CELLS = 1500;
/** As the library reads numbers; it says what is wrong, here the cell is only marked. */
const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;

/** Every player's numbers in inputs; `onEdit` is called with the edited table. */
export function editor(given: UtilityTable, onEdit: (edited: UtilityTable) => void): HTMLElement {
  const { states, policies, bobs } = given;
  const rows = states.flatMap((state, s) => policies[s]!.map((policy) => ({ state, policy })));
  const players = ['Alice', ...bobs];
  if (rows.length * players.length > MOST_CELLS)
    return make(
      'p',
      { class: 'note' },
      `${states.length} states, ${rows.length} rows, ${bobs.length} Bobs: too large to edit here.`,
    );
  const utilities = given.utilities.map((player) => [...player]);
  const input = (player: number, row: number) => {
    const { state, policy } = rows[row]!;
    const made = make('input', {
      value: utilities[player]![row]!,
      inputmode: 'decimal',
      'aria-label': `${players[player]}, ${state}, ${policy}`,
    });
    made.addEventListener('input', () => {
      made.setAttribute('aria-invalid', String(!NUMBER.test(made.value)));
      utilities[player]![row] = made.value;
      onEdit({ ...given, utilities: utilities.map((one) => [...one]) });
    });
    return made;
  };
  const head = ['State', 'Policy', ...players].map((name) => make('th', { scope: 'col' }, name));
  const begins = (row: number) => row > 0 && rows[row]!.state !== rows[row - 1]!.state;
  const body = rows.map(({ state, policy }, row) =>
    make(
      'tr',
      begins(row) ? { class: 'group' } : {},
      make('th', { scope: 'row' }, state),
      make('td', {}, policy),
      ...players.map((_, player) => make('td', {}, input(player, row))),
    ),
  );
  const made = make('table', {}, make('thead', {}, make('tr', {}, ...head)), make('tbody', {}, ...body));
  const label = 'Utilities of every player, by state and policy';
  return make('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label }, made);
}
