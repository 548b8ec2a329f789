/**
 * A reader of Gambit's `.nfg` files, written from the manual's "Game representation formats": payoff and outcome version,
 * quoted labels with escaped quotes, integers, decimals and fractions, optional commas, outcome 0 for zero payoffs.
 */
import Fraction from 'fraction.js';

export interface ReadNfg {
  readonly title: string;
  readonly players: string[];
  readonly strategies: string[][];
  readonly comment: string | null;
  /** In the file's order: the first player's strategy fastest. */
  readonly payoffs: Fraction[][];
}

type Token = { readonly text: string; readonly quoted: boolean };

function tokens(source: string): Token[] {
  const found: Token[] = [];
  const pattern = /\s+|,|"((?:\\.|[^"\\])*)"|[{}]|[^\s{}",]+/gy;
  while (pattern.lastIndex < source.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(source);
    if (!match) throw new Error(`no token at ${at}`);
    if (match[1] !== undefined) found.push({ text: match[1].replace(/\\(.)/g, '$1'), quoted: true });
    else if (!/^[\s,]/.test(match[0])) found.push({ text: match[0], quoted: false });
  }
  return found;
}

export function readNfg(source: string): ReadNfg {
  const all = tokens(source);
  let at = 0;
  const peek = () => all[at];
  const expectText = (text: string) => {
    const token = all[at++];
    if (!token || token.quoted || token.text !== text) throw new Error(`${text} expected, got ${token?.text}`);
  };
  const string = () => {
    const token = all[at++];
    if (!token?.quoted) throw new Error(`a label expected, got ${token?.text}`);
    return token.text;
  };
  const list = <T>(item: () => T): T[] => {
    expectText('{');
    const items: T[] = [];
    while (peek()?.text !== '}' || peek()?.quoted) items.push(item());
    expectText('}');
    return items;
  };
  const number = () => new Fraction(all[at++]!.text);
  expectText('NFG');
  expectText('1');
  expectText('R');
  const title = string();
  const players = list(string);
  const named = all[at + 1]?.text === '{';
  const strategies = named
    ? list(() => list(string))
    : list(() => Array.from({ length: number().valueOf() }, (_, i) => String(i + 1)));
  const comment = peek()?.quoted ? string() : null;
  const profiles = strategies.reduce((product, names) => product * names.length, 1);
  const payoffs: Fraction[][] = [];
  if (peek()?.text === '{') {
    const outcomes = list(() => {
      expectText('{');
      string();
      const values = players.map(number);
      expectText('}');
      return values;
    });
    for (let i = 0; i < profiles; i++) {
      const outcome = number().valueOf();
      payoffs.push(outcome === 0 ? players.map(() => new Fraction(0)) : outcomes[outcome - 1]!);
    }
  } else for (let i = 0; i < profiles; i++) payoffs.push(players.map(number));
  if (at !== all.length) throw new Error(`${all.length - at} tokens left over`);
  return { title, players, strategies, comment, payoffs };
}

/** Pure Nash equilibria of a game as read, as numbers in the file's order. */
export function pureEquilibriaOf({ strategies, payoffs }: ReadNfg): number[] {
  const steps = strategies.map((_, i) => strategies.slice(0, i).reduce((product, names) => product * names.length, 1));
  return payoffs.flatMap((own, rank) =>
    strategies.every((names, player) => {
      const now = Math.floor(rank / steps[player]!) % names.length;
      return names.every((_, other) => payoffs[rank + (other - now) * steps[player]!]![player]!.lte(own[player]!));
    })
      ? [rank]
      : [],
  );
}
