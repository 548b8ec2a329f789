/** How a value from an input file is shown in a message: quoted, escaped, and cut where it is long. */

const LONGEST = 60;

/** `value` in quotes, with control characters escaped; at most 60 characters of it. */
export function show(value: string): string {
  const cut = value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
  return JSON.stringify(cut);
}

/** Several values, comma-separated; at most `most` of them. */
export function showAll(values: readonly string[], most = 12): string {
  const shown = values.slice(0, most).map(show).join(', ');
  return values.length > most ? `${shown}, … (${values.length} in all)` : shown;
}
