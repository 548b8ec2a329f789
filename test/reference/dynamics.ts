/** Best-response dynamics played literally: every scheme tried at every turn. The oracle of src/market/dynamics.ts. */
import type { ListedScheme, ReferenceMarket, Ties } from './market.ts';
import { monopoly } from './market.ts';

export interface ReferenceEnd {
  /** The start, then every move. */
  readonly steps: readonly { readonly bob: number; readonly scheme: ListedScheme }[];
  readonly selected: number;
  readonly nash: boolean;
}

type Shown = Map<number, ListedScheme>;

/** Whom Alice selects when `bob` has just shown his scheme and `incumbent` was selected before. */
function selection(shown: Shown, ties: Ties, bob?: number): number {
  const alice = (one: number) => shown.get(one)!.totals[0]!;
  const bobs = [...shown.keys()];
  const best = bobs.filter((one) => bobs.every((other) => alice(other) <= alice(one)));
  // `strict`: at equality the one who has just moved is not selected.
  const eligible = ties === 'strict' && best.length > 1 ? best.filter((one) => one !== bob) : best;
  return Math.min(...eligible);
}

export function play(
  market: ReferenceMarket,
  committee: readonly number[],
  { ties, deviation }: { ties: Ties; deviation: 'best' | 'better' },
  order: readonly number[] = committee,
): ReferenceEnd {
  const shown: Shown = new Map(committee.map((bob) => [bob, monopoly(market, bob)[0]!]));
  let selected = selection(shown, ties);
  const steps = [{ bob: selected, scheme: shown.get(selected)! }];
  for (let moved = true; moved; ) {
    moved = false;
    for (const bob of order) {
      const now = shown.get(selected)!.totals[bob + 1]!;
      const profitable = market.schemes.filter(
        (scheme) => scheme.totals[bob + 1]! > now && selection(new Map(shown).set(bob, scheme), ties, bob) === bob,
      );
      if (profitable.length === 0) continue;
      const scheme =
        deviation === 'better'
          ? profitable[0]!
          : profitable.reduce((best, one) => (one.totals[bob + 1]! > best.totals[bob + 1]! ? one : best));
      shown.set(bob, scheme);
      selected = bob;
      steps.push({ bob, scheme });
      moved = true;
    }
  }
  return { steps, selected, nash: nash(market, shown, selected, ties) };
}

/** Definition 17 word for word: no Bob gains by any scheme, whoever is selected after it. */
function nash(market: ReferenceMarket, shown: Shown, selected: number, ties: Ties): boolean {
  return [...shown.keys()].every((bob) =>
    market.schemes.every((scheme) => {
      const after = new Map(shown).set(bob, scheme);
      return after.get(selection(after, ties, bob))!.totals[bob + 1]! <= shown.get(selected)!.totals[bob + 1]!;
    }),
  );
}
