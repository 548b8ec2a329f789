/**
 * Normal forms as Gambit strategic games: the `.nfg` format, outcome version (Gambit manual, "Game representation
 * formats"), which names strategies and lists each distinct payoff vector once. Payoffs are exact fractions.
 */

/** A game in normal form. */
export interface NormalForm {
  readonly title: string;
  readonly comment: string;
  readonly players: readonly string[];
  /** Names of each player's strategies. */
  readonly strategies: readonly (readonly string[])[];
  /** The players' payoffs, "p/q" or "p", where player i plays strategy `profile[i]`. */
  payoffs(profile: readonly number[]): readonly string[];
}

const label = (text: string): string => `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\s+/g, ' ')}"`;

/** Numbers a line of the body: lines stay readable. */
const A_LINE = 20;

/** The text of an `.nfg` file; the first player's strategy varies fastest, as the format asks. */
export function nfgText({ title, comment, players, strategies, payoffs }: NormalForm): string {
  const numbers = new Map<string, number>();
  const body: number[] = [];
  const profile = strategies.map(() => 0);
  const profiles = strategies.reduce((product, names) => product * names.length, 1);
  for (let rank = 0; rank < profiles; rank++) {
    const outcome = payoffs(profile).join(', ');
    const number = numbers.get(outcome) ?? numbers.size + 1;
    numbers.set(outcome, number);
    body.push(number);
    for (let player = 0; player < profile.length; player++) {
      profile[player]!++;
      if (profile[player]! < strategies[player]!.length) break;
      profile[player] = 0;
    }
  }
  const lines: string[] = [];
  for (let at = 0; at < body.length; at += A_LINE) lines.push(body.slice(at, at + A_LINE).join(' '));
  return [
    `NFG 1 R ${label(title)} { ${players.map(label).join(' ')} }`,
    '',
    '{',
    ...strategies.map((names) => `{ ${names.map(label).join(' ')} }`),
    '}',
    label(comment),
    '',
    '{',
    ...[...numbers.keys()].map((outcome) => `{ "" ${outcome} }`),
    '}',
    ...lines,
    '',
  ].join('\n');
}
