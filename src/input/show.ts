/** How a value from an input file is shown in a message: quoted, escaped, and cut where it is long. */

const LONGEST = 60;

/** What a reader cannot see or a terminal obeys, and JSON leaves as it is: odd spaces, marks of direction, C1 controls. */
const UNSEEN = /(?! )[\p{C}\p{Z}]/gu;

const escaped = (character: string) =>
  [...Array(character.length).keys()]
    .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
    .join('');

/** `value` in quotes, with characters that cannot be seen escaped; at most 60 characters of it. */
export function show(value: string): string {
  const cut = value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
  return JSON.stringify(cut).replace(UNSEEN, escaped);
}

/** Several values, comma-separated; at most `most` of them. */
export function showAll(values: readonly string[], most = 12): string {
  const shown = values.slice(0, most).map(show).join(', ');
  return values.length > most ? `${shown}, … (${values.length} in all)` : shown;
}
