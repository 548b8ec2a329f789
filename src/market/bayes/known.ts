/**
 * What is known of a Bob's best total over obedient schemes with a deficit of at most D, for every D: schemes found
 * bound it from below, finished searches from above.
 */
import type { Scheme } from '../market.ts';

export interface KnownScheme {
  readonly deficit: number;
  readonly total: number;
  readonly scheme: Scheme;
}

/** Number of entries, rising by `key`, whose key is at most x. */
function upTo<T>(entries: readonly T[], key: (entry: T) => number, x: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (key(entries[middle]!) <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class Known {
  /** Deficits and totals strictly rising. */
  private readonly found: KnownScheme[] = [];
  /** Schemes with a deficit of at most `budget` have at most `most`: both strictly rising. */
  private readonly proved: { readonly budget: number; readonly most: number }[] = [];

  /** The best scheme known with a deficit of at most `budget`. */
  best(budget: number): KnownScheme | undefined {
    return this.found[upTo(this.found, ({ deficit }) => deficit, budget) - 1];
  }

  /** No obedient scheme with a deficit of at most `budget` has more. */
  most(budget: number): number {
    const at = upTo(this.proved, (proof) => proof.budget, budget - 1);
    return this.proved[at]?.most ?? Number.POSITIVE_INFINITY;
  }

  /** The best scheme, where it is known to be one. */
  exact(budget: number): KnownScheme | undefined {
    const known = this.best(budget);
    return known && known.total >= this.most(budget) ? known : undefined;
  }

  add(one: KnownScheme): void {
    const at = upTo(this.found, ({ deficit }) => deficit, one.deficit);
    if (at > 0 && this.found[at - 1]!.total >= one.total) return;
    const from = at > 0 && this.found[at - 1]!.deficit === one.deficit ? at - 1 : at;
    let to = at;
    while (to < this.found.length && this.found[to]!.total <= one.total) to++;
    this.found.splice(from, to - from, one);
  }

  prove(budget: number, most: number): void {
    if (this.most(budget) <= most) return;
    const end = upTo(this.proved, (proof) => proof.budget, budget);
    let from = end;
    while (from > 0 && this.proved[from - 1]!.most >= most) from--;
    this.proved.splice(from, end - from, { budget, most });
  }
}
